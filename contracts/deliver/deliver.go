// Package deliver brings jobs that contracts asked for to their end: it calls the
// contracts back with what came of them.
//
// Requests and deals flow in from the chain; callbacks flow out, and before them
// the expiry of a deal whose provider vanished, or the finalization that it left
// undone, since a contract watches no clock. A Deliverer serves the requests that
// its account matched as a solver, for the fee that this earned it. Nothing need be
// remembered: what is delivered is on the chain.
package deliver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/outage"
)

// Market is what a Deliverer asks of the contracts; *market.Market is one.
type Market interface {
	Account() key.Address
	Requested(ctx context.Context, since uint64) ([]market.Request, uint64, error)
	Delivered(ctx context.Context, since uint64) ([]*big.Int, error)
	DealOf(ctx context.Context, job market.JobOffer) (market.DealID, bool, error)
	DealStatus(ctx context.Context, id market.DealID) (market.DealStatus, error)
	MatchOf(ctx context.Context, id market.DealID) (market.Match, error)
	Offers(ctx context.Context, match market.Match) (market.Deal, error)
	Submission(ctx context.Context, id market.DealID) (market.Result, bool, error)
	Expire(ctx context.Context, d market.Deal) (uint64, error)
	Finalize(ctx context.Context, d market.Deal, result market.Result, s market.DealStatus) (uint64, error)
	Deliver(ctx context.Context, r market.Request, result market.Result) (uint64, error)
	Now(ctx context.Context) (time.Time, error)
}

var _ Market = (*market.Market)(nil)

// Config of a Deliverer.
type Config struct {
	Market Market
	Grace  time.Duration // that a provider has after each deadline to end its deal itself; 0 = 1 min
	Poll   time.Duration // 0 = 2 s
	Logger *slog.Logger  // nil = none
}

// overlap is how many blocks are looked at again, should some be reorganised.
const overlap = 64

// Deliverer delivers. Run does all.
type Deliverer struct {
	config Config
	log    *slog.Logger

	// The rest is Run's alone.
	since uint64
	open  map[string]market.Request // by id
	done  map[string]bool           // seen since, and not to be opened again
}

// New is a Deliverer that has looked at nothing yet.
func New(c Config) *Deliverer {
	c.Grace, c.Poll = cmp.Or(c.Grace, time.Minute), cmp.Or(c.Poll, 2*time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Deliverer{config: c, log: c.Logger, open: map[string]market.Request{}, done: map[string]bool{}}
}

// Run delivers until ctx ends.
func (d *Deliverer) Run(ctx context.Context) error {
	watch := outage.Watch{Peer: "the chain", Poll: d.config.Poll, Log: d.log}
	return watch.Repeat(ctx, nil, d.look)
}

// look goes through the open requests once.
func (d *Deliverer) look(ctx context.Context) error {
	now, err := d.config.Market.Now(ctx)
	if err != nil {
		return err
	}
	if err := d.discover(ctx); err != nil {
		return err
	}
	var faults []error
	for id, r := range d.open {
		over, err := d.proceed(ctx, r, now)
		if over {
			delete(d.open, id)
			d.done[id] = true
		}
		// Somebody else was first, or it is too early: the next look tells.
		if err != nil && !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) {
			faults = append(faults, fmt.Errorf("request %s: %w", id, err))
		}
	}
	return errors.Join(faults...)
}

// discover takes new requests in and lets go of those that are delivered.
func (d *Deliverer) discover(ctx context.Context) error {
	list, until, err := d.config.Market.Requested(ctx, d.since)
	if err != nil {
		return err
	}
	delivered, err := d.config.Market.Delivered(ctx, d.since)
	if err != nil {
		return err
	}
	for _, r := range list {
		if id := r.ID.String(); !d.done[id] {
			d.open[id] = r
		}
	}
	for _, id := range delivered {
		delete(d.open, id.String())
		d.done[id.String()] = true
	}
	d.since = max(until, overlap) - overlap
	return nil
}

// proceed does what a request wants now; over tells that this account has nothing
// to do for it any more.
func (d *Deliverer) proceed(ctx context.Context, r market.Request, now time.Time) (over bool, err error) {
	id, matched, err := d.config.Market.DealOf(ctx, r.Job)
	if err != nil {
		return false, err
	}
	if !matched {
		// Whoever asked gets its money back by giveUp; nobody is paid for that here.
		return now.Unix() > 0 && uint64(now.Unix()) > r.Job.Expiry, nil
	}
	match, err := d.config.Market.MatchOf(ctx, id)
	if err != nil {
		return false, err
	}
	if match.Solver != d.config.Market.Account() {
		return true, nil
	}
	s, err := d.config.Market.DealStatus(ctx, id)
	if err != nil {
		return false, err
	}
	if s.State.Over() {
		return false, d.deliver(ctx, r, id, s) // its event ends it, lest a reorganised block take it back
	}
	return false, d.urge(ctx, match, s, now)
}

func (d *Deliverer) deliver(ctx context.Context, r market.Request, id market.DealID, s market.DealStatus) error {
	result, _, err := d.config.Market.Submission(ctx, id)
	if err != nil {
		return err
	}
	gas, err := d.config.Market.Deliver(ctx, r, result)
	if err == nil {
		d.log.Info("request delivered", "request", r.ID, "deal", id, "state", s.State, "gas", gas)
	}
	return err
}

// urge ends a deal whose provider does not.
func (d *Deliverer) urge(ctx context.Context, match market.Match, s market.DealStatus, now time.Time) error {
	late := s.State == market.DealAgreed && now.After(s.SubmitBy.Add(d.config.Grace))
	if !late && s.State != market.DealSubmitted {
		return nil
	}
	offers, err := d.config.Market.Offers(ctx, match)
	if err != nil {
		return err
	}
	if late {
		_, err := d.config.Market.Expire(ctx, offers)
		return err
	}
	if judged := s.Submitted.Add(time.Duration(offers.Job.JudgeWindow) * time.Second); !now.After(judged.Add(d.config.Grace)) {
		return nil
	}
	result, found, err := d.config.Market.Submission(ctx, match.ID)
	if err != nil || !found {
		return err
	}
	_, err = d.config.Market.Finalize(ctx, offers, result, s)
	return err
}
