// Package live plays the agents' jobs as real deals, on an embedded chain with
// the market's own contracts.
//
// Worlds flow in; each gets accounts of its own on one Ground. A world's Court
// makes every job a deal: offers signed and matched, a result submitted, the draw,
// mediators who commit and reveal, and the payment or the slash. What each party
// gained flows out, as its account on the ledger shows it; and each gain is
// compared with what the rules in Go give for the same decisions, to the wei.
package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/agents"
	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// ErrDiffers marks a job that the contracts paid otherwise than the rules in Go.
var ErrDiffers = errors.New("contracts and rules differ")

const (
	coins  = 1000 * config.Amount(1_000_000_000) // of each account, for gas
	purse  = 1_000_000 * agents.Fee              // a client's deposit, and a provider's and a mediator's stake, in wei
	poll   = 20 * time.Millisecond
	window = uint32(3600) // of every step that nobody is to miss, in the chain's seconds
)

// Config of a Ground.
type Config struct {
	Dir    string // of the chain and the accounts' journals
	Worlds []agents.World
	Logger *slog.Logger // nil = none
}

// Ground is a market on an embedded chain, with everybody who plays on it.
type Ground struct {
	dir    string
	chain  *chain.Chain
	bank   *account
	courts []*Court
	close  []func()
}

// account is one party.
type account struct {
	key    *key.Key
	market *market.Market
}

// Open begins a chain, deploys the contracts and brings all parties of the worlds
// onto it.
func Open(ctx context.Context, c Config) (g *Ground, err error) {
	g = &Ground{dir: c.Dir}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open a market to play on in %s: %w", c.Dir, err), g.Close())
		}
	}()
	g.bank = new(account)
	all := []*account{g.bank}
	for i, w := range c.Worlds {
		court, err := newCourt(g, i, w)
		if err != nil {
			return g, err
		}
		g.courts = append(g.courts, court)
		all = append(all, court.accounts()...)
	}
	alloc := map[key.Address]*big.Int{}
	for _, a := range all {
		if a.key, err = key.Generate(); err != nil {
			return g, err
		}
		alloc[a.key.Address()] = coins.Wei()
	}
	// Blocks come as fast as there is something to do, and run ahead of the clock.
	g.chain, err = chain.Open(chain.Config{Dir: filepath.Join(c.Dir, "chain"), Alloc: alloc, Tail: 3, Gap: poll, Idle: time.Second, Lead: 24 * time.Hour, Logger: c.Logger})
	if err != nil {
		return g, err
	}
	g.close = append(g.close, func() { _ = g.chain.Close() })
	for _, a := range all {
		if err := g.connect(ctx, a); err != nil {
			return g, err
		}
	}
	return g, g.admit(ctx)
}

// Close stops the chain and all parties.
func (g *Ground) Close() error {
	for i := len(g.close) - 1; i >= 0; i-- {
		g.close[i]()
	}
	g.close = nil
	return nil
}

// Court settles the jobs of the world with an index.
func (g *Ground) Court(world int) *Court { return g.courts[world] }

// connect gives an account its sender; the first one deploys the market.
func (g *Ground) connect(ctx context.Context, a *account) error {
	node, err := market.Dial(ctx, g.chain.URL())
	if err != nil {
		return err
	}
	g.close = append(g.close, node.Close)
	dir := filepath.Join(g.dir, a.key.Address().String())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make account's folder: %w", err)
	}
	s, err := sender.Open(ctx, sender.Config{Path: filepath.Join(dir, "transactions.db"), Key: a.key, Node: node, Poll: poll, Confirmations: 1, InFlight: 64})
	if err != nil {
		return err
	}
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(sending) }()
	g.close = append(g.close, func() { cancel(); <-done; _ = s.Close() })
	if a != g.bank {
		a.market = market.New(node, s, g.bank.market.Addresses)
		return nil
	}
	addresses, err := market.Deploy(ctx, node, s, filepath.Join(g.dir, "market.json"), market.Parameters{WindowFloor: time.Second, LeastStake: 1})
	a.market = market.New(node, s, addresses)
	return err
}

// admit funds every party, and has the mediators take their seats.
func (g *Ground) admit(ctx context.Context) error {
	bank := g.bank.market
	var steps []func() error
	total := new(big.Int)
	for _, c := range g.courts {
		for _, a := range c.clients {
			steps = append(steps, func() error {
				return bank.Deposit(ctx, "deposit/"+a.key.Address().String(), a.key.Address(), big.NewInt(purse))
			})
		}
		for _, a := range append(c.providers, c.mediators...) {
			total.Add(total, big.NewInt(purse))
			steps = append(steps, func() error {
				return bank.Stake(ctx, "stake/"+a.key.Address().String(), a.key.Address(), big.NewInt(purse))
			})
		}
	}
	if err := bank.Deposit(ctx, "deposit", bank.Account(), total); err != nil {
		return err
	}
	if err := each(steps); err != nil {
		return err
	}
	steps = nil
	for _, c := range g.courts {
		for _, a := range c.mediators {
			steps = append(steps, func() error {
				return errors.Join(a.market.Register(ctx, market.MediatorRole, "age1simulated"), a.market.JoinMediators(ctx))
			})
		}
	}
	if err := each(steps); err != nil {
		return err
	}
	for _, c := range g.courts {
		if err := c.begin(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Solvent tells whether the ledger burnt exactly what the jobs of all courts lost,
// and holds exactly what it owes to everybody together with what it burnt.
func (g *Ground) Solvent(ctx context.Context) error {
	burnt, err := g.bank.market.Burnt(ctx)
	if err != nil {
		return err
	}
	held, err := g.bank.market.Held(ctx)
	if err != nil {
		return err
	}
	owed, lost := new(big.Int).Set(burnt), new(big.Int)
	for _, c := range g.courts {
		lost.Add(lost, big.NewInt(c.burnt))
		for _, a := range c.accounts() {
			has, err := c.worth(ctx, a)
			if err != nil {
				return err
			}
			owed.Add(owed, big.NewInt(has))
		}
	}
	if burnt.Cmp(lost) != 0 || held.Cmp(owed) != 0 {
		return fmt.Errorf("%w: the ledger burnt %d wei of %d, and holds %d of %d", ErrDiffers, burnt, lost, held, owed)
	}
	return nil
}

// each runs steps side by side.
func each(steps []func() error) error {
	faults := make([]error, len(steps))
	var running sync.WaitGroup
	for i, step := range steps {
		running.Go(func() { faults[i] = step() })
	}
	running.Wait()
	return errors.Join(faults...)
}

// soon repeats what waits for a later block.
func soon(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := do()
		if !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(poll / 2):
		}
	}
}
