package market_test

import (
	"context"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// An aggregator that leaves an accepted update out pays its owner; one whose model
// is not the fold of its updates is slashed, and the round is void.
func TestOmissionAndFalseFoldAreChallenged(t *testing.T) {
	t.Parallel()
	s := newScene(t, embedded)
	ctx := t.Context()
	omitted := s.leaf(t, 1)
	receipt := s.aggregator.Sign(omitted.Receipt())
	r, leaves := s.round(t, []leaf.Leaf{s.leaf(t, 0), s.leaf(t, 2), s.leaf(t, 3)})
	_, err := s.market.CommitRound(ctx, r)
	must(t, "commit", err)

	owner := s.ownerOf[omitted.Device]
	theirs := s.node.party(s.stranger(t, owner), &s.market.Addresses)
	if err := theirs.ProveOmission(ctx, r, s.leaf(t, 2), receipt, leaves); !errors.Is(err, market.ErrRefused) {
		t.Errorf("a leaf that is there was proven missing: %v", err)
	}
	must(t, "omission", theirs.ProveOmission(ctx, r, omitted, receipt, leaves))
	b, err := s.market.Balance(ctx, owner)
	must(t, "balance", err)
	if b.Free.Cmp(s.terms.Fee.Wei()) != 0 {
		t.Errorf("the owner of the omitted update has %v, its fee is %v", b.Free, s.terms.Fee.Wei())
	}
	if err := s.market.ProveOmission(ctx, r, omitted, receipt, leaves); !errors.Is(err, market.ErrRefused) {
		t.Errorf("paid twice for one omission: %v", err)
	}

	s.answers.models[1] = blob.Sum([]byte("what the updates fold to"))
	before, err := s.market.Balance(ctx, s.market.Account())
	must(t, "balance", err)
	must(t, "challenge", theirs.ChallengeFold(ctx, r))
	var status market.RoundStatus
	for deadline := time.Now().Add(60 * time.Second); !status.Voided; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the round with a false fold stands: %+v", status)
		}
		status, err = s.market.RoundStatus(ctx, s.id, 1)
		must(t, "status", err)
	}
	after, err := s.market.Balance(ctx, s.market.Account())
	must(t, "balance", err)
	if after.Staked.Cmp(before.Staked) >= 0 {
		t.Error("the aggregator was not slashed")
	}
	f, err := s.market.Federation(ctx, s.id)
	must(t, "federation", err)
	if f.Head != s.terms.Model {
		t.Errorf("the next round must begin with %v, want the base model again", f.Head)
	}
}

// bad is a round that condemns its aggregator.
type bad struct {
	leaves func(good []leaf.Leaf) [][]byte
	refute func(m *market.Market, r market.Round, leaves [][]byte) error
}

func encode(leaves ...leaf.Leaf) (encoded [][]byte) {
	for _, l := range leaves {
		encoded = append(encoded, l.Encode())
	}
	return encoded
}

// An aggregator that commits a leaf which can never be paid, or leaves out of
// order, is slashed by whoever looks; a good round cannot be refuted.
func TestBadLeavesAreRefuted(t *testing.T) {
	t.Parallel()
	s := newScene(t, embedded)
	ctx := t.Context()
	watcher := s.node.party(s.stranger(t, key.Address{}), &s.market.Addresses)
	second := func(m *market.Market, r market.Round, leaves [][]byte) error { return m.RefuteLeaf(ctx, r, leaves, 1) }
	order := func(m *market.Market, r market.Round, leaves [][]byte) error { return m.RefuteOrder(ctx, r, leaves, 1) }
	altered := func(change func(*leaf.Leaf)) func([]leaf.Leaf) [][]byte {
		return func(good []leaf.Leaf) [][]byte {
			change(&good[1])
			return encode(good...)
		}
	}
	rounds := map[string]bad{
		"a leaf of no member":        {altered(func(l *leaf.Leaf) { l.Device[19]++ }), second},
		"another owner":              {altered(func(l *leaf.Leaf) { l.Owner = s.aggregator.Address() }), second},
		"other data":                 {altered(func(l *leaf.Leaf) { l.Data[0]++ }), second},
		"another round's leaf":       {altered(func(l *leaf.Leaf) { l.Round = 99 }), second},
		"another contract's leaf":    {altered(func(l *leaf.Leaf) { l.Contract[0]++ }), second},
		"what no leaf encodes to":    {func(g []leaf.Leaf) [][]byte { return [][]byte{g[0].Encode(), []byte("no leaf")} }, second},
		"leaves that are not sorted": {func(g []leaf.Leaf) [][]byte { return encode(g[0], g[3], g[2]) }, order},
		"one device's leaf twice":    {func(g []leaf.Leaf) [][]byte { return encode(g[0], g[2], g[2], g[3]) }, order},
	}
	n := uint32(0)
	for name, b := range rounds {
		n++
		f, err := s.market.Federation(ctx, s.id)
		must(t, "federation", err)
		var good []leaf.Leaf
		for i := range s.devices {
			l := s.leaf(t, i)
			l.Round = n
			good = append(good, l)
		}
		leaves := b.leaves(good)
		r := s.over(t, n, leaves)
		_, err = s.market.CommitRound(ctx, r)
		must(t, name+": commit", err)
		if err := watcher.RefuteLeaf(ctx, r, leaves, 0); !errors.Is(err, market.ErrRefused) {
			t.Errorf("%s: the good leaf beside it was refuted: %v", name, err)
		}
		if len(leaves) > 2 {
			if err := watcher.RefuteOrder(ctx, r, leaves, 0); !errors.Is(err, market.ErrRefused) {
				t.Errorf("%s: sorted leaves were refuted: %v", name, err)
			}
		}
		if err := watcher.RefuteLeaf(ctx, r, leaves, uint32(len(leaves))); err == nil || errors.Is(err, market.ErrRefused) {
			t.Errorf("%s: a leaf that is not there went to the chain: %v", name, err)
		}
		before, err := watcher.Balance(ctx, watcher.Account())
		must(t, "balance", err)
		must(t, name, b.refute(watcher, r, leaves))
		if err := b.refute(s.market, r, leaves); !errors.Is(err, market.ErrRefused) {
			t.Errorf("%s: slashed twice for one round: %v", name, err)
		}
		after, err := watcher.Balance(ctx, watcher.Account())
		must(t, "balance", err)
		slashed, err := s.market.Federation(ctx, s.id)
		must(t, "federation", err)
		if after.Free.Cmp(before.Free) <= 0 || slashed.Bonded || slashed.Bond.Cmp(f.Bond) >= 0 || slashed.Head != f.Head {
			t.Errorf("%s: watcher %v -> %v, bond %v -> %v, head %s -> %s", name, before.Free, after.Free, f.Bond, slashed.Bond, f.Head.Short(), slashed.Head.Short())
		}
		if _, err := s.market.CommitRound(ctx, s.over(t, n+100, encode(good...))); !errors.Is(err, market.ErrRefused) {
			t.Errorf("%s: committed without its stake: %v", name, err)
		}
		must(t, "bond", s.market.Bond(ctx, s.id))
	}
}

// A leaf that its device never signed cannot be checked, so where it is drawn its
// round cannot be settled, and the others are paid without the aggregator.
func TestALeafThatNobodySignedIsNotSettled(t *testing.T) {
	t.Parallel()
	s := newScene(t, embedded, func(terms *market.Terms) { terms.CheckWindow, terms.SettleWindow = 20*time.Second, 90*time.Second })
	ctx := t.Context()
	forged := s.leaf(t, 1)
	all := []leaf.Leaf{s.leaf(t, 0), forged, s.leaf(t, 2)}
	hidden := s.leaf(t, 3) // has a receipt, and is not in the tree
	r, leaves := s.round(t, all)
	_, err := s.market.CommitRound(ctx, r)
	must(t, "commit", err)
	status := func() market.RoundStatus {
		status, err := s.market.RoundStatus(ctx, s.id, 1)
		must(t, "status", err)
		return status
	}
	retry(t, "draw", func() error { return s.market.DrawRound(ctx, r, status()) })
	for stratum, index := range market.Drawn(status().Seed, 3, s.terms.CheckRate) {
		signer := s.devices[[]int{0, 1, 2}[index]]
		if all[index] == forged {
			signer = s.aggregator
		}
		err := s.market.OpenCheck(ctx, r, leaves, index, signer.Sign(all[index].Claim()), uint32(stratum))
		if refused := errors.Is(err, market.ErrRefused); refused != (all[index] == forged) || err != nil && !refused {
			t.Errorf("check of leaf %d: %v", index, err)
		}
	}
	s.quiet(t, 1)
	claims := s.market.Addresses.NewClaims(s.id, map[key.Address]*big.Int{forged.Owner: s.terms.Fee.Wei()})
	if err := s.market.Settle(ctx, r, claims.Root, claims.Total); !errors.Is(err, market.ErrRefused) {
		t.Errorf("settled with an unchecked leaf: %v", err)
	}
	retry(t, "abandon", func() error { return s.market.Abandon(ctx, r) })
	// Each owner by its receipt, be its leaf in the tree or not.
	for _, l := range []leaf.Leaf{all[0], hidden} {
		signature := s.aggregator.Sign(l.Receipt())
		c, err := s.market.Stand(ctx, leaf.Receipt{Leaf: l.Encode(), Signature: signature[:]}, func(context.Context, market.Round) ([][]byte, error) { return leaves, nil })
		must(t, "stand", err)
		if c.Standing != market.Deserted || !c.Actionable() {
			t.Errorf("a leaf of an abandoned round: %q", c.Standing)
		}
		must(t, "contest", s.market.Contest(ctx, c))
	}
	for _, owner := range []key.Address{all[0].Owner, hidden.Owner} {
		b, err := s.market.Balance(ctx, owner)
		must(t, "balance", err)
		if b.Free.Cmp(s.terms.Fee.Wei()) != 0 {
			t.Errorf("owner %s has %v of an abandoned round, its fee is %v", owner, b.Free, s.terms.Fee.Wei())
		}
	}
	retry(t, "close", func() error { return s.market.CloseRound(ctx, r) })
}

// An aggregator that withholds its tree must show an accepted leaf or pay for it.
func TestDemandedLeafIsShownOrPaid(t *testing.T) {
	t.Parallel()
	s := newScene(t, embedded, func(terms *market.Terms) { terms.RevealWindow = 5 * time.Second })
	ctx := t.Context()
	there, omitted := s.leaf(t, 0), s.leaf(t, 1)
	receipts := map[leaf.Leaf]key.Signature{there: s.aggregator.Sign(there.Receipt()), omitted: s.aggregator.Sign(omitted.Receipt())}
	r, leaves := s.round(t, []leaf.Leaf{there, s.leaf(t, 2), s.leaf(t, 3)})
	_, err := s.market.CommitRound(ctx, r)
	must(t, "commit", err)
	watcher := s.node.party(s.stranger(t, omitted.Owner), &s.market.Addresses)
	if err := watcher.DemandLeaf(ctx, r, omitted, s.devices[1].Sign(omitted.Receipt())); !errors.Is(err, market.ErrRefused) {
		t.Errorf("demanded without the aggregator's receipt: %v", err)
	}
	for l, receipt := range receipts {
		must(t, "demand", watcher.DemandLeaf(ctx, r, l, receipt))
	}
	demands, err := s.market.Demands(ctx, s.id)
	must(t, "demands", err)
	if len(demands) != 2 || demands[0].Round != 1 {
		t.Errorf("demands %+v", demands)
	}
	must(t, "answer", s.market.AnswerDemand(ctx, r, leaves, 0))
	if err := s.market.AnswerDemand(ctx, r, leaves, 1); !errors.Is(err, market.ErrRefused) {
		t.Errorf("answered with another leaf: %v", err)
	}
	if d, err := s.market.Demand(ctx, s.id, 1, there.Device); err != nil || d.Leaf != there.Hash() || !d.Until.IsZero() {
		t.Errorf("an answered demand: %+v, %v", d, err)
	}
	if d, err := s.market.Demand(ctx, s.id, 1, omitted.Device); err != nil || d.Leaf != omitted.Hash() || d.Until.IsZero() {
		t.Errorf("an open demand: %+v, %v", d, err)
	}
	retry(t, "close", func() error { return watcher.CloseDemand(ctx, r, omitted) })
	if err := s.market.CloseDemand(ctx, r, there); !errors.Is(err, market.ErrRefused) {
		t.Errorf("an answered demand was paid: %v", err)
	}
	b, err := s.market.Balance(ctx, omitted.Owner)
	must(t, "balance", err)
	if b.Free.Cmp(s.terms.Fee.Wei()) != 0 {
		t.Errorf("the owner of the withheld leaf has %v, its fee is %v", b.Free, s.terms.Fee.Wei())
	}
}
