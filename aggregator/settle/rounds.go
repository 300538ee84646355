package settle

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// advance brings each round of a federation one step on, in their order.
func (s *Settler) advance(ctx context.Context, source Source, on *settlement) error {
	if !on.created {
		return nil
	}
	// Verdicts first: what rounds settled before a restart came to depends on them.
	if err := s.judge(ctx, on); err != nil {
		return err
	}
	if err := s.learn(ctx, source, on); err != nil {
		return err
	}
	for _, r := range on.rounds {
		if r.settled {
			continue
		}
		if err := s.step(ctx, source, on, r); err != nil {
			return fmt.Errorf("round %d: %w", r.history.Round, err)
		}
		if r.status.State == market.NoRound {
			break // the next ones build on it
		}
	}
	return s.defend(ctx, on)
}

// learn takes finished rounds in. Those settled before a restart are known by
// their state on the chain.
func (s *Settler) learn(ctx context.Context, source Source, on *settlement) error {
	after := uint32(0)
	if n := len(on.rounds); n > 0 {
		after = on.rounds[n-1].history.Round
	}
	for {
		rounds, err := source.History(on.config.Name, after, 100)
		if err != nil {
			return err
		}
		for _, h := range rounds {
			after = h.Round
			if len(h.Leaves) == 0 {
				continue // nothing to be paid
			}
			r := &roundRecord{history: h, checked: map[uint32]bool{}}
			if r.status, err = s.config.Market.RoundStatus(ctx, on.id, h.Round); err != nil {
				return err
			}
			r.settled = r.status.State > market.Committed
			if r.status.State != market.NoRound {
				if r.onChain, err = s.config.Market.CommittedRound(ctx, on.id, h.Round); err != nil {
					return err
				}
			}
			s.mu.Lock()
			on.rounds = append(on.rounds, r)
			s.mu.Unlock()
			if r.settled {
				s.account(on, len(on.rounds))
			}
		}
		if len(rounds) < 100 {
			return nil
		}
	}
}

// judge reads what mediators found.
func (s *Settler) judge(ctx context.Context, on *settlement) error {
	open := !on.judged
	for _, r := range on.rounds {
		open = open || !r.settled && r.status.Checks > 0
	}
	if !open {
		return nil
	}
	fates, err := s.config.Market.Fates(ctx, on.id)
	if err != nil {
		return err
	}
	on.judged = true
	for _, f := range fates {
		at := fate{f.Round, f.Device}
		// An upheld leaf that was compensated since earns nothing more.
		if before, known := on.fates[at]; known && (before.Verdict != market.Upheld || f.Verdict != market.NoVerdict) {
			continue
		}
		s.mu.Lock()
		on.fates[at] = f
		if f.Verdict == market.Refuted {
			on.members[f.Device] = market.Member{}
		}
		s.mu.Unlock()
		switch f.Verdict {
		case market.NoVerdict:
			s.log.Warn("update compensated from the stake", "federation", on.config.Name, "round", f.Round, "device", f.Device)
		case market.Refuted, market.Unresolved, market.NonDeterministic:
			s.log.Warn("update "+f.Verdict.String(), "federation", on.config.Name, "round", f.Round, "device", f.Device)
		}
	}
	return nil
}

// step brings one round on.
func (s *Settler) step(ctx context.Context, source Source, on *settlement, r *roundRecord) error {
	m := s.config.Market
	status, err := m.RoundStatus(ctx, on.id, r.history.Round)
	if err != nil {
		return err
	}
	s.mu.Lock()
	r.status = status
	s.mu.Unlock()
	switch {
	case status.State == market.NoRound:
		return s.commit(ctx, source, on, r)
	case status.State > market.Committed:
		return s.close(ctx, source, on, r)
	case status.Seed == [32]byte{}:
		return m.DrawRound(ctx, r.onChain, status)
	}
	return s.check(ctx, source, on, r)
}

func (s *Settler) commit(ctx context.Context, source Source, on *settlement, r *roundRecord) error {
	h := r.history
	evidence, err := source.Evidence(ctx, on.config.Name, h.Round)
	if err != nil {
		return err
	}
	s.mu.Lock()
	r.onChain = market.Round{Federation: on.id, Round: h.Round, Base: h.Base, Model: h.Model, Root: h.Root, Count: uint32(len(h.Leaves)), Evidence: evidence}
	s.mu.Unlock()
	gas, err := s.config.Market.CommitRound(ctx, r.onChain)
	if err != nil {
		return err
	}
	s.mu.Lock()
	r.gas = gas
	s.mu.Unlock()
	s.log.Info("round committed", "federation", on.config.Name, "round", h.Round, "leaves", len(h.Leaves), "gas", gas)
	return nil
}

// check opens the checks of drawn leaves, and settles once they are closed and
// the window is over.
func (s *Settler) check(ctx context.Context, source Source, on *settlement, r *roundRecord) error {
	m := s.config.Market
	f, err := m.Federation(ctx, on.id)
	if err != nil {
		return err
	}
	drawn := market.Drawn(r.status.Seed, r.onChain.Count, f.CheckRate)
	if r.status.Checks < uint64(len(drawn)) {
		return s.open(ctx, r, drawn)
	}
	now, err := m.Now(ctx)
	if err != nil {
		return err
	}
	if r.status.OpenCases > 0 {
		return s.answer(ctx, on, r)
	}
	if !now.After(r.status.CommittedAt.Add(f.CheckWindow)) {
		return nil
	}
	return s.settle(ctx, source, on, r)
}

// open opens the checks of drawn leaves, all at once: one after the other each
// would wait for a block of its own.
func (s *Settler) open(ctx context.Context, r *roundRecord, drawn []uint32) error {
	faults := make([]error, len(drawn))
	var opening sync.WaitGroup
	for stratum, index := range drawn {
		if r.checked[index] {
			continue
		}
		opening.Go(func() {
			faults[stratum] = s.config.Market.OpenCheck(ctx, r.onChain, r.history.Leaves, index, key.Signature(r.history.Signatures[index]), uint32(stratum))
		})
	}
	opening.Wait()
	for stratum, index := range drawn {
		if faults[stratum] == nil {
			r.checked[index] = true
			continue
		}
		// Refused: somebody else opened it, and the next look counts it. Whatever else
		// it was, that look tries again.
		if errors.Is(faults[stratum], market.ErrRefused) {
			s.log.Debug("check not opened", "round", r.history.Round, "leaf", index, "error", faults[stratum])
			faults[stratum] = nil
		}
	}
	return errors.Join(faults...)
}

func (s *Settler) settle(ctx context.Context, source Source, on *settlement, r *roundRecord) error {
	// Rounds are settled in their order, so that each root covers the ones before.
	for i, other := range on.rounds {
		if other == r {
			// The last verdict may have come since this look began.
			if err := s.judge(ctx, on); err != nil {
				return err
			}
			claims := s.account(on, i+1)
			if err := s.config.Market.Settle(ctx, r.onChain, claims.Root, claims.Total); err != nil {
				if errors.Is(err, market.ErrRefused) {
					s.log.Debug("round not settled yet", "round", r.history.Round, "error", err)
					return nil
				}
				return err
			}
			return s.close(ctx, source, on, r)
		}
		if !other.settled {
			return nil
		}
	}
	return nil
}

func (s *Settler) close(ctx context.Context, source Source, on *settlement, r *roundRecord) error {
	s.mu.Lock()
	r.settled = true
	s.mu.Unlock()
	s.log.Info("round settled", "federation", on.config.Name, "round", r.history.Round)
	return source.Release(ctx, on.config.Name, r.history.Round)
}

// account computes what owners earned in the first n rounds: the fee for each
// leaf that was not refuted, left unresolved or compensated. Leaves of an
// abandoned round are paid one by one, beside the claims.
func (s *Settler) account(on *settlement, n int) market.Claims {
	s.mu.Lock()
	defer s.mu.Unlock()
	earned := map[key.Address]*big.Int{}
	for _, r := range on.rounds[:min(n, len(on.rounds))] {
		if r.status.State > market.Settled {
			continue
		}
		for _, encoded := range r.history.Leaves {
			l, err := leaf.Decode(encoded)
			if err != nil {
				panic("BUG: settle: a leaf of the history does not decode: " + err.Error())
			}
			if f, judged := on.fates[fate{r.history.Round, l.Device}]; judged && f.Verdict != market.Upheld {
				continue
			}
			if earned[l.Owner] == nil {
				earned[l.Owner] = new(big.Int)
			}
			earned[l.Owner].Add(earned[l.Owner], on.config.Fees.PerUpdate.Wei())
		}
	}
	claims := s.config.Market.Addresses.NewClaims(on.id, earned)
	on.claims[claims.Root] = claims
	return claims
}

// Updates lists a round's updates by their own hashes, once its drawn leaves are
// checked: before that they would tell mediators the answer.
func (s *Settler) Updates(name string, round uint32) ([]blob.Hash, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	on := s.federations[name]
	if on == nil {
		return nil, fmt.Errorf("federation %s: %w", name, aggregator.ErrUnknown)
	}
	for _, r := range on.rounds {
		if r.history.Round != round {
			continue
		}
		drawn := (uint64(r.onChain.Count)*uint64(on.config.Fees.CheckRate*10000+0.5) + 9999) / 10000
		if r.status.State == market.NoRound || r.status.Checks < drawn || r.status.OpenCases > 0 {
			return nil, fmt.Errorf("round %d of %s: its updates are shown once its drawn leaves are checked", round, name)
		}
		return r.history.Updates, nil
	}
	return nil, fmt.Errorf("round %d of %s: %w", round, name, aggregator.ErrUnknown)
}

// Earned is what an owner can claim of a federation.
type Earned struct {
	Federation string     `json:"federation"`
	ID         blob.Hash  `json:"id"`
	Cumulative *big.Int   `json:"cumulative"` // wei since it began, as the root says that can be claimed against
	Proof      [][32]byte `json:"proof"`
	Waiting    *big.Int   `json:"waiting"`       // wei in rounds that are not settled, or can be disputed still
	From       time.Time  `json:"from,omitzero"` // when the pending root can be claimed against
}

// Earnings lists what an owner earned.
func (s *Settler) Earnings(ctx context.Context, owner key.Address) (list []Earned, err error) {
	now, err := s.config.Market.Now(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	var all []*settlement
	for _, on := range s.federations {
		if on.created {
			all = append(all, on)
		}
	}
	s.mu.Unlock()
	for _, on := range all {
		f, err := s.config.Market.Federation(ctx, on.id)
		if err != nil {
			return nil, err
		}
		root := f.ActiveRoot
		e := Earned{Federation: on.config.Name, ID: on.id, Cumulative: new(big.Int), Waiting: new(big.Int)}
		if !f.PendingUntil.IsZero() {
			if now.After(f.PendingUntil) {
				root = f.PendingRoot // claiming activates it
			} else {
				e.From = f.PendingUntil
			}
		}
		every := s.account(on, math.MaxInt)
		s.mu.Lock()
		claims, known := on.claims[root]
		s.mu.Unlock()
		if known {
			e.Cumulative, e.Proof = claims.Earned(owner)
		}
		total, _ := every.Earned(owner)
		e.Waiting.Sub(total, e.Cumulative)
		if total.Sign() > 0 || e.Cumulative.Sign() > 0 {
			list = append(list, e)
		}
	}
	return list, nil
}

// Claim brings what an owner can claim into its ledger.
func (s *Settler) Claim(ctx context.Context, owner key.Address) error {
	earned, err := s.Earnings(ctx, owner)
	if err != nil {
		return err
	}
	for _, e := range earned {
		claimed, err := s.config.Market.ClaimedBy(ctx, e.ID, owner)
		if err != nil {
			return err
		}
		if e.Cumulative.Cmp(claimed) <= 0 {
			continue
		}
		if _, err := s.config.Market.Claim(ctx, e.ID, owner, e.Cumulative, e.Proof); err != nil {
			return err
		}
	}
	return nil
}
