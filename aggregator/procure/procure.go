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
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/outage"
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

// errNoUpdate marks a result in which there is no update: not here, not for this
// server, or none at all.
var errNoUpdate = errors.New("the provider gave no update")

func opened(reply deal.ReplyKey, done buy.Done) (map[string][]byte, error) {
	outputs, err := reply.OpenAll(done.Outputs)
	if err == nil && outputs == nil {
		err = deal.ErrJob
	}
	if err != nil {
		err = fmt.Errorf("deal %s, by %s: %w: %w", done.ID, done.Deal.Resource.Provider, errNoUpdate, err)
	}
	return outputs, err
}

// dispute brings a result without an update before mediators, rather than have it
// paid when its judge window is over. It adds to the error that it did.
func (b *Buyer) dispute(ctx context.Context, done buy.Done, cause error) error {
	if done.State != market.DealSubmitted || !errors.Is(cause, errNoUpdate) && !errors.Is(cause, blob.ErrMissing) {
		return cause
	}
	if _, _, err := b.config.Market.CheckResult(ctx, done.Deal, done.Result); err != nil {
		return fmt.Errorf("%w; it was not brought before mediators: %w", cause, err)
	}
	return fmt.Errorf("%w; mediators run the task again", cause)
}

// explain says why nobody took a task.
func (b *Buyer) explain(ctx context.Context, t wire.Task, over wire.HandOver, reply deal.ReplyKey, offer market.JobOffer) string {
	active, err := b.config.Market.ActiveMediators(ctx)
	var readers readers
	var has market.Balance
	if err == nil {
		has, err = b.config.Market.Balance(ctx, b.config.Market.Account())
	}
	if most := offer.Most(); err == nil && has.Free.Cmp(most) < 0 {
		return fmt.Sprintf("the server has %s coins free in the ledger, a task can cost %s: tadpole market deposit", config.FromWei(has.Free), config.FromWei(most))
	}
	if err == nil {
		readers, err = b.readers(ctx, over)
	}
	why := ""
	if err == nil {
		why, err = b.config.Solver.Explain(ctx, offer, b.spec(t, readers, reply), active)
	}
	if err != nil {
		return fmt.Sprintf("why is not known: %v", err)
	}
	return why
}

// Run follows who registers, and sees to it that deals end whose tasks nobody
// waits for any more, until ctx ends.
func (b *Buyer) Run(ctx context.Context) error {
	watch := outage.Watch{Peer: "the chain", Poll: b.config.Poll, Log: b.log}
	return watch.Repeat(ctx, nil, b.look)
}

func (b *Buyer) look(ctx context.Context) error {
	if err := b.lookForRegistrants(ctx); err != nil {
		return err
	}
	return b.tend(ctx)
}

func (b *Buyer) lookForRegistrants(ctx context.Context) error {
	// A copy is brought up to date: the loop that asks Takes must not wait.
	b.mu.Lock()
	next := b.registrants.Clone()
	b.mu.Unlock()
	if err := next.Look(ctx, b.config.Market); err != nil {
		return err
	}
	b.mu.Lock()
	b.registrants = next
	b.mu.Unlock()
	return nil
}

// overlap is how many blocks are looked at again, should some be reorganised.
const overlap = 64

// tend brings this account's deals to their ends.
func (b *Buyer) tend(ctx context.Context) error {
	matches, until, err := b.config.Market.Matches(ctx, b.since, market.Party{Creator: b.config.Market.Account()})
	if err != nil {
		return err
	}
	for _, m := range matches {
		if _, known := b.open[m.ID]; known || b.over[m.ID] {
			continue
		}
		s, err := b.config.Market.DealStatus(ctx, m.ID)
		if err != nil {
			return err
		}
		if s.State.Over() {
			b.over[m.ID] = true
			continue
		}
		d, err := b.config.Market.Offers(ctx, m)
		if errors.Is(err, market.ErrNoDeal) {
			continue
		}
		if err != nil {
			return err
		}
		b.open[m.ID] = d
	}
	b.since = max(until, overlap) - overlap
	for id, d := range b.open {
		state, err := b.buyer.Tend(ctx, id, d)
		if err != nil {
			return err
		}
		if state.Over() {
			delete(b.open, id)
			b.over[id] = true
			b.log.Info("task's deal is over", "deal", id, "state", state)
		}
	}
	return nil
}
