package optimise_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/optimise"
)

func strategy(t testing.TB, name string) optimise.Strategy {
	t.Helper()
	s, err := optimise.Default(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reference computes two steps of one parameter from the papers' formulas, in
// arithmetic of 200 bits, so that it shares no rounding with the code.
func reference(s optimise.Strategy, x float64, deltas []float64) float64 {
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	mul := func(a, b *big.Float) *big.Float { return f(0).Mul(a, b) }
	add := func(a, b *big.Float) *big.Float { return f(0).Add(a, b) }
	model, m, v := f(x), f(0), f(s.Tau*s.Tau)
	for _, delta := range deltas {
		d := f(delta)
		square := mul(d, d)
		switch s.Name {
		case optimise.FedAvgM:
			m = add(mul(f(s.Momentum), m), d)
			model = add(model, mul(f(s.Rate), m))
			continue
		case optimise.FedAvg, optimise.FedProx:
			model = add(model, mul(f(s.Rate), d))
			continue
		case optimise.FedAdagrad:
			v = add(v, square)
		case optimise.FedAdam:
			v = add(mul(f(s.Beta2), v), mul(f(1-s.Beta2), square))
		case optimise.FedYogi:
			sign := f(float64(v.Cmp(square)))
			v = add(v, mul(mul(f(-(1-s.Beta2)), square), sign))
		}
		m = add(mul(f(s.Beta1), m), mul(f(1-s.Beta1), d))
		root := f(0).Sqrt(v)
		model = add(model, f(0).Quo(mul(f(s.Rate), m), add(root, f(s.Tau))))
	}
	out, _ := model.Float64()
	return out
}

func TestStepsFollowThePapers(t *testing.T) {
	for _, name := range optimise.Names() {
		s := strategy(t, name)
		for _, deltas := range [][]float64{{0.25}, {-0.003, 0.001}, {0, 0.5}, {0.1, -0.1, 0.1, 0.2}} {
			model := []float32{0.5}
			o := optimise.New(s, 1)
			for _, d := range deltas {
				if err := o.Step(model, []float64{d}); err != nil {
					t.Fatal(err)
				}
			}
			want := reference(s, 0.5, deltas)
			if got := float64(model[0]); math.Abs(got-want) > 4e-7*math.Abs(want) {
				t.Errorf("%s after %v: %v, want %v", name, deltas, got, want)
			}
		}
	}
}

func TestStateSurvivesARestart(t *testing.T) {
	for _, name := range optimise.Names() {
		s := strategy(t, name)
		whole, first := optimise.New(s, 2), optimise.New(s, 2)
		a, b := []float32{1, -1}, []float32{1, -1}
		deltas := [][]float64{{0.1, 0.2}, {-0.3, 0.1}}
		if err := errors.Join(whole.Step(a, deltas[0]), whole.Step(a, deltas[1]), first.Step(b, deltas[0])); err != nil {
			t.Fatal(err)
		}
		second := optimise.New(s, 2)
		for _, slot := range first.Slots() {
			if err := second.Restore(slot, first.State(slot)); err != nil {
				t.Fatal(err)
			}
		}
		if err := second.Step(b, deltas[1]); err != nil || !slices.Equal(a, b) {
			t.Errorf("%s: with a restart %v (%v), without %v", name, b, err, a)
		}
	}
}

func TestStepRefusesInfinity(t *testing.T) {
	for _, name := range optimise.Names() {
		o := optimise.New(strategy(t, name), 2)
		model := []float32{1, 2}
		if err := o.Step(model, []float64{0.1, math.Inf(1)}); err == nil || !slices.Equal(model, []float32{1, 2}) {
			t.Errorf("%s: error %v, model %v; want an error and the model untouched", name, err, model)
		}
		for _, slot := range o.Slots() {
			if v := o.State(slot)[0]; v != 0 && v != float32(1e-3*1e-3) {
				t.Errorf("%s: %s has changed to %v", name, slot, v)
			}
		}
	}
}

func TestRestoreRefusesForeignState(t *testing.T) {
	o := optimise.New(strategy(t, optimise.FedAvgM), 2)
	for slot, n := range map[string]int{"first_moment": 2, "momentum": 3} {
		if err := o.Restore(slot, make([]float32, n)); !errors.Is(err, optimise.ErrState) {
			t.Errorf("%s of %d: error %v, want ErrState", slot, n, err)
		}
	}
	if _, err := optimise.Default("adam"); err == nil {
		t.Error("strategy adam: accepted")
	}
}

func Example() {
	s, _ := optimise.Default(optimise.FedAvgM)
	o := optimise.New(s, 1)
	model := []float32{0}
	for range 3 {
		o.Step(model, []float64{1})
	}
	fmt.Printf("%.2f\n", model[0])
	// Output: 5.61
}
