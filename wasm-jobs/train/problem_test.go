package train_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Every kind of layer, at shapes that no tile of the inner products divides.
var (
	denseNet = plan.Architecture{Input: []int{13}, Loss: plan.CrossEntropy, Layers: []plan.Layer{
		{Type: plan.Dense, Units: 19}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 11}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 5}}}
	sameNet = plan.Architecture{Input: []int{9, 7, 3}, Loss: plan.CrossEntropy, Layers: []plan.Layer{
		{Type: plan.Conv2D, Filters: 9, Kernel: 5, Padding: "same"}, {Type: plan.ReLU}, {Type: plan.MaxPool2D, Size: 2},
		{Type: plan.Conv2D, Filters: 4, Kernel: 3, Padding: "same"}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 3}}}
	validNet = plan.Architecture{Input: []int{8, 11, 2}, Loss: plan.Squares, Layers: []plan.Layer{
		{Type: plan.Conv2D, Filters: 7, Kernel: 2, Padding: "valid"}, {Type: plan.ReLU},
		{Type: plan.Conv2D, Filters: 5, Kernel: 3, Padding: "valid"}, {Type: plan.MaxPool2D, Size: 3}, {Type: plan.Dense, Units: 2}}}
	poolNet = plan.Architecture{Input: []int{7, 5, 3}, Loss: plan.CrossEntropy, Layers: []plan.Layer{
		{Type: plan.MaxPool2D, Size: 2}, {Type: plan.Dense, Units: 17}, {Type: plan.Dense, Units: 4}}}
	smallNet = plan.Architecture{Input: []int{3, 2, 2}, Loss: plan.CrossEntropy, Layers: []plan.Layer{
		{Type: plan.Conv2D, Filters: 3, Kernel: 7, Padding: "same"}, {Type: plan.ReLU},
		{Type: plan.Conv2D, Filters: 8, Kernel: 5, Padding: "same"}, {Type: plan.Dense, Units: 3}}}
	regression = plan.Architecture{Input: []int{6}, Loss: plan.Squares, Layers: []plan.Layer{
		{Type: plan.Dense, Units: 9}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 3}}}
	autoencoder = plan.Architecture{Input: []int{10}, Loss: plan.Squares, Layers: []plan.Layer{
		{Type: plan.Dense, Units: 6}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 10}}}
)

var networks = map[string]plan.Architecture{"dense": denseNet, "conv same and pool": sameNet, "conv valid and pool": validNet,
	"pool first": poolNet, "kernel larger than the image": smallNet, "regression": regression, "autoencoder": autoencoder}

// problem is a random model with random samples.
type problem struct {
	a     plan.Architecture
	model []byte
	x, y  tensor.Tensor // y has no type for an autoencoder
}

// newProblem has n samples of F32; labels are of U8.
func newProblem(a plan.Architecture, n int) problem {
	r := rand.New(rand.NewPCG(9, uint64(n)))
	normal := func(n int, deviation float64) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(r.NormFloat64() * deviation)
		}
		return v
	}
	f := plan.Init(a, 7)
	for i, t := range f.Tensors {
		if len(t.Shape) == 1 { // biases other than 0, so that their place matters
			f.Tensors[i] = tensor.FromFloats(t.Name, t.Shape, normal(t.Elements(), 0.1))
		}
	}
	features := 1
	for _, d := range a.Input {
		features *= d
	}
	p := problem{a: a, model: f.Encode(), x: tensor.FromFloats("x", append([]int{n}, a.Input...), normal(n*features, 1))}
	switch {
	case a.Loss == plan.CrossEntropy:
		classes := make([]int, n)
		for i := range classes {
			classes[i] = r.IntN(a.Outputs())
		}
		p.y = labels(tensor.U8, classes...)
	case a.Outputs() != features:
		p.y = tensor.FromFloats("y", []int{n, a.Outputs()}, normal(n*a.Outputs(), 1))
	}
	return p
}

// labels are class numbers of a type that the kernel takes.
func labels(d tensor.DType, classes ...int) tensor.Tensor {
	t := tensor.Tensor{Name: "y", DType: d, Shape: []int{len(classes)}}
	for _, c := range classes {
		switch d {
		case tensor.U8:
			t.Data = append(t.Data, byte(c))
		case tensor.I32:
			t.Data = binary.LittleEndian.AppendUint32(t.Data, uint32(c))
		case tensor.I64:
			t.Data = binary.LittleEndian.AppendUint64(t.Data, uint64(c))
		case tensor.F32:
			t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(float32(c)))
		}
	}
	return t
}

// data is the samples' file.
func (p problem) data() []byte {
	f := tensor.File{Tensors: []tensor.Tensor{p.x}}
	if p.y.DType != "" {
		f.Tensors = append(f.Tensors, p.y)
	}
	return f.Encode()
}

// plain is a task of one epoch with plain SGD and the finest update.
func plain() plan.Training {
	return plan.Training{Epochs: 1, LearningRate: 1, Bits: 32, ScaleBits: 40, Scale: 1}
}
