package train_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// engine is train.wasm, compiled once for all tests of the process.
type engine struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

func newEngine(config wazero.RuntimeConfig) (engine, error) {
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, config)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return engine{}, errors.Join(err, r.Close(ctx))
	}
	m, err := r.CompileModule(ctx, train.Module)
	return engine{r, m}, err
}

var (
	compiler    = sync.OnceValues(func() (engine, error) { return newEngine(wazero.NewRuntimeConfig()) })
	interpreter = sync.OnceValues(func() (engine, error) { return newEngine(wazero.NewRuntimeConfigInterpreter()) })
)

// files are a job's inputs by name.
type files map[string][]byte

// lower makes the input files of a job.
func lower(t testing.TB, a plan.Architecture, task plan.Training, mode plan.Mode, model, data []byte) files {
	t.Helper()
	p, err := plan.Lower(a, task, mode, model, data)
	if err != nil {
		t.Fatal(err)
	}
	return files{"plan.bin": p, "model.safetensors": model, "data.safetensors": data}
}

// write lays the files out in a new directory.
func (f files) write(t testing.TB) (directory string) {
	t.Helper()
	directory = t.TempDir()
	for name, content := range f {
		if err := os.WriteFile(filepath.Join(directory, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return directory
}

// run runs the kernel; outputs "" means that there is no /outputs.
func (e engine) run(t testing.TB, f files, outputs string) (exit uint32) {
	t.Helper()
	inputs := fstest.MapFS{}
	for name, content := range f {
		inputs[name] = &fstest.MapFile{Data: content, Mode: 0o444}
	}
	mounts := wazero.NewFSConfig().WithFSMount(inputs, "/inputs")
	if outputs != "" {
		mounts = mounts.WithDirMount(outputs, "/outputs")
	}
	instance, err := e.runtime.InstantiateModule(t.Context(), e.module, wazero.NewModuleConfig().WithName("").WithFSConfig(mounts))
	var exited *sys.ExitError
	if errors.As(err, &exited) {
		return exited.ExitCode()
	}
	if err != nil {
		t.Fatalf("the kernel trapped: %v", err)
	}
	if err := instance.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return 0
}

// result is what a job wrote.
type result struct {
	update                  []byte // nil after evaluation
	samples, steps, correct uint64
	loss                    float64 // sum over samples and epochs
}

// succeed runs a job with wazero's default engine, and wants success.
func succeed(t testing.TB, f files) result {
	t.Helper()
	e, err := compiler()
	if err != nil {
		t.Fatal(err)
	}
	return e.succeed(t, f)
}

func (e engine) succeed(t testing.TB, f files) result {
	t.Helper()
	outputs := t.TempDir()
	if exit := e.run(t, f, outputs); exit != 0 {
		t.Fatalf("exit code %d (%s), want 0", exit, train.Exits[exit])
	}
	m, err := os.ReadFile(filepath.Join(outputs, "metrics.bin"))
	if err != nil || len(m) != 40 || string(m[:4]) != "TPM1" {
		t.Fatalf("metrics.bin is %x, %v: want 40 bytes from TPM1 on", m, err)
	}
	word := func(at int) uint64 { return binary.LittleEndian.Uint64(m[at:]) }
	r := result{samples: word(8), steps: word(16), correct: word(24), loss: math.Float64frombits(word(32))}
	if r.update, err = os.ReadFile(filepath.Join(outputs, "update.bin")); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return r
}

// deltas decodes update.bin by README.md: the change of each value, and the unit
// in which its tensor's changes are counted.
func deltas(t testing.TB, a plan.Architecture, update []byte) (values, units []float64) {
	t.Helper()
	specs := a.Tensors()
	header := (24 + len(specs) + 7) &^ 7
	le := binary.LittleEndian
	if len(update) < header || string(update[:4]) != "TPU1" || int(le.Uint16(update[6:])) != len(specs) || int(le.Uint64(update[8:])) != a.Parameters() {
		t.Fatalf("header of update.bin is %x", update[:min(len(update), header)])
	}
	width := int(update[4])
	if got, want := len(update), header+a.Parameters()*width; got != want {
		t.Fatalf("update.bin has %d bytes, want %d", got, want)
	}
	at := update[header:]
	for i, s := range specs {
		unit := math.Ldexp(1, -int(int8(update[24+i])))
		for range s.Elements() {
			var v float64
			switch width {
			case 1:
				v = float64(int8(at[0]))
			case 2:
				v = float64(int16(le.Uint16(at)))
			default:
				v = float64(int32(le.Uint32(at)))
			}
			values, units, at = append(values, v*unit), append(units, unit), at[width:]
		}
	}
	return values, units
}
