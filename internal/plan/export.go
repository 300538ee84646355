package plan

import (
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// ExportPyTorch turns a model file into the layout of PyTorch's modules: Linear
// weights [out, in], Conv2d weights [out, in, kernel, kernel], and the inputs of
// a Linear after convolutions in the order that Flatten gives them there
// (channels first). Layer i of the architecture is module i of a Sequential.
func ExportPyTorch(model []byte) ([]byte, error) {
	f, err := tensor.Decode(model)
	if err != nil {
		return nil, fmt.Errorf("export model: %w", err)
	}
	a, err := ParseArchitecture(f.Metadata[MetadataKey])
	if err != nil {
		return nil, fmt.Errorf("export model: %w", err)
	}
	if _, err := checkModel(a, model); err != nil {
		return nil, fmt.Errorf("export model: %w", err)
	}
	steps, err := a.steps()
	if err != nil {
		return nil, fmt.Errorf("export model: %w", err)
	}
	out := tensor.File{Metadata: f.Metadata}
	next := 0
	for _, s := range steps {
		for range s.tensors(0) {
			t := f.Tensors[next]
			next++
			if len(t.Shape) > 1 {
				t = s.pyTorch(t)
			}
			out.Tensors = append(out.Tensors, t)
		}
	}
	return out.Encode(), nil
}

// pyTorch permutes one weight.
func (s step) pyTorch(t tensor.Tensor) tensor.Tensor {
	from := t.Floats()
	to := make([]float32, len(from))
	outputs := t.Shape[len(t.Shape)-1]
	places := len(from) / outputs // rows of the kernel's matrix
	channels := s.in.channels
	shape := []int{outputs, places}
	if s.Type == Conv2D {
		shape = []int{outputs, channels, s.Kernel, s.Kernel}
	}
	cells := places / channels
	for cell := range cells {
		for c := range channels {
			for o := range outputs {
				to[o*places+c*cells+cell] = from[(cell*channels+c)*outputs+o]
			}
		}
	}
	return tensor.FromFloats(t.Name, shape, to)
}
