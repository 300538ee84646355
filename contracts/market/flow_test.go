package market_test

import (
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

func TestRoundFromEscrowToClaim(t *testing.T) {
	for name, start := range map[string]func(*testing.T, ...key.Address) node{"embedded": embedded, "anvil": anvil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roundFromEscrowToClaim(t, start)
		})
	}
}

// A round of four leaves, all drawn, one of them false.
func roundFromEscrowToClaim(t *testing.T, start func(*testing.T, ...key.Address) node) {
	s := newScene(t, start)
	m, id, terms, ownerOf, owners, rich := s.market, s.id, s.terms, s.ownerOf, s.owners, s.rich
	ctx := t.Context()
	var all []leaf.Leaf
	var signatures []key.Signature
	for i, d := range s.devices {
		l := s.leaf(t, i)
		all, signatures = append(all, l), append(signatures, d.Sign(l.Claim()))
	}
	cheat := s.devices[2].Address()
	s.answers.answers[cheat] = leaf.Answer(blob.Hash{0xbb}, 600, 1000) // what its job really gives
	r, leaves := s.round(t, all)
	gas, err := m.CommitRound(ctx, r)
	must(t, "commit", err)
	t.Logf("gas of the round's commitment: %d", gas)
	if got, err := m.CommittedRound(ctx, id, 1); err != nil || got != r {
		t.Errorf("committed %+v, %v", got, err)
	}
	status := func() market.RoundStatus {
		s, err := m.RoundStatus(ctx, id, 1)
		must(t, "status", err)
		return s
	}
	retry(t, "draw", func() error { return m.DrawRound(ctx, r, status()) })
	for stratum, index := range market.Drawn(status().Seed, 4, terms.CheckRate) {
		must(t, "check", m.OpenCheck(ctx, r, leaves, index, signatures[index], uint32(stratum)))
	}
	s.quiet(t, 1)
	fates, err := m.Fates(ctx, id)
	must(t, "fates", err)
	for _, f := range fates {
		if want := map[bool]market.Verdict{true: market.Refuted, false: market.Upheld}[f.Device == cheat]; f.Verdict != want {
			t.Errorf("device %s: %v, want %v", f.Device, f.Verdict, want)
		}
		if f.Device == cheat && f.Slashed.Cmp(terms.Collateral.Wei()) != 0 {
			t.Errorf("slashed %v of %v", f.Slashed, terms.Collateral.Wei())
		}
	}
	if len(fates) != 4 {
		t.Fatalf("%d fates of 4 leaves", len(fates))
	}

	// Settled and claimed by proof; the cheat's owner earns nothing.
	earned := map[key.Address]*big.Int{}
	for device, owner := range ownerOf {
		if device != cheat {
			earned[owner] = terms.Fee.Wei()
		}
	}
	claims := m.Addresses.NewClaims(id, earned)
	retry(t, "settle", func() error { return m.Settle(ctx, r, claims.Root, claims.Total) })
	for _, owner := range claims.Owners() {
		cumulative, proof := claims.Earned(owner)
		before, err := m.Balance(ctx, owner)
		must(t, "balance", err)
		retry(t, "claim", func() error {
			gas, err := m.Claim(ctx, id, owner, cumulative, proof)
			if err == nil {
				t.Logf("gas of a claim among 3: %d", gas)
			}
			return err
		})
		after, err := m.Balance(ctx, owner)
		must(t, "balance", err)
		if got := new(big.Int).Sub(after.Free, before.Free); got.Cmp(terms.Fee.Wei()) != 0 {
			t.Errorf("owner %s got %v, earned %v", owner, got, terms.Fee.Wei())
		}
	}
	if _, err := m.Claim(ctx, id, ownerOf[cheat], terms.Fee.Wei(), nil); !errors.Is(err, market.ErrRefused) {
		t.Errorf("the cheat claims: %v", err)
	}

	// An owner without coins for gas withdraws through the aggregator.
	honest := claims.Owners()[0]
	w := market.Withdrawal{Account: honest, To: key.Address{0x77}, Amount: terms.Fee.Wei(), Fee: big.NewInt(1000), Nonce: 1, Expiry: uint64(time.Now().Add(time.Hour).Unix())}
	for _, k := range owners {
		if k.Address() == honest {
			w.Sign(k, m.Addresses)
		}
	}
	must(t, "relay", m.Relay(ctx, w))
	if got, err := m.Coins(ctx, w.To); err != nil || got.Cmp(new(big.Int).Sub(terms.Fee.Wei(), w.Fee)) != 0 {
		t.Errorf("withdrawn %v, %v", got, err)
	}

	// Every coin is accounted for.
	held, err := m.Held(ctx)
	must(t, "held", err)
	total, err := m.Burnt(ctx)
	must(t, "burnt", err)
	if total.Sign() == 0 {
		t.Error("nothing was burnt of the cheat's collateral")
	}
	for _, a := range append(rich, m.Addresses.Rounds, m.Addresses.Mediation, m.Addresses.Deals) {
		b, err := m.Balance(ctx, a)
		must(t, "balance", err)
		total.Add(total, b.Free).Add(total, b.Locked).Add(total, b.Staked)
	}
	if total.Cmp(held) != 0 {
		t.Errorf("the ledgers sum to %v, the contract holds %v", total, held)
	}
}
