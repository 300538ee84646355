package edge_test

import (
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

var market = wire.Market{Chain: 1337, Contract: key.Address{7}}

func TestJoinIsSignedWithinThePolicy(t *testing.T) {
	s := newServer(t)
	owner := key.Address{0x0e}
	s.policy = "owner = \"" + owner.String() + "\"\n" + s.policy + "[market]\nmax_collateral = \"2\"\n"
	defer s.start()()
	ask := wire.Join{Federation: "fine-points", ID: blob.Hash{1}, Market: market, Dataset: "points", Collateral: 2_000_000_000, Expiry: 99}
	s.send(s.key, wire.KindJoin, ask)
	var got wire.Joined
	s.next(wire.KindJoined, &got)
	if got.Owner != owner || got.Data != blob.Sum(dataset) || got.Reason != "" {
		t.Errorf("joined %+v", got)
	}
	digest := member.Membership{Chain: 1337, Contract: market.Contract, Federation: ask.ID, Device: s.keyDev.Address(), Owner: owner,
		Data: got.Data, Collateral: 2_000_000_000, Expiry: 99}.Digest()
	if signer, err := key.Signature(got.Signature).Recover(digest); err != nil || signer != s.keyDev.Address() {
		t.Errorf("signed by %s, %v", signer, err)
	}
	for want, change := range map[string]func(*wire.Join){
		"max_collateral is 2": func(m *wire.Join) { m.Collateral++ },
		"not open":            func(m *wire.Join) { m.Federation = "evil" },
		`no dataset "photos"`: func(m *wire.Join) { m.Dataset = "photos" },
	} {
		m := ask
		change(&m)
		s.send(s.key, wire.KindJoin, m)
		got = wire.Joined{}
		if s.next(wire.KindJoined, &got); !strings.Contains(got.Reason, want) || len(got.Signature) > 0 {
			t.Errorf("want a refusal with %q: %+v", want, got)
		}
	}
}
