package feature_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

func Example() {
	light, _ := feature.Parse("light")
	shake, _ := feature.Parse("std(accel)")
	v, err := feature.New([]feature.Feature{light, shake}, []string{"accel", "light"}, []float64{100, 0}, []float64{50, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	row, _ := v.Of([]reading.Reading{{Values: []float64{-1, 200}}, {Values: []float64{1, 300}}}, nil)
	fmt.Println(row)
	// Output: [4 1]
}

func TestStatistics(t *testing.T) {
	readings := []reading.Reading{{Values: []float64{3}}, {Values: []float64{math.NaN()}}, {Values: []float64{-1}}, {Values: []float64{4}}, {}}
	for text, want := range map[string]float64{
		"x": 4, "last(x)": 4, "first(x)": 3, "mean(x)": 2, "std(x)": math.Sqrt(14. / 3), "min(x)": -1, "max(x)": 4, "range(x)": 5,
		"rms(x)": math.Sqrt(26. / 3), "delta(x)": math.Sqrt(41. / 2), "count(x)": 3,
	} {
		f, err := feature.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		v, err := feature.New([]feature.Feature{f}, []string{"x"}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if row, ok := v.Of(readings, nil); !ok || row[0] != float32(want) {
			t.Errorf("%s = %v, want %v", text, row, want)
		}
		if row, ok := v.Of(readings[1:2], nil); ok != (f.Statistic == feature.Count) {
			t.Errorf("%s of nothing = %v", text, row)
		}
	}
	// A constant far from 0 has no deviation.
	var still []reading.Reading
	for range 1000 {
		still = append(still, reading.Reading{Values: []float64{1e9 + 0.1}})
	}
	f, _ := feature.Parse("std(x)")
	v, _ := feature.New([]feature.Feature{f}, []string{"x"}, nil, nil)
	if row, _ := v.Of(still, nil); row[0] > 1e-3 {
		t.Errorf("std of a constant = %v", row[0])
	}
}

func TestMistakes(t *testing.T) {
	for _, text := range []string{"", "std", "std()", "std(x", "mode(x)", "std(std(x))"} {
		f, err := feature.Parse(text)
		if text == "std" {
			if err != nil || f.Channel != "std" {
				t.Errorf("%q: a channel may be named so: %v", text, err)
			}
			continue
		}
		if !errors.Is(err, feature.ErrFeature) {
			t.Errorf("%q = %+v, %v", text, f, err)
		}
	}
	x := []feature.Feature{{feature.Last, "x"}}
	if _, err := feature.New(x, []string{"y"}, nil, nil); !errors.Is(err, feature.ErrFeature) {
		t.Errorf("a channel that is not there: %v", err)
	}
	if _, err := feature.New(x, []string{"x"}, []float64{1, 2}, nil); !errors.Is(err, feature.ErrFeature) {
		t.Errorf("two centers for one feature: %v", err)
	}
}
