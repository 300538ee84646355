package market

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// Balance is what the ledger holds for an account, in wei.
type Balance struct {
	Free, Locked    *big.Int
	Staked, Exposed *big.Int // the exposed part of the stake can be slashed by open deals, rounds and cases
	Leaving         *big.Int // announced to leave the stake
}

// Balance asks the ledger.
func (m *Market) Balance(ctx context.Context, account key.Address) (b Balance, err error) {
	purse, err := view(ctx, m, m.Addresses.Ledger, m.ledger.PackBalanceOf(common.Address(account)), m.ledger.UnpackBalanceOf)
	if err != nil {
		return b, err
	}
	pledge, err := view(ctx, m, m.Addresses.Ledger, m.ledger.PackStakeOf(common.Address(account)), m.ledger.UnpackStakeOf)
	if err != nil {
		return b, err
	}
	return Balance{Free: purse.Free, Locked: purse.Locked, Staked: pledge.Staked, Exposed: pledge.Exposed, Leaving: pledge.Leaving}, nil
}

// Burnt is what slashes have burnt, in wei.
func (m *Market) Burnt(ctx context.Context) (*big.Int, error) {
	return view(ctx, m, m.Addresses.Ledger, m.ledger.PackBurnt(), m.ledger.UnpackBurnt)
}

// Held is the coins that the ledger contract holds.
func (m *Market) Held(ctx context.Context) (*big.Int, error) {
	held, err := m.node.BalanceAt(ctx, common.Address(m.Addresses.Ledger), nil)
	if err != nil {
		return nil, fmt.Errorf("ask the ledger's coins: %w", err)
	}
	return held, nil
}

// Coins are an account's own, outside of the ledger.
func (m *Market) Coins(ctx context.Context, account key.Address) (*big.Int, error) {
	coins, err := m.node.BalanceAt(ctx, common.Address(account), nil)
	if err != nil {
		return nil, fmt.Errorf("ask the coins of %s: %w", account, err)
	}
	return coins, nil
}

// Finish waits until whatever the sender began under ids with a prefix is done or
// refused, so that a balance asked for next has it in it.
func (m *Market) Finish(ctx context.Context, prefix string) error {
	if err := m.sender.Finish(ctx, prefix); err != nil {
		return fmt.Errorf("finish %s: %w", prefix, err)
	}
	return nil
}

// Deposit adds coins of the sender's to an account's free balance.
func (m *Market) Deposit(ctx context.Context, id string, account key.Address, amount *big.Int) error {
	_, err := m.send(ctx, id, m.Addresses.Ledger, m.ledger.PackDeposit(common.Address(account)), amount)
	return err
}

// Stake moves the sender's free balance to an account's stake.
func (m *Market) Stake(ctx context.Context, id string, account key.Address, amount *big.Int) error {
	_, err := m.send(ctx, id, m.Addresses.Ledger, m.ledger.PackStakeFor(common.Address(account), amount), nil)
	return err
}

// Withdraw sends the sender's free balance out as coins.
func (m *Market) Withdraw(ctx context.Context, id string, to key.Address, amount *big.Int) error {
	_, err := m.send(ctx, id, m.Addresses.Ledger, m.ledger.PackWithdraw(common.Address(to), amount), nil)
	return err
}

// Withdrawal is an account's signed wish to have free balance sent out, which
// anybody may bring to the chain for the fee in it: an owner needs no coins.
type Withdrawal struct {
	Account   key.Address   `json:"account"`
	To        key.Address   `json:"to"`
	Amount    *big.Int      `json:"amount"` // wei
	Fee       *big.Int      `json:"fee"`    // of it, to whoever brings it
	Nonce     uint64        `json:"nonce"`
	Expiry    uint64        `json:"expiry"` // Unix seconds
	Signature key.Signature `json:"signature"`
}

// Sign puts the account's signature on it.
func (w *Withdrawal) Sign(k *key.Key, a Addresses) {
	word := func(v *big.Int) (b [32]byte) { v.FillBytes(b[:]); return b }
	domain := typed.Domain{Name: "Tadpole Ledger", Version: "1", Chain: a.Chain, Contract: a.Ledger}
	w.Signature = k.Sign(domain.Digest("Withdrawal(address account,address to,uint256 amount,uint256 fee,uint256 nonce,uint256 expiry)",
		typed.Address(w.Account), typed.Address(w.To), word(w.Amount), word(w.Fee), typed.Uint(w.Nonce), typed.Uint(w.Expiry)))
}

// Relay brings a signed withdrawal to the chain and earns its fee.
func (m *Market) Relay(ctx context.Context, w Withdrawal) error {
	data := m.ledger.PackWithdrawBySig(common.Address(w.Account), common.Address(w.To), w.Amount, w.Fee,
		new(big.Int).SetUint64(w.Nonce), new(big.Int).SetUint64(w.Expiry), w.Signature[:])
	_, err := m.attempt(ctx, fmt.Sprintf("withdraw/%s/%d", w.Account, w.Nonce), m.Addresses.Ledger, data)
	return err
}
