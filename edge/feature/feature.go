// Package feature makes numbers of windows: what a dataset records of what a source
// read.
//
// Declarations as "light" or "std(gyro_x)" and the channels of a source flow into New;
// the readings of a window flow into Vector.Of, and one number a feature flows out. The
// arithmetic is float64, in the order of the readings, and rounded to float32 at the end:
// the same readings give the same bits on every device.
package feature

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Feature is a statistic of a channel over a window.
type Feature struct {
	Statistic Statistic
	Channel   string
}

// Statistic is what is made of a channel's values v[0] ... v[n-1]; NaNs, which are values
// that were not read, are left out of them.
type Statistic string

// The statistics. A channel alone is its last value.
const (
	Last  Statistic = "last"
	First Statistic = "first"
	Mean  Statistic = "mean"
	Std   Statistic = "std" // of the values, not of a sample of them: divided by n
	Min   Statistic = "min"
	Max   Statistic = "max"
	Range Statistic = "range" // max - min
	RMS   Statistic = "rms"   // root of the mean square
	Delta Statistic = "delta" // rms of v[i] - v[i-1]
	Count Statistic = "count" // n
)

var statistics = []Statistic{Last, First, Mean, Std, Min, Max, Range, RMS, Delta, Count}

// ErrFeature says that a declaration is none.
var ErrFeature = errors.New("invalid feature")

// Parse reads "channel" or "statistic(channel)".
func Parse(text string) (Feature, error) {
	f := Feature{Last, text}
	if statistic, rest, found := strings.Cut(text, "("); found {
		channel, end := strings.CutSuffix(rest, ")")
		if !end || !slices.Contains(statistics, Statistic(statistic)) {
			return f, fmt.Errorf("%w: %.80q: write a channel, or one of %v with a channel in parentheses", ErrFeature, text, statistics)
		}
		f = Feature{Statistic(statistic), channel}
	}
	if f.Channel == "" || strings.ContainsAny(f.Channel, "()") {
		return f, fmt.Errorf("%w: %.80q names no channel", ErrFeature, text)
	}
	return f, nil
}

func (f Feature) String() string {
	if f.Statistic == Last {
		return f.Channel
	}
	return string(f.Statistic) + "(" + f.Channel + ")"
}

// Vector is features bound to a source's channels.
type Vector struct {
	features []Feature
	columns  []int
	center   []float64
	scale    []float64
}

// New binds features to channels. Of each value v comes (v - center) / scale; center nil
// = 0 for all, scale nil = 1 for all.
func New(features []Feature, channels []string, center, scale []float64) (*Vector, error) {
	v := &Vector{features: features, center: center, scale: scale}
	for _, f := range features {
		column := slices.Index(channels, f.Channel)
		if column < 0 {
			return nil, fmt.Errorf("%w: %v: the source has no such channel, only %q", ErrFeature, f, channels)
		}
		v.columns = append(v.columns, column)
	}
	if center != nil && len(center) != len(features) || scale != nil && len(scale) != len(features) {
		return nil, fmt.Errorf("%w: %d features, %d centers and %d scales", ErrFeature, len(features), len(center), len(scale))
	}
	return v, nil
}

// Of appends the features of a window to a row; ok is false where one cannot be told,
// because nothing of its channel was read.
func (v *Vector) Of(readings []reading.Reading, row []float32) (_ []float32, ok bool) {
	for i, f := range v.features {
		x := f.Statistic.of(readings, v.columns[i])
		if v.center != nil {
			x -= v.center[i]
		}
		if v.scale != nil {
			x /= v.scale[i]
		}
		if math.IsNaN(x) || math.Abs(x) > math.MaxFloat32 {
			return row, false
		}
		row = append(row, float32(x))
	}
	return row, true
}

func (s Statistic) of(readings []reading.Reading, column int) float64 {
	n, first, last, least, greatest := 0., math.NaN(), math.NaN(), math.Inf(1), math.Inf(-1)
	sum, squares, steps := 0., 0., 0.
	for _, r := range readings {
		if column >= len(r.Values) || math.IsNaN(r.Values[column]) {
			continue
		}
		x := r.Values[column]
		if n == 0 {
			first = x
		} else {
			steps += float64((x - last) * (x - last)) // float64(): no fused multiply-add, which not every CPU has
		}
		n, last, least, greatest = n+1, x, min(least, x), max(greatest, x)
		sum += x
		squares += float64(x * x)
	}
	switch {
	case s == Count:
		return n
	case n == 0:
		return math.NaN()
	}
	switch s {
	case First:
		return first
	case Mean:
		return sum / n
	case Std:
		return deviation(readings, column, sum/n, n)
	case Min:
		return least
	case Max:
		return greatest
	case Range:
		return greatest - least
	case RMS:
		return math.Sqrt(squares / n)
	case Delta:
		return math.Sqrt(steps / max(1, n-1))
	}
	return last
}

// deviation takes a second pass: squares less the mean's square would cancel.
func deviation(readings []reading.Reading, column int, mean, n float64) float64 {
	sum := 0.
	for _, r := range readings {
		if column < len(r.Values) && !math.IsNaN(r.Values[column]) {
			d := r.Values[column] - mean
			sum += float64(d * d)
		}
	}
	return math.Sqrt(sum / n)
}
