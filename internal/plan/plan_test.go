package plan_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

func preset(t testing.TB, name string) plan.Architecture {
	t.Helper()
	a, err := plan.Preset(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The sizes that McMahan et al. 2017 give.
func TestPresetsAreThePapers(t *testing.T) {
	for name, want := range map[string]int{"2nn": 199_210, "cnn": 1_663_370} {
		if got := preset(t, name).Parameters(); got != want {
			t.Errorf("%s has %d parameters, want %d", name, got, want)
		}
	}
}

func TestArchitectureSurvivesJSON(t *testing.T) {
	want := preset(t, "cnn")
	got, err := plan.ParseArchitecture(want.JSON())
	if err != nil || got.JSON() != want.JSON() {
		t.Errorf("%s, %v", got.JSON(), err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	dense := func(units int) plan.Layer { return plan.Layer{Type: plan.Dense, Units: units} }
	image := []int{8, 8, 1}
	for _, c := range []struct {
		a    plan.Architecture
		want string
	}{
		{plan.Architecture{Input: []int{3, 3}, Layers: []plan.Layer{dense(1)}, Loss: "mse"}, "input: [3 3]: want [n]"},
		{plan.Architecture{Input: []int{0}, Layers: []plan.Layer{dense(1)}, Loss: "mse"}, "input"},
		{plan.Architecture{Input: image, Loss: "mse"}, "layers: 0 of them"},
		{plan.Architecture{Input: image, Layers: []plan.Layer{dense(1)}, Loss: "hinge"}, `loss: "hinge": want`},
		{plan.Architecture{Input: image, Layers: []plan.Layer{dense(0)}, Loss: "mse"}, "layer 0 (dense): units is 0"},
		{plan.Architecture{Input: image, Layers: []plan.Layer{{Type: "lstm"}}, Loss: "mse"}, "layer 0 (lstm): unknown type: want dense"},
		{plan.Architecture{Input: image, Layers: []plan.Layer{{Type: plan.ReLU}}, Loss: "mse"}, "none of them has parameters"},
		{plan.Architecture{Input: image, Layers: []plan.Layer{{Type: plan.ReLU, Units: 3}}, Loss: "mse"}, "units does not belong"},
		{plan.Architecture{Input: image, Layers: []plan.Layer{{Type: plan.Conv2D, Filters: 2, Kernel: 2, Padding: "same"}}, Loss: "mse"}, "must be odd"},
		{plan.Architecture{Input: image, Layers: []plan.Layer{{Type: plan.Conv2D, Filters: 2, Kernel: 9, Padding: "valid"}}, Loss: "mse"}, "larger than its input of 8 x 8"},
		{plan.Architecture{Input: image, Layers: []plan.Layer{{Type: plan.Conv2D, Filters: 2, Kernel: 3}}, Loss: "mse"}, `padding is ""`},
		{plan.Architecture{Input: image, Layers: []plan.Layer{dense(2), {Type: plan.MaxPool2D, Size: 2}}, Loss: "mse"}, "layer 1 (maxpool2d): size is 2: want 1 to 1"},
	} {
		if err := c.a.Validate(); !errors.Is(err, plan.ErrArchitecture) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.a.JSON(), err, c.want)
		}
	}
}

func training() plan.Training {
	return plan.Training{Epochs: 1, Batch: 10, LearningRate: 0.1, Bits: 16, ScaleBits: 24, Scale: 1}
}

func TestTrainingMistakesAreNamed(t *testing.T) {
	for want, change := range map[string]func(*plan.Training){
		"epochs":        func(t *plan.Training) { t.Epochs = 0 },
		"batch":         func(t *plan.Training) { t.Batch = -1 },
		"learning_rate": func(t *plan.Training) { t.LearningRate = 0 },
		"momentum":      func(t *plan.Training) { t.Momentum = 2 },
		"clip_norm":     func(t *plan.Training) { t.ClipNorm = float32(math.NaN()) },
		"scale":         func(t *plan.Training) { t.Scale = float32(math.Inf(1)) },
		"bits":          func(t *plan.Training) { t.Bits = 4 },
		"scale_bits":    func(t *plan.Training) { t.ScaleBits = 99 },
	} {
		p := training()
		change(&p)
		if err := p.Validate(); !errors.Is(err, plan.ErrTraining) || !strings.Contains(err.Error(), want+" is") {
			t.Errorf("%s: error %v", want, err)
		}
	}
}

func data(x, y tensor.Tensor) []byte {
	x.Name, y.Name = "x", "y"
	f := tensor.File{Tensors: []tensor.Tensor{x}}
	if y.DType != "" {
		f.Tensors = append(f.Tensors, y)
	}
	return f.Encode()
}

func bytesTensor(d tensor.DType, shape ...int) tensor.Tensor {
	t := tensor.Tensor{DType: d, Shape: shape}
	t.Data = make([]byte, t.Elements()*d.Size())
	return t
}

func TestLowerLaysOutThePlan(t *testing.T) {
	a := preset(t, "cnn")
	model := plan.Init(a, 1).Encode()
	b, err := plan.Lower(a, training(), plan.Train, model, data(bytesTensor(tensor.U8, 7, 28, 28), bytesTensor(tensor.U8, 7)))
	if err != nil {
		t.Fatal(err)
	}
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
	if want := 4 * (30 + 12*9 + 8); len(b) != want {
		t.Fatalf("%d bytes, want %d", len(b), want)
	}
	// samples, features, outputs, batch (never more than there are samples)
	if got := []uint32{word(4), word(5), word(6), word(7)}; !slices.Equal(got, []uint32{7, 784, 10, 7}) {
		t.Errorf("samples, features, outputs, batch = %v", got)
	}
	second := 30 + 3*12
	if got := []uint32{word(second), word(second + 1), word(second + 3), word(second + 7), word(second + 8), word(second + 9)}; !slices.Equal(got, []uint32{1, 14, 32, 5, 2, 832}) {
		t.Errorf("kind, height, channels, kernel, padding and weights of the second convolution = %v", got)
	}
}

// unaligned takes one space of padding from a file's header.
func unaligned(t *testing.T, file []byte) []byte {
	t.Helper()
	begin := tensor.DataOffset(file)
	if file[begin-1] != ' ' {
		t.Fatal("the header has no padding to take away")
	}
	b := binary.LittleEndian.AppendUint64(nil, uint64(begin-9))
	return append(append(b, file[8:begin-1]...), file[begin:]...)
}

func TestLowerRefusesWhatDoesNotFit(t *testing.T) {
	a := preset(t, "2nn")
	model := plan.Init(a, 1).Encode()
	x, y := bytesTensor(tensor.U8, 3, 784), bytesTensor(tensor.U8, 3)
	other := plan.Init(preset(t, "cnn"), 1).Encode()
	for name, c := range map[string]struct {
		model, data []byte
		want        error
	}{
		"good":            {model, data(x, y), nil},
		"other model":     {other, data(x, y), plan.ErrFiles},
		"no labels":       {model, data(x, tensor.Tensor{}), plan.ErrFiles},
		"fewer labels":    {model, data(x, bytesTensor(tensor.U8, 2)), plan.ErrFiles},
		"fewer features":  {model, data(bytesTensor(tensor.U8, 3, 783), y), plan.ErrFiles},
		"no samples":      {model, data(bytesTensor(tensor.U8, 0, 784), bytesTensor(tensor.U8, 0)), plan.ErrFiles},
		"double features": {model, data(bytesTensor(tensor.F64, 3, 784), y), plan.ErrFiles},
		"damaged data":    {model, []byte("x"), tensor.ErrFormat},
		"damaged model":   {[]byte("x"), data(x, y), tensor.ErrFormat},
		"wide labels":     {model, data(x, bytesTensor(tensor.I32, 3)), nil},
		"unaligned model": {unaligned(t, model), data(x, y), plan.ErrFiles},
	} {
		if _, err := plan.Lower(a, training(), plan.Train, c.model, c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", name, err, c.want)
		}
	}
}

// Pinned, because every party must begin with the same bits on every machine.
func TestInitIsPinned(t *testing.T) {
	a := plan.Architecture{Input: []int{3}, Layers: []plan.Layer{{Type: plan.Dense, Units: 2}}, Loss: plan.Squares}
	const want = "[-1.0903454 0.093244955 0.7290734 -0.2418576 -1.264452 1.3554057]"
	f := plan.Init(a, 7)
	if got := fmt.Sprint(f.Tensors[0].Floats()); got != want {
		t.Errorf("weights %s, want %s", got, want)
	}
	if blob.Sum(f.Encode()) == blob.Sum(plan.Init(a, 8).Encode()) {
		t.Error("another seed gives the same model")
	}
}

func FuzzParseArchitecture(f *testing.F) {
	for _, name := range []string{"2nn", "cnn"} {
		a, _ := plan.Preset(name)
		f.Add(a.JSON())
	}
	f.Add(`{"input":[16777216],"layers":[{"type":"dense","units":16777216}],"loss":"mse"}`)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := plan.ParseArchitecture(text)
		if err != nil {
			return
		}
		if n := a.Parameters(); n < 1 || a.Outputs() < 1 {
			t.Errorf("%s: valid with %d parameters and %d outputs", text, n, a.Outputs())
		}
	})
}

func ExampleArchitecture_Tensors() {
	a, _ := plan.Preset("2nn")
	for _, s := range a.Tensors() {
		fmt.Println(s.Name, s.Shape)
	}
	// Output:
	// 0.weight [784 200]
	// 0.bias [200]
	// 2.weight [200 200]
	// 2.bias [200]
	// 4.weight [200 10]
	// 4.bias [10]
}

func TestCanaryIsTheSameEverywhere(t *testing.T) {
	for _, c := range []struct {
		name string
		a    plan.Architecture
		want string // how the SHA-256 begins
	}{
		{"classes", plan.Architecture{Input: []int{28, 28, 1}, Layers: []plan.Layer{{Type: plan.Dense, Units: 10}}, Loss: plan.CrossEntropy}, "4c78435c"},
		{"targets", plan.Architecture{Input: []int{3}, Layers: []plan.Layer{{Type: plan.Dense, Units: 2}}, Loss: plan.Squares}, "805f0b85"},
	} {
		training := plan.Training{Epochs: 1, Batch: 10, LearningRate: 0.1, Bits: 16, ScaleBits: 20, Scale: 1.0 / 255, Shift: -0.5}
		data := plan.Canary(c.a, training, [32]byte{1})
		if got := blob.Sum(data).String(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: canary %s, want %s...", c.name, got, c.want)
		}
		if _, err := plan.Lower(c.a, training, plan.Train, plan.Init(c.a, 1).Encode(), data); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if bytes.Equal(data, plan.Canary(c.a, training, [32]byte{2})) {
			t.Errorf("%s: another seed gives the same canary", c.name)
		}
	}
}
