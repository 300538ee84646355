package evaluate

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// samples is a checked set of samples.
type samples struct {
	n, features, outputs int
	x                    tensor.Tensor
	scale, shift         float32
	classes              []int     // [n]; nil for mse
	targets              []float32 // [n, outputs]; nil for cross entropy
}

// newSamples checks x and y against the architecture (see New).
func newSamples(a plan.Architecture, x, y tensor.Tensor, scale, shift float32) (samples, error) {
	wrong := func(format string, args ...any) (samples, error) {
		return samples{}, fmt.Errorf("%w: "+format, append([]any{plan.ErrFiles}, args...)...)
	}
	s := samples{features: imageOf(a).size(), outputs: a.Outputs(), x: x, scale: scale, shift: shift}
	if len(x.Shape) == 0 || x.Shape[0] < 1 || x.Elements() != x.Shape[0]*s.features || (x.DType != tensor.U8 && x.DType != tensor.F32) || len(x.Data) != x.Elements()*x.DType.Size() {
		return wrong("features are %s %v: want U8 or F32, [samples, %d]", x.DType, x.Shape, s.features)
	}
	s.n = x.Shape[0]
	if a.Loss == plan.CrossEntropy {
		classes, err := classesOf(y, s.n, s.outputs)
		if err != nil {
			return samples{}, err
		}
		s.classes = classes
		return s, nil
	}
	switch {
	case y.DType == "" || y.Elements() == 0:
		if s.outputs != s.features {
			return wrong("no targets: then the model must give back its %d features, it gives %d values: give targets", s.features, s.outputs)
		}
		s.targets = make([]float32, s.n*s.features)
		for i := range s.n {
			s.features32(s.targets[i*s.features:], i)
		}
	case y.DType != tensor.F32 || y.Elements() != s.n*s.outputs:
		return wrong("targets are %s %v: want F32, [%d, %d]", y.DType, y.Shape, s.n, s.outputs)
	default:
		s.targets = y.Floats()
	}
	return s, nil
}

// classesOf reads n class numbers below outputs.
func classesOf(y tensor.Tensor, n, outputs int) ([]int, error) {
	var at func(i int) float64 // exact for every class number there can be
	le := binary.LittleEndian
	switch y.DType {
	case tensor.U8:
		at = func(i int) float64 { return float64(y.Data[i]) }
	case tensor.I32:
		at = func(i int) float64 { return float64(int32(le.Uint32(y.Data[4*i:]))) }
	case tensor.I64:
		at = func(i int) float64 { return float64(int64(le.Uint64(y.Data[8*i:]))) }
	case tensor.F32:
		at = func(i int) float64 { return float64(math.Float32frombits(le.Uint32(y.Data[4*i:]))) }
	case tensor.F64:
		at = func(i int) float64 { return math.Float64frombits(le.Uint64(y.Data[8*i:])) }
	}
	if at == nil || y.Elements() != n || len(y.Data) != n*y.DType.Size() {
		return nil, fmt.Errorf("%w: labels are %s %v: want U8, I32, I64, F32 or F64, [%d]", plan.ErrFiles, y.DType, y.Shape, n)
	}
	classes := make([]int, n)
	for i := range classes {
		v := at(i)
		if !(v >= 0 && v < float64(outputs)) || v != math.Trunc(v) {
			return nil, fmt.Errorf("%w: label of sample %d is %v: want a whole number from 0 to %d", plan.ErrFiles, i, v, outputs-1)
		}
		classes[i] = int(v)
	}
	return classes, nil
}

// features32 writes the features of sample i, as the model sees them, to the
// beginning of to. Product and sum are rounded apart, as in the kernel.
func (s samples) features32(to []float32, i int) {
	for j := range s.features {
		at := i*s.features + j
		var v float32
		if s.x.DType == tensor.U8 {
			v = float32(s.x.Data[at])
		} else {
			v = math.Float32frombits(binary.LittleEndian.Uint32(s.x.Data[4*at:]))
		}
		to[j] = float32(v*s.scale) + s.shift
	}
}

// score is the loss of sample i with the model's outputs for it, and whether
// the largest of them is the label's.
func (s samples) score(outputs []float32, i int) (loss float64, hit bool) {
	if s.classes == nil {
		for j, v := range outputs {
			d := float64(v) - float64(s.targets[i*s.outputs+j])
			loss += d * d
		}
		return loss / float64(s.outputs), false
	}
	best := 0
	for j, v := range outputs {
		if v > outputs[best] {
			best = j
		}
	}
	top, sum := float64(outputs[best]), 0.0
	for _, v := range outputs {
		sum += math.Exp(float64(v) - top)
	}
	return math.Log(sum) + top - float64(outputs[s.classes[i]]), best == s.classes[i]
}
