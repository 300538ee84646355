package edge_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/sealed"
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

func TestDataAreDisclosedToTrustedMediatorsOnly(t *testing.T) {
	trusted, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	s.policy += "[market]\nmediators = [\"" + trusted.Recipient() + "\"]\n"
	defer s.start()()
	ask := wire.Disclose{Case: blob.Hash{1}, Federation: "fine-points", Dataset: "points", Recipients: []string{stranger.Recipient(), trusted.Recipient()}}
	s.send(s.key, wire.KindDisclose, ask)
	var got, again wire.Disclosed
	s.next(wire.KindDisclosed, &got)
	s.send(s.key, wire.KindDisclose, ask)
	s.next(wire.KindDisclosed, &again)
	if got.Reason != "" || again.Data.Hash != got.Data.Hash {
		t.Fatalf("disclosed %+v, then %+v", got, again)
	}
	s.send(s.key, wire.KindWant, wire.Want{Blob: got.Data.Hash, Chunks: []uint32{0}})
	h, i, file, err := wire.DecodeChunk(<-s.chunks)
	if err != nil || h != got.Data.Hash || got.Data.Check(i, file) != nil {
		t.Fatalf("chunk %d of %v, %v", i, h, err)
	}
	if content, err := trusted.Open(file, 1<<20); err != nil || !bytes.Equal(content, dataset) {
		t.Errorf("the trusted mediator reads %d bytes, %v", len(content), err)
	}
	if _, err := stranger.Open(file, 1<<20); err == nil {
		t.Error("a stranger reads the data")
	}

	ask.Case, ask.Recipients = blob.Hash{2}, []string{stranger.Recipient()}
	s.send(s.key, wire.KindDisclose, ask)
	got = wire.Disclosed{}
	if s.next(wire.KindDisclosed, &got); !strings.Contains(got.Reason, "none of the 1 mediators") || len(got.Data.Chunks) > 0 {
		t.Errorf("disclosed to a stranger: %+v", got)
	}
}
