package fuel_test

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/edge/fuel/seal"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// sealedJob gives the module of a sealed job in which the program is, and the one
// with its memory.
func sealedJob(t testing.TB, binary []byte) (job, host []byte) {
	t.Helper()
	s, err := seal.Supervise(binary, 1, [32]byte{9}, fuel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range s.Modules {
		switch m.Name {
		case fuel.JobFile:
			job = m.Binary
		case seal.HostFile:
			host = m.Binary
		}
	}
	return job, host
}

// Random programs leave the same in a memory that is another module's, and take the
// same fuel.
func TestGeneratedProgramsSealed(t *testing.T) {
	metered := newEngine(t, false, true)
	n := 300
	if testing.Short() {
		n = 40
	}
	for _, interpreter := range []bool{false, true} {
		r := rand.New(rand.NewPCG(7, 8))
		e := newEngine(t, interpreter, false)
		wasi_snapshot_preview1.MustInstantiate(t.Context(), e)
		for i := range n {
			choices := make([]byte, 200+r.IntN(4000))
			for k := range choices {
				choices[k] = byte(r.Uint32())
			}
			binary := generate(choices, false)
			want, err := metered.run(t.Context(), binary, enough)
			if err != nil {
				t.Fatal(err)
			}
			job, memory := sealedJob(t, binary)
			host, err := e.InstantiateWithConfig(t.Context(), memory, wazero.NewModuleConfig().WithName(seal.HostFile))
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.run(t.Context(), job, enough)
			if err != nil || got != want {
				t.Fatalf("program %d, interpreter %v: sealed %+v, error %v; want %+v", i, interpreter, got, err, want)
			}
			host.Close(t.Context())
		}
	}
}

// BenchmarkSealedTraining compares the metered kernel with itself sealed, sealing
// included; as in BenchmarkTraining the two take turns.
func BenchmarkSealedTraining(b *testing.B) {
	inputs := trainingInputs(b, 600, plainTraining())
	root := b.TempDir()
	for _, dir := range []string{"inputs", "outputs", fuel.MeterDirectory} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			b.Fatal(err)
		}
	}
	for _, name := range []string{"plan.bin", "model.safetensors", "data.safetensors"} {
		content, err := fs.ReadFile(inputs, name)
		if err == nil {
			err = os.WriteFile(filepath.Join(root, "inputs", name), content, 0o600)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	plain := newTraining(b, newEngine(b, false, true))
	s, err := seal.Supervise(train.Module, plenty, [32]byte{9}, fuel.Options{})
	if err != nil {
		b.Fatal(err)
	}
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	sealed := func() time.Duration {
		e := newEngine(b, false, false)
		defer e.Close(context.Background())
		wasi_snapshot_preview1.MustInstantiate(b.Context(), e)
		config := wazero.NewModuleConfig().WithStartFunctions().WithSysNanotime().WithSysWalltime().WithFSConfig(wazero.NewFSConfig().WithDirMount(root, "/"))
		for _, m := range s.Modules {
			if _, err := e.InstantiateWithConfig(b.Context(), m.Binary, config.WithName(m.Name)); err != nil {
				b.Fatal(err)
			}
		}
		begin := cpuTime()
		_, err := e.Module(fuel.SupervisorFile).ExportedFunction("_start").Call(b.Context())
		if took := cpuTime() - begin; err != nil && why(err) == "module closed with exit_code(0)" {
			return took
		}
		b.Fatal(err)
		return 0
	}
	var ratios []float64
	for b.Loop() {
		_, took, err := plain.run(b, inputs, plenty)
		if err != nil {
			b.Fatal(err)
		}
		ratios = append(ratios, float64(sealed())/float64(took))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "median-ratio")
	b.ReportMetric(ratios[0], "ratio")
}
