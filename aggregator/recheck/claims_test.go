package recheck_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/recheck"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
)

// shelf is blobs by their hashes.
type shelf map[blob.Hash][]byte

func (s shelf) Get(_ context.Context, h blob.Hash) ([]byte, error) {
	if content, found := s[h]; found {
		return content, nil
	}
	return nil, blob.ErrMissing
}

// An aggregator that commits to other evidence than its round's is answered with
// nothing; one that withholds it leaves mediators without an answer.
func TestClaimsOfBadAndOfMissingEvidence(t *testing.T) {
	leaves := [][]byte{(leaf.Leaf{Round: 1, Samples: 1}).Encode(), []byte("what no leaf encodes to")}
	encode := func(leaves [][]byte) []byte {
		b, err := evidence.Round{Round: 1, Leaves: leaves}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	root := merkle.Root([]merkle.Hash{leaf.HashOf(leaves[0]), leaf.HashOf(leaves[1])})
	nothing := market.Addresses{}.NewClaims(blob.Hash{}, nil).Digest()
	for name, c := range map[string]struct {
		evidence []byte
		withheld bool
		want     [32]byte
		err      error
	}{
		"the round's":           {evidence: encode(leaves), want: nothing}, // of no member: they earn nothing
		"another round's":       {evidence: encode(leaves[:1])},
		"in another order":      {evidence: encode([][]byte{leaves[1], leaves[0]})},
		"no evidence's":         {evidence: []byte("no evidence")},
		"nobody's, as withheld": {evidence: encode(leaves), withheld: true, err: blob.ErrMissing},
	} {
		t.Run(name, func(t *testing.T) {
			blobs := shelf{}
			if !c.withheld {
				blobs[blob.Sum(c.evidence)] = c.evidence
			}
			course := &market.Course{Rounds: []market.SettledRound{{Round: market.Round{Round: 1, Root: root, Count: 2, Evidence: blob.Sum(c.evidence)}}}}
			got, err := recheck.Checker{Blobs: blobs}.ClaimsDigest(t.Context(), course)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("digest %x, %v; want %x, %v", got, err, c.want, c.err)
			}
		})
	}
}

// An aggregator that folds other updates than it committed to is answered with
// nothing, however well its evidence holds together.
func TestFoldOfAnotherRoundsEvidence(t *testing.T) {
	m := newMade(t, "", true)
	c := recheck.Checker{Blobs: m, Data: m, Runner: m}
	leaves, err := evidence.Leaves(m.blobs[m.evidence])
	if err != nil {
		t.Fatal(err)
	}
	r := market.Round{Root: merkle.Root([]merkle.Hash{leaf.HashOf(leaves[0])}), Count: uint32(len(leaves)), Evidence: m.evidence}
	// Of the round's own evidence the updates are asked, which are none here.
	if _, err := c.FoldDigest(t.Context(), r, nil); !errors.Is(err, evidence.ErrEvidence) {
		t.Errorf("the round's own evidence: %v", err)
	}
	r.Root[0]++
	if model, err := c.FoldDigest(t.Context(), r, nil); err != nil || model != ([32]byte{}) {
		t.Errorf("another round's evidence folds to %x, %v", model, err)
	}
}
