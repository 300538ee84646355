package live

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/agents"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Court settles one world's jobs by deals, one after the other.
type Court struct {
	terms     agents.Terms
	solver    *account
	providers []*account
	clients   []*account
	mediators []*account
	seats     map[int]int // a mediator's number by its index on the chain
	pool      *big.Int

	jobs  int
	has   map[*account]int64 // after the last job, in wei
	burnt int64
	Tally Tally
}

// Tally counts what a court saw.
type Tally struct {
	Endings  [agents.Expired + 1]int
	Ballots  int
	Compared int // gains that the ledger and the rules in Go agree on
}

var _ agents.Court = (*Court)(nil)

func newCourt(g *Ground, number int, w agents.World) (*Court, error) {
	multiple, rate := w.Terms.Stake(), w.Terms.CheckRate*10_000
	if whole(multiple) != nil || whole(rate) != nil || w.Errors != 0 || !w.Terms.Blinded {
		return nil, fmt.Errorf("world %d: collateral of %g fees, check rate of %g: the contracts take whole fees and basis points, and have neither errors nor readable claims", number, multiple, w.Terms.CheckRate)
	}
	c := &Court{terms: w.Terms, solver: new(account), seats: map[int]int{}, pool: new(big.Int), has: map[*account]int64{}}
	some := func(n int) (list []*account) {
		for range n {
			list = append(list, new(account))
		}
		return list
	}
	c.providers, c.clients, c.mediators = some(w.Providers), some(max(w.Clients, 1)), some(w.Mediators)
	return c, nil
}

func whole(v float64) error {
	if math.Abs(v-math.Round(v)) > 1e-6 {
		return fmt.Errorf("%g is no whole number", v)
	}
	return nil
}

func (c *Court) accounts() []*account {
	list := append([]*account{c.solver}, c.providers...)
	return append(append(list, c.clients...), c.mediators...)
}

// begin notes the mediators' seats and what everybody has.
func (c *Court) begin(ctx context.Context) error {
	for i, a := range c.mediators {
		seated, index, err := a.market.Seat(ctx, a.key.Address())
		if err != nil || !seated {
			return errors.Join(err, fmt.Errorf("mediator %d has no seat", i))
		}
		c.seats[int(index)] = i
		c.pool.SetBit(c.pool, int(index), 1)
	}
	for _, a := range c.accounts() {
		has, err := c.worth(ctx, a)
		if err != nil {
			return err
		}
		c.has[a] = has
	}
	return nil
}

// worth is all that the ledger holds for an account, in wei.
func (c *Court) worth(ctx context.Context, a *account) (int64, error) {
	b, err := c.solver.market.Balance(ctx, a.key.Address())
	if err != nil {
		return 0, err
	}
	sum := new(big.Int).Add(b.Free, b.Locked)
	return sum.Add(sum, b.Staked).Int64(), nil
}

// gained is what the last job brought an account.
func (c *Court) gained(ctx context.Context, a *account) (int64, error) {
	now, err := c.worth(ctx, a)
	if err != nil {
		return 0, err
	}
	gain := now - c.has[a]
	c.has[a] = now
	return gain, nil
}

// Settle makes a job a deal and brings it to its end.
func (c *Court) Settle(ctx context.Context, d agents.Decision) (o agents.Outcome, err error) {
	c.jobs++
	deal, err := c.match(ctx, d)
	if err != nil {
		return o, err
	}
	t := &trial{Court: c, decision: d, deal: deal, id: deal.ID(c.solver.market.Addresses)}
	if d.Action == agents.Vanish {
		err = soon(ctx, func() error { _, err := c.solver.market.Expire(ctx, deal); return err })
	} else {
		err = t.judge(ctx)
	}
	if err != nil {
		return o, fmt.Errorf("deal %s: %w", t.id, err)
	}
	if o, err = t.outcome(ctx); err != nil {
		return o, fmt.Errorf("deal %s: %w", t.id, err)
	}
	return o, c.compare(t, o)
}

// match signs both offers and joins them.
func (c *Court) match(ctx context.Context, d agents.Decision) (deal market.Deal, err error) {
	s, creator, provider := c.terms.Stakes(), c.clients[d.Client], c.providers[d.Provider]
	expiry := uint64(time.Now().Add(14 * 24 * time.Hour).Unix())
	multiple := uint16(math.Round(c.terms.Stake()))
	job := market.JobOffer{Creator: creator.key.Address(), Module: blob.Sum([]byte("module")), Inputs: blob.Sum(fmt.Appendf(nil, "inputs %d", c.jobs)), Spec: blob.Sum([]byte("spec")),
		Price: big.NewInt(s.Price), Rate: new(big.Int), MatchFee: new(big.Int), MediatorFee: big.NewInt(s.CheckFee), MediatorDeposit: big.NewInt(s.Deposit),
		CheckRate: uint16(math.Round(c.terms.CheckRate * 10_000)), Multiple: multiple, Mediation: uint8(s.Mediators),
		SubmitWindow: window, JudgeWindow: window, CommitWindow: window, RevealWindow: window, Mediators: c.pool, Nonce: big.NewInt(int64(c.jobs)), Expiry: expiry}
	if d.Action == agents.Vanish {
		job.SubmitWindow = 1 // a provider that sends nothing is late with the next block
	}
	resource := market.ResourceOffer{Provider: provider.key.Address(), Capabilities: blob.Sum([]byte("machine")), Price: big.NewInt(s.Price), Rate: new(big.Int),
		MatchFee: new(big.Int), Multiple: multiple, Mediators: c.pool, Nonce: big.NewInt(int64(c.jobs)), Expiry: expiry}
	a := c.solver.market.Addresses
	_, _, err = c.solver.market.MatchOffers(ctx, job.Sign(creator.key, a), resource.Sign(provider.key, a))
	return market.Deal{Job: job, Resource: resource}, err
}

// compare holds the ledger's gains against the rules in Go.
func (c *Court) compare(t *trial, o agents.Outcome) error {
	votes := map[int]agents.Vote{}
	var order []int
	for _, b := range o.Ballots {
		votes[b.Mediator] = b.Vote
		order = append(order, b.Mediator)
	}
	for i := range c.mediators { // those who were never asked
		if _, asked := votes[i]; !asked {
			order = append(order, i)
		}
	}
	d := t.decision
	d.Vote = func(i int) agents.Vote { return votes[i] }
	want := c.terms.Rule(d, t.drawn, order)
	if o.Ending != want.Ending || o.Checked != want.Checked || o.Provider != want.Provider || o.Client != want.Client || len(o.Votes) != len(want.Votes) {
		return fmt.Errorf("deal %s: %w: contracts %+v, rules %+v", t.id, ErrDiffers, o, want)
	}
	for i := range o.Votes {
		if o.Votes[i] != want.Votes[i] || o.Ballots[i].Level != want.Ballots[i].Level {
			return fmt.Errorf("deal %s: %w: ballot %d: contracts %+v, rules %+v", t.id, ErrDiffers, i, o, want)
		}
	}
	c.burnt += o.Burnt()
	c.Tally.Endings[o.Ending]++
	c.Tally.Ballots += len(o.Ballots)
	c.Tally.Compared += 2 + len(o.Votes)
	return nil
}
