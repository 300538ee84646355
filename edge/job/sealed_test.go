package job_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/edge/fuel/seal"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// receiver is who may read, and its public key.
func receiver(t *testing.T) (sealed.Identity, [32]byte) {
	t.Helper()
	i, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	key, err := sealed.PublicKey(i.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return i, key
}

// hosted is a host's configuration of a module: a Bacalhau node's, or one that
// differs.
func hosted() wazero.ModuleConfig {
	return wazero.NewModuleConfig().WithSysNanotime().WithSysWalltime()
}

// runSealed runs a sealed job as foreign runs a supervised one, and gives the files
// that the host has afterwards, and what it saw of prints.
func runSealed(t *testing.T, s seal.Sealed, inputs []job.Input, host wazero.ModuleConfig) (left map[string][]byte, printed string, code uint32, err error) {
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
	var said bytes.Buffer
	config := host.WithArgs("").WithStartFunctions().WithStdout(&said).WithStderr(&said).WithFSConfig(wazero.NewFSConfig().WithDirMount(root, "/"))
	var entry interface {
		Call(context.Context, ...uint64) ([]uint64, error)
	}
	for _, m := range s.Modules {
		instance, err := r.InstantiateWithConfig(ctx, m.Binary, config.WithName(m.Name))
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		entry = instance.ExportedFunction("_start")
	}
	_, err = entry.Call(ctx)
	var exit *sys.ExitError
	if errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	left = map[string][]byte{}
	for _, dir := range []string{"outputs", fuel.MeterDirectory} {
		entries, _ := os.ReadDir(filepath.Join(root, dir))
		for _, e := range entries {
			left[dir+"/"+e.Name()], _ = os.ReadFile(filepath.Join(root, dir, e.Name()))
		}
	}
	return left, said.String(), code, err
}

// opened gives what is in a sealed result.
func opened(t *testing.T, left map[string][]byte, who sealed.Identity) map[string]string {
	t.Helper()
	const result = fuel.MeterDirectory + "/" + seal.ResultFile
	if len(left) != 1 || left[result] == nil {
		t.Fatalf("the host has %d files, want the sealed one", len(left))
	}
	content, err := who.Open(left[result], 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for r := tar.NewReader(bytes.NewReader(content)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(b)
	}
}

// A sealed job gives the sandbox's outputs and fuel, to its receiver only.
func TestSealedJobsGiveTheSameElsewhere(t *testing.T) {
	do := func(what string) []job.Input {
		return []job.Input{{Name: "do", Content: []byte(what)}, {Name: "data", Content: bytes.Repeat([]byte("some data "), 20_000)}}
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
		{name: "writes much", module: portable, inputs: []job.Input{{Name: "do", Content: []byte("r")}, {Name: "data", Content: bytes.Repeat([]byte("some data "), 2<<20)}}, limit: 1 << 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			limits := job.Limits{MemoryBytes: 64 << 20, OutputBytes: 32 << 20, Fuel: c.limit}
			want, fault := newInProcess(t, job.InProcessConfig{}).Run(t.Context(), job.Request{Module: c.module, Inputs: c.inputs, Limits: limits})
			if !errors.Is(fault, c.want) {
				t.Fatalf("the sandbox: %v, want %v", fault, c.want)
			}
			who, key := receiver(t)
			s, err := seal.Supervise(c.module, c.limit, key, fuel.Options{})
			if err != nil {
				t.Fatal(err)
			}
			left, printed, code, err := runSealed(t, s, c.inputs, hosted())
			if trapped := errors.Is(c.want, job.ErrTrap) || errors.Is(c.want, job.ErrFuel); trapped != (err != nil) {
				t.Fatalf("elsewhere: %v, the sandbox: %v", err, fault)
			}
			if code != c.code || printed != "" {
				t.Errorf("exit code %d, want %d; it printed %q", code, c.code, printed)
			}
			if err != nil {
				if len(left) != 0 {
					t.Errorf("it trapped and left %d files", len(left))
				}
				return
			}
			for name, content := range left {
				if bytes.Contains(content, []byte("some data")) {
					t.Errorf("%s shows an output", name)
				}
			}
			files := opened(t, left, who)
			used, err := s.Used([]byte(files[fuel.MeterDirectory+"/"+fuel.MeterFile]))
			if err != nil || c.want == nil && used != want.Fuel || used == 0 {
				t.Errorf("fuel %d, %v; in the sandbox %d", used, err, want.Fuel)
			}
			if c.want != nil {
				return
			}
			if len(files) != len(want.Outputs)+3 {
				t.Errorf("%d files with fuel, stdout and stderr, in the sandbox %d without", len(files), len(want.Outputs))
			}
			for _, o := range want.Outputs {
				if files["outputs/"+o.Name] != string(o.Bytes) {
					t.Errorf("%s differs from the sandbox's", o.Name)
				}
			}
		})
	}
}

// What a host shows differs from run to run, whatever it gives for random.
func TestNoTwoRunsShareKeys(t *testing.T) {
	_, key := receiver(t)
	s, err := seal.Supervise(wasm(t, "starting"), 1<<20, key, fuel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range 8 {
		left, _, _, err := runSealed(t, s, nil, hosted())
		if err != nil {
			t.Fatal(err)
		}
		share := strings.Split(string(left[fuel.MeterDirectory+"/"+seal.ResultFile]), "\n")[1]
		if !strings.HasPrefix(share, "-> X25519 ") || seen[share] {
			t.Fatalf("%q was there before, or is none", share)
		}
		seen[share] = true
	}
}

// On a host whose clock runs by a rule, there is nothing to draw a key from.
func TestAClockWithoutJitterEndsTheRun(t *testing.T) {
	_, key := receiver(t)
	s, err := seal.Supervise(wasm(t, "starting"), 1<<20, key, fuel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	left, _, code, err := runSealed(t, s, nil, wazero.NewModuleConfig())
	if err != nil || code != 251 || len(left) != 0 {
		t.Errorf("code %d, %v, %d files; want 251 and none", code, err, len(left))
	}
}
