// Package town is a market on an embedded chain and parties who live there, for
// the tests of whoever takes part in one.
//
// A test flows in; accounts with coins, stakes and journals flow out. Everything is
// real but the chain's clock, which runs ahead.
package town

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Coin is one coin of the chain's.
const Coin = config.Amount(1_000_000_000)

// rich is how many accounts have coins.
const rich = 16

// Town is one market.
type Town struct {
	Addresses market.Addresses
	Log       *slog.Logger // into the test's output

	t    *testing.T
	url  string
	keys []*key.Key
}

// Party is an account that can be ended and begun again in its directory.
type Party struct {
	Key    *key.Key
	Dir    string
	Market *market.Market
	End    func()
}

// New deploys a market in which no window is too short.
func New(t *testing.T) *Town {
	t.Helper()
	w := &Town{t: t, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	alloc := map[key.Address]*big.Int{}
	for range rich {
		k, err := key.Generate()
		if err != nil {
			t.Fatal(err)
		}
		w.keys = append(w.keys, k)
		alloc[k.Address()] = (1000 * Coin).Wei()
	}
	c, err := chain.Open(chain.Config{Dir: t.TempDir(), Alloc: alloc, Gap: 20 * time.Millisecond, Idle: 100 * time.Millisecond, Lead: 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	w.url = c.URL()
	w.Party() // the deployer
	return w
}

// URL is the chain's node.
func (w *Town) URL() string { return w.url }

// Party begins a new account's, with coins.
func (w *Town) Party() *Party {
	w.t.Helper()
	if len(w.keys) == 0 {
		w.t.Fatal("no account with coins is left")
	}
	k := w.keys[0]
	w.keys = w.keys[1:]
	return w.begin(k, w.t.TempDir())
}

// Again begins a party again that was ended.
func (w *Town) Again(p *Party) *Party { return w.begin(p.Key, p.Dir) }

func (w *Town) begin(k *key.Key, dir string) *Party {
	w.t.Helper()
	node, err := market.Dial(w.t.Context(), w.url)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s, err := sender.Open(ctx, sender.Config{Path: filepath.Join(dir, "journal.db"), Key: k, Node: node, Poll: 20 * time.Millisecond, Confirmations: 3})
	if err != nil {
		w.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	if w.Addresses.Chain == 0 {
		w.Addresses, err = market.Deploy(w.t.Context(), node, s, filepath.Join(dir, "market.json"), market.Parameters{WindowFloor: time.Second, UnstakeDelay: time.Hour})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	p := &Party{Key: k, Dir: dir, Market: market.New(node, s, w.Addresses)}
	p.End = sync.OnceFunc(func() { cancel(); <-done; _ = s.Close(); node.Close() })
	w.t.Cleanup(p.End)
	return p
}

// Stake puts coins of parties into the ledger, and as many at stake.
func (w *Town) Stake(parties ...*Party) {
	w.t.Helper()
	faults := make([]error, len(parties))
	var staking sync.WaitGroup
	for i, p := range parties {
		staking.Go(func() {
			ctx := w.t.Context()
			faults[i] = errors.Join(p.Market.Deposit(ctx, "deposit", p.Key.Address(), (200*Coin).Wei()), p.Market.Stake(ctx, "stake", p.Key.Address(), (100*Coin).Wei()))
		})
	}
	staking.Wait()
	if err := errors.Join(faults...); err != nil {
		w.t.Fatal(err)
	}
}

// Mediators gives parties who have joined the registry, in its order.
func (w *Town) Mediators(count int) []*Party {
	w.t.Helper()
	var list []*Party
	for range count {
		list = append(list, w.Party())
	}
	w.Stake(list...)
	for i, p := range list {
		if err := errors.Join(p.Market.Register(w.t.Context(), market.MediatorRole, fmt.Sprintf("age1test%d", i)), p.Market.JoinMediators(w.t.Context())); err != nil {
			w.t.Fatal(err)
		}
	}
	return list
}

// Run has something run until the function that it gives is called, or the test
// ends.
func (w *Town) Run(f func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(ctx); err != nil {
			w.t.Error(err)
		}
	}()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	w.t.Cleanup(stop)
	return stop
}

// Await waits until something holds.
func (w *Town) Await(what string, holds func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("waited in vain for %s", what)
		}
	}
}
