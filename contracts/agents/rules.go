// Package agents plays the market with agents that learn, to find out at which
// terms cheating and collusion stop paying.
//
// Rules (the contracts' money, in units of one fee) and learners flow in; the
// share of jobs that providers cheat on, and what a best response would gain,
// flow out, as a table and as an SVG. The rules here are those of Deals and
// Mediation, to the wei; package live plays the same jobs on the real contracts
// and compares each payoff. It is a simulation: agents know only what they earn.
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

// Threshold is the least collateral that makes cheating a loss: K = (c - c_d)/p - f
// with the cheat costing nothing and the work as much as the fee.
func (t Terms) Threshold() float64 { return 1/t.CheckRate - 1 }

// Stake is the collateral of one job.
func (t Terms) Stake() float64 { return t.Collateral * max(t.Threshold(), 0) }

// Vote is what a mediator votes: what the job gives, what the provider claimed,
// or, where the claim is blinded and nobody gave it away, something made up.
type Vote uint8

// The votes.
const (
	Truth Vote = iota
	Claim
	Guess
)

// Ballot is what one mediator did, and at which level it was asked.
type Ballot struct {
	Mediator int
	Level    int
	Vote     Vote
}

// verdict is how a case ends.
type verdict struct {
	found   Vote // by the majority; Guess = nothing was
	refuted bool
	ballots []Ballot
}

// right tells whether a vote is what was found. With a true claim, Truth and
// Claim are the same digest.
func (v verdict) right(c Vote, lie bool) bool {
	if c == Guess || v.found == Guess {
		return false
	}
	return !lie || c == v.found
}

// resolve runs a case of Mediation: n mediators, any dissent brings 2n+1 others,
// until the pool is used up; then the majority of all votes decides. The claim is
// false if lie; order is the pool, shuffled.
func (t Terms) resolve(lie bool, order []int, vote func(mediator int) Vote) verdict {
	var v verdict
	var total [3]int
	size, at := t.Mediators, 0
	for level := 1; ; level++ {
		take := min(size, len(order)-at)
		var votes [3]int
		for _, m := range order[at : at+take] {
			b := Ballot{m, level, vote(m)}
			if !lie && b.Vote == Claim {
				b.Vote = Truth
			}
			votes[b.Vote]++
			total[b.Vote]++
			v.ballots = append(v.ballots, b)
		}
		at += take
		for _, c := range []Vote{Truth, Claim} {
			if votes[c] == take && take*2 > size {
				v.found, v.refuted = c, lie && c == Truth
				return v
			}
		}
		if at == len(order) {
			break
		}
		size = 2*size + 1
	}
	v.found = Guess
	for _, c := range []Vote{Truth, Claim} {
		if 2*total[c] > len(v.ballots) {
			v.found, v.refuted = c, lie && c == Truth
		}
	}
	return v
}
