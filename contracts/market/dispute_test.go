package market_test

import (
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// An aggregator settles with a root that pays one owner less: a watcher disputes
// it, mediators work the right one out from the evidence, the aggregator is
// slashed, and the right root can be claimed against at once. A right root that
// is disputed stands, at the challenger's expense.
func TestFalseClaimsRootIsCorrected(t *testing.T) {
	t.Parallel()
	s := newScene(t, embedded, func(terms *market.Terms) {
		terms.CheckRate, terms.CheckWindow, terms.ClaimsWindow = 2500, 40*time.Second, 2*time.Minute
	})
	ctx, fee := t.Context(), s.terms.Fee.Wei()
	watcher := s.node.party(s.stranger(t, key.Address{}), &s.market.Addresses)
	earned := map[key.Address]*big.Int{}

	// settled commits a round, has its drawn leaf checked, and settles it.
	settled := func(n uint32, cheat int, claims func() market.Claims) {
		t.Helper()
		var all []leaf.Leaf
		for i := range s.devices {
			if n > 1 && i == 2 {
				continue // expelled
			}
			l := s.leaf(t, i)
			l.Round = n
			f, err := s.market.Federation(ctx, s.id)
			must(t, "federation", err)
			l.BaseModel = f.Head
			all = append(all, l)
		}
		signature := map[key.Address]key.Signature{}
		for _, d := range s.devices {
			for _, l := range all {
				if l.Device == d.Address() {
					signature[l.Device] = d.Sign(l.Claim())
				}
			}
		}
		if cheat >= 0 {
			s.answers.answers[s.devices[cheat].Address()] = leaf.Answer([32]byte{0xbb}, 600, 1000)
		}
		leaves := encode(all...)
		r := s.over(t, n, leaves)
		_, err := s.market.CommitRound(ctx, r)
		must(t, "commit", err)
		if cheat >= 0 {
			must(t, "check by hand", watcher.OpenCheck(ctx, r, leaves, uint32(cheat), signature[all[cheat].Device], market.ByHand))
		}
		status := func() market.RoundStatus {
			status, err := s.market.RoundStatus(ctx, s.id, n)
			must(t, "status", err)
			return status
		}
		retry(t, "draw", func() error { return s.market.DrawRound(ctx, r, status()) })
		for stratum, index := range market.Drawn(status().Seed, r.Count, s.terms.CheckRate) {
			must(t, "check", s.market.OpenCheck(ctx, r, leaves, index, signature[all[index].Device], uint32(stratum)))
		}
		s.quiet(t, n)
		for i, l := range all {
			if i != cheat {
				if earned[l.Owner] == nil {
					earned[l.Owner] = new(big.Int)
				}
				earned[l.Owner].Add(earned[l.Owner], fee)
			}
		}
		c := claims()
		retry(t, "settle", func() error { return s.market.Settle(ctx, r, c.Root, c.Total) })
	}

	var right market.Claims
	victim := s.ownerOf[s.devices[0].Address()]
	settled(1, 2, func() market.Claims {
		right = s.market.Addresses.NewClaims(s.id, earned)
		short := map[key.Address]*big.Int{}
		for owner, amount := range earned {
			short[owner] = amount
		}
		short[victim] = new(big.Int).Sub(fee, big.NewInt(1))
		return s.market.Addresses.NewClaims(s.id, short)
	})
	before, err := s.market.Federation(ctx, s.id)
	must(t, "federation", err)
	if err := watcher.CorrectClaims(ctx, s.id, right); !errors.Is(err, market.ErrRefused) {
		t.Errorf("corrected a root that nobody refuted: %v", err)
	}
	must(t, "dispute", watcher.DisputeClaims(ctx, s.id))
	if err := s.market.DisputeClaims(ctx, s.id); !errors.Is(err, market.ErrRefused) {
		t.Errorf("disputed twice: %v", err)
	}
	f := s.decided(t)
	if !f.PendingUntil.IsZero() || f.Found != right.Digest() || f.Bonded || f.Bond.Cmp(before.Bond) >= 0 {
		t.Fatalf("after the dispute: pending until %v, found %x (the right root's is %x), bond %v of %v", f.PendingUntil, f.Found, right.Digest(), f.Bond, before.Bond)
	}
	if err := watcher.CorrectClaims(ctx, s.id, s.market.Addresses.NewClaims(s.id, map[key.Address]*big.Int{victim: right.Total})); !errors.Is(err, market.ErrRefused) {
		t.Errorf("corrected to another root than mediators found: %v", err)
	}
	must(t, "correct", watcher.CorrectClaims(ctx, s.id, right))
	claim := func(owner key.Address, claims market.Claims, want *big.Int) {
		t.Helper()
		before, err := s.market.Balance(ctx, owner)
		must(t, "balance", err)
		cumulative, proof := claims.Earned(owner)
		_, err = s.market.Claim(ctx, s.id, owner, cumulative, proof)
		must(t, "claim", err)
		after, err := s.market.Balance(ctx, owner)
		must(t, "balance", err)
		if got := new(big.Int).Sub(after.Free, before.Free); got.Cmp(want) != 0 {
			t.Errorf("owner %s got %v, want %v", owner, got, want)
		}
	}
	claim(victim, right, fee)

	// The next root is right, over both rounds, and is disputed for nothing.
	must(t, "bond", s.market.Bond(ctx, s.id))
	settled(2, -1, func() market.Claims { right = s.market.Addresses.NewClaims(s.id, earned); return right })
	challenger, err := watcher.Balance(ctx, watcher.Account())
	must(t, "balance", err)
	must(t, "dispute", watcher.DisputeClaims(ctx, s.id))
	if f := s.decided(t); !f.Upheld || f.PendingRoot != right.Root || !f.Bonded {
		t.Fatalf("a right root was disputed: %+v", f)
	}
	paid, err := watcher.Balance(ctx, watcher.Account())
	must(t, "balance", err)
	if got := new(big.Int).Sub(challenger.Free, paid.Free); got.Sign() <= 0 {
		t.Errorf("the challenger of a right root paid %v", got)
	}
	claim(victim, right, fee)
}
