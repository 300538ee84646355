package builtin_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

var anomalyFeatures = []string{"std(x)", "delta(x)", "mean(y)", "rms(y)"}

// autoencoder is a network as a federation would export it.
func autoencoder(t *testing.T) []byte {
	t.Helper()
	a := plan.Architecture{Input: []int{4}, Layers: []plan.Layer{{Type: plan.Dense, Units: 6}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 2}, {Type: plan.Dense, Units: 6}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 4}}, Loss: plan.Squares}
	exported, err := plan.ExportPyTorch(plan.Init(a, 7).Encode())
	if err != nil {
		t.Fatal(err)
	}
	return exported
}

// miss is what the module is to find: float32 in index order, scored in float64.
func miss(t *testing.T, model []byte, row []float32) float64 {
	t.Helper()
	file, err := tensor.Decode(model)
	if err != nil {
		t.Fatal(err)
	}
	x := row
	for i := 0; i < len(file.Tensors); i += 2 {
		weights, y := file.Tensors[i].Floats(), slices.Clone(file.Tensors[i+1].Floats())
		for o := range y {
			for k := range x {
				y[o] += float32(weights[o*len(x)+k] * x[k])
			}
			if i == 0 || i == 4 { // where the architecture has a ReLU
				y[o] = max(0, y[o])
			}
		}
		x = y
	}
	sum := 0.
	for i := range row {
		d := float64(x[i] - row[i])
		sum += float64(d * d)
	}
	return sum / float64(len(row))
}

func TestAnomalyScoresAsTheNetworkMisses(t *testing.T) {
	model, readings := autoencoder(t), imu(300)
	var features []feature.Feature
	for _, text := range anomalyFeatures {
		f, err := feature.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		features = append(features, f)
	}
	v, err := feature.New(features, []string{"x", "y"}, []float64{1, 1.5, 0, 0.9}, []float64{0.25, 0.5, 0.125, 2})
	if err != nil {
		t.Fatal(err)
	}
	row, _ := v.Of(readings, nil)
	want := miss(t, model, row)
	k := task{module: "anomaly", channels: "s\tx\ty\n", config: strings.Join(anomalyFeatures, " ") + "\ncenter=1,1.5,0,0.9 scale=0.25,0.5,0.125,2 threshold=", files: map[string][]byte{"model": model}, readings: readings}
	for threshold, flag := range map[string]float64{"0.001": 1, "1e6": 0} {
		one := k
		one.config += threshold
		got := made(t, one)
		if len(got) != 1 || got[0].Values[0] != want || got[0].Values[1] != flag {
			t.Errorf("threshold %s: %v, want score %v and flag %v", threshold, got, want, flag)
		}
	}
	k.config += "1"
	for i := range k.readings {
		k.readings[i].Values = []float64{1, math.NaN()}
	}
	if got := made(t, k); len(got) != 0 {
		t.Errorf("a window of which a feature cannot be told makes %v", got)
	}
}

// Whatever the file says, the module refuses it or scores; it neither traps nor loops.
func TestAnomalyRefusesOtherModels(t *testing.T) {
	good := autoencoder(t)
	run := func(model []byte) error {
		_, err := batch(t, task{module: "anomaly", channels: "s\tx\ty\n", config: strings.Join(anomalyFeatures, " "), files: map[string][]byte{"model": model}, readings: imu(20)})
		return err
	}
	swapped := tensor.File{Tensors: []tensor.Tensor{tensor.FromFloats("0.weight", []int{2, 4}, make([]float32, 8)), tensor.FromFloats("0.bias", []int{2}, make([]float32, 2))}}
	native := tensor.File{Metadata: map[string]string{"architecture": "{}"}}
	conv := tensor.File{Tensors: []tensor.Tensor{tensor.FromFloats("0.weight", []int{1, 1, 2, 2}, make([]float32, 4))}}
	for name, c := range map[string]struct {
		model []byte
		say   string
	}{
		"empty":             {nil, "no safetensors"},
		"cut off":           {good[:100], "no safetensors"},
		"without its data":  {good[:len(good)-8], "another form"},
		"not back":          {swapped.Encode(), "as many values"},
		"the kernel's form": {native.Encode(), "--native"},
		"a convolution":     {conv.Encode(), "dense"},
	} {
		var exit *job.ExitError
		if err := run(c.model); !errors.As(err, &exit) || exit.Code != 14 || !strings.Contains(exit.Stderr, c.say) {
			t.Errorf("%s: %v, want %q", name, err, c.say)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		bad := slices.Clone(good)
		head := tensor.DataOffset(bad)
		for range 1 + r.IntN(4) {
			bad[r.IntN(head)] = byte(r.Uint32())
		}
		var exit *job.ExitError
		if err := run(bad); err != nil && !errors.As(err, &exit) {
			t.Fatalf("%q: %v", bad[:head], err)
		}
	}
}
