// Package plan describes a model and how it is to be trained, and lowers both to
// the flat plan that the training kernel (wasm-jobs/train) reads, so that the
// guest parses nothing.
//
// An Architecture, a Training and the headers of a model and a data file flow
// in; the bytes of plan.bin flow out. Device, aggregator and mediator lower the
// same way, so the plan itself never travels.
package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Errors that callers branch on.
var (
	ErrArchitecture = errors.New("invalid architecture")
	ErrTraining     = errors.New("invalid training parameters")
	ErrFiles        = errors.New("model or data do not fit the architecture")
)

// Kinds of layers.
const (
	Dense     = "dense"     // Units outputs; flattens its input
	Conv2D    = "conv2d"    // Filters kernels of Kernel x Kernel, stride 1
	MaxPool2D = "maxpool2d" // windows of Size x Size, stride Size
	ReLU      = "relu"
)

// Losses.
const (
	CrossEntropy = "softmax-cross-entropy" // labels are class numbers
	Squares      = "mse"                   // mean over outputs; targets, or the input itself for an autoencoder
)

// Architecture is a model's shape, as it stands in its file's metadata.
type Architecture struct {
	Input  []int   `json:"input" toml:"input" cbor:"1,keyasint"` // [n] or [height, width, channels]
	Layers []Layer `json:"layers" toml:"layers" cbor:"2,keyasint"`
	Loss   string  `json:"loss" toml:"loss" cbor:"3,keyasint"`
}

// Layer is one layer; a field that its type does not have must be zero.
type Layer struct {
	Type    string `json:"type" toml:"type" cbor:"1,keyasint"`
	Units   int    `json:"units,omitempty" toml:"units" cbor:"2,keyasint,omitempty"`
	Filters int    `json:"filters,omitempty" toml:"filters" cbor:"3,keyasint,omitempty"`
	Kernel  int    `json:"kernel,omitempty" toml:"kernel" cbor:"4,keyasint,omitempty"`
	Padding string `json:"padding,omitempty" toml:"padding" cbor:"5,keyasint,omitempty"` // "same" or "valid"
	Size    int    `json:"size,omitempty" toml:"size" cbor:"6,keyasint,omitempty"`
}

// Spec is the name and shape of one of a model's tensors.
type Spec struct {
	Name  string
	Shape []int
}

// Elements is the product of the shape.
func (s Spec) Elements() int {
	n := 1
	for _, d := range s.Shape {
		n *= d
	}
	return n
}

// Limits of what the kernel takes.
const (
	maxLayers     = 256
	maxParameters = 1 << 28
	maxDimension  = 1 << 24
)

// shape is the activations between two layers.
type shape struct{ height, width, channels int }

func (s shape) size() int { return s.height * s.width * s.channels }

// step is one layer with the shapes around it.
type step struct {
	Layer
	in, out shape
}

// steps walks the layers and finds every mistake on the way.
func (a Architecture) steps() ([]step, error) {
	wrong := func(where, format string, args ...any) ([]step, error) {
		return nil, fmt.Errorf("%w: %s: %s", ErrArchitecture, where, fmt.Sprintf(format, args...))
	}
	var at shape
	switch len(a.Input) {
	case 1:
		at = shape{1, 1, a.Input[0]}
	case 3:
		at = shape{a.Input[0], a.Input[1], a.Input[2]}
	default:
		return wrong("input", "%v: want [n] or [height, width, channels]", a.Input)
	}
	for _, d := range a.Input {
		if d < 1 || d > maxDimension {
			return wrong("input", "%v: want dimensions from 1 to %d", a.Input, maxDimension)
		}
	}
	if at.size() > maxDimension {
		return wrong("input", "%v: more than %d values", a.Input, maxDimension)
	}
	if len(a.Layers) == 0 || len(a.Layers) > maxLayers {
		return wrong("layers", "%d of them: want 1 to %d", len(a.Layers), maxLayers)
	}
	if a.Loss != CrossEntropy && a.Loss != Squares {
		return wrong("loss", "%q: want %q or %q", a.Loss, CrossEntropy, Squares)
	}
	var steps []step
	parameters := 0
	for i, l := range a.Layers {
		where := fmt.Sprintf("layer %d (%s)", i, l.Type)
		out := at
		switch l.Type {
		case Dense:
			if l.Units < 1 || l.Units > maxDimension {
				return wrong(where, "units is %d: want 1 to %d", l.Units, maxDimension)
			}
			out = shape{1, 1, l.Units}
		case Conv2D:
			if l.Filters < 1 || l.Filters > 1<<16 || l.Kernel < 1 || l.Kernel > 64 {
				return wrong(where, "filters is %d and kernel %d: want filters from 1 to 65536 and a kernel from 1 to 64", l.Filters, l.Kernel)
			}
			out.channels = l.Filters
			switch {
			case l.Padding == "valid" && l.Kernel <= min(at.height, at.width):
				out.height, out.width = at.height-l.Kernel+1, at.width-l.Kernel+1
			case l.Padding == "valid":
				return wrong(where, "kernel %d is larger than its input of %d x %d", l.Kernel, at.height, at.width)
			case l.Padding != "same":
				return wrong(where, `padding is %q: want "same" or "valid"`, l.Padding)
			case l.Kernel%2 == 0:
				return wrong(where, `kernel is %d: with padding "same" it must be odd`, l.Kernel)
			}
		case MaxPool2D:
			if l.Size < 1 || l.Size > min(at.height, at.width) {
				return wrong(where, "size is %d: want 1 to %d", l.Size, min(at.height, at.width))
			}
			out.height, out.width = at.height/l.Size, at.width/l.Size
		case ReLU:
		default:
			return wrong(where, "unknown type: want %s", strings.Join([]string{Dense, Conv2D, MaxPool2D, ReLU}, ", "))
		}
		if extra := l.unused(); extra != "" {
			return wrong(where, "%s does not belong to this type: remove it", extra)
		}
		if out.size() > maxDimension {
			return wrong(where, "its output of %d values is larger than %d", out.size(), maxDimension)
		}
		s := step{l, at, out}
		for _, spec := range s.tensors(i) {
			parameters += spec.Elements()
		}
		if parameters > maxParameters {
			return wrong(where, "the model has more than %d parameters", maxParameters)
		}
		steps = append(steps, s)
		at = out
	}
	if parameters == 0 {
		return wrong("layers", "none of them has parameters to train")
	}
	return steps, nil
}

// unused names a field that is set and not the type's.
func (l Layer) unused() string {
	allowed := map[string][]string{Dense: {"units"}, Conv2D: {"filters", "kernel", "padding"}, MaxPool2D: {"size"}}[l.Type]
	for _, f := range []struct {
		name string
		set  bool
	}{{"units", l.Units != 0}, {"filters", l.Filters != 0}, {"kernel", l.Kernel != 0}, {"padding", l.Padding != ""}, {"size", l.Size != 0}} {
		if f.set && !slices.Contains(allowed, f.name) {
			return f.name
		}
	}
	return ""
}

// tensors of layer number i. Dense weights are [in, out], those of conv2d
// [kernel, kernel, in channels, out channels]: columns of the kernel's products.
func (s step) tensors(i int) []Spec {
	weight, bias := fmt.Sprintf("%d.weight", i), fmt.Sprintf("%d.bias", i)
	switch s.Type {
	case Dense:
		return []Spec{{weight, []int{s.in.size(), s.Units}}, {bias, []int{s.Units}}}
	case Conv2D:
		return []Spec{{weight, []int{s.Kernel, s.Kernel, s.in.channels, s.Filters}}, {bias, []int{s.Filters}}}
	}
	return nil
}

// Validate names the first layer and field that is wrong, and what would be
// right.
func (a Architecture) Validate() error {
	_, err := a.steps()
	return err
}

// Tensors lists the model's tensors in the order of its file, nil if the
// architecture is invalid.
func (a Architecture) Tensors() []Spec {
	steps, err := a.steps()
	if err != nil {
		return nil
	}
	var specs []Spec
	for i, s := range steps {
		specs = append(specs, s.tensors(i)...)
	}
	return specs
}

// Parameters is the number of values in all tensors.
func (a Architecture) Parameters() (n int) {
	for _, s := range a.Tensors() {
		n += s.Elements()
	}
	return n
}

// Outputs is the number of values that the last layer gives for a sample.
func (a Architecture) Outputs() int {
	steps, err := a.steps()
	if err != nil {
		return 0
	}
	return steps[len(steps)-1].out.size()
}

// JSON is the form in a model's metadata.
func (a Architecture) JSON() string {
	text, err := json.Marshal(a)
	if err != nil {
		panic("BUG: plan: " + err.Error()) // only numbers and strings
	}
	return string(text)
}

// ParseArchitecture reads and validates what JSON wrote.
func ParseArchitecture(text string) (Architecture, error) {
	var a Architecture
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&a); err != nil {
		return Architecture{}, fmt.Errorf("%w: %v", ErrArchitecture, err)
	}
	return a, a.Validate()
}

// Preset gives the networks of McMahan et al. 2017, section 3, for MNIST: "2nn"
// (199,210 parameters) and "cnn" (1,663,370).
func Preset(name string) (Architecture, error) {
	switch name {
	case "2nn":
		return Architecture{Input: []int{784}, Loss: CrossEntropy, Layers: []Layer{
			{Type: Dense, Units: 200}, {Type: ReLU}, {Type: Dense, Units: 200}, {Type: ReLU}, {Type: Dense, Units: 10}}}, nil
	case "cnn":
		return Architecture{Input: []int{28, 28, 1}, Loss: CrossEntropy, Layers: []Layer{
			{Type: Conv2D, Filters: 32, Kernel: 5, Padding: "same"}, {Type: ReLU}, {Type: MaxPool2D, Size: 2},
			{Type: Conv2D, Filters: 64, Kernel: 5, Padding: "same"}, {Type: ReLU}, {Type: MaxPool2D, Size: 2},
			{Type: Dense, Units: 512}, {Type: ReLU}, {Type: Dense, Units: 10}}}, nil
	}
	return Architecture{}, fmt.Errorf(`%w: preset %q: want "2nn" or "cnn", or give input, layers and loss`, ErrArchitecture, name)
}
