// Package mediate is a mediator: it watches the cases of a market, runs again
// what is disputed where it was drawn, and votes by commit and reveal.
//
// Cases flow in from the chain; an Executor gives the digest that it finds by
// running the job itself; commitments, reveals and tallies flow out. Nothing need
// be remembered: where a case stands is on the chain, and the salt of a vote
// follows from the mediator's key. So a mediator that was killed goes on where it
// was.
package mediate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/outage"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// ErrUnavailable marks a case whose inputs cannot be had, now or ever: the
// mediator tries again while the commit window is open, and stays silent if it
// never can.
var ErrUnavailable = errors.New("inputs of the case are not available")

// Market is what a mediator asks of the contracts; *market.Market is one.
type Market interface {
	Account() key.Address
	Seat(ctx context.Context, account key.Address) (seated bool, index uint8, err error)
	Opened(ctx context.Context, since uint64) (ids []market.CaseID, until uint64, err error)
	Case(ctx context.Context, id market.CaseID) (market.Case, error)
	Vote(ctx context.Context, id market.CaseID, index uint8) (market.Vote, error)
	DrawMediators(ctx context.Context, c market.Case) error
	Commit(ctx context.Context, c market.Case, digest, salt [32]byte) error
	Reveal(ctx context.Context, c market.Case, digest, salt [32]byte) error
	Tally(ctx context.Context, c market.Case) error
	Now(ctx context.Context) (time.Time, error)
}

// Executor runs what a case is about and gives the digest that it finds.
type Executor interface {
	Digest(ctx context.Context, c market.Case) ([32]byte, error)
}

// Config of a Mediator.
type Config struct {
	Key      *key.Key // the account's; salts follow from it
	Market   Market
	Executor Executor
	Poll     time.Duration // 0 = 2 s
	Logger   *slog.Logger  // nil = none
}

// overlap is how many blocks are looked at again, should some be reorganised.
const overlap = 64

// Mediator votes. Run does all.
type Mediator struct {
	config Config
	log    *slog.Logger
	since  uint64
	open   map[market.CaseID]*work
	done   map[market.CaseID]bool
	jobs   chan *work
}

// work is a case and what the mediator has found about it.
type work struct {
	id market.CaseID

	mu     sync.Mutex // guards the rest
	queued bool
	digest [32]byte
	found  bool
}

// New is a mediator that has looked at nothing yet.
func New(c Config) *Mediator {
	c.Poll = cmp.Or(c.Poll, 2*time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Mediator{config: c, log: c.Logger, open: map[market.CaseID]*work{}, done: map[market.CaseID]bool{}, jobs: make(chan *work, 256)}
}

// Run mediates until ctx ends. One case is executed at a time.
func (m *Mediator) Run(ctx context.Context) error {
	var worker sync.WaitGroup
	defer worker.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	worker.Go(func() { m.execute(ctx) })
	// Its pauses are random: mediators that poll in step would all send the same draws and tallies.
	watch := outage.Watch{Peer: "the chain", Poll: m.config.Poll, Log: m.log}
	return watch.Repeat(ctx, nil, m.look)
}

// look goes through the cases once.
func (m *Mediator) look(ctx context.Context) error {
	seated, index, err := m.config.Market.Seat(ctx, m.config.Market.Account())
	if err != nil {
		return err
	}
	if !seated {
		return fmt.Errorf("%s is not among the mediators: stake, and join them", m.config.Market.Account())
	}
	opened, until, err := m.config.Market.Opened(ctx, m.since)
	if err != nil {
		return err
	}
	m.since = max(until, overlap) - overlap
	for _, id := range opened {
		if m.open[id] == nil && !m.done[id] {
			m.open[id] = &work{id: id}
		}
	}
	now, err := m.config.Market.Now(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for id, w := range m.open {
		c, err := m.config.Market.Case(ctx, id)
		if err == nil {
			err = m.proceed(ctx, w, c, index, now)
		}
		// Somebody else was first, or it is too early: the next look tells.
		if err != nil && !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) {
			faults = append(faults, fmt.Errorf("case %s: %w", id, err))
		}
	}
	return errors.Join(faults...)
}

// proceed does what a case wants of this mediator now.
func (m *Mediator) proceed(ctx context.Context, w *work, c market.Case, index uint8, now time.Time) error {
	switch c.Stage {
	case market.Closed:
		delete(m.open, w.id)
		m.done[w.id] = true
		return nil
	case market.Seeding:
		return m.config.Market.DrawMediators(ctx, c)
	case market.Voting:
	default: // its block was reorganised away
		delete(m.open, w.id)
		return nil
	}
	if !c.Unvoted || now.After(c.RevealBy) {
		return m.config.Market.Tally(ctx, c)
	}
	if c.Drawn.Bit(int(index)) == 0 {
		return nil
	}
	v, err := m.config.Market.Vote(ctx, w.id, index)
	if err != nil || v.Mediator != m.config.Market.Account() || v.Level != c.Level || v.Revealed {
		return err
	}
	w.mu.Lock()
	digest, found := w.digest, w.found
	if !found && !w.queued {
		// After a restart a committed vote is executed again: its digest is the same.
		select {
		case m.jobs <- w:
			w.queued = true
		default: // many are waiting; the next look tries again
		}
	}
	w.mu.Unlock()
	switch {
	case !found:
		return nil
	case !v.Committed && !now.After(c.CommitBy):
		m.log.Info("vote committed", "case", w.id, "level", c.Level)
		return m.config.Market.Commit(ctx, c, digest, m.salt(c))
	case v.Committed && (!c.Waiting || now.After(c.CommitBy)):
		m.log.Info("vote revealed", "case", w.id, "level", c.Level, "answer", fmt.Sprintf("%x", digest[:6]), "as claimed", sha256.Sum256(digest[:]) == c.Claim)
		return m.config.Market.Reveal(ctx, c, digest, m.salt(c))
	}
	return nil
}

// salt follows from the key, the case and the level: nobody else can guess it,
// and nothing is lost with a restart.
func (m *Mediator) salt(c market.Case) [32]byte {
	signature := m.config.Key.Sign(typed.Keccak([]byte("tadpole/salt/v1\x00"), c.ID[:], []byte{c.Level}))
	return typed.Keccak(signature[:])
}

// execute runs queued cases, one at a time. One whose inputs are not to be had is
// queued again by a later look, behind the others.
func (m *Mediator) execute(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case w := <-m.jobs:
			c, err := m.config.Market.Case(ctx, w.id)
			if err == nil && c.Stage != market.Voting {
				continue // too late for it
			}
			var digest [32]byte
			if err == nil {
				digest, err = m.config.Executor.Digest(ctx, c)
			}
			if err != nil && ctx.Err() == nil {
				m.log.Warn("case not executed", "case", w.id, "error", err)
			}
			w.mu.Lock()
			w.queued, w.found, w.digest = false, err == nil, digest
			w.mu.Unlock()
		}
	}
}
