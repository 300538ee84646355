package live

import (
	"context"
	"fmt"

	"github.com/tadpole-edge/tadpole/contracts/agents"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// trial is one deal on its way.
type trial struct {
	*Court
	decision agents.Decision
	deal     market.Deal
	id       market.DealID
	drawn    bool
	checked  bool
	ballots  []agents.Ballot
}

// what is what a run of the job gives, honestly or not.
func (t *trial) what(lie bool) market.Result {
	return market.Result{Digest: blob.Sum(fmt.Appendf(nil, "result %d, false: %t", t.jobs, lie)), Fuel: 1000}
}

// judge has the provider submit, and brings the deal past the draw, a check, or
// the client's challenge.
func (t *trial) judge(ctx context.Context) error {
	provider, creator := t.providers[t.decision.Provider].market, t.clients[t.decision.Client].market
	result := t.what(t.decision.Action != agents.Honest)
	if _, err := provider.Submit(ctx, t.id, result); err != nil {
		return err
	}
	if t.decision.Challenge {
		id, _, err := creator.CheckResult(ctx, t.deal, result)
		if err != nil {
			return err
		}
		return t.mediate(ctx, id, result)
	}
	var status market.DealStatus
	err := soon(ctx, func() (err error) {
		if status, err = t.solver.market.DealStatus(ctx, t.id); err == nil {
			_, err = t.solver.market.DrawDeal(ctx, t.deal, result, status)
		}
		return err
	})
	if err != nil {
		return err
	}
	seed := status.SeedBlock
	if status, err = t.solver.market.DealStatus(ctx, t.id); err != nil {
		return err
	}
	if status.State == market.DealSubmitted {
		_, err := creator.Accept(ctx, t.deal, result)
		return err
	}
	t.drawn = true
	opened, _, err := t.solver.market.Opened(ctx, seed)
	if err != nil {
		return err
	}
	for _, id := range opened {
		c, err := t.solver.market.Case(ctx, id)
		if err != nil {
			return err
		}
		if c.Subject == t.id {
			return t.mediate(ctx, id, result)
		}
	}
	return fmt.Errorf("the draw hit, and opened no case since block %d", seed)
}

// mediate leads a case through its levels: each drawn mediator votes as it
// decides.
func (t *trial) mediate(ctx context.Context, id market.CaseID, claim market.Result) error {
	t.checked = true
	solver := t.solver.market
	for {
		c, err := solver.Case(ctx, id)
		if err != nil {
			return err
		}
		switch c.Stage {
		case market.Closed:
			return nil
		case market.Seeding:
			if err := soon(ctx, func() error { return solver.DrawMediators(ctx, c) }); err != nil {
				return err
			}
			continue
		}
		var commits, reveals []func() error
		for index := range c.Drawn.BitLen() {
			if c.Drawn.Bit(index) == 0 {
				continue
			}
			i := t.seats[index]
			b := agents.Ballot{Mediator: i, Level: int(c.Level), Vote: t.decision.Vote(i)}
			t.ballots = append(t.ballots, b)
			digest, salt := t.digest(b, claim), typed.Keccak(fmt.Appendf(nil, "salt %d %d", t.jobs, i))
			m := t.mediators[i].market
			commits = append(commits, func() error { return m.Commit(ctx, c, digest, salt) })
			reveals = append(reveals, func() error { return m.Reveal(ctx, c, digest, salt) })
		}
		if err := each(commits); err != nil {
			return err
		}
		if err := each(reveals); err != nil {
			return err
		}
		if err := solver.Tally(ctx, c); err != nil {
			return err
		}
	}
}

// digest is what a ballot says: two who make something up never agree.
func (t *trial) digest(b agents.Ballot, claim market.Result) [32]byte {
	switch b.Vote {
	case agents.Truth:
		return t.what(false).Answer()
	case agents.Claim:
		return claim.Answer()
	}
	return blob.Sum(fmt.Appendf(nil, "made up %d %d", t.jobs, b.Mediator))
}

// outcome reads off the ledger what everybody gained.
func (t *trial) outcome(ctx context.Context) (o agents.Outcome, err error) {
	status, err := t.solver.market.DealStatus(ctx, t.id)
	if err != nil {
		return o, err
	}
	o.Checked, o.Ballots = t.checked, t.ballots
	ending, is := endings[status.State]
	if !is {
		return o, fmt.Errorf("it is %s, which is no end", status.State)
	}
	o.Ending = ending
	if o.Provider, err = t.gained(ctx, t.providers[t.decision.Provider]); err != nil {
		return o, err
	}
	if o.Client, err = t.gained(ctx, t.clients[t.decision.Client]); err != nil {
		return o, err
	}
	for _, b := range t.ballots {
		gain, err := t.gained(ctx, t.mediators[b.Mediator])
		if err != nil {
			return o, err
		}
		o.Votes = append(o.Votes, gain)
	}
	return o, nil
}

var endings = map[market.DealState]agents.Ending{
	market.DealAccepted: agents.Accepted, market.DealUpheld: agents.Upheld, market.DealRefuted: agents.Refuted,
	market.DealNonDeterministic: agents.Undecided, market.DealExpired: agents.Expired,
}
