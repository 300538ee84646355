package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
	"golang.org/x/sys/unix"

	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// cpuTime is what the calling thread has computed so far. On a busy machine it
// says more than the time on the wall.
func cpuTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic("BUG: bench: " + err.Error()) // a clock that every Linux has
	}
	return time.Duration(t.Nano())
}

// guest is the module, compiled and warm.
type guest struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
	outputs string
}

func newGuest(ctx context.Context, config wazero.RuntimeConfig, outputs string) (*guest, error) {
	r := wazero.NewRuntimeWithConfig(ctx, config)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return nil, errors.Join(fmt.Errorf("instantiate WASI: %w", err), r.Close(ctx))
	}
	module, err := r.CompileModule(ctx, train.Module)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("compile train.wasm: %w", err), r.Close(ctx))
	}
	return &guest{r, module, outputs}, nil
}

// time runs the job once, files and all.
func (g *guest) time(ctx context.Context, w workload) (time.Duration, error) {
	files := wazero.NewFSConfig().WithReadOnlyDirMount(w.directory, "/inputs").WithDirMount(g.outputs, "/outputs")
	begin := cpuTime()
	instance, err := g.runtime.InstantiateModule(ctx, g.module, wazero.NewModuleConfig().WithName("").WithFSConfig(files))
	took := cpuTime() - begin
	if exit := (*sys.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() != 0 {
		return 0, fmt.Errorf("run train.wasm: %s", train.Exits[exit.ExitCode()])
	} else if err != nil && exit == nil {
		return 0, fmt.Errorf("run train.wasm: %w", err)
	}
	if instance != nil {
		err = instance.Close(ctx)
	}
	return took, err
}

// buildNative builds the same sources for this machine with 128-bit SIMD.
func buildNative(ctx context.Context, directory, goarch string) (string, error) {
	sources, err := sourceFolder()
	if err != nil {
		return "", err
	}
	program := filepath.Join(directory, "native")
	args := []string{"-O3", "-ffp-contract=off", "-fno-math-errno", "-std=c11", "-Wno-unknown-pragmas", "-D_POSIX_C_SOURCE=200112L", "-o", program}
	if goarch == "amd64" {
		args = append(args, "-msse4.1")
	}
	files, err := filepath.Glob(filepath.Join(sources, "*.c"))
	if err != nil {
		return "", err
	}
	for _, path := range files {
		if filepath.Base(path) != "wasi.c" { // native.c stands in for it
			args = append(args, path)
		}
	}
	if out, err := exec.CommandContext(ctx, "clang", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the native kernel with clang: %w: %s", err, out)
	}
	return program, nil
}

// sourceFolder finds the C sources from wherever in the repository it is run.
func sourceFolder() (string, error) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/tadpole-edge/tadpole/wasm-jobs/train").Output()
	if err != nil {
		return "", fmt.Errorf("find the kernel's sources: run this inside the repository: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "src"), nil
}

// timeNative runs the native program once.
func timeNative(ctx context.Context, program string, w workload) (time.Duration, error) {
	var stderr bytes.Buffer
	in := func(name string) string { return filepath.Join(w.directory, name) }
	cmd := exec.CommandContext(ctx, program, in("plan.bin"), in("model.safetensors"), in("data.safetensors"), "2")
	cmd.Stderr = &stderr
	cmd.Env = os.Environ()
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("run the native kernel: %w: %s", err, stderr.Bytes())
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		return 0, fmt.Errorf("read the native kernel's time: %w", err)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
