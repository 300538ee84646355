// Package procure buys the tasks that devices hand over: each is a deal of the
// market, for the price that the server's operator allows.
//
// A task and its data, encrypted by the device to the providers and mediators whom
// its owner trusts, flow in; an offer flows out to a solver, and what the provider
// found flows back, checked against the chain and, where the operator wants it, by
// mediators first. The server cannot read the data, nor strangers the update. What
// is bought is remembered by the chain: a deal's nonce follows from its task, so
// that a server which was killed finds it there, and pays once.
package procure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// ErrTrust marks a task that nobody may run whom its owner trusts.
var ErrTrust = errors.New("whom the data's owner trusts is not to be had")

// Terms are what a task is bought for.
type Terms struct {
	Price        *big.Int      // wei, the most that is paid
	MatchFee     *big.Int      // wei, to the solver
	MediatorFee  *big.Int      // wei, to each mediator if the result is checked
	CheckRate    uint16        // basis points of results that are executed again
	Multiple     uint16        // least collateral, in multiples of the price
	Mediators    uint8         // asked first
	Check        bool          // every update is run again by mediators before it counts
	Fuel         uint64        // units of work at most; 0 = 2^40
	SubmitWithin time.Duration // from the match; 0 = as long as the task may run, a minute at least
	JudgeWithin  time.Duration // from the result
	VoteWithin   time.Duration // each, for mediators to run the job and to reveal
	Valid        time.Duration // how long a provider is looked for; 0 = 5 min
}

// Config of a Buyer.
type Config struct {
	Key    *key.Key // of the account that pays
	Market *market.Market
	Solver *solve.Client
	Terms  Terms
	Poll   time.Duration // 0 = 2 s
	Logger *slog.Logger  // nil = none
}

// Buyer buys. Run must run meanwhile.
type Buyer struct {
	config Config
	log    *slog.Logger
	buyer  buy.Buyer

	mu          sync.Mutex // guards the rest
	registrants market.Registrants

	// Run's alone.
	since uint64
	open  map[market.DealID]market.Deal
	over  map[market.DealID]bool
}

// New is a buyer that has looked at nothing yet.
func New(c Config) *Buyer {
	c.Poll, c.Terms.Fuel, c.Terms.Valid = cmp.Or(c.Poll, 2*time.Second), cmp.Or(c.Terms.Fuel, 1<<40), cmp.Or(c.Terms.Valid, 5*time.Minute)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Buyer{config: c, log: c.Logger, open: map[market.DealID]market.Deal{}, over: map[market.DealID]bool{},
		buyer: buy.Buyer{Key: c.Key, Addresses: c.Market.Addresses, Market: c.Market, Solver: c.Solver, Poll: c.Poll}}
}

// Provider is what tasks name as theirs.
func (b *Buyer) Provider() string { return wire.ProviderMarket }

// Takes tells whether one of the recipients is a provider of the market's.
func (b *Buyer) Takes(trusted []string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, recipient := range trusted {
		if r, found := b.registrants.Of(recipient); found && r.Roles&market.Provider != 0 {
			return true
		}
	}
	return false
}

// Train buys a task, and gives what its provider found.
func (b *Buyer) Train(ctx context.Context, t wire.Task, over wire.HandOver, module, model, data []byte) (update, metrics []byte, fuel uint64, err error) {
	log := b.log.With("federation", t.Federation, "round", t.Round, "device", t.Device)
	name := nameOf(over)
	reply := replyKey(b.config.Key, name)
	done, err := b.buyer.Once(ctx, buy.Named{
		Nonce: name, Check: b.config.Terms.Check,
		Order: func(ctx context.Context) (buy.Order, error) {
			return b.order(ctx, t, over, reply, module, model, data)
		},
		Report: func(d buy.Done) {
			log.Info("task's deal", "deal", d.ID, "state", d.State, "provider", d.Deal.Resource.Provider, "price", config.FromWei(d.Deal.Ceiling()))
		},
	})
	if errors.Is(err, buy.ErrUnmatched) {
		err = fmt.Errorf("%w: %s", err, b.explain(ctx, t, over, reply, done.Deal.Job))
	}
	var outputs map[string][]byte
	if err == nil {
		outputs, err = opened(reply, done)
	}
	if err != nil {
		err = b.dispute(ctx, done, err)
		return nil, nil, 0, fmt.Errorf("buy task %s of %s: %w", over.Task.Short(), t.Device, err)
	}
	log.Info("task bought", "deal", done.ID, "provider", done.Deal.Resource.Provider, "price", config.FromWei(done.Deal.Ceiling()), "fuel", done.Result.Fuel, "state", done.State)
	return outputs["update.bin"], outputs["metrics.bin"], done.Result.Fuel, nil
}
