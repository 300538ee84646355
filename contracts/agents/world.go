package agents

import (
	"fmt"
	"math/rand/v2"
)

// Provider's actions.
const (
	Honest = iota // does the work
	Cheat         // sends a made-up result
	Bribe         // cheats, gives the claim away and offers each drawn mediator a fee to repeat it
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
	result    Result
	final     bool // exploration is off
	caught    int
	lies      int
}

// Play plays so many jobs.
func (w World) Play(jobs int) (Result, error) {
	if w.Providers < 1 || w.Mediators < w.Terms.Mediators || w.Terms.CheckRate <= 0 || jobs < 10 {
		return Result{}, fmt.Errorf("play %d jobs with %d providers and %d mediators: want at least 10, 1 and n = %d", jobs, w.Providers, w.Mediators, w.Terms.Mediators)
	}
	p := w.begin()
	last := jobs - jobs/10
	for i := range jobs {
		if i == last {
			p.startFinal()
		}
		p.job(p.providers[p.r.IntN(len(p.providers))], -1)
	}
	p.result.Jobs = jobs
	p.result.CheatShare = float64(p.lies) / float64(jobs-last)
	if p.lies > 0 {
		p.result.Caught = float64(p.caught) / float64(p.lies)
	}
	p.result.EchoShare = p.echoes()
	p.result.Exploitable = p.exploit()
	return p.result, nil
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

// job plays one job of a provider; a forced action is not learned from. It gives
// what the provider earned.
func (p *play) job(who *provider, forced int) float64 {
	t := p.world.Terms
	action := forced
	if forced < 0 {
		action = who.policy.Act(p.r, !p.final)
	}
	lie := action != Honest
	reward := 1.0
	if !lie {
		reward -= who.cost
	}
	client, checks := p.client()
	challenged := checks && lie // an honest client challenges only what differs
	drawn := p.r.Float64() < t.CheckRate
	refuted := false
	bribed := 0
	if drawn || challenged {
		v := p.check(lie, action == Bribe)
		refuted = v.refuted
		for _, b := range v.ballots {
			if action == Bribe && b.vote == claim {
				bribed++
			}
		}
		if !lie && p.r.Float64() < p.world.Errors {
			refuted = true
			p.result.FalseSlashes++
		}
	}
	reward -= float64(bribed) * t.CheckFee // the bribe is a check fee
	if refuted {
		reward = -t.Stake()
		if !lie {
			reward -= who.cost
		}
	}
	if client != nil {
		p.learnClient(client, checks, challenged, refuted)
	}
	if forced >= 0 {
		return reward
	}
	if !p.final {
		who.policy.Learn(action, reward)
	}
	if lie {
		p.lies++
		if refuted {
			p.caught++
		}
	}
	return reward
}

// client gives the job's client and whether it runs the job by itself.
func (p *play) client() (Learner, bool) {
	if p.world.Fixed || len(p.clients) == 0 {
		return nil, false
	}
	c := p.clients[p.r.IntN(len(p.clients))]
	return c, c.Act(p.r, !p.final) == Challenge
}

// learnClient tells a client what its choice earned: the work that it did itself,
// its part of the collateral, or the bond of a challenge that failed.
func (p *play) learnClient(c Learner, checked, challenged, refuted bool) {
	if p.final {
		return
	}
	t := p.world.Terms
	reward := 0.0
	if checked {
		reward -= 0.7 // what running the job costs
	}
	if refuted {
		reward += 1 + creatorShare*t.Stake()
		if challenged {
			reward += challengerShare * t.Stake()
		}
	} else if challenged {
		reward -= t.Bond
	}
	action := Rely
	if checked {
		action = Challenge
	}
	c.Learn(action, reward)
}

// check plays a case of mediation and lets its mediators learn.
func (p *play) check(lie, bribe bool) verdict {
	t := p.world.Terms
	p.r.Shuffle(len(p.order), func(i, j int) { p.order[i], p.order[j] = p.order[j], p.order[i] })
	v := t.resolve(lie, p.order, func(i int) choice {
		p.executed[i] = p.mediators[i].executes(p.r, bribe, !p.final)
		if p.executed[i] {
			return truth
		}
		if t.Blinded && !bribe {
			return guess
		}
		return claim
	})
	for i, pay := range t.settle(lie, v) {
		b := v.ballots[i]
		m := p.mediators[b.mediator]
		if m.honest {
			continue
		}
		action := Echo
		if p.executed[b.mediator] {
			action = Execute
			pay -= 0.7 * t.CheckFee // executing costs less than its fee
		} else if bribe {
			pay += t.CheckFee
		}
		if !p.final {
			m.policy(bribe).Learn(action, pay)
		}
	}
	return v
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
func (p *play) exploit() float64 {
	gain := 0.0
	for _, who := range p.providers {
		var mean [3]float64
		const tries = 400
		for action := range mean {
			for range tries {
				mean[action] += p.job(who, action) / tries
			}
		}
		gain += max(0, mean[Cheat]-mean[Honest], mean[Bribe]-mean[Honest]) / float64(len(p.providers))
	}
	return gain
}
