package builtin_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

// imu is a window of two channels, some of whose values were not read.
func imu(n int) (readings []reading.Reading) {
	r := rand.New(rand.NewPCG(1, 1))
	for i := range n {
		x, y := 10+r.NormFloat64(), r.NormFloat64()
		if i%17 == 3 {
			y = math.NaN()
		}
		readings = append(readings, reading.Reading{Source: "s", Time: int64(i) * 1e7, Values: []float64{x, y}})
	}
	return readings
}

var statistics = []string{"x", "y", "first(y)", "mean(x)", "std(x)", "std(y)", "min(y)", "max(y)", "range(x)", "rms(x)", "delta(y)", "count(y)"}

// What a job makes of a window is what a dataset records of it, to the last bit.
func TestStatisticsAreTheDatasets(t *testing.T) {
	for _, n := range []int{1, 2, 200, 5000} {
		readings := imu(n)
		var features []feature.Feature
		for _, text := range statistics {
			f, err := feature.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			features = append(features, f)
		}
		v, err := feature.New(features, []string{"x", "y"}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, ok := v.Of(readings, nil)
		if !ok {
			t.Fatal("a feature cannot be told")
		}
		for _, module := range []string{"aggregate", "features"} {
			got := made(t, task{module: module, channels: "s\tx\ty\n", config: strings.Join(statistics, " "), readings: readings})
			if len(got) != 1 || got[0].Time != int64(n-1)*1e7 || len(got[0].Values) != len(want) {
				t.Fatalf("%s of %d readings: %v", module, n, got)
			}
			for i, value := range got[0].Values {
				if float32(value) != want[i] {
					t.Errorf("%s of %d readings: %s is %v, the dataset has %v", module, n, statistics[i], value, want[i])
				}
			}
		}
	}
}

func TestAggregate(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		config   string
		readings []reading.Reading
		want     []float64
	}{
		{"sum(x) median(x) count(x)", at(3, 1, 2), []float64{6, 2, 3}},
		{"median(x)", at(4, 1, 2, nan, 3, 4, 0), []float64{2.5}},
		{"mean(x) count(x) sum(x) median(x) x", at(nan), []float64{nan, 0, nan, nan, nan}},
		{"median(x)", at(7), []float64{7}},
	} {
		got := made(t, task{module: "aggregate", config: c.config, readings: c.readings})
		if len(got) != 1 || !equal(got, []reading.Reading{{Time: got[0].Time, Values: c.want}}) {
			t.Errorf("%s of %v: %v, want %v", c.config, c.readings, got, c.want)
		}
	}
	values := make([]float64, 1001)
	r := rand.New(rand.NewPCG(2, 2))
	for i := range values {
		values[i] = r.NormFloat64()
	}
	got := made(t, task{module: "aggregate", config: "median(x)", readings: at(values...)})
	slices.Sort(values)
	if got[0].Values[0] != values[500] {
		t.Errorf("median %v, want %v", got[0].Values[0], values[500])
	}
}

// Two tones: which is the stronger, and how much is in the band of each.
func TestSpectrum(t *testing.T) {
	const rate = 200.
	for _, n := range []int{64, 100, 200, 1000} {
		for _, f := range []float64{13, 31.7, 60} {
			var readings []reading.Reading
			for i := range n {
				at := float64(i) / rate
				readings = append(readings, reading.Reading{Source: "s", Time: int64(math.Round(at * 1e9)), Values: []float64{9.81 + 2*math.Sin(2*math.Pi*f*at) + 0.5*math.Cos(2*math.Pi*85*at)}})
			}
			config := fmt.Sprintf("frequency(x) band(x,%g,%g) band(x,75,95) band(x,0,101)", f-7, f+7)
			v := made(t, task{module: "features", config: config, readings: readings})[0].Values
			if math.Abs(v[0]-f) > 0.02*rate/float64(n)*5 {
				t.Errorf("%d readings of %g Hz: the strongest frequency is %g", n, f, v[0])
			}
			for i, want := range []float64{2, 0.125, 2.125} {
				if math.Abs(v[1+i]-want) > 0.05*want {
					t.Errorf("%d readings of %g Hz: band %d has %g, want %g", n, f, i, v[1+i], want)
				}
			}
		}
	}
	nan := math.NaN()
	for name, c := range map[string]struct {
		readings []reading.Reading
		want     []float64
	}{
		"still":    {at(5, 5, 5, 5, 5, 5), []float64{nan, 0, 0}},
		"one":      {at(5), []float64{nan, nan, 0}},
		"nothing":  {at(nan), []float64{nan, nan, nan}},
		"crossing": {at(1, -1, -1, 1, -1), []float64{math.Inf(1), math.Inf(1), 3}},
	} {
		got := made(t, task{module: "features", config: "frequency(x) band(x,0,1) crossings(x)", readings: c.readings})[0].Values
		for i := range got {
			if got[i] != c.want[i] && !(math.IsNaN(got[i]) && math.IsNaN(c.want[i])) && !math.IsInf(c.want[i], 1) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}
