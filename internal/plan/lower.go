package plan

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Mode is what the kernel is to do.
type Mode uint32

// The modes.
const (
	Train    Mode = 0 // writes update.bin and metrics.bin
	Evaluate Mode = 1 // writes metrics.bin
)

// magic begins every plan.
const magic = 0x31505054 // "TPP1"

var (
	kinds  = map[string]uint32{Dense: 0, Conv2D: 1, MaxPool2D: 2, ReLU: 3}
	dtypes = map[tensor.DType]uint32{tensor.U8: 0, tensor.I32: 1, tensor.I64: 2, tensor.F32: 3}
)

// noLabels is the type of y where there is none.
const noLabels = 4

// evaluateBatch is the number of samples that evaluation takes at a time: the
// result does not depend on it.
const evaluateBatch = 100

// Lower writes plan.bin for a job over the given model and data files, whose
// headers it reads. Layout: struct plan, the layers and the tensors' sizes of
// wasm-jobs/train/src/job.h, all words little-endian.
func Lower(a Architecture, t Training, mode Mode, model, data []byte) ([]byte, error) {
	steps, err := a.steps()
	if err != nil {
		return nil, err
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	weightsAt, err := checkModel(a, model)
	if err != nil {
		return nil, err
	}
	d, err := checkData(a, data)
	if err != nil {
		return nil, err
	}
	batch := t.Batch
	if mode == Evaluate {
		batch = evaluateBatch
	}
	if batch == 0 || batch > d.samples {
		batch = d.samples
	}
	specs := a.Tensors()
	words := []uint32{magic, uint32(mode), uint32(len(steps)), uint32(len(specs)), uint32(d.samples), uint32(steps[0].in.size()),
		uint32(a.Outputs()), uint32(batch), uint32(t.Epochs), d.loss, uint32(a.Parameters()),
		uint32(t.Bits / 8), uint32(t.ScaleBits), d.xType, d.yType, d.xAt, d.yAt, weightsAt, uint32(len(model)), uint32(len(data)),
		math.Float32bits(t.LearningRate), math.Float32bits(t.Momentum), math.Float32bits(t.WeightDecay), math.Float32bits(t.Proximal),
		math.Float32bits(t.ClipNorm), math.Float32bits(t.Scale), math.Float32bits(t.Shift), uint32(t.Seed), uint32(t.Seed >> 32), 0}
	at := 0
	for i, s := range steps {
		kernel, pad := s.Kernel, 0
		if s.Type == MaxPool2D {
			kernel = s.Size
		}
		if s.Padding == "same" {
			pad = s.Kernel / 2
		}
		weight, bias := at, at
		if own := s.tensors(i); len(own) > 0 {
			bias = weight + own[0].Elements()
			at = bias + own[1].Elements()
		}
		words = append(words, kinds[s.Type])
		for _, v := range []int{s.in.height, s.in.width, s.in.channels, s.out.height, s.out.width, s.out.channels, kernel, pad, weight, bias, 0} {
			words = append(words, uint32(v))
		}
	}
	for _, s := range specs {
		words = append(words, uint32(s.Elements()))
	}
	b := make([]byte, 0, 4*len(words))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b, nil
}

// checkModel makes sure that the file holds the architecture's tensors, in
// order, and gives the place of the first.
func checkModel(a Architecture, model []byte) (uint32, error) {
	f, err := tensor.Decode(model)
	if err != nil {
		return 0, fmt.Errorf("model: %w", err)
	}
	specs := a.Tensors()
	if len(f.Tensors) != len(specs) {
		return 0, fmt.Errorf("%w: model file has %d tensors, the architecture %d", ErrFiles, len(f.Tensors), len(specs))
	}
	for i, s := range specs {
		if t := f.Tensors[i]; t.Name != s.Name || t.DType != tensor.F32 || !slices.Equal(t.Shape, s.Shape) {
			return 0, fmt.Errorf("%w: tensor %d of the model file is %s %s %v, the architecture has %s F32 %v", ErrFiles, i, t.Name, t.DType, t.Shape, s.Name, s.Shape)
		}
	}
	at := tensor.DataOffset(model)
	if at%4 != 0 { // the kernel reads weights in place
		return 0, fmt.Errorf("%w: the model's tensors begin at byte %d: want a multiple of 4: pad the header with spaces", ErrFiles, at)
	}
	return uint32(at), checkSize("model", len(model))
}

// checkSize makes sure that the kernel can address a file.
func checkSize(what string, size int) error {
	if size > math.MaxInt32 {
		return fmt.Errorf("%w: %s file of %d bytes, at most %d", ErrFiles, what, size, math.MaxInt32)
	}
	return nil
}

// dataLayout is where a data file has its samples.
type dataLayout struct {
	samples                      int
	xType, yType, xAt, yAt, loss uint32
}

// checkData makes sure that x has the features that the model takes, and y the
// labels or targets that its loss takes.
func checkData(a Architecture, data []byte) (dataLayout, error) {
	f, err := tensor.Decode(data)
	if err != nil {
		return dataLayout{}, fmt.Errorf("data: %w", err)
	}
	wrong := func(format string, args ...any) (dataLayout, error) {
		return dataLayout{}, fmt.Errorf("%w: data: "+format, append([]any{ErrFiles}, args...)...)
	}
	features := 1
	for _, n := range a.Input {
		features *= n
	}
	x, found := f.Tensor("x")
	if !found || len(x.Shape) == 0 || (x.DType != tensor.U8 && x.DType != tensor.F32) {
		return wrong(`want a tensor "x" of U8 or F32, [samples, features...]`)
	}
	samples := x.Shape[0]
	if samples < 1 || samples > maxDimension || x.Elements() != samples*features {
		return wrong(`"x" is %v, the model takes samples of %v`, x.Shape, a.Input)
	}
	d := dataLayout{samples: samples, xType: dtypes[x.DType], yType: noLabels}
	if err := checkSize("data", len(data)); err != nil {
		return dataLayout{}, err
	}
	at := tensor.DataOffset(data)
	for _, t := range f.Tensors {
		switch t.Name {
		case "x":
			d.xAt = uint32(at)
		case "y":
			d.yAt = uint32(at)
		}
		at += len(t.Data)
	}
	y, labelled := f.Tensor("y")
	if labelled {
		d.yType = dtypes[y.DType]
	}
	switch {
	case a.Loss == CrossEntropy:
		if _, known := dtypes[y.DType]; !labelled || !known || !slices.Equal(y.Shape, []int{samples}) {
			return wrong(`want class numbers "y" of U8, I32, I64 or F32, [%d]; it is %s %v`, samples, y.DType, y.Shape)
		}
	case !labelled:
		if d.loss = 2; a.Outputs() != features {
			return wrong(`no targets "y": then the model must give back its %d inputs, it gives %d`, features, a.Outputs())
		}
	default:
		if d.loss = 1; y.DType != tensor.F32 || y.Elements() != samples*a.Outputs() {
			return wrong(`want targets "y" of F32, [%d, %d]; it is %s %v`, samples, a.Outputs(), y.DType, y.Shape)
		}
	}
	return d, nil
}
