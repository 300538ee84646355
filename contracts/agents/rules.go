// Package agents plays the market with agents that learn, to find out at which
// terms cheating and collusion stop paying.
//
// Rules (the contracts' money, in units of one fee) and learners flow in; the
// share of jobs that providers cheat on, and what a best response would gain,
// flow out, as a table and as an SVG. The rules here are those of Deals and
// Mediation; a test holds them to the real contracts, job by job. It is a
// simulation: agents know only what they earn.
package agents

// Terms are what a market's offers fix, in units of one job's fee.
type Terms struct {
	CheckRate  float64 // share of results that are drawn for a check
	Collateral float64 // that a provider loses when refuted, as a multiple of the threshold
	Mediators  int     // of a case's first level, n
	CheckFee   float64 // to each mediator who revealed what was found
	Deposit    float64 // of each mediator
	Bond       float64 // of a client who challenges: n times the check fee
	// Blinded claims are the hash of the answer: a mediator cannot repeat what it
	// was not told. Otherwise the answer is there for all to read.
	Blinded bool
}

// Defaults are the terms that federation.toml and offers begin with.
func Defaults() Terms {
	t := Terms{CheckRate: 0.05, Collateral: 2, Mediators: 3, CheckFee: 1, Blinded: true}
	return t.withDeposit()
}

// withDeposit fills what follows from the other terms: a deposit that pays the
// next level twice over (contract MediationRules), and the bond.
func (t Terms) withDeposit() Terms {
	next := 2*t.Mediators + 1
	t.Deposit = 2 * float64(next) * t.CheckFee
	t.Bond = float64(t.Mediators) * t.CheckFee
	return t
}

// Shares of a refuted provider's collateral, as in contract Deals.
const (
	creatorShare    = 0.4
	challengerShare = 0.2
	burntShare      = 0.2 // at least
)

// Threshold is the least collateral that makes cheating a loss: K = (c - c_d)/p - f
// with the cheat costing nothing and the work as much as the fee.
func (t Terms) Threshold() float64 { return 1/t.CheckRate - 1 }

// Stake is the collateral of one job.
func (t Terms) Stake() float64 { return t.Collateral * max(t.Threshold(), 0) }

// choice is a vote: what the job gives, what the provider claimed, or, where the
// claim is blinded and nobody gave it away, something made up.
type choice uint8

const (
	truth choice = iota
	claim
	guess
)

// ballot is what one mediator did, and at which level it was asked.
type ballot struct {
	mediator int
	level    int
	vote     choice
}

// verdict is how a case ends.
type verdict struct {
	found   choice // by the majority; guess = nothing was
	refuted bool
	ballots []ballot
}

// right tells whether a vote is what was found. With a true claim, truth and
// claim are the same digest.
func (v verdict) right(c choice, lie bool) bool {
	if c == guess || v.found == guess {
		return false
	}
	return !lie || c == v.found
}

// resolve runs a case of Mediation: n mediators, any dissent brings 2n+1 others,
// until the pool is used up; then the majority of all votes decides. The claim is
// false if lie; order is the pool, shuffled.
func (t Terms) resolve(lie bool, order []int, vote func(mediator int) choice) verdict {
	var v verdict
	var total [3]int
	size, at := t.Mediators, 0
	for level := 1; ; level++ {
		take := min(size, len(order)-at)
		var votes [3]int
		for _, m := range order[at : at+take] {
			b := ballot{m, level, vote(m)}
			if !lie && b.vote == claim {
				b.vote = truth
			}
			votes[b.vote]++
			total[b.vote]++
			v.ballots = append(v.ballots, b)
		}
		at += take
		for _, c := range []choice{truth, claim} {
			if votes[c] == take && take*2 > size {
				v.found, v.refuted = c, lie && c == truth
				return v
			}
		}
		if at == len(order) {
			break
		}
		size = 2*size + 1
	}
	v.found = guess
	for _, c := range []choice{truth, claim} {
		if 2*total[c] > len(v.ballots) {
			v.found, v.refuted = c, lie && c == truth
		}
	}
	return v
}

// settle gives each ballot its money, in fees: those who voted what was found get
// the check fee, the others lose their deposits, of which a part goes to those
// who dissented rightly. Where nothing was found nobody wins or loses. It does not
// count what executing costs.
func (t Terms) settle(lie bool, v verdict) []float64 {
	pay := make([]float64, len(v.ballots))
	if v.found == guess {
		return pay
	}
	wrong, later, dissenters := 0, 0, 0
	perLevel := map[int][2]int{} // right, wrong
	for _, b := range v.ballots {
		n := perLevel[b.level]
		if v.right(b.vote, lie) {
			n[0]++
			if b.level > 1 {
				later++
			}
		} else {
			n[1]++
			wrong++
		}
		perLevel[b.level] = n
	}
	for _, n := range perLevel {
		if n[1] > 0 && n[1] >= n[0] {
			dissenters += n[0]
		}
	}
	// What is lost pays the later levels first; the rest goes to right dissenters,
	// one deposit each at most.
	kept := max(float64(wrong)*t.Deposit*(1-burntShare)-float64(later)*t.CheckFee, 0)
	bonus := 0.0
	if dissenters > 0 {
		bonus = min(kept/float64(dissenters), t.Deposit)
	}
	for i, b := range v.ballots {
		switch n := perLevel[b.level]; {
		case !v.right(b.vote, lie):
			pay[i] = -t.Deposit
		case n[1] > 0 && n[1] >= n[0]:
			pay[i] = t.CheckFee + bonus
		default:
			pay[i] = t.CheckFee
		}
	}
	return pay
}
