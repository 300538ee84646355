// Package solve is a solver: the place where creators and providers post signed
// offers, and who joins the cheapest pair that fits on the chain, for the match
// fees of both.
//
// Signed offers and content-addressed blobs flow in over HTTP, requests of
// contracts from the chain; matches flow out to the Deals contract. A solver can
// alter nothing in an offer and holds nobody's money. What it remembers are the
// offers and blobs in its directory; whether an offer still stands is on the
// chain. So one that was killed goes on where it was. Server and Client are the
// two ends.
package solve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/big"
	"path/filepath"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/outage"
)

// Market is what a Solver asks of the contracts; *market.Market is one.
type Market interface {
	Account() key.Address
	MatchOffers(ctx context.Context, job market.SignedJob, resource market.SignedResource) (market.DealID, uint64, error)
	MatchEscrowed(ctx context.Context, job market.JobOffer, resource market.SignedResource) (market.DealID, uint64, error)
	NonceUsed(ctx context.Context, account key.Address, nonce *big.Int) (bool, error)
	Escrowed(ctx context.Context, job market.JobOffer) (bool, error)
	Requested(ctx context.Context, since uint64) ([]market.Request, uint64, error)
	RequestStatus(ctx context.Context, id *big.Int) (market.RequestStatus, error)
	Matches(ctx context.Context, since uint64, of market.Party) ([]market.Match, uint64, error)
	Outcomes(ctx context.Context, since uint64) (map[market.DealID]market.Outcome, uint64, error)
	Offers(ctx context.Context, match market.Match) (market.Deal, error)
	Submission(ctx context.Context, id market.DealID) (market.Result, bool, error)
	Balance(ctx context.Context, account key.Address) (market.Balance, error)
	ActiveMediators(ctx context.Context) (*big.Int, error)
	Now(ctx context.Context) (time.Time, error)
}

var _ Market = (*market.Market)(nil)

// Config of a Solver.
type Config struct {
	Dir       string // of its offers and blobs
	Addresses market.Addresses
	Node      string // URL of the chain's node, for parties that name none
	Market    Market
	LeastFee  *big.Int      // wei of match fees that a match must earn; nil = 0
	Callback  uint32        // gas, the most that a request's callback may ask for: who matches it pays for it; 0 = 500 000
	MaxBlob   int64         // bytes of one blob; 0 = 256 MiB
	MaxStore  int64         // bytes of all blobs; 0 = 16 GiB
	Keep      time.Duration // of a blob that no open offer or deal names (any more); 0 = 24 h
	Tidy      time.Duration // between deletions of blobs; 0 = 10 min
	Poll      time.Duration // 0 = 2 s
	Logger    *slog.Logger  // nil = none
}

// retryAfter is how long a pair that the contract refused is left alone.
const retryAfter = 30 * time.Second

// Solver matches. Run does it; Handler takes offers meanwhile.
type Solver struct {
	config Config
	log    *slog.Logger
	book   *book
	blobs  *shelf
	wake   chan struct{}

	// The rest is Run's alone.
	since   uint64
	refused map[market.DealID]time.Time
	deals   deals
	groups  map[group]*takers // of the jobs that waited at the last look
}

// Open opens or begins a solver's directory.
func Open(c Config) (*Solver, error) {
	c.Poll, c.MaxBlob, c.MaxStore = cmp.Or(c.Poll, 2*time.Second), cmp.Or(c.MaxBlob, 256<<20), cmp.Or(c.MaxStore, 16<<30)
	c.Keep, c.Tidy = cmp.Or(c.Keep, 24*time.Hour), cmp.Or(c.Tidy, 10*time.Minute)
	c.Callback = cmp.Or(c.Callback, 500_000)
	if c.LeastFee == nil {
		c.LeastFee = new(big.Int)
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	b, err := openBook(filepath.Join(c.Dir, "offers"), c.Addresses)
	if err != nil {
		return nil, err
	}
	blobs, err := openShelf(filepath.Join(c.Dir, "blobs"), c.MaxStore)
	if err != nil {
		return nil, err
	}
	return &Solver{config: c, log: c.Logger, book: b, blobs: blobs, wake: make(chan struct{}, 1), refused: map[market.DealID]time.Time{}, deals: deals{open: map[market.DealID]market.Deal{}}, groups: map[group]*takers{}}, nil
}

// Run matches until ctx ends.
func (s *Solver) Run(ctx context.Context) error {
	watch := outage.Watch{Peer: "the chain", Poll: s.config.Poll, Log: s.log}
	return watch.Repeat(ctx, s.wake, s.look)
}

// pair is a match that is to be made.
type pair struct {
	job      job
	resource resource
}

// look goes through the book once.
func (s *Solver) look(ctx context.Context) error {
	if err := s.requests(ctx); err != nil {
		return err
	}
	if err := s.sweep(ctx); err != nil {
		return err
	}
	if err := s.tidy(ctx, time.Now()); err != nil {
		return err
	}
	pairs, err := s.pairs(ctx)
	if err != nil {
		return err
	}
	var matching sync.WaitGroup
	faults := make([]error, len(pairs))
	for i, p := range pairs {
		matching.Go(func() { faults[i] = s.match(ctx, p) })
	}
	matching.Wait()
	for i, err := range faults {
		id := market.Deal{Job: pairs[i].job.Offer, Resource: pairs[i].resource.Offer}.ID(s.config.Addresses)
		if errors.Is(err, market.ErrRefused) {
			s.refused[id] = time.Now()
			s.log.Info("pair refused", "deal", id, "error", err)
			faults[i] = nil
		}
	}
	return errors.Join(faults...)
}

// sweep drops the offers that can be matched no more.
func (s *Solver) sweep(ctx context.Context) error {
	now, err := s.config.Market.Now(ctx)
	if err != nil {
		return err
	}
	for id, at := range s.refused {
		if time.Since(at) > retryAfter {
			delete(s.refused, id)
		}
	}
	jobs, resources := s.book.lists()
	for _, j := range jobs {
		waits := false
		if j.Escrowed {
			waits, err = s.config.Market.Escrowed(ctx, j.Offer)
		} else {
			waits, err = s.stands(ctx, j.Offer.Creator, j.Offer.Nonce)
		}
		if err != nil {
			return err
		}
		if !waits || expired(j.Offer.Expiry, now) {
			if err := s.book.drop(j.Offer.Digest(s.config.Addresses)); err != nil {
				return err
			}
		}
	}
	for _, r := range resources {
		waits, err := s.stands(ctx, r.Offer.Provider, r.Offer.Nonce)
		if err != nil {
			return err
		}
		if !waits || expired(r.Offer.Expiry, now) {
			if err := s.book.drop(r.Offer.Digest(s.config.Addresses)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Solver) stands(ctx context.Context, account key.Address, nonce *big.Int) (bool, error) {
	used, err := s.config.Market.NonceUsed(ctx, account, nonce)
	return !used, err
}

func expired(at uint64, now time.Time) bool { return now.Unix() >= 0 && uint64(now.Unix()) >= at }

// pairs finds a provider for each job that has one, each offer once.
func (s *Solver) pairs(ctx context.Context) (list []pair, err error) {
	active, err := s.config.Market.ActiveMediators(ctx)
	if err != nil {
		return nil, err
	}
	jobs, resources := s.book.lists()
	machines := s.machines(ctx, resources)
	taken := map[nonce]bool{}
	replicas := map[group]*takers{}
	for _, j := range jobs {
		if taken[nonceOf(j.Offer.Creator, j.Offer.Nonce)] {
			continue
		}
		spec, err := s.ready(ctx, j.Offer, s.blobs.has)
		if err != nil {
			s.log.Debug("job is not ready", "creator", j.Offer.Creator, "error", err)
			continue
		}
		takers, err := s.takers(ctx, replicas, j.Offer, spec)
		if err != nil {
			return nil, err
		}
		for _, r := range candidates(j, spec, resources, machines, active) {
			d := market.Deal{Job: j.Offer, Resource: r.Offer}
			_, refused := s.refused[d.ID(s.config.Addresses)]
			if refused || takers.has(r.Offer.Provider) || taken[nonceOf(r.Offer.Provider, r.Offer.Nonce)] || fee(j.Offer, r.Offer).Cmp(s.config.LeastFee) < 0 {
				continue
			}
			if err := s.able(ctx, d, j.Escrowed); errors.Is(err, errUnfit) {
				s.log.Debug("pair cannot pay", "error", err)
				continue
			} else if err != nil {
				return nil, err
			}
			taken[nonceOf(j.Offer.Creator, j.Offer.Nonce)], taken[nonceOf(r.Offer.Provider, r.Offer.Nonce)] = true, true
			takers.add(r.Offer.Provider)
			list = append(list, pair{j, r})
			break
		}
	}
	maps.DeleteFunc(s.groups, func(g group, _ *takers) bool { return replicas[g] == nil })
	return list, nil
}

// nonce is one of an account's: offers that share it exclude each other.
type nonce struct {
	account key.Address
	number  [32]byte
}

func nonceOf(account key.Address, number *big.Int) (n nonce) {
	n.account = account
	number.FillBytes(n.number[:])
	return n
}

// ready tells a job's limits, once every blob that it takes is here; check asks
// the shelf for one.
func (s *Solver) ready(ctx context.Context, j market.JobOffer, check func(blob.Hash) error) (deal.Spec, error) {
	spec, files, err := deal.Inputs(ctx, s.blobs, j)
	if err != nil {
		return spec, err
	}
	for name, h := range files {
		if err := check(h); err != nil {
			return spec, fmt.Errorf("input %q: %w", name, err)
		}
	}
	for what, h := range map[string]blob.Hash{"module": j.Module, "list of inputs": j.Inputs, "description": j.Spec} {
		if err := check(h); err != nil {
			return spec, fmt.Errorf("%s: %w", what, err)
		}
	}
	return spec, nil
}

// machines reads what the providers' machines can do.
func (s *Solver) machines(ctx context.Context, list []resource) map[[32]byte]deal.Capabilities {
	machines := map[[32]byte]deal.Capabilities{}
	for _, r := range list {
		encoded, err := s.blobs.Get(ctx, r.Offer.Capabilities)
		if err != nil {
			continue
		}
		if c, err := deal.DecodeCapabilities(encoded); err == nil {
			machines[r.Offer.Capabilities] = c
		}
	}
	return machines
}

func (s *Solver) able(ctx context.Context, d market.Deal, escrowed bool) error {
	creator, err := s.funds(ctx, d.Job.Creator)
	if err != nil {
		return err
	}
	provider, err := s.funds(ctx, d.Resource.Provider)
	if err != nil {
		return err
	}
	if escrowed {
		creator.free = d.Job.Most() // it is locked already
	}
	return able(d, creator, provider)
}

func (s *Solver) funds(ctx context.Context, account key.Address) (funds, error) {
	b, err := s.config.Market.Balance(ctx, account)
	if err != nil {
		return funds{}, err
	}
	return funds{free: b.Free, stake: new(big.Int).Sub(b.Staked, b.Exposed)}, nil
}

func (s *Solver) match(ctx context.Context, p pair) error {
	var id market.DealID
	var gas uint64
	var err error
	if p.job.Escrowed {
		id, gas, err = s.config.Market.MatchEscrowed(ctx, p.job.Offer, p.resource.SignedResource)
	} else {
		id, gas, err = s.config.Market.MatchOffers(ctx, p.job.SignedJob, p.resource.SignedResource)
	}
	if err != nil {
		return err
	}
	s.log.Info("matched", "deal", id, "creator", p.job.Offer.Creator, "provider", p.resource.Offer.Provider, "fee", fee(p.job.Offer, p.resource.Offer), "gas", gas)
	return errors.Join(s.book.drop(p.job.Offer.Digest(s.config.Addresses)), s.book.drop(p.resource.Offer.Digest(s.config.Addresses)))
}
