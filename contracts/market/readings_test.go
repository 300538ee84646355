package market_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// An account commits itself to one root of a window, for good; others to theirs.
func TestReadingsAreCommittedOnce(t *testing.T) {
	t.Parallel()
	deployer, other := newKey(t), newKey(t)
	n := embedded(t, deployer.Address(), other.Address())
	one := n.party(deployer, nil)
	two := n.party(other, &one.Addresses)
	ctx := t.Context()
	window := market.Measured{Subject: blob.Sum([]byte("air")), Start: -60e9, End: 1_700_000_000e9}
	root, another := blob.Sum([]byte("root")), blob.Sum([]byte("another"))
	committed := func(as *market.Market, of market.Measured, want blob.Hash) {
		t.Helper()
		c, err := one.Committed(ctx, as.Account(), of)
		if must(t, "look", err); c.Root != want || c.Time.IsZero() != want.IsZero() {
			t.Errorf("%s has committed to %+v, want %s", as.Account(), c, want)
		}
	}
	committed(one, window, blob.Hash{})
	first, err := one.CommitReading(ctx, window, root)
	must(t, "commit", err)
	if first.Root != root || time.Since(first.Time).Abs() > 2*time.Hour {
		t.Errorf("committed %+v", first)
	}
	again, err := one.CommitReading(ctx, window, root)
	if must(t, "commit again", err); again != first {
		t.Errorf("committed again %+v, want %+v", again, first)
	}
	if _, err := one.CommitReading(ctx, window, another); !errors.Is(err, market.ErrCommitted) || !strings.Contains(err.Error(), root.String()) {
		t.Errorf("another root of the window: error %v, want %v", err, market.ErrCommitted)
	}
	committed(one, window, root)
	committed(two, window, blob.Hash{})
	_, err = two.CommitReading(ctx, window, another)
	must(t, "commit another's", err)
	committed(two, window, another)
	committed(one, window, root)
	next := window
	next.Start++
	committed(one, next, blob.Hash{})
	if _, err := one.CommitReading(ctx, next, blob.Hash{}); !errors.Is(err, market.ErrRefused) || !strings.Contains(err.Error(), "NoRoot") {
		t.Errorf("no root: error %v, want %v", err, market.ErrRefused)
	}

	old := one.Addresses
	old.Readings = market.Addresses{}.Readings
	if _, err := n.party(newKey(t), &old).Committed(ctx, one.Account(), window); !errors.Is(err, market.ErrNoReadings) {
		t.Errorf("a market without the contract: error %v, want %v", err, market.ErrNoReadings)
	}
}
