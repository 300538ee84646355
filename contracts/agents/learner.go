package agents

import (
	"math"
	"math/rand/v2"
)

// Learner chooses among a few actions and learns from what each earned.
type Learner interface {
	// Act chooses; without exploring it takes what it thinks best.
	Act(r *rand.Rand, explore bool) int
	// Learn is told what the action earned, in fees.
	Learn(action int, reward float64)
}

// bandit is the baseline: it keeps the mean reward of each action and takes the
// best, or any with a small probability (Sutton and Barto 2018, section 2.4).
type bandit struct {
	value, count []float64
	epsilon      float64
}

// NewBandit makes an epsilon-greedy learner.
func NewBandit(actions int) Learner {
	return &bandit{value: make([]float64, actions), count: make([]float64, actions), epsilon: 0.05}
}

func (b *bandit) Act(r *rand.Rand, explore bool) int {
	if explore && r.Float64() < b.epsilon {
		return r.IntN(len(b.value))
	}
	best := 0
	for a, v := range b.value {
		if b.count[a] == 0 && explore {
			return a
		}
		if v > b.value[best] {
			best = a
		}
	}
	return best
}

// memory bounds the mean's weight, so that a learner follows a world in which
// others learn as well.
const memory = 2000

func (b *bandit) Learn(action int, reward float64) {
	b.count[action] = min(b.count[action]+1, memory)
	b.value[action] += (reward - b.value[action]) / b.count[action]
}

// gradient is a policy-gradient learner: softmax over preferences, moved by the
// reward above its running mean (REINFORCE with baseline; Williams 1992, Sutton
// and Barto 2018, section 2.8). Rewards are divided by their running scale, since
// a slash is a hundred fees.
type gradient struct {
	preference []float64
	baseline   float64
	scale      float64
	rate       float64
	seen       float64
}

// NewGradient makes a policy-gradient learner.
func NewGradient(actions int) Learner {
	return &gradient{preference: make([]float64, actions), rate: 0.05, scale: 1}
}

func (g *gradient) probabilities() []float64 {
	top := g.preference[0]
	for _, p := range g.preference {
		top = max(top, p)
	}
	sum := 0.0
	out := make([]float64, len(g.preference))
	for a, p := range g.preference {
		out[a] = math.Exp(p - top)
		sum += out[a]
	}
	// A hundredth of curiosity stays, or an action once dropped is dropped for good.
	for a := range out {
		out[a] = 0.99*out[a]/sum + 0.01/float64(len(out))
	}
	return out
}

func (g *gradient) Act(r *rand.Rand, explore bool) int {
	p := g.probabilities()
	if !explore {
		best := 0
		for a := range p {
			if p[a] > p[best] {
				best = a
			}
		}
		return best
	}
	u := r.Float64()
	for a, q := range p {
		if u -= q; u < 0 {
			return a
		}
	}
	return len(p) - 1
}

func (g *gradient) Learn(action int, reward float64) {
	g.seen = min(g.seen+1, memory)
	g.scale += (math.Abs(reward-g.baseline) - g.scale) / g.seen
	advantage := (reward - g.baseline) / max(g.scale, 1e-3)
	g.baseline += (reward - g.baseline) / g.seen
	advantage = max(min(advantage, 50), -50)
	for a, p := range g.probabilities() {
		if a == action {
			g.preference[a] += g.rate * advantage * (1 - p)
		} else {
			g.preference[a] -= g.rate * advantage * p
		}
	}
}
