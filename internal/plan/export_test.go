package plan_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// numbered is a model whose values are their places in its tensors.
func numbered(a plan.Architecture) tensor.File {
	f := plan.Init(a, 1)
	for i, t := range f.Tensors {
		values := make([]float32, t.Elements())
		for j := range values {
			values[j] = float32(j)
		}
		f.Tensors[i] = tensor.FromFloats(t.Name, t.Shape, values)
	}
	return f
}

func export(t *testing.T, model tensor.File) tensor.File {
	t.Helper()
	b, err := plan.ExportPyTorch(model.Encode())
	if err != nil {
		t.Fatal(err)
	}
	f, err := tensor.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What PyTorch's modules find at [out, in, y, x] and at [out, flattened in] is
// what the model has at [y, x, in, out] and [y, x, in] flattened.
func TestExportPermutes(t *testing.T) {
	const h, w, filters, kernel, units = 4, 5, 3, 3, 7
	f := export(t, numbered(plan.Architecture{Input: []int{h, w, 2}, Loss: plan.CrossEntropy, Layers: []plan.Layer{
		{Type: plan.Conv2D, Filters: filters, Kernel: kernel, Padding: "same"}, {Type: plan.Dense, Units: units}}}))
	conv, dense := f.Tensors[0].Floats(), f.Tensors[2].Floats()
	for o := range filters {
		for in := range 2 {
			for y := range kernel {
				for x := range kernel {
					got, want := conv[((o*2+in)*kernel+y)*kernel+x], float32(((y*kernel+x)*2+in)*filters+o)
					if got != want {
						t.Fatalf("convolution at [%d %d %d %d] is value %v, want %v", o, in, y, x, got, want)
					}
				}
			}
		}
	}
	for o := range units {
		for in := range filters {
			for y := range h {
				for x := range w {
					got, want := dense[o*filters*h*w+(in*h+y)*w+x], float32(((y*w+x)*filters+in)*units+o)
					if got != want {
						t.Fatalf("linear at [%d, %d %d %d] is value %v, want %v", o, in, y, x, got, want)
					}
				}
			}
		}
	}
}

func TestExportNamesModules(t *testing.T) {
	for _, c := range []struct {
		preset, want, sequential string
	}{
		{"2nn", "[0.weight [200 784] 0.bias [200] 2.weight [200 200] 2.bias [200] 4.weight [10 200] 4.bias [10]]",
			"nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10))"},
		{"cnn", "[0.weight [32 1 5 5] 0.bias [32] 3.weight [64 32 5 5] 3.bias [64] 7.weight [512 3136] 7.bias [512] 9.weight [10 512] 9.bias [10]]",
			`nn.Sequential(nn.Conv2d(1, 32, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10))`},
	} {
		f := export(t, plan.Init(preset(t, c.preset), 1))
		var got []string
		for _, tensor := range f.Tensors {
			got = append(got, fmt.Sprint(tensor.Name, " ", tensor.Shape))
		}
		if fmt.Sprint(got) != c.want || f.Metadata["sequential"] != c.sequential {
			t.Errorf("%s: tensors %v of %s, want %s of %s", c.preset, got, f.Metadata["sequential"], c.want, c.sequential)
		}
	}
}

// A layer with as many outputs as inputs has the same shape transposed; the file
// must not pass for a model of the kernel's all the same.
func TestExportIsNoModelOfOurs(t *testing.T) {
	f := export(t, numbered(plan.Architecture{Input: []int{2}, Loss: plan.Squares, Layers: []plan.Layer{{Type: plan.Dense, Units: 2}}}))
	if got := f.Tensors[0].Floats(); !slices.Equal(got, []float32{0, 2, 1, 3}) {
		t.Errorf("exported weight %v, want it transposed", got)
	}
	if _, err := plan.ExportPyTorch(f.Encode()); !errors.Is(err, plan.ErrArchitecture) {
		t.Errorf("exporting again: error %v, want ErrArchitecture", err)
	}
}

func TestExportRefuses(t *testing.T) {
	a := preset(t, "2nn")
	short := plan.Init(a, 1)
	short.Tensors = short.Tensors[1:]
	for name, c := range map[string]struct {
		model []byte
		want  error
	}{
		"no file":         {nil, tensor.ErrFormat},
		"no architecture": {tensor.File{}.Encode(), plan.ErrArchitecture},
		"tensor missing":  {short.Encode(), plan.ErrFiles},
	} {
		if _, err := plan.ExportPyTorch(c.model); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}
