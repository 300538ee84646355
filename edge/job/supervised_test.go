package job_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// foreign runs a supervised job the way a Bacalhau node does: one directory that
// holds all, modules linked by the names of their files, and a host that knows
// nothing of fuel. The error is the host's; code is the job's.
func foreign(t *testing.T, s fuel.Supervised, inputs []job.Input) (outputs map[string]string, used uint64, code uint32, err error) {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{"inputs", "outputs", fuel.MeterDirectory} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, in := range inputs {
		if err := os.WriteFile(filepath.Join(root, "inputs", in.Name), in.Content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	r := wazero.NewRuntime(ctx)
	defer r.Close(context.Background())
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	config := wazero.NewModuleConfig().WithArgs("").WithStartFunctions().WithFSConfig(wazero.NewFSConfig().WithDirMount(root, "/"))
	var entry interface {
		Call(context.Context, ...uint64) ([]uint64, error)
	}
	for _, m := range []struct {
		name   string
		binary []byte
	}{{fuel.ExitFile, s.Exit}, {fuel.JobFile, s.Job}, {fuel.SupervisorFile, s.Supervisor}} {
		instance, err := r.InstantiateWithConfig(ctx, m.binary, config.WithName(m.name))
		if err != nil {
			t.Fatalf("%s: %v", m.name, err)
		}
		entry = instance.ExportedFunction("_start")
	}
	_, err = entry.Call(ctx)
	var exit *sys.ExitError
	if errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	if err != nil {
		return nil, 0, code, err
	}
	left, err := os.ReadFile(filepath.Join(root, fuel.MeterDirectory, fuel.MeterFile))
	if err != nil {
		t.Fatal(err)
	}
	if used, err = s.Used(left); err != nil {
		t.Fatal(err)
	}
	outputs = map[string]string{}
	paths, _ := filepath.Glob(filepath.Join(root, "outputs", "*"))
	for _, path := range paths {
		content, _ := os.ReadFile(path)
		outputs[filepath.Base(path)] = string(content)
	}
	return outputs, used, code, nil
}

// A host that knows nothing of fuel gives the same outputs, fuel and ends.
func TestSupervisedJobsGiveTheSameElsewhere(t *testing.T) {
	do := func(what string) []job.Input {
		return []job.Input{{Name: "do", Content: []byte(what)}, {Name: "data", Content: []byte("some data")}}
	}
	portable, starting := wasm(t, "portable"), wasm(t, "starting")
	for _, c := range []struct {
		name   string
		module []byte
		inputs []job.Input
		limit  uint64
		code   uint32
		want   error
	}{
		{name: "returns", module: portable, inputs: do("r"), limit: 1 << 30},
		{name: "exits with 0", module: portable, inputs: do("z"), limit: 1 << 30},
		{name: "exits with 42", module: portable, inputs: do("x"), limit: 1 << 30, code: 42, want: job.ErrExit},
		{name: "traps", module: portable, inputs: do("t"), limit: 1 << 30, want: job.ErrTrap},
		{name: "runs out of fuel", module: portable, inputs: do("l"), limit: 1 << 20, want: job.ErrFuel},
		{name: "has a start function", module: starting, limit: 1 << 20},
		{name: "trains", module: train.Module, inputs: training(t), limit: 1 << 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			limits := job.Limits{MemoryBytes: 64 << 20, OutputBytes: 1 << 20, Fuel: c.limit}
			want, fault := newInProcess(t, job.InProcessConfig{}).Run(t.Context(), job.Request{Module: c.module, Inputs: c.inputs, Limits: limits})
			if !errors.Is(fault, c.want) {
				t.Fatalf("the sandbox: %v, want %v", fault, c.want)
			}
			s, err := fuel.Supervise(c.module, c.limit, fuel.Options{})
			if err != nil {
				t.Fatal(err)
			}
			outputs, used, code, err := foreign(t, s, c.inputs)
			if trapped := errors.Is(c.want, job.ErrTrap) || errors.Is(c.want, job.ErrFuel); trapped != (err != nil) {
				t.Fatalf("elsewhere: %v, the sandbox: %v", err, fault)
			}
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if c.want != nil {
				return
			}
			if used != want.Fuel || used == 0 {
				t.Errorf("fuel %d, in the sandbox %d", used, want.Fuel)
			}
			if len(outputs) != len(want.Outputs) {
				t.Errorf("%d outputs, in the sandbox %d", len(outputs), len(want.Outputs))
			}
			for _, o := range want.Outputs {
				if outputs[o.Name] != string(o.Bytes) {
					t.Errorf("%s differs from the sandbox's", o.Name)
				}
			}
		})
	}
}

func TestWhatHostsAnswerDifferentlyIsNotSupervised(t *testing.T) {
	if _, err := fuel.Supervise(wasm(t, "guest"), 1, fuel.Options{}); !errors.Is(err, fuel.ErrUnsupported) {
		t.Errorf("a module that asks for the time: %v", err)
	}
}

// training are the inputs of a small run of the training kernel.
func training(t *testing.T) []job.Input {
	t.Helper()
	a := plan.Architecture{Input: []int{2}, Layers: []plan.Layer{{Type: plan.Dense, Units: 2}}, Loss: plan.CrossEntropy}
	p := plan.Training{Epochs: 2, Batch: 2, LearningRate: 0.1, Bits: 16, ScaleBits: 20, Scale: 1, Seed: 1}
	data := tensor.Dataset(tensor.FromFloats("x", []int{4, 2}, []float32{0, 1, 1, 0, 0, 2, 2, 0}),
		tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{4}, Data: []byte{0, 1, 0, 1}}).Encode()
	model := plan.Init(a, 1).Encode()
	lowered, err := plan.Lower(a, p, plan.Train, model, data)
	if err != nil {
		t.Fatal(err)
	}
	return []job.Input{{Name: "plan.bin", Content: lowered}, {Name: "model.safetensors", Content: model}, {Name: "data.safetensors", Content: data}}
}
