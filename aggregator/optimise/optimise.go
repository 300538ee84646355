// Package optimise turns a round's mean client delta into the next global model:
// the server optimisers of federated learning, under their papers' names.
//
// A mean delta (package combine) and a model flow in; the model flows out
// changed, and the optimiser's state with it, to be kept in the checkpoint. All
// arithmetic is float64 with every product rounded before it is added, so that
// no compiler fuses the two and every CPU gives the same bits.
package optimise

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrState marks an optimiser state that does not fit its strategy or model.
var ErrState = errors.New("optimiser state does not fit")

// The strategies.
const (
	FedAvg     = "fedavg"     // McMahan et al. 2017, algorithm 1
	FedProx    = "fedprox"    // Li et al. 2020: FedAvg whose clients add a proximal term
	FedAvgM    = "fedavgm"    // Hsu et al. 2019, section 4.3: server momentum
	FedAdagrad = "fedadagrad" // Reddi et al. 2021, algorithm 2
	FedAdam    = "fedadam"    // Reddi et al. 2021, algorithm 2
	FedYogi    = "fedyogi"    // Reddi et al. 2021, algorithm 2
)

// Names lists the strategies.
func Names() []string { return []string{FedAvg, FedProx, FedAvgM, FedAdagrad, FedAdam, FedYogi} }

// Strategy is a server optimiser with its parameters. The zero value of a
// parameter means zero: take Default and change what should differ.
type Strategy struct {
	Name     string
	Rate     float64 // server learning rate, eta
	Momentum float64 // FedAvgM's beta, 0 <= beta < 1
	Beta1    float64 // first moment's decay, 0 <= beta1 < 1
	Beta2    float64 // second moment's decay, 0 <= beta2 < 1
	Tau      float64 // degree of adaptivity, > 0
}

// Default gives a strategy with its paper's defaults (Reddi et al. 2021,
// section 5 and appendix D: beta1 0.9, beta2 0.99, tau 1e-3; Adagrad has no
// first moment). The adaptive ones' rate is 10^-2, the middle of their grids.
func Default(name string) (Strategy, error) {
	switch name {
	case FedAvg, FedProx:
		return Strategy{Name: name, Rate: 1}, nil
	case FedAvgM:
		return Strategy{Name: name, Rate: 1, Momentum: 0.9}, nil
	case FedAdagrad:
		return Strategy{Name: name, Rate: 0.01, Tau: 1e-3}, nil
	case FedAdam, FedYogi:
		return Strategy{Name: name, Rate: 0.01, Beta1: 0.9, Beta2: 0.99, Tau: 1e-3}, nil
	}
	return Strategy{}, fmt.Errorf("strategy %q: want one of %v", name, Names())
}

// slots names the state vectors that the strategy keeps between rounds.
func (s Strategy) slots() []string {
	switch s.Name {
	case FedAvgM:
		return []string{"momentum"}
	case FedAdagrad, FedAdam, FedYogi:
		return []string{"first_moment", "second_moment"}
	}
	return nil
}

// Optimiser applies a strategy round after round. It is not safe for concurrent
// use.
type Optimiser struct {
	strategy Strategy
	state    map[string][]float32
}

// New starts an optimiser for a model of n parameters. Second moments start at
// tau squared, the least that the paper allows.
func New(s Strategy, n int) *Optimiser {
	o := &Optimiser{strategy: s, state: map[string][]float32{}}
	for _, slot := range s.slots() {
		o.state[slot] = make([]float32, n)
		if slot == "second_moment" {
			for i := range o.state[slot] {
				o.state[slot][i] = float32(s.Tau * s.Tau)
			}
		}
	}
	return o
}

// Slots names the state vectors, in a fixed order.
func (o *Optimiser) Slots() []string { return o.strategy.slots() }

// State gives one state vector: one value a parameter, not to be changed.
func (o *Optimiser) State(slot string) []float32 { return o.state[slot] }

// Restore sets one state vector from a checkpoint.
func (o *Optimiser) Restore(slot string, values []float32) error {
	have, found := o.state[slot]
	if !found || len(values) != len(have) {
		return fmt.Errorf("restore %q of %d values into %s of %d: %w", slot, len(values), o.strategy.Name, len(have), ErrState)
	}
	copy(have, values)
	return nil
}

// Step moves the model by one round's mean delta, both one value a parameter.
// A result that is not finite is an error, and neither the model nor the state
// is changed.
func (o *Optimiser) Step(model []float32, delta []float64) error {
	if len(model) != len(delta) {
		return fmt.Errorf("optimise a model of %d values by a delta of %d", len(model), len(delta))
	}
	next := slices.Clone(model)
	state := map[string][]float32{}
	for slot, values := range o.state {
		state[slot] = slices.Clone(values)
	}
	o.strategy.step(next, delta, state)
	for i, v := range next {
		if v := float64(v); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("optimise by %s: parameter %d becomes %v: lower the learning rates", o.strategy.Name, i, v)
		}
	}
	copy(model, next)
	o.state = state
	return nil
}

func (s Strategy) step(model []float32, delta []float64, state map[string][]float32) {
	switch s.Name {
	case FedAvgM:
		s.momentum(model, delta, state["momentum"])
	case FedAdagrad, FedAdam, FedYogi:
		s.adaptive(model, delta, state["first_moment"], state["second_moment"])
	default:
		for i, d := range delta {
			model[i] = float32(float64(model[i]) + float64(s.Rate*d))
		}
	}
}

func (s Strategy) momentum(model []float32, delta []float64, m []float32) {
	for i, d := range delta {
		m[i] = float32(float64(s.Momentum*float64(m[i])) + d)
		model[i] = float32(float64(model[i]) + float64(s.Rate*float64(m[i])))
	}
}

func (s Strategy) adaptive(model []float32, delta []float64, m, v []float32) {
	for i, d := range delta {
		square := float64(d * d)
		first := float64(s.Beta1*float64(m[i])) + float64((1-s.Beta1)*d)
		second := float64(v[i])
		switch s.Name {
		case FedAdagrad:
			second += square
		case FedYogi:
			step := float64((1 - s.Beta2) * square)
			switch {
			case second > square:
				second -= step
			case second < square:
				second += step
			}
		default:
			second = float64(s.Beta2*second) + float64((1-s.Beta2)*square)
		}
		m[i], v[i] = float32(first), float32(second)
		step := float64(s.Rate*float64(m[i])) / (math.Sqrt(float64(v[i])) + s.Tau)
		model[i] = float32(float64(model[i]) + step)
	}
}
