package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// A stake that was taken out is put in again, and one that is there is not.
func TestStakeReturnsAfterUnstake(t *testing.T) {
	t.Parallel()
	b := newBazaarOf(t, market.Parameters{UnstakeDelay: 5 * time.Second}, "staker")
	p := party{dir: filepath.Join(b.dir, "staker"), exchange: b.exchange, poll: 50 * time.Millisecond}
	a, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	const want = config.Amount(10_000_000_000)
	staked := func() config.Amount {
		t.Helper()
		balance, err := b.look.Balance(t.Context(), a.key.Address())
		if err != nil {
			t.Fatal(err)
		}
		return config.FromWei(balance.Staked)
	}
	for range 2 {
		if err := a.stake(t.Context(), want); err != nil || staked() != want {
			t.Fatalf("%s at stake, %v; want %s", staked(), err, want)
		}
	}
	ledger := bindings.NewLedger()
	if _, err := a.sender.Send(t.Context(), sender.Intent{ID: "leave", To: b.look.Addresses.Ledger, Data: ledger.PackRequestUnstake(want.Wei())}); err != nil {
		t.Fatal(err)
	}
	b.until("the end of the delay", func() bool {
		_, err := a.sender.Send(t.Context(), sender.Intent{ID: "an unstake", To: b.look.Addresses.Ledger, Data: ledger.PackUnstake()})
		if err != nil {
			_ = a.sender.Forget("an unstake")
		}
		return err == nil
	})
	if staked() != 0 {
		t.Fatalf("%s at stake after the unstake", staked())
	}
	if err := a.stake(t.Context(), want); err != nil || staked() != want {
		t.Errorf("%s at stake, %v; want %s again", staked(), err, want)
	}
}
