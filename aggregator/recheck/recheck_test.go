package recheck_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/recheck"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// faulty is a runner whose jobs end in an error.
type faulty struct{ err error }

func (f faulty) Run(context.Context, recheck.Job) (map[string][]byte, uint64, error) {
	return nil, 0, f.err
}

// A job that fails upholds nothing; a runner that fails finds nothing at all.
func TestWhatAFailureSays(t *testing.T) {
	m := newMade(t, "", true)
	m.shown = m.data
	answer, err := recheck.Checker{Blobs: m, Data: m, Runner: faulty{recheck.ErrJob}}.Update(t.Context(), blob.Hash{1}, m.evidence, m.first.Address())
	if err != nil || answer != ([32]byte{}) {
		t.Errorf("a job that failed: answer %x, %v", answer, err)
	}
	broken := errors.New("no memory left")
	if _, err := (recheck.Checker{Blobs: m, Data: m, Runner: faulty{broken}}).Update(t.Context(), blob.Hash{1}, m.evidence, m.first.Address()); !errors.Is(err, broken) {
		t.Errorf("a runner that failed: %v", err)
	}
	if _, err := (recheck.Checker{Blobs: m, Data: m, Runner: m}).Update(t.Context(), blob.Hash{1}, m.evidence, key.Address{1}); err == nil {
		t.Error("a stranger's update was checked")
	}
	m.blobs[blob.Hash{3}] = []byte("no evidence")
	if _, err := (recheck.Checker{Blobs: m, Data: m, Runner: m}).Update(t.Context(), blob.Hash{1}, blob.Hash{3}, m.first.Address()); !errors.Is(err, evidence.ErrEvidence) {
		t.Errorf("evidence that is none: %v", err)
	}
}

// Evidence that does not hold together folds to nothing, which refutes its model;
// updates that the leaves do not commit to are whoever's fault brought them.
func TestFoldOfBadEvidence(t *testing.T) {
	m := newMade(t, "", true)
	c := recheck.Checker{Blobs: m, Data: m, Runner: m}
	m.blobs[blob.Hash{3}] = []byte("no evidence")
	if model, err := c.Fold(t.Context(), blob.Hash{3}, nil); err != nil || model != ([32]byte{}) {
		t.Errorf("model %x, %v", model, err)
	}
	if _, err := c.Fold(t.Context(), m.evidence, nil); !errors.Is(err, evidence.ErrEvidence) {
		t.Errorf("without updates: %v", err)
	}
	if _, err := c.Fold(t.Context(), m.evidence, []blob.Hash{{9}}); !errors.Is(err, evidence.ErrEvidence) {
		t.Errorf("another update: %v", err)
	}
}
