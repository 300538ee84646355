// Package settle puts the rounds of federations that pay onto the chain and gets
// their owners paid.
//
//	create -> join -> commit -> draw -> check -> settle -> claim
//
// Finished rounds flow in from the aggregator, transactions flow out through a
// market.Market. Where each round stands is on the chain and nowhere else: a
// Settler that was killed looks, and goes on. It implements aggregator.Market.
package settle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Source is what a Settler asks of the aggregator.
type Source interface {
	List(ctx context.Context) ([]aggregator.Status, error)
	Config(name string) (federation.Federation, error)
	History(name string, after uint32, limit int) ([]aggregator.Round, error)
	Evidence(ctx context.Context, name string, round uint32) (blob.Hash, error)
	Release(ctx context.Context, name string, round uint32) error
	Candidates(ctx context.Context, name string) ([]aggregator.Candidate, error)
	AskToJoin(ctx context.Context, device key.Address, m wire.Join) error
}

// Config of a Settler.
type Config struct {
	Market     *market.Market
	Module     blob.Hash     // the training kernel's
	VoteWindow time.Duration // of mediators, to commit and to reveal; 0 = 10 minutes
	Poll       time.Duration // 0 = 1 s
	Logger     *slog.Logger  // nil = none
}

// Settler settles. Run does all; its other methods are safe for concurrent use.
type Settler struct {
	config Config
	log    *slog.Logger

	mu          sync.Mutex // guards what follows
	federations map[string]*settlement
}

// settlement is one federation on its way. Run's goroutine alone writes it, under
// the Settler's lock.
type settlement struct {
	config  federation.Federation
	id      blob.Hash
	created bool
	members map[key.Address]market.Member
	pending map[key.Address]*Pending
	asked   map[key.Address]time.Time
	rounds  []*roundRecord // from the first on
	claims  map[blob.Hash]market.Claims
	fates   map[fate]market.Fate
	judged  bool // verdicts were read since the start
	closed  bool
	fault   error // of the last look
}

type fate struct {
	round  uint32
	device key.Address
}

// roundRecord is a finished round and where it stands on the chain.
type roundRecord struct {
	history aggregator.Round
	onChain market.Round
	status  market.RoundStatus
	gas     uint64 // of its commitment, as far as this process sent it
	settled bool
	checked map[uint32]bool // drawn leaves whose check was opened, by index
}

// New is a Settler that has looked at nothing yet.
func New(c Config) *Settler {
	c.VoteWindow, c.Poll = cmp.Or(c.VoteWindow, 10*time.Minute), cmp.Or(c.Poll, time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Settler{config: c, log: c.Logger, federations: map[string]*settlement{}}
}

var _ aggregator.Market = (*Settler)(nil)

// Contract is the one that holds rounds.
func (s *Settler) Contract() wire.Market {
	a := s.config.Market.Addresses
	return wire.Market{Chain: a.Chain, Contract: a.Rounds}
}

// Run settles until ctx ends.
func (s *Settler) Run(ctx context.Context, source Source) error {
	ticker := time.NewTicker(s.config.Poll)
	defer ticker.Stop()
	for {
		if err := s.look(ctx, source); err != nil && ctx.Err() == nil {
			s.log.Warn("settlement", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// look brings every federation that pays one step on.
func (s *Settler) look(ctx context.Context, source Source) error {
	list, err := source.List(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for _, status := range list {
		f, err := source.Config(status.Name)
		if err != nil {
			return err
		}
		if !f.Fees.Paid() {
			continue
		}
		on := s.settlement(f)
		err = s.proceed(ctx, source, on, status.Ended())
		s.mu.Lock()
		on.fault = err
		s.mu.Unlock()
		if err != nil {
			faults = append(faults, fmt.Errorf("federation %s: %w", f.Name, err))
		}
	}
	return errors.Join(faults...)
}

func (s *Settler) settlement(f federation.Federation) *settlement {
	s.mu.Lock()
	defer s.mu.Unlock()
	on := s.federations[f.Name]
	if on == nil {
		on = &settlement{config: f, members: map[key.Address]market.Member{}, pending: map[key.Address]*Pending{}, asked: map[key.Address]time.Time{},
			claims: map[blob.Hash]market.Claims{}, fates: map[fate]market.Fate{}}
		s.federations[f.Name] = on
	}
	return on
}

// proceed does what a federation wants now. What came too early, or was done by
// somebody else, is no fault: the next look tells.
func (s *Settler) proceed(ctx context.Context, source Source, on *settlement, ended bool) error {
	steps := []func() error{
		func() error { return s.create(ctx, on) },
		func() error { return s.recruit(ctx, source, on) },
		func() error { return s.advance(ctx, source, on) },
	}
	if ended {
		steps = append(steps, func() error { return s.finish(ctx, on) })
	}
	for _, step := range steps {
		if err := step(); err != nil && !errors.Is(err, market.ErrNotYet) {
			return err
		}
	}
	return nil
}

// create escrows the budget, once.
func (s *Settler) create(ctx context.Context, on *settlement) error {
	if on.created {
		return nil
	}
	m := s.config.Market
	id, err := m.FederationID(ctx, on.config.ID())
	if err != nil {
		return err
	}
	f, err := m.Federation(ctx, id)
	if err != nil {
		return err
	}
	if !f.Exists {
		terms, err := s.terms(ctx, on.config)
		if err != nil {
			return err
		}
		if err := s.provide(ctx, on.config.Name, terms); err != nil {
			return err
		}
		if _, err := m.Create(ctx, terms); err != nil {
			return err
		}
		s.log.Info("budget escrowed", "federation", on.config.Name, "budget", terms.Budget, "collateral", terms.Collateral)
	}
	s.mu.Lock()
	on.id, on.created = id, true
	s.mu.Unlock()
	return nil
}

// terms are what the chain is told of a federation.toml.
func (s *Settler) terms(ctx context.Context, f federation.Federation) (market.Terms, error) {
	architecture, err := f.Architecture()
	if err != nil {
		return market.Terms{}, err
	}
	configuration, err := wire.Marshal(f)
	if err != nil {
		return market.Terms{}, err
	}
	pool, err := s.config.Market.ActiveMediators(ctx)
	if err != nil {
		return market.Terms{}, err
	}
	if seats := seats(pool); seats < f.Fees.Mediators {
		return market.Terms{}, fmt.Errorf("the market has %d mediators, fees.mediators asks for %d: wait for more to join: %w", seats, f.Fees.Mediators, market.ErrNotYet)
	}
	var project blob.Hash
	if f.Fees.Project != "" {
		project = blob.Sum([]byte(f.Fees.Project))
	}
	window := time.Duration(f.Fees.ChallengeWindow)
	return market.Terms{Name: f.ID(), Fee: f.Fees.PerUpdate, Collateral: f.Fees.DeviceCollateral(), AggregatorStake: f.Fees.PerUpdate * config.Amount(10*f.Cohort.Size),
		Module: s.config.Module, Configuration: blob.Sum(configuration), Model: blob.Sum(plan.Init(architecture, f.Seed).Encode()), Project: project,
		Pool: pool, MediatorFee: f.Fees.CheckFee, CheckRate: uint16(f.Fees.CheckRate*10000 + 0.5), Mediators: uint8(f.Fees.Mediators),
		CheckWindow: window, SettleWindow: max(window, 24*time.Hour), ClaimsWindow: window,
		CommitWindow: s.config.VoteWindow, RevealWindow: s.config.VoteWindow, Budget: f.Fees.Budget}, nil
}

func seats(pool *big.Int) (n int) {
	for i := range 256 {
		n += int(pool.Bit(i))
	}
	return n
}

// provide moves free balance into the aggregator's stake and makes sure that the
// budget is there.
func (s *Settler) provide(ctx context.Context, name string, t market.Terms) error {
	m := s.config.Market
	b, err := m.Balance(ctx, m.Account())
	if err != nil {
		return err
	}
	stake := new(big.Int).Sub(t.AggregatorStake.Wei(), new(big.Int).Sub(b.Staked, b.Exposed))
	if stake.Sign() < 0 {
		stake.SetUint64(0)
	}
	if need := new(big.Int).Add(stake, t.Budget.Wei()); b.Free.Cmp(need) < 0 {
		missing := config.FromWei(new(big.Int).Sub(need, b.Free)) + 1
		return fmt.Errorf("%s coins are missing in the ledger for its budget and stake: run `tadpole market deposit %s`: %w", missing, missing, market.ErrNotYet)
	}
	if stake.Sign() == 0 {
		return nil
	}
	return m.Stake(ctx, "stake/"+name, m.Account(), stake)
}

// finish closes a federation whose rounds are all settled, and takes back what is
// left of its budget.
func (s *Settler) finish(ctx context.Context, on *settlement) error {
	if on.closed || !on.created {
		return nil
	}
	for _, r := range on.rounds {
		if !r.settled {
			return nil
		}
	}
	f, err := s.config.Market.Federation(ctx, on.id)
	if err != nil {
		return err
	}
	now, err := s.config.Market.Now(ctx)
	if err != nil {
		return err
	}
	// The last root can be disputed until then. After that it need not wait for an
	// owner to claim: taking the budget back makes it active too.
	if !f.PendingUntil.IsZero() && !now.After(f.PendingUntil) {
		return nil
	}
	if err := s.config.Market.CloseFederation(ctx, on.id); err != nil && !errors.Is(err, market.ErrRefused) {
		return err
	}
	if err := s.config.Market.Reclaim(ctx, on.id); err != nil {
		if errors.Is(err, market.ErrRefused) {
			return nil // its windows are open
		}
		return err
	}
	s.log.Info("budget returned", "federation", on.config.Name)
	s.mu.Lock()
	on.closed = true
	s.mu.Unlock()
	return nil
}
