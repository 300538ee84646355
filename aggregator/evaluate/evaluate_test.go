package evaluate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/evaluate"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// networks has every kind of layer, at shapes that no vector width divides.
var networks = map[string]plan.Architecture{
	"dense": {Input: []int{7}, Loss: plan.CrossEntropy, Layers: []plan.Layer{
		{Type: plan.Dense, Units: 5}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 3}}},
	"same, pool": {Input: []int{5, 7, 2}, Loss: plan.CrossEntropy, Layers: []plan.Layer{
		{Type: plan.Conv2D, Filters: 3, Kernel: 3, Padding: "same"}, {Type: plan.ReLU}, {Type: plan.MaxPool2D, Size: 2}, {Type: plan.Dense, Units: 4}}},
	"valid, valid": {Input: []int{7, 6, 3}, Loss: plan.Squares, Layers: []plan.Layer{
		{Type: plan.Conv2D, Filters: 4, Kernel: 2, Padding: "valid"}, {Type: plan.ReLU}, {Type: plan.Conv2D, Filters: 2, Kernel: 3, Padding: "valid"}, {Type: plan.Dense, Units: 3}}},
	"autoencoder": {Input: []int{6}, Loss: plan.Squares, Layers: []plan.Layer{
		{Type: plan.Dense, Units: 4}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 6}}},
}

// problem is a random model with samples for it; targets is nil for classes.
type problem struct {
	a       plan.Architecture
	model   tensor.File
	x, y    tensor.Tensor
	classes []int
	targets [][]float64
	inputs  [][]float64
}

func newProblem(a plan.Architecture, n int) problem {
	r := rand.New(rand.NewPCG(3, uint64(n)))
	p := problem{a: a, model: plan.Init(a, 5)}
	for i, t := range p.model.Tensors { // biases other than 0 keep ReLU off its kink
		values := t.Floats()
		for j := range values {
			values[j] += float32(r.NormFloat64() / 20)
		}
		p.model.Tensors[i] = tensor.FromFloats(t.Name, t.Shape, values)
	}
	features := 1
	for _, d := range a.Input {
		features *= d
	}
	normal := func(n int) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(r.NormFloat64())
		}
		return v
	}
	rows := func(flat []float32, n int) (rows [][]float64) {
		for i := range n {
			var row []float64
			for _, v := range flat[i*len(flat)/n : (i+1)*len(flat)/n] {
				row = append(row, float64(v))
			}
			rows = append(rows, row)
		}
		return rows
	}
	x := normal(n * features)
	p.x, p.inputs = tensor.FromFloats("x", append([]int{n}, a.Input...), x), rows(x, n)
	p.classes = make([]int, n)
	switch {
	case a.Loss == plan.CrossEntropy:
		p.y = tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{n}}
		for i := range n {
			p.classes[i] = r.IntN(a.Outputs())
			p.y.Data = append(p.y.Data, byte(p.classes[i]))
		}
	case a.Outputs() == features:
		p.targets = p.inputs
	default:
		y := normal(n * a.Outputs())
		p.y, p.targets = tensor.FromFloats("y", []int{n, a.Outputs()}, y), rows(y, n)
	}
	return p
}

func (p problem) weights() (weights [][]float64) {
	for _, t := range p.model.Tensors {
		var wide []float64
		for _, v := range t.Floats() {
			wide = append(wide, float64(v))
		}
		weights = append(weights, wide)
	}
	return weights
}

// measure is loss and accuracy by the reference.
func (p problem) measure(weights [][]float64) (loss, accuracy float64) {
	for i, x := range p.inputs {
		outputs := outputsOf(p.a, weights, x)
		var targets []float64
		if p.targets != nil {
			targets = p.targets[i]
		}
		loss += lossOf(outputs, p.classes[i], targets) / float64(len(p.inputs))
		best := 0
		for j, v := range outputs {
			if v > outputs[best] {
				best = j
			}
		}
		if targets == nil && best == p.classes[i] {
			accuracy += 1 / float64(len(p.inputs))
		}
	}
	return loss, accuracy
}

// 1,003 samples are a whole batch and a part of one.
func TestEvaluateAgreesWithPlainLoops(t *testing.T) {
	for name, a := range networks {
		t.Run(name, func(t *testing.T) {
			p := newProblem(a, 1003)
			wantLoss, wantAccuracy := p.measure(p.weights())
			e, err := evaluate.New(a, p.x, p.y, 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			loss, accuracy, err := e.Evaluate(t.Context(), p.model.Encode())
			if err != nil || math.Abs(loss-wantLoss) > 1e-5*wantLoss || math.Abs(accuracy-wantAccuracy) > 1e-9 {
				t.Errorf("loss %v, accuracy %v, %v; want %v, %v", loss, accuracy, err, wantLoss, wantAccuracy)
			}
			other, _, err := e.Evaluate(t.Context(), plan.Init(a, 6).Encode())
			if err != nil || other == loss {
				t.Errorf("another model has loss %v, %v; want another than %v", other, err, loss)
			}
			if again, _, err := e.Evaluate(t.Context(), p.model.Encode()); again != loss || err != nil {
				t.Errorf("the same model again has loss %v, %v; want the same bits, %v", again, err, loss)
			}
		})
	}
}

// Central differences of the reference's loss, at every parameter.
func TestGradientsAgreeWithDifferences(t *testing.T) {
	const step, tolerance = 1e-5, 1e-6
	for name, a := range networks {
		t.Run(name, func(t *testing.T) {
			p := newProblem(a, 5)
			weights := p.weights()
			loss, grads, err := evaluate.Gradients(a, p.model.Encode(), p.x, p.y)
			if want, _ := p.measure(weights); err != nil || math.Abs(loss-want) > 1e-6*want {
				t.Fatalf("loss %v, %v; want %v", loss, err, want)
			}
			if got, want := len(grads), a.Parameters(); got != want {
				t.Fatalf("%d gradients, want %d", got, want)
			}
			at := 0
			for i, tensor := range weights {
				for j, w := range tensor {
					tensor[j] = w + step
					up, _ := p.measure(weights)
					tensor[j] = w - step
					down, _ := p.measure(weights)
					tensor[j] = w
					if got, want := float64(grads[at]), (up-down)/(2*step); math.Abs(got-want) > tolerance {
						t.Errorf("gradient of value %d of %s is %v, want %v", j, p.model.Tensors[i].Name, got, want)
					}
					at++
				}
			}
		})
	}
}

// The types that labels and features come in give the same numbers.
func TestTypesOfSamples(t *testing.T) {
	a := networks["dense"]
	x := tensor.Tensor{DType: tensor.U8, Shape: []int{3, 7}}
	var scaled []float32
	for i := range 21 {
		x.Data = append(x.Data, byte(12*i))
		scaled = append(scaled, float32(12*i)*0.5-3)
	}
	le := func(size int, values ...uint64) (b []byte) {
		for _, v := range values {
			for i := range size {
				b = append(b, byte(v>>(8*i)))
			}
		}
		return b
	}
	model := plan.Init(a, 5).Encode()
	measure := func(x, y tensor.Tensor, scale, shift float32) string {
		e, err := evaluate.New(a, x, y, scale, shift)
		if err != nil {
			t.Fatal(err)
		}
		loss, accuracy, err := e.Evaluate(t.Context(), model)
		return fmt.Sprint(loss, accuracy, err)
	}
	labels := []tensor.Tensor{
		{DType: tensor.U8, Data: le(1, 0, 2, 1)}, {DType: tensor.I32, Data: le(4, 0, 2, 1)}, {DType: tensor.I64, Data: le(8, 0, 2, 1)},
		{DType: tensor.F32, Data: le(4, 0, uint64(math.Float32bits(2)), uint64(math.Float32bits(1)))},
		{DType: tensor.F64, Data: le(8, 0, math.Float64bits(2), math.Float64bits(1))},
	}
	labels[0].Shape = []int{3}
	want := measure(tensor.FromFloats("x", []int{3, 7}, scaled), labels[0], 1, 0)
	for _, y := range labels {
		y.Shape = []int{3}
		if got := measure(x, y, 0.5, -3); got != want {
			t.Errorf("labels of %s: %s, want %s", y.DType, got, want)
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	a := networks["dense"]
	x := tensor.FromFloats("x", []int{2, 7}, make([]float32, 14))
	labels := func(b ...byte) tensor.Tensor {
		return tensor.Tensor{DType: tensor.U8, Shape: []int{len(b)}, Data: b}
	}
	for _, c := range []struct {
		name string
		x, y tensor.Tensor
		want string
	}{
		{"features", tensor.FromFloats("x", []int{2, 6}, make([]float32, 12)), labels(0, 1), "want U8 or F32, [samples, 7]"},
		{"number of labels", x, labels(0), "[2]"},
		{"class", x, labels(0, 3), "label of sample 1 is 3: want a whole number from 0 to 2"},
		{"no labels", x, tensor.Tensor{}, "want U8, I32, I64, F32 or F64"},
	} {
		if _, err := evaluate.New(a, c.x, c.y, 1, 0); !errors.Is(err, plan.ErrFiles) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	e, err := evaluate.New(a, x, labels(0, 1), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.Evaluate(t.Context(), plan.Init(networks["autoencoder"], 1).Encode()); !errors.Is(err, plan.ErrFiles) {
		t.Errorf("another architecture's model: error %v, want %v", err, plan.ErrFiles)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, _, err := e.Evaluate(ended, plan.Init(a, 1).Encode()); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: error %v, want %v", err, context.Canceled)
	}
}

// A round on MNIST should wait about a second for its evaluation, not many.
func BenchmarkEvaluate2NN(b *testing.B) {
	a, err := plan.Preset("2nn")
	if err != nil {
		b.Fatal(err)
	}
	const n = 10_000
	x := tensor.Tensor{DType: tensor.U8, Shape: []int{n, 784}, Data: make([]byte, n*784)}
	y := tensor.Tensor{DType: tensor.U8, Shape: []int{n}, Data: make([]byte, n)}
	r := rand.New(rand.NewPCG(1, 1))
	for i := range x.Data {
		x.Data[i] = byte(r.Uint32())
	}
	e, err := evaluate.New(a, x, y, 1.0/255, 0)
	if err != nil {
		b.Fatal(err)
	}
	model := plan.Init(a, 1).Encode()
	for b.Loop() {
		begin := time.Now()
		if _, _, err := e.Evaluate(b.Context(), model); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(n/time.Since(begin).Seconds(), "images/s")
	}
}
