// Package provide is a provider: it offers its machine at a solver, runs the jobs
// that it is matched with, submits what it found and collects its pay.
//
// Deals flow in from the chain, jobs as blobs from the solver; a Runner runs them;
// outputs flow out to the solver, results and finalizations to the chain. Nothing
// need be remembered: where a deal stands is on the chain, offers use the lowest
// nonces that no deal has used, and a job gives the same again. So a provider
// that was killed goes on where it was, and never has more offers out than slots.
package provide

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/outage"
)

// Market is what a provider asks of the contracts; *market.Market is one.
type Market interface {
	Account() key.Address
	FreeNonces(ctx context.Context, account key.Address, count int) ([]*big.Int, error)
	ActiveMediators(ctx context.Context) (*big.Int, error)
	Matches(ctx context.Context, since uint64, of market.Party) ([]market.Match, uint64, error)
	Offers(ctx context.Context, match market.Match) (market.Deal, error)
	DealStatus(ctx context.Context, id market.DealID) (market.DealStatus, error)
	Submit(ctx context.Context, id market.DealID, result market.Result) (uint64, error)
	Submission(ctx context.Context, id market.DealID) (market.Result, bool, error)
	Finalize(ctx context.Context, d market.Deal, result market.Result, s market.DealStatus) (uint64, error)
	Expire(ctx context.Context, d market.Deal) (uint64, error)
	Publish(ctx context.Context, request *big.Int, d market.Deal, uri string) (uint64, error)
	Now(ctx context.Context) (time.Time, error)
}

var _ Market = (*market.Market)(nil)

// Solver is where offers are posted and blobs lie; *solve.Client is one.
type Solver interface {
	deal.Store
	PostResource(ctx context.Context, offer market.SignedResource) error
	URL(h blob.Hash) string // where others fetch a blob
}

// Terms are what a provider offers for a job.
type Terms struct {
	Machine   deal.Capabilities
	Price     *big.Int      // wei, for a job of fixed price
	Rate      *big.Int      // wei per million units of fuel; 0 = takes no metered job
	MatchFee  *big.Int      // wei, to the solver
	Multiple  uint16        // collateral, in multiples of the price
	Mediators *big.Int      // bitmap of those it trusts; nil = all that are active
	Valid     time.Duration // of one offer; 0 = 1 h
}

// Config of a Provider.
type Config struct {
	Key       *key.Key // the account's
	Addresses market.Addresses
	Market    Market
	Solver    Solver
	Runner    deal.Runner
	Opener    deal.Opener // opens what is sealed to this provider; nil = it runs no sealed jobs
	Terms     Terms
	// Machine gives what the provider can take now, at each offer; nil = Terms.Machine
	// always. While it fails nothing new is offered.
	Machine func(ctx context.Context) (deal.Capabilities, error)
	Slots   int           // deals at a time, running or offered; 0 = 1
	Workers int           // jobs that run at a time; 0 = 1
	Poll    time.Duration // 0 = 2 s
	Logger  *slog.Logger  // nil = none
}

// overlap is how many blocks are looked at again, should some be reorganised.
const overlap = 64

// Provider provides. Run does all.
type Provider struct {
	config Config
	log    *slog.Logger
	jobs   chan *work

	// The rest is Run's alone.
	since  uint64
	open   map[market.DealID]*work
	done   map[market.DealID]bool
	posted map[string]time.Time // by nonce: when the chain's time makes the offer worthless
}

// work is a deal and what the provider has found for it.
type work struct {
	id   market.DealID
	deal market.Deal
	// Run's alone.
	idle  bool          // handed in: its slot is free
	shown bool          // a contract's request: where the outputs are is on the chain, or was refused
	over  chan struct{} // closed when the deal is

	mu     sync.Mutex // guards the rest
	queued bool
	faults int       // times that it was not executed
	next   time.Time // not to be tried before
	found  bool
	result market.Result
}

// Between attempts to execute a job that met an accident.
const (
	firstPause = time.Second // doubled by each
	mostPause  = time.Minute
)

// New is a provider that has looked at nothing yet.
func New(c Config) *Provider {
	c.Poll, c.Slots, c.Workers, c.Terms.Valid = cmp.Or(c.Poll, 2*time.Second), cmp.Or(c.Slots, 1), cmp.Or(c.Workers, 1), cmp.Or(c.Terms.Valid, time.Hour)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Provider{config: c, log: c.Logger, jobs: make(chan *work, 256), open: map[market.DealID]*work{}, done: map[market.DealID]bool{}, posted: map[string]time.Time{}}
}

// Run provides until ctx ends.
func (p *Provider) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range p.config.Workers {
		workers.Go(func() { p.execute(ctx) })
	}
	watch := outage.Watch{Peer: "the chain or the solver", Poll: p.config.Poll, Log: p.log}
	return watch.Repeat(ctx, nil, p.look)
}

// look goes through the deals once and keeps free slots on offer.
func (p *Provider) look(ctx context.Context) error {
	now, err := p.config.Market.Now(ctx)
	if err != nil {
		return err
	}
	if err := p.discover(ctx); err != nil {
		return err
	}
	var faults []error
	for _, w := range p.open {
		err := p.proceed(ctx, w, now)
		// Somebody else was first, or it is too early: the next look tells.
		if err != nil && !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) {
			faults = append(faults, fmt.Errorf("deal %s: %w", w.id, err))
		}
	}
	return errors.Join(append(faults, p.offer(ctx, now))...)
}

// discover takes new deals of this provider's in.
func (p *Provider) discover(ctx context.Context) error {
	matches, until, err := p.config.Market.Matches(ctx, p.since, market.Party{Provider: p.config.Market.Account()})
	if err != nil {
		return err
	}
	for _, m := range matches {
		if p.open[m.ID] != nil || p.done[m.ID] {
			continue
		}
		s, err := p.config.Market.DealStatus(ctx, m.ID)
		if err != nil {
			return err
		}
		if s.State.Over() {
			p.done[m.ID] = true
			continue
		}
		d, err := p.config.Market.Offers(ctx, m)
		if errors.Is(err, market.ErrNoDeal) {
			p.log.Error("a deal's offers are not on the chain", "deal", m.ID, "error", err)
			p.done[m.ID] = true
			continue
		}
		if err != nil {
			return err
		}
		p.log.Info("deal made", "deal", m.ID, "creator", m.Creator, "state", s.State)
		p.open[m.ID] = &work{id: m.ID, deal: d, over: make(chan struct{})}
	}
	p.since = max(until, overlap) - overlap
	return nil
}

// proceed does what a deal wants of its provider now.
func (p *Provider) proceed(ctx context.Context, w *work, now time.Time) error {
	s, err := p.config.Market.DealStatus(ctx, w.id)
	if err != nil {
		return err
	}
	w.idle = s.State >= market.DealSubmitted
	switch {
	case s.State.Over():
		p.log.Info("deal over", "deal", w.id, "state", s.State)
		p.forget(w)
		p.done[w.id] = true
	case s.State == market.NoDeal: // its block was reorganised away
		p.forget(w)
	case s.State == market.DealAgreed && now.After(s.SubmitBy):
		_, err = p.config.Market.Expire(ctx, w.deal) // or the rest of the collateral stays reserved
	case s.State == market.DealAgreed:
		return p.submit(ctx, w)
	case s.State == market.DealSubmitted && !w.shown:
		return p.publish(ctx, w)
	case s.State == market.DealSubmitted && now.After(s.Submitted.Add(time.Duration(w.deal.Job.JudgeWindow)*time.Second)):
		result, found, err := p.config.Market.Submission(ctx, w.id)
		if err != nil || !found {
			return err
		}
		gas, err := p.config.Market.Finalize(ctx, w.deal, result, s)
		if err == nil {
			p.log.Info("deal finalized", "deal", w.id, "gas", gas)
		}
		return err
	}
	return err
}

// forget lets go of a deal; a job of it that still runs, or waits, is ended.
func (p *Provider) forget(w *work) {
	delete(p.open, w.id)
	close(w.over)
}

func (p *Provider) submit(ctx context.Context, w *work) error {
	w.mu.Lock()
	result, found := w.result, w.found
	if !found && !w.queued && !time.Now().Before(w.next) {
		select {
		case p.jobs <- w:
			w.queued = true
		default: // many are waiting; the next look tries again
		}
	}
	w.mu.Unlock()
	if !found {
		return nil
	}
	gas, err := p.config.Market.Submit(ctx, w.id, result)
	if err == nil {
		p.log.Info("result submitted", "deal", w.id, "digest", result.Digest.Short(), "fuel", result.Fuel, "gas", gas)
	}
	return err
}

// publish tells the contract that asked for a job where the outputs are, before
// the outcome is delivered to it.
func (p *Provider) publish(ctx context.Context, w *work) error {
	w.shown = true
	id, is := w.deal.Job.RequestID()
	if !is {
		return nil
	}
	result, found, err := p.config.Market.Submission(ctx, w.id)
	if err == nil && found {
		_, err = p.config.Market.Publish(ctx, id, w.deal, p.config.Solver.URL(result.Digest))
	}
	// Where it is refused, the offer only looks like a request, or was delivered.
	w.shown = err == nil && found || errors.Is(err, market.ErrRefused)
	return err
}

// execute runs queued jobs, one at a time. Outputs are at the solver before their
// digest is submitted: a creator who cannot fetch them would have to dispute.
func (p *Provider) execute(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case w := <-p.jobs:
			result, err := p.run(ctx, w)
			if err != nil && ctx.Err() == nil {
				p.log.Warn("job not executed", "deal", w.id, "error", err)
			}
			w.mu.Lock()
			w.queued, w.found, w.result = false, err == nil, result
			if err != nil {
				w.next = time.Now().Add(min(firstPause<<min(w.faults, 16), mostPause))
				w.faults++
			}
			w.mu.Unlock()
		}
	}
}

// run executes a deal's job, until the deal is over.
func (p *Provider) run(ctx context.Context, w *work) (market.Result, error) {
	select {
	case <-w.over:
		return market.Result{}, deal.ErrOver
	default:
	}
	running, end := context.WithCancelCause(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-w.over:
			end(deal.ErrOver)
		case <-running.Done():
		}
	})
	defer watching.Wait()
	defer end(nil)
	result, outputs, err := deal.Execute(running, p.config.Solver, p.config.Opener, p.config.Runner, "deal-"+w.id.String(), w.deal.Job)
	if err == nil {
		err = deal.Keep(running, p.config.Solver, outputs)
	}
	return result, err
}

// offer keeps as many offers out as there are free slots.
func (p *Provider) offer(ctx context.Context, now time.Time) error {
	busy := 0
	for _, w := range p.open {
		if !w.idle {
			busy++
		}
	}
	free := p.config.Slots - busy
	if free <= 0 {
		return nil
	}
	nonces, err := p.config.Market.FreeNonces(ctx, p.config.Market.Account(), free)
	if err != nil {
		return err
	}
	for _, n := range nonces {
		// A fresh offer before the last one ends: never a moment without.
		if until, out := p.posted[n.String()]; out && now.Before(until.Add(-p.config.Terms.Valid/4)) {
			continue
		}
		if err := p.post(ctx, n, now.Add(p.config.Terms.Valid)); err != nil {
			return fmt.Errorf("post offer %v: %w", n, err)
		}
		p.posted[n.String()] = now.Add(p.config.Terms.Valid)
	}
	return nil
}

func (p *Provider) post(ctx context.Context, nonce *big.Int, until time.Time) error {
	t := p.config.Terms
	trusted := t.Mediators
	if trusted == nil {
		var err error
		if trusted, err = p.config.Market.ActiveMediators(ctx); err != nil {
			return err
		}
	}
	if p.config.Machine != nil {
		var err error
		if t.Machine, err = p.config.Machine(ctx); err != nil {
			return err
		}
	}
	machine, err := p.config.Solver.Put(ctx, t.Machine.Encode())
	if err != nil {
		return err
	}
	offer := market.ResourceOffer{Provider: p.config.Market.Account(), Capabilities: machine, Price: t.Price, Rate: t.Rate, MatchFee: t.MatchFee,
		Multiple: t.Multiple, Mediators: trusted, Nonce: nonce, Expiry: uint64(until.Unix())}
	return p.config.Solver.PostResource(ctx, offer.Sign(p.config.Key, p.config.Addresses))
}
