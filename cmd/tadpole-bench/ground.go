package main

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/mediate"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// coin is one of the chain's own in gwei.
const coin = config.Amount(1_000_000_000)

// ground is a market on an embedded chain with the demonstration's settings, and
// three mediators who know every job's answer: mediation is not what is measured.
type ground struct {
	dir     string
	url     string
	market  *market.Market // the deployer's
	pool    *big.Int       // of mediators
	close   []func()
	mu      sync.Mutex // guards answers
	answers map[any][32]byte
}

// openGround begins a market; the given accounts have coins beside its own.
func openGround(ctx context.Context, dir string, rich ...*key.Key) (g *ground, err error) {
	g = &ground{dir: dir, answers: map[any][32]byte{}}
	defer func() {
		if err != nil {
			g.end()
		}
	}()
	deployer, err := key.Generate()
	if err != nil {
		return g, err
	}
	alloc := map[key.Address]*big.Int{deployer.Address(): (100_000 * coin).Wei()}
	var mediators []*key.Key
	for range 3 {
		k, err := key.Generate()
		if err != nil {
			return g, err
		}
		mediators = append(mediators, k)
	}
	for _, k := range append(rich, mediators...) {
		alloc[k.Address()] = (1000 * coin).Wei()
	}
	c, err := chain.Open(chain.Config{Dir: filepath.Join(dir, "chain"), Alloc: alloc, Idle: time.Second, Lead: 24 * time.Hour})
	if err != nil {
		return g, err
	}
	g.close, g.url = append(g.close, func() { _ = c.Close() }), c.URL()
	if g.market, err = g.party(ctx, deployer); err != nil {
		return g, err
	}
	if err := g.fund(ctx, g.market, 5000*coin, 1000*coin); err != nil {
		return g, err
	}
	for _, k := range mediators {
		m, err := g.party(ctx, k)
		if err != nil {
			return g, err
		}
		if err := errors.Join(g.fund(ctx, m, 500*coin, 500*coin), m.Register(ctx, market.MediatorRole, "age1bench"), m.JoinMediators(ctx)); err != nil {
			return g, err
		}
		mediating, cancel := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = mediate.New(mediate.Config{Key: k, Market: m, Executor: g, Poll: 200 * time.Millisecond}).Run(mediating)
		}()
		g.close = append(g.close, func() { cancel(); <-done })
	}
	g.pool, err = g.market.ActiveMediators(ctx)
	return g, err
}

// end stops all of it, the last first.
func (g *ground) end() {
	for i := len(g.close) - 1; i >= 0; i-- {
		g.close[i]()
	}
}

// party opens the market for a key; the first one deploys it.
func (g *ground) party(ctx context.Context, k *key.Key) (*market.Market, error) {
	node, err := market.Dial(ctx, g.url)
	if err != nil {
		return nil, err
	}
	g.close = append(g.close, node.Close)
	dir := filepath.Join(g.dir, k.Address().String())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s, err := sender.Open(ctx, sender.Config{Path: filepath.Join(dir, "transactions.db"), Key: k, Node: node, Poll: 100 * time.Millisecond, Confirmations: 2, InFlight: 64})
	if err != nil {
		return nil, err
	}
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(sending) }()
	g.close = append(g.close, func() { cancel(); <-done; _ = s.Close() })
	if g.market != nil {
		return market.New(node, s, g.market.Addresses), nil
	}
	a, err := market.Deploy(ctx, node, s, filepath.Join(dir, "market.json"), market.Parameters{WindowFloor: time.Second, UnstakeDelay: 30 * 24 * time.Hour})
	return market.New(node, s, a), err
}

// fund deposits coins of an account's, and stakes part of them.
func (g *ground) fund(ctx context.Context, m *market.Market, deposit, stake config.Amount) error {
	if err := m.Deposit(ctx, "deposit", m.Account(), deposit.Wei()); err != nil {
		return err
	}
	return m.Stake(ctx, "stake", m.Account(), stake.Wei())
}

// know tells the mediators what a job gives: of a deal by its id, of a device by
// its address.
func (g *ground) know(what any, answer [32]byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answers[what] = answer
}

// Digest implements mediate.Executor.
func (g *ground) Digest(ctx context.Context, c market.Case) ([32]byte, error) {
	var what any = market.DealID(c.Subject)
	if c.Source == g.market.Addresses.Rounds {
		about, _, err := g.market.RoundCase(ctx, c.ID)
		if err != nil {
			return [32]byte{}, err
		}
		what = about.Device
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	answer, found := g.answers[what]
	if !found {
		return answer, mediate.ErrUnavailable
	}
	return answer, nil
}

// retry repeats what comes too early.
func retry(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		err := do()
		if !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// each does n things, 128 at a time.
func each(n int, do func(i int) error) error {
	faults := make([]error, n)
	slots := make(chan struct{}, 128)
	var running sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		running.Go(func() { faults[i] = do(i); <-slots })
	}
	running.Wait()
	return errors.Join(faults...)
}
