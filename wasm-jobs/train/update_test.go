package train_test

import (
	"math"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/plan"
)

// wide has enough parameters for statistics: 20,700.
var wide = plan.Architecture{Input: []int{100}, Loss: plan.Squares, Layers: []plan.Layer{
	{Type: plan.Dense, Units: 100}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 100}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 5}}}

// Rounding never moves a value by a unit or more, takes the finest unit that
// there is room for, and is right on average whatever the fraction was: rounding
// to the nearest or towards zero would fail for one quarter or another.
func TestRoundingIsUnbiased(t *testing.T) {
	p := newProblem(wide, 12)
	update := func(bits, scale int) (values, units []float64) {
		task := plain()
		task.LearningRate, task.Bits, task.ScaleBits, task.Seed = 0.1, bits, scale, 77
		return deltas(t, wide, succeed(t, lower(t, wide, task, plan.Train, p.model, p.data())).update)
	}
	exact, fine := update(32, 40)
	for _, bits := range []int{8, 16} {
		values, units := update(bits, 40)
		var sums [4]float64
		var counts [4]int
		for i, v := range values {
			off := (v - exact[i]) / units[i]
			if !(math.Abs(off) < 1+fine[i]/units[i]) {
				t.Fatalf("%d bits: value %d is %v, want %v within %v", bits, i, v, exact[i], units[i])
			}
			fraction := exact[i]/units[i] - math.Floor(exact[i]/units[i])
			if fraction > 0 {
				sums[int(4*fraction)] += off
				counts[int(4*fraction)]++
			}
		}
		for quarter, n := range counts {
			// A rounding error deviates by at most half a unit: five sigmas.
			if mean, limit := sums[quarter]/float64(n), 2.5/math.Sqrt(float64(n)); n < 1000 || !(math.Abs(mean) < limit) {
				t.Errorf("%d bits: mean error of %d values in quarter %d of a unit is %v, want at most %v", bits, n, quarter, mean, limit)
			}
		}
	}
}

// Each tensor's unit is the finest in which its largest change fits, and never
// finer than the task's.
func TestUnitIsTheFinestThatFits(t *testing.T) {
	p := newProblem(wide, 12)
	for _, c := range []struct{ bits, scale int }{{8, 40}, {16, 40}, {32, 40}, {8, 6}, {32, 20}} {
		task := plain()
		task.Bits, task.ScaleBits = c.bits, c.scale
		values, units := deltas(t, wide, succeed(t, lower(t, wide, task, plan.Train, p.model, p.data())).update)
		at := 0
		for _, s := range wide.Tensors() {
			top := 0.0
			for _, v := range values[at : at+s.Elements()] {
				top = max(top, math.Abs(v)/units[at])
			}
			limit := math.Ldexp(1, c.bits-1) - 1
			if top > limit || units[at] < math.Ldexp(1, -c.scale) {
				t.Errorf("%+v: %s has %v units of %v, want at most %v of at least 2^-%d", c, s.Name, top, units[at], limit, c.scale)
			}
			if units[at] > math.Ldexp(1, -c.scale) && top < (limit-1)/2 {
				t.Errorf("%+v: %s has only %v units of %v at most: a finer one has room", c, s.Name, top, units[at])
			}
			at += s.Elements()
		}
	}
}
