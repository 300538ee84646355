package job

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental/sysfs"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// EngineConfig says how an Engine compiles. The zero value is right for tests.
type EngineConfig struct {
	CacheDir    string // of compiled modules, trusted like code; "" = memory only
	Interpreter bool   // even where wazero has a compiler
}

// Engine runs jobs in this process. A job that loops for ever cannot be stopped
// and holds up the garbage collector, so it is for simulations, for tests and
// for Pool's child processes. It is safe for concurrent use.
type Engine struct {
	cache  wazero.CompilationCache
	config wazero.RuntimeConfig
	mu     sync.Mutex
	worlds map[uint32]*world // by limit of memory pages
}

// world is one wazero runtime, whose modules share a memory limit.
type world struct {
	runtime wazero.Runtime
	modules map[blob.Hash]wazero.CompiledModule
}

// Bounds of what an engine keeps warm.
const (
	maxWorlds  = 4
	maxModules = 8
)

// NewEngine starts an engine. Close it.
func NewEngine(c EngineConfig) (*Engine, error) {
	e := &Engine{cache: wazero.NewCompilationCache(), worlds: map[uint32]*world{}}
	if c.CacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(c.CacheDir)
		if err != nil {
			return nil, fmt.Errorf("open compile cache: %w", err)
		}
		e.cache = cache
	}
	e.config = wazero.NewRuntimeConfig()
	if c.Interpreter {
		e.config = wazero.NewRuntimeConfigInterpreter()
	}
	// Core 2.0, without threads: what gives the same bits everywhere.
	e.config = e.config.WithCoreFeatures(api.CoreFeaturesV2).WithCompilationCache(e.cache)
	return e, nil
}

// Close ends every job and frees compiled code.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var faults []error
	for _, w := range e.worlds {
		faults = append(faults, w.runtime.Close(context.Background()))
	}
	clear(e.worlds)
	return errors.Join(append(faults, e.cache.Close(context.Background()))...)
}

// Run runs one job to its end; the deadline is not held.
func (e *Engine) Run(ctx context.Context, r Request) (Result, error) {
	hash := blob.Sum(r.Module)
	result, err := e.run(ctx, hash, r)
	if err != nil {
		return Result{}, named(hash, err)
	}
	return result, nil
}

func (e *Engine) run(ctx context.Context, hash blob.Hash, r Request) (Result, error) {
	limits := r.Limits.withDefaults()
	if err := inspect(r.Module); err != nil {
		return Result{}, err
	}
	w, module, err := e.compiled(ctx, hash, r.Module, limits.Memory)
	if err != nil {
		return Result{}, err
	}
	inputs := &inputFiles{files: map[string]Input{}}
	for _, input := range r.Inputs {
		inputs.files[input.Name] = input
	}
	outputs := newOutputFiles(limits.Output)
	files := wazero.NewFSConfig().(sysfs.FSConfig).WithSysFSMount(inputs, "/inputs").(sysfs.FSConfig).WithSysFSMount(outputs, "/outputs")
	var stderr tailWriter
	// wazero's own defaults give a clock that stands still and fixed randomness.
	config := wazero.NewModuleConfig().WithName("").WithFSConfig(files).WithStderr(&stderr)
	begin := time.Now()
	instance, err := w.runtime.InstantiateModule(ctx, module, config)
	if instance != nil {
		instance.Close(ctx)
	}
	elapsed := time.Since(begin)
	written, exceeded := outputs.list()
	var exit *sys.ExitError
	switch {
	case exceeded:
		return Result{}, fmt.Errorf("%w: limit %d bytes in %d files", ErrOutput, limits.Output, maxFiles)
	case errors.As(err, &exit) && exit.ExitCode() != 0:
		return Result{}, &ExitError{exit.ExitCode(), stderr.String()}
	case err != nil && exit == nil:
		return Result{}, fmt.Errorf("%w: %s", ErrTrap, firstLine(err))
	}
	return Result{Outputs: written, Stderr: stderr.String(), Elapsed: elapsed}, nil
}

// compiled gives the module ready to run under a memory limit in bytes.
func (e *Engine) compiled(ctx context.Context, hash blob.Hash, module []byte, memory uint64) (*world, wazero.CompiledModule, error) {
	pages := uint32(min(memory>>16, 1<<16))
	e.mu.Lock()
	defer e.mu.Unlock()
	w := e.worlds[pages]
	if w == nil {
		for old, w := range e.worlds {
			if len(e.worlds) >= maxWorlds {
				w.runtime.Close(ctx)
				delete(e.worlds, old)
			}
		}
		w = &world{wazero.NewRuntimeWithConfig(ctx, e.config.WithMemoryLimitPages(pages)), map[blob.Hash]wazero.CompiledModule{}}
		if _, err := wasi_snapshot_preview1.Instantiate(ctx, w.runtime); err != nil {
			return nil, nil, fmt.Errorf("prepare WASI: %w", err)
		}
		e.worlds[pages] = w
	}
	if m := w.modules[hash]; m != nil {
		return w, m, nil
	}
	m, err := w.runtime.CompileModule(ctx, module)
	if err != nil {
		if text := err.Error(); strings.Contains(text, "memory") && strings.Contains(text, "limit") {
			return nil, nil, fmt.Errorf("%w: %s", ErrMemory, firstLine(err))
		}
		return nil, nil, fmt.Errorf("%w: %s", ErrModule, firstLine(err))
	}
	if err := checkImports(m); err != nil {
		m.Close(ctx)
		return nil, nil, err
	}
	if len(w.modules) >= maxModules {
		// Running instances keep their code; any module may go.
		for old := range w.modules {
			delete(w.modules, old)
			break
		}
	}
	w.modules[hash] = m
	return w, m, nil
}

// inspect refuses what is no core module before wazero's less clear words do.
func inspect(module []byte) error {
	switch {
	case len(module) < 8 || string(module[:4]) != "\x00asm":
		return fmt.Errorf("%w: not a WebAssembly module", ErrModule)
	case module[6] != 0 || module[7] != 0:
		return fmt.Errorf("%w: it is a component: build it for wasm32-wasip1", ErrModule)
	case module[4] != 1:
		return fmt.Errorf("%w: WebAssembly version %d, want 1", ErrModule, module[4])
	}
	return nil
}

func checkImports(m wazero.CompiledModule) error {
	for _, f := range m.ImportedFunctions() {
		if module, name, _ := f.Import(); module != wasi_snapshot_preview1.ModuleName {
			return fmt.Errorf("%w: it imports %s.%s: a job gets %s only", ErrModule, module, name, wasi_snapshot_preview1.ModuleName)
		}
	}
	if len(m.ImportedMemories()) > 0 {
		return fmt.Errorf("%w: it imports its memory: a job must have its own", ErrModule)
	}
	if start := m.ExportedFunctions()["_start"]; start == nil {
		return fmt.Errorf("%w: it does not export _start: build it as a command", ErrModule)
	}
	return nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// tailWriter keeps the last 4 KiB.
type tailWriter struct{ tail []byte }

const tailSize = 4 << 10

func (w *tailWriter) Write(b []byte) (int, error) {
	w.tail = append(w.tail, b[max(0, len(b)-tailSize):]...)
	if len(w.tail) > tailSize {
		w.tail = append([]byte(nil), w.tail[len(w.tail)-tailSize:]...)
	}
	return len(b), nil
}

func (w *tailWriter) String() string { return strings.ToValidUTF8(string(w.tail), "?") }
