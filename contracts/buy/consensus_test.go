package buy

import (
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// replicasOf gives replicas as a test writes them: "aS" is result a, in state S. Small
// letters are results, "-" is none yet; each has a provider of its own.
func replicasOf(words ...string) (list []*Replica) {
	states := map[byte]market.DealState{'A': market.DealAgreed, 'S': market.DealSubmitted, 'C': market.DealChecking, 'E': market.DealExpired,
		'U': market.DealUpheld, 'R': market.DealRefuted, 'P': market.DealAccepted, 'N': market.NoDeal}
	for i, w := range words {
		r := &Replica{judgedFrom: time.Unix(1000, 0), offer: market.JobOffer{JudgeWindow: 100}}
		r.State = states[w[1]]
		if r.State != market.NoDeal {
			r.ID = market.DealID{byte(i + 1)}
		}
		r.Deal.Resource.Provider = key.Address{byte(i + 1)}
		if w[0] != '-' {
			r.Submitted, r.Result = true, market.Result{Digest: blob.Hash{w[0]}}
		}
		r.ended = r.State.Over() || r.State == market.NoDeal
		list = append(list, r)
	}
	return list
}

func TestConsensus(t *testing.T) {
	f := func(want string, words ...string) {
		t.Helper()
		list := replicasOf(words...)
		got := ""
		if result, found := consensus(list); found {
			got = string(result.Digest[0])
		}
		got += " "
		for _, r := range disputed(list, time.Unix(1001, 0)) {
			got += string('1' + rune(r.ID[0]-1))
		}
		got += " "
		for _, r := range disputed(list, time.Unix(1051, 0)) {
			got += string('1' + rune(r.ID[0]-1))
		}
		if got != want {
			t.Errorf("%v: consensus, disputed at once, and after half of the time: %q, want %q", words, got, want)
		}
	}
	f("a  ", "aS", "aS", "aS")
	f("a 3 3", "aS", "aS", "bS")
	f("a  ", "aS", "aS", "-A")
	f("a  ", "aS", "aS", "bC")
	f("a  ", "aS", "aS", "bR")
	f("b 12 12", "aS", "aS", "bU") // mediators overrule a majority
	f("  ", "aS", "-A", "-A")
	f("  12", "aS", "bS", "-A") // somebody lies: the third may tell who
	f(" 12 12", "aS", "bS", "-E")
	f(" 12 12", "aS", "bS")
	f(" 123 123", "aS", "bS", "cS")
	f("a 2 2", "aU", "bS", "cR")
	f("  ", "aS", "-E", "-E")
	f("  ", "aS", "-N", "-N")
	f(" 2 2", "aR", "aS", "bC") // what was refuted once is wrong everywhere
}

// A provider that got two deals by a solver's fault has one vote.
func TestOneVoteAProvider(t *testing.T) {
	list := replicasOf("aS", "aS", "bS")
	list[1].Deal.Resource.Provider = list[0].Deal.Resource.Provider
	if result, found := consensus(list); found {
		t.Errorf("one provider is a majority for %v", result)
	}
	if got := conclude(list); got.List[1].Standing != Repeated {
		t.Errorf("its second deal %s", got.List[1].Standing)
	}
	if len(disputed(list, time.Unix(1001, 0))) != 3 {
		t.Error("with all results here and no majority, not all go before mediators")
	}
}
