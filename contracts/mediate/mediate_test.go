package mediate_test

import (
	"context"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/mediate"
	"github.com/tadpole-edge/tadpole/contracts/town"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

var truth = market.Result{Digest: blob.Sum([]byte("outputs")), Fuel: 9}

// executor answers what it is set to, and counts how often it is asked.
type executor struct {
	mu     sync.Mutex // guards the rest
	answer [32]byte   // zero = it has not got the inputs
	asked  int
}

func (x *executor) Digest(_ context.Context, c market.Case) ([32]byte, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.asked++
	if x.answer == ([32]byte{}) {
		return x.answer, fmt.Errorf("case %s: %w", c.ID, mediate.ErrUnavailable)
	}
	return x.answer, nil
}

func (x *executor) set(answer [32]byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.answer = answer
}

func (x *executor) times() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.asked
}

// court is a town with three mediators, all of whom are drawn for every case.
type court struct {
	*town.Town
	t                         *testing.T
	creator, provider, solver *town.Party
	mediators                 []*town.Party
	nonce                     int64
}

func newCourt(t *testing.T) *court {
	c := &court{Town: town.New(t), t: t}
	c.creator, c.provider, c.solver = c.Party(), c.Party(), c.Party()
	c.mediators = c.Mediators(3)
	c.Stake(c.creator, c.provider)
	return c
}

// mediate has a mediator vote, until it is stopped.
func (c *court) mediate(p *town.Party, x mediate.Executor) (stop func()) {
	return c.Run(mediate.New(mediate.Config{Key: p.Key, Market: p.Market, Executor: x, Poll: 50 * time.Millisecond, Logger: c.Log}).Run)
}

// dispute has a result of a new deal checked.
func (c *court) dispute(claimed market.Result) (market.DealID, market.CaseID) {
	c.t.Helper()
	ctx := c.t.Context()
	pool, err := c.creator.Market.ActiveMediators(ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	fee := (town.Coin / 1000).Wei()
	deposit, err := c.creator.Market.LeastDeposit(ctx, 3, 3, fee)
	if err != nil {
		c.t.Fatal(err)
	}
	c.nonce++
	expiry := uint64(time.Now().Add(48 * time.Hour).Unix())
	job := market.JobOffer{Creator: c.creator.Key.Address(), Price: (town.Coin / 100).Wei(), Rate: new(big.Int), MatchFee: new(big.Int), MediatorFee: fee, MediatorDeposit: deposit,
		CheckRate: 500, Multiple: 19, Mediation: 3, SubmitWindow: 7200, JudgeWindow: 7200, CommitWindow: 7200, RevealWindow: 7200, Mediators: pool, Nonce: big.NewInt(c.nonce), Expiry: expiry}
	resource := market.ResourceOffer{Provider: c.provider.Key.Address(), Price: (town.Coin / 100).Wei(), Rate: new(big.Int), MatchFee: new(big.Int), Multiple: 19, Mediators: pool,
		Nonce: big.NewInt(c.nonce), Expiry: expiry}
	id, _, err := c.solver.Market.MatchOffers(ctx, job.Sign(c.creator.Key, c.Addresses), resource.Sign(c.provider.Key, c.Addresses))
	if err == nil {
		_, err = c.provider.Market.Submit(ctx, id, claimed)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	opened, _, err := c.creator.Market.CheckResult(ctx, market.Deal{Job: job, Resource: resource}, claimed)
	if err != nil {
		c.t.Fatal(err)
	}
	return id, opened
}

func (c *court) ends(id market.DealID, want market.DealState) {
	c.t.Helper()
	var s market.DealStatus
	c.Await("the end of the deal", func() bool {
		var err error
		s, err = c.creator.Market.DealStatus(c.t.Context(), id)
		return err == nil && s.State.Over()
	})
	if s.State != want {
		c.t.Errorf("the deal is %s, want %s", s.State, want)
	}
}

// vote is that of a mediator in a case.
func (c *court) vote(id market.CaseID, p *town.Party) market.Vote {
	c.t.Helper()
	_, index, err := p.Market.Seat(c.t.Context(), p.Key.Address())
	if err != nil {
		c.t.Fatal(err)
	}
	v, err := c.creator.Market.Vote(c.t.Context(), id, index)
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

func (c *court) staked(p *town.Party) *big.Int {
	c.t.Helper()
	b, err := c.creator.Market.Balance(c.t.Context(), p.Key.Address())
	if err != nil {
		c.t.Fatal(err)
	}
	return b.Staked
}

// A mediator that is ended between its commitment and its reveal runs the case
// again and reveals; one that cannot get the inputs tries until it can.
func TestRestartBetweenCommitAndReveal(t *testing.T) {
	c := newCourt(t)
	steady, late, restarted := &executor{answer: truth.Answer()}, &executor{}, &executor{answer: truth.Answer()}
	c.mediate(c.mediators[1], steady)
	c.mediate(c.mediators[2], late)
	stop := c.mediate(c.mediators[0], restarted)
	id, opened := c.dispute(truth)
	c.Await("a commitment", func() bool { return c.vote(opened, c.mediators[0]).Committed })
	stop()
	c.mediators[0].End()
	c.Await("a second attempt", func() bool { return late.times() > 1 })
	if v := c.vote(opened, c.mediators[2]); v.Committed {
		t.Errorf("it voted without the inputs: %+v", v)
	}
	late.set(truth.Answer())
	before := restarted.times()
	c.mediators[0] = c.Again(c.mediators[0])
	c.mediate(c.mediators[0], restarted)
	c.ends(id, market.DealUpheld)
	for i, p := range c.mediators {
		if v := c.vote(opened, p); !v.Revealed || v.Digest != truth.Answer() {
			t.Errorf("vote of mediator %d: %+v", i, v)
		}
	}
	if restarted.times() == before {
		t.Error("the case was not run again")
	}
}

// The majority refutes a wrong result, and the mediator that upheld it pays.
func TestLiarPays(t *testing.T) {
	c := newCourt(t)
	lie := market.Result{Digest: blob.Sum([]byte("made up")), Fuel: 9}
	c.mediate(c.mediators[0], &executor{answer: truth.Answer()})
	c.mediate(c.mediators[1], &executor{answer: truth.Answer()})
	c.mediate(c.mediators[2], &executor{answer: lie.Answer()})
	var before []*big.Int
	for _, p := range c.mediators {
		before = append(before, c.staked(p))
	}
	id, _ := c.dispute(lie)
	c.ends(id, market.DealRefuted)
	for i, p := range c.mediators {
		if lost, liar := c.staked(p).Cmp(before[i]) < 0, i == 2; lost != liar {
			t.Errorf("mediator %d: its stake was %v, is %v", i, before[i], c.staked(p))
		}
	}
}

// Who is no mediator says so, and does nothing.
func TestStrangerDoesNotVote(t *testing.T) {
	c := newCourt(t)
	x := &executor{answer: truth.Answer()}
	c.mediate(c.Party(), x)
	_, opened := c.dispute(truth)
	c.mediate(c.mediators[0], x)
	c.Await("a vote of a mediator", func() bool { return c.vote(opened, c.mediators[0]).Committed })
	if x.times() != 1 {
		t.Errorf("the case was run %d times, want once", x.times())
	}
}
