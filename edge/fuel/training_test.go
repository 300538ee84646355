package fuel_test

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// trainingInputs are the files of an epoch of the 784-200-200-10 network in
// batches of 10 over random samples.
func trainingInputs(t testing.TB, samples int, training plan.Training) fs.FS {
	t.Helper()
	a, err := plan.Preset("2nn")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	x := tensor.Tensor{Name: "x", DType: tensor.U8, Shape: []int{samples, 784}, Data: make([]byte, samples*784)}
	for i := range x.Data {
		x.Data[i] = byte(r.Uint32())
	}
	y := tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{samples}, Data: make([]byte, samples)}
	for i := range y.Data {
		y.Data[i] = byte(r.IntN(10))
	}
	data := tensor.File{Tensors: []tensor.Tensor{x, y}}.Encode()
	model := plan.Init(a, 1).Encode()
	lowered, err := plan.Lower(a, training, plan.Train, model, data)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"plan.bin": {Data: lowered}, "model.safetensors": {Data: model}, "data.safetensors": {Data: data}}
}

func plainTraining() plan.Training {
	return plan.Training{Epochs: 1, Batch: 10, LearningRate: 0.01, Bits: 8, ScaleBits: 24, Scale: 1.0 / 255}
}

// training is a compiled kernel.
type training struct {
	engine
	module  wazero.CompiledModule
	outputs string // directory
}

func newTraining(t testing.TB, e engine) training {
	t.Helper()
	wasi_snapshot_preview1.MustInstantiate(t.Context(), e)
	m, err := e.compile(t.Context(), train.Module)
	if err != nil {
		t.Fatal(err)
	}
	return training{e, m, t.TempDir()}
}

// run runs the job once, and gives the fuel that it took and its time.
func (k training) run(t testing.TB, inputs fs.FS, limit int64) (used int64, took time.Duration, err error) {
	t.Helper()
	files := wazero.NewFSConfig().WithFSMount(inputs, "/inputs").WithDirMount(k.outputs, "/outputs")
	m, err := k.InstantiateModule(t.Context(), k.module, wazero.NewModuleConfig().WithName("").WithFSConfig(files).WithStartFunctions())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close(context.Background())
	refuel(m, limit)
	begin := cpuTime()
	_, err = m.ExportedFunction("_start").Call(t.Context())
	took = cpuTime() - begin
	if exit := (*sys.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 0 {
		err = nil
	}
	if k.metered {
		used = limit - left(m)
	}
	return used, took, err
}
