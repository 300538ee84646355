package uplink

import (
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	b := backoff{min: time.Second, max: 10 * time.Second, stable: time.Minute}
	for i, bound := range []time.Duration{1, 2, 4, 8, 10, 10} {
		if got := b.next(59 * time.Second); got < 0 || got > bound*time.Second {
			t.Errorf("wait %d is %v, want at most %v", i, got, bound*time.Second)
		}
	}
	if b.next(time.Minute); b.bound != 2*time.Second {
		t.Errorf("bound after a stable connection is %v, want 2s", b.bound)
	}
}

// Waits must spread: a fleet that draws the same ones comes back as one.
func TestBackoffSpreads(t *testing.T) {
	early := 0
	const n = 1000
	for range n {
		if b := (backoff{min: time.Minute, max: time.Minute, stable: time.Hour}); b.next(0) < 30*time.Second {
			early++
		}
	}
	if early < n/3 || early > 2*n/3 {
		t.Errorf("%d of %d waits are in the first half", early, n)
	}
}
