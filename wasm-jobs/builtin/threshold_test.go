package builtin_test

import (
	"math"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

func TestThreshold(t *testing.T) {
	type r = reading.Reading
	nan := math.NaN()
	for name, c := range map[string]struct {
		task
		want []reading.Reading
	}{
		"plain":           {task{config: "channel=x above=10", readings: at(1, 11, 12, 9, 11)}, []r{{Time: 0, Values: []float64{0, 1}}, {Time: 1e9, Values: []float64{1, 11}}, {Time: 3e9, Values: []float64{0, 9}}, {Time: 4e9, Values: []float64{1, 11}}}},
		"hysteresis":      {task{config: "channel=x above=10 below=5", readings: at(7, 11, 7, 4, 7)}, []r{{Time: 1e9, Values: []float64{1, 11}}, {Time: 3e9, Values: []float64{0, 4}}}},
		"must last":       {task{config: "channel=x above=10 below=5 for=2s", readings: at(11, 4, 11, 12, 13, 4, 7, 8)}, []r{{Time: 4e9, Values: []float64{1, 13}}}},
		"lasts again":     {task{config: "channel=x above=10 for=1s500ms", readings: at(1, 1, 1, 11, 11, 11)}, []r{{Time: 2e9, Values: []float64{0, 1}}, {Time: 5e9, Values: []float64{1, 11}}}},
		"at the border":   {task{config: "channel=x above=10 below=5", readings: at(10, 5)}, nil},
		"not read":        {task{config: "channel=x above=10", readings: at(11, nan, 12)}, []r{{Time: 0, Values: []float64{1, 11}}}},
		"filter":          {task{config: "channel=x min=-1e1 max=10", readings: at(-11, -10, 0.1, 10, 10.5, nan)}, []r{{Time: 1e9, Values: []float64{-10}}, {Time: 2e9, Values: []float64{0.1}}, {Time: 3e9, Values: []float64{10}}}},
		"deadband":        {task{config: "channel=x deadband=0.5", readings: at(1, 1.4, 1.5, 1.1, 1)}, []r{{Time: 0, Values: []float64{1}}, {Time: 2e9, Values: []float64{1.5}}, {Time: 4e9, Values: []float64{1}}}},
		"still there":     {task{config: "channel=x deadband=0.5 every=2s", readings: at(1, 1, 1, 1, 1)}, []r{{Time: 0, Values: []float64{1}}, {Time: 2e9, Values: []float64{1}}, {Time: 4e9, Values: []float64{1}}}},
		"quoted":          {task{channels: "s\tthe level\n", config: `channel="the level" deadband=0`, readings: at(1)}, []r{{Time: 0, Values: []float64{1}}}},
		"of one stream":   {task{channels: "a\tx\ns\tx\n", config: "channel=s/x deadband=0", readings: append(at(1), reading.Reading{Source: "a", Time: 5, Values: []float64{2}})}, []r{{Time: 0, Values: []float64{1}}}},
		"of the first":    {task{channels: "a\tx\ns\tx\n", config: "channel=x deadband=0", readings: append(at(1), reading.Reading{Source: "a", Time: 5, Values: []float64{2}})}, []r{{Time: 5, Values: []float64{2}}}},
		"a float64":       {task{config: "channel=x deadband=0", readings: at(1e300, math.Inf(-1), 1./3)}, []r{{Time: 0, Values: []float64{1e300}}, {Time: 1e9, Values: []float64{math.Inf(-1)}}, {Time: 2e9, Values: []float64{1. / 3}}}},
		"second channel":  {task{channels: "s\tx\ty\n", config: "channel=y deadband=0", readings: []r{{Source: "s", Time: -7, Values: []float64{1, 2}}, {Source: "s", Values: []float64{1}}}}, []r{{Time: -7, Values: []float64{2}}}},
		"nothing is read": {task{config: "channel=x deadband=0"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.module = "threshold"
			if got := made(t, c.task); !equal(got, c.want) {
				t.Errorf("batch: %v, want %v", got, c.want)
			}
			for _, atOnce := range []int{1, 3, 100} {
				if got := streamed(t, c.task, atOnce); !equal(got, c.want) {
					t.Errorf("streamed %d at once: %v, want %v", atOnce, got, c.want)
				}
			}
		})
	}
}

// More than the module's buffers hold, at once and one by one.
func TestALongStream(t *testing.T) {
	values := make([]float64, 30_000)
	for i := range values {
		values[i] = float64(i) / 3
	}
	k := task{module: "threshold", config: "channel=x min=0", readings: at(values...)}
	for _, atOnce := range []int{777, len(values)} {
		if got := streamed(t, k, atOnce); !equal(got, k.readings) {
			t.Errorf("%d at once: %d readings come out that are not the %d that went in", atOnce, len(got), len(values))
		}
	}
}
