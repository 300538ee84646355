package pipeline_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/internal/attestation"
)

// notary keeps what was attested; it fails in between, and refuses one window for good.
type notary struct {
	mu    sync.Mutex
	calls int
	kept  []attestation.Statement
}

func (n *notary) attest(_ context.Context, s attestation.Statement) (fresh bool, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch n.calls++; {
	case n.calls == 2:
		return false, errors.New("the disk is full")
	case s.Value == 42:
		return false, pipeline.ErrNever
	}
	for _, k := range n.kept {
		if k.End >= s.End {
			return false, nil
		}
	}
	n.kept = append(n.kept, s)
	return true, nil
}

func TestWindowsAreAttestedOnce(t *testing.T) {
	const s = int64(time.Second)
	var n notary
	src := values([2]int64{0, 1}, [2]int64{s / 2, 3}, [2]int64{s, 5}, [2]int64{2 * s, 42}, [2]int64{4 * s, 7}, [2]int64{9 * s, 0})
	p := begin(t, t.TempDir(), `
[[quantity]]
name = "level"
source = "s"
feature = "mean(x)"
window = {size = "1s"}
group = "hall-3"
unit = "m"
`, src, func(c *pipeline.Config) { c.Attest = n.attest })
	part(t, p, "level", func(one pipeline.Part) bool { return one.Count == 3 && one.Skipped >= 1 })
	n.mu.Lock()
	defer n.mu.Unlock()
	want := []attestation.Statement{
		{Group: "hall-3", Quantity: "level", Feature: "mean(x)", Unit: "m", Start: 0, End: s, Value: 2, Count: 2},
		{Group: "hall-3", Quantity: "level", Feature: "mean(x)", Unit: "m", Start: s, End: 2 * s, Value: 5, Count: 1},
		{Group: "hall-3", Quantity: "level", Feature: "mean(x)", Unit: "m", Start: 4 * s, End: 5 * s, Value: 7, Count: 1},
	}
	if len(n.kept) != len(want) {
		t.Fatalf("attested %+v, want %+v", n.kept, want)
	}
	for i := range want {
		if n.kept[i] != want[i] {
			t.Errorf("window %d: %+v, want %+v", i, n.kept[i], want[i])
		}
	}
}
