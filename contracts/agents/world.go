package agents

import (
	"context"
	"fmt"
	"math/rand/v2"
)

// Provider's actions.
const (
	Honest = iota // does the work
	Cheat         // sends a made-up result
	Bribe         // cheats, gives the claim away and offers each drawn mediator a fee to repeat it
	Vanish        // takes the deal and sends nothing in time; learners know better from the start
)

// Mediator's actions, with and without a bribe on offer.
const (
	Execute = iota // runs the job and votes what it gives
	Echo           // votes what the provider claimed, if it can know it, and saves the work
)

// Client's actions.
const (
	Rely      = iota // waits for the draw
	Challenge        // runs the job, and challenges what differs
)

// World is a market to be played.
type World struct {
	Terms     Terms
	Providers int     // each with its own cost, 0.5 to 0.95 of the fee
	Mediators int     // in the pool
	Honest    int     // of the mediators: execute whatever happens
	Clients   int     // who learn whether to check by themselves
	Fixed     bool    // mediators and clients do not learn: all mediators execute, no client checks
	Errors    float64 // share of true results with which an honest run disagrees; determinism makes it 0
	Learner   func(actions int) Learner
	Seed      uint64
	Court     Court // nil = the rules in Go
}

// Court settles a job; package live has the one of the real contracts.
type Court interface {
	Settle(ctx context.Context, d Decision) (Outcome, error)
}

// Result is what a play of a world gave.
type Result struct {
	Jobs         int     // played
	CheatShare   float64 // of the last tenth of the jobs, without exploration
	Caught       float64 // of the false results in that tenth, by draw or challenge; 0 if there were none
	EchoShare    float64 // of mediators' votes in it, honest mediators left out
	Exploitable  float64 // fees a job that the best fixed action would earn above honesty, against the others as they ended
	FalseSlashes int     // honest results that were refuted, in all
}

// provider, mediator and client are the agents.
type provider struct {
	cost   float64
	policy Learner
}

type mediator struct {
	honest           bool
	plain, tempted   Learner // without and with a bribe on offer
	executed, echoed int
}

type play struct {
	world     World
	r         *rand.Rand
	providers []*provider
	mediators []*mediator
	clients   []Learner
	order     []int
	executed  []bool // by mediator, in the case under way
	court     Court
	result    Result
	final     bool // exploration is off
	caught    int
	lies      int
}

// Play plays so many jobs.
func (w World) Play(ctx context.Context, jobs int) (Result, error) {
	if w.Providers < 1 || w.Terms.Mediators < 2 || w.Mediators < w.Terms.Mediators || w.Terms.CheckRate <= 0 || jobs < 10 {
		return Result{}, fmt.Errorf("play %d jobs with %d providers and %d mediators: want at least 10, 1 and n = %d, which is 2 at least", jobs, w.Providers, w.Mediators, w.Terms.Mediators)
	}
	p := w.begin()
	last := jobs - jobs/10
	for i := range jobs {
		if i == last {
			p.startFinal()
		}
		if _, err := p.job(ctx, p.r.IntN(len(p.providers)), -1); err != nil {
			return Result{}, fmt.Errorf("play job %d: %w", i, err)
		}
	}
	p.result.Jobs = jobs
	p.result.CheatShare = float64(p.lies) / float64(jobs-last)
	if p.lies > 0 {
		p.result.Caught = float64(p.caught) / float64(p.lies)
	}
	p.result.EchoShare = p.echoes()
	p.court = rules{p} // of a best response many jobs must be played
	gain, err := p.exploit(ctx)
	p.result.Exploitable = gain
	return p.result, err
}

func (w World) begin() *play {
	if w.Learner == nil {
		w.Learner = NewBandit
	}
	p := &play{world: w, r: rand.New(rand.NewPCG(w.Seed, 0x7ad901e))}
	for range w.Providers {
		p.providers = append(p.providers, &provider{0.5 + 0.45*p.r.Float64(), w.Learner(3)})
	}
	for i := range w.Mediators {
		p.mediators = append(p.mediators, &mediator{honest: w.Fixed || i < w.Honest, plain: w.Learner(2), tempted: w.Learner(2)})
		p.order = append(p.order, i)
	}
	p.executed = make([]bool, w.Mediators)
	if p.court = w.Court; p.court == nil {
		p.court = rules{p}
	}
	for range w.Clients {
		p.clients = append(p.clients, w.Learner(2))
	}
	return p
}

func (p *play) startFinal() {
	p.final, p.lies, p.caught = true, 0, 0
	for _, m := range p.mediators {
		m.executed, m.echoed = 0, 0
	}
}

// rules is the court in Go: who is drawn, and when, is chance.
type rules struct{ *play }

func (p rules) Settle(_ context.Context, d Decision) (Outcome, error) {
	t := p.world.Terms
	drawn := p.r.Float64() < t.CheckRate
	if drawn || d.Challenge {
		p.r.Shuffle(len(p.order), func(i, j int) { p.order[i], p.order[j] = p.order[j], p.order[i] })
	}
	o := t.Rule(d, drawn, p.order)
	if d.Action == Honest && o.Checked && p.r.Float64() < p.world.Errors {
		o.Ending, o.Provider = Refuted, -t.Stakes().Collateral
		p.result.FalseSlashes++
	}
	return o, nil
}

// What running a job costs a client, in fees, and a mediator, in check fees.
const ownCost = 0.7

// job plays one job of a provider; a forced action is not learned from. It gives
// what the provider earned, in fees.
func (p *play) job(ctx context.Context, provider, forced int) (float64, error) {
	who := p.providers[provider]
	d := Decision{Provider: provider, Action: forced}
	if forced < 0 {
		d.Action = who.policy.Act(p.r, !p.final)
	}
	client, checks := p.client()
	d.Client, d.Challenge = client, checks && d.lie() // an honest client challenges only what differs
	d.Vote = func(i int) Vote {
		p.executed[i] = p.mediators[i].executes(p.r, d.Action == Bribe, !p.final)
		switch {
		case p.executed[i]:
			return Truth
		case p.world.Terms.Blinded && d.Action != Bribe:
			return Guess
		}
		return Claim
	}
	o, err := p.court.Settle(ctx, d)
	if err != nil {
		return 0, err
	}
	reward := float64(o.Provider) / Fee
	if d.Action == Honest {
		reward -= who.cost
	}
	if d.Action == Bribe {
		for _, b := range o.Ballots {
			if b.Vote == Claim {
				reward -= p.world.Terms.CheckFee // the bribe
			}
		}
	}
	p.learnVotes(o, d.Action == Bribe)
	p.learnClient(client, checks, o)
	if forced >= 0 {
		return reward, nil
	}
	if !p.final {
		who.policy.Learn(d.Action, reward)
	}
	if d.lie() {
		p.lies++
		if o.Ending == Refuted {
			p.caught++
		}
	}
	return reward, nil
}

// client gives the job's client and whether it runs the job by itself.
func (p *play) client() (who int, checks bool) {
	if len(p.clients) == 0 {
		return 0, false
	}
	who = p.r.IntN(len(p.clients))
	return who, !p.world.Fixed && p.clients[who].Act(p.r, !p.final) == Challenge
}

// learnClient tells a client what its choice earned: a result that it takes for
// good is worth its fee, and running the job itself costs.
func (p *play) learnClient(who int, checked bool, o Outcome) {
	if p.final || p.world.Fixed || len(p.clients) == 0 {
		return
	}
	reward, action := float64(o.Client)/Fee, Rely
	if o.Ending == Accepted || o.Ending == Upheld {
		reward++
	}
	if checked {
		reward, action = reward-ownCost, Challenge
	}
	p.clients[who].Learn(action, reward)
}

// learnVotes lets a case's mediators learn.
func (p *play) learnVotes(o Outcome, bribe bool) {
	fee := p.world.Terms.CheckFee
	for i, b := range o.Ballots {
		m := p.mediators[b.Mediator]
		if m.honest || p.final {
			continue
		}
		pay, action := float64(o.Votes[i])/Fee, Echo
		if p.executed[b.Mediator] {
			action, pay = Execute, pay-ownCost*fee
		} else if bribe {
			pay += fee
		}
		m.policy(bribe).Learn(action, pay)
	}
}

func (m *mediator) policy(bribe bool) Learner {
	if bribe {
		return m.tempted
	}
	return m.plain
}

func (m *mediator) executes(r *rand.Rand, bribe, explore bool) bool {
	if m.honest {
		return true
	}
	if m.policy(bribe).Act(r, explore) == Execute {
		m.executed++
		return true
	}
	m.echoed++
	return false
}

func (p *play) echoes() float64 {
	executed, echoed := 0, 0
	for _, m := range p.mediators {
		executed, echoed = executed+m.executed, echoed+m.echoed
	}
	if executed+echoed == 0 {
		return 0
	}
	return float64(echoed) / float64(executed+echoed)
}

// exploit measures what the best fixed action would earn above honesty, averaged
// over the providers, against everybody else as they ended.
func (p *play) exploit(ctx context.Context) (gain float64, err error) {
	for who := range p.providers {
		var mean [3]float64
		const tries = 400
		for action := range mean {
			for range tries {
				reward, err := p.job(ctx, who, action)
				if err != nil {
					return 0, err
				}
				mean[action] += reward / tries
			}
		}
		gain += max(0, mean[Cheat]-mean[Honest], mean[Bribe]-mean[Honest]) / float64(len(p.providers))
	}
	return gain, nil
}
