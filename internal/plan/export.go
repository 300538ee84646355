package plan

import (
	"fmt"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// ExportPyTorch turns a model file into one that PyTorch loads as it is:
//
//	model = nn.Sequential(...)  # as the metadata's "sequential" says
//	model.load_state_dict(safetensors.torch.load_file(path))
//
// Linear weights become [out, in], Conv2d weights [out, in, kernel, kernel]. An
// image is channels first there, and nn.Flatten before the first Linear after it
// is a module too, so tensors behind it go by a number more. The architecture
// is left out of the metadata: the kernel must not take the file for its own.
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
	var out tensor.File
	var modules []string
	image := len(a.Input) == 3
	for _, s := range steps {
		if s.Type == Dense && image {
			modules, image = append(modules, "nn.Flatten()"), false
		}
		for i, spec := range s.tensors(len(modules)) {
			t := f.Tensors[len(out.Tensors)]
			if i == 0 {
				t = s.pyTorch(t)
			}
			t.Name = spec.Name
			out.Tensors = append(out.Tensors, t)
		}
		modules = append(modules, s.module())
	}
	out.Metadata = map[string]string{"format": "pt", "sequential": "nn.Sequential(" + strings.Join(modules, ", ") + ")"}
	return out.Encode(), nil
}

// module is the layer as PyTorch spells it.
func (s step) module() string {
	switch s.Type {
	case Dense:
		return fmt.Sprintf("nn.Linear(%d, %d)", s.in.size(), s.Units)
	case Conv2D:
		return fmt.Sprintf("nn.Conv2d(%d, %d, %d, padding=%q)", s.in.channels, s.Filters, s.Kernel, s.Padding)
	case MaxPool2D:
		return fmt.Sprintf("nn.MaxPool2d(%d)", s.Size)
	}
	return "nn.ReLU()"
}

// pyTorch permutes one weight, which is [cells, channels, outputs] in the model:
// cells of the convolution's kernel, or of the image that a dense layer sees.
func (s step) pyTorch(t tensor.Tensor) tensor.Tensor {
	from := t.Floats()
	to := make([]float32, len(from))
	outputs := t.Shape[len(t.Shape)-1]
	inputs, channels := len(from)/outputs, s.in.channels
	cells := inputs / channels
	for cell := range cells {
		for c := range channels {
			for o := range outputs {
				to[o*inputs+c*cells+cell] = from[(cell*channels+c)*outputs+o]
			}
		}
	}
	shape := []int{outputs, inputs}
	if s.Type == Conv2D {
		shape = []int{outputs, channels, s.Kernel, s.Kernel}
	}
	return tensor.FromFloats(t.Name, shape, to)
}
