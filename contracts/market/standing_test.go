package market_test

import (
	"context"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// An owner with nothing but receipts finds which of its updates were left out,
// altered or withheld, and is paid for each, once.
func TestOwnerContestsByReceipts(t *testing.T) {
	t.Parallel()
	s := newScene(t, embedded, func(terms *market.Terms) {
		terms.CheckWindow, terms.RevealWindow = 10*time.Minute, 5*time.Second
	})
	ctx := t.Context()
	var l [4]leaf.Leaf
	for i := range l {
		l[i] = s.leaf(t, i)
	}
	receipt := func(l leaf.Leaf) leaf.Receipt {
		signature := s.aggregator.Sign(l.Receipt())
		return leaf.Receipt{Leaf: l.Encode(), Signature: signature[:]}
	}
	altered := l[2]
	altered.Samples = 1
	r, leaves := s.round(t, []leaf.Leaf{l[0], altered}) // l[1] and l[3] are left out
	shown := func(_ context.Context, _ market.Round) ([][]byte, error) { return leaves, nil }
	hidden := func(_ context.Context, _ market.Round) ([][]byte, error) { return nil, blob.ErrMissing }
	// Somebody with coins, for whoever the owners are.
	watcher := s.node.party(s.stranger(t, key.Address{}), &s.market.Addresses)
	stand := func(i int, from market.Leaves, want market.Standing, open bool) market.Contested {
		t.Helper()
		c, err := watcher.Stand(ctx, receipt(l[i]), from)
		must(t, "stand", err)
		if c.Standing != want || c.Until.IsZero() == open {
			t.Errorf("update %d: %q until %v, want %q", i, c.Standing, c.Until, want)
		}
		return c
	}
	contest := func(what string, c market.Contested, want bool) {
		t.Helper()
		if must(t, what, watcher.Contest(ctx, c)); c.Actionable() != want {
			t.Errorf("%s: actionable %v, want %v", what, !want, want)
		}
	}
	before := map[key.Address]market.Balance{}
	for _, x := range l {
		b, err := s.market.Balance(ctx, x.Owner)
		must(t, "balance", err)
		before[x.Owner] = b
	}

	contest("not committed", stand(0, shown, market.Uncommitted, false), false)
	_, err := s.market.CommitRound(ctx, r)
	must(t, "commit", err)
	contest("included", stand(0, shown, market.Included, false), false)
	contest("omitted", stand(1, shown, market.Omitted, true), true)
	contest("proven", stand(1, shown, market.Compensated, false), false)
	contest("altered", stand(2, shown, market.Altered, true), true)
	contest("proven", stand(2, shown, market.Compensated, false), false)
	contest("withheld", stand(3, hidden, market.Withheld, true), true)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		c, err := watcher.Stand(ctx, receipt(l[3]), hidden)
		must(t, "stand", err)
		if c.Standing == market.Unanswered {
			contest("unanswered", c, true)
			break
		}
		if c.Standing != market.Demanded || time.Now().After(deadline) {
			t.Fatalf("a demanded update: %q", c.Standing)
		}
	}
	contest("compensated", stand(3, hidden, market.Compensated, false), false)
	for i, x := range l {
		b, err := s.market.Balance(ctx, x.Owner)
		must(t, "balance", err)
		got := b.Free.Sub(b.Free, before[x.Owner].Free)
		if i == 0 || x.Owner == watcher.Account() {
			continue // it is paid by the claims, or deposited
		}
		if got.Cmp(s.terms.Fee.Wei()) != 0 {
			t.Errorf("owner of update %d got %v, its fee is %v", i, got, s.terms.Fee.Wei())
		}
	}
	forged := receipt(l[0])
	forged.Signature[3]++
	if c, err := watcher.Stand(ctx, forged, shown); err == nil {
		t.Errorf("a forged receipt stands: %+v", c)
	}
}
