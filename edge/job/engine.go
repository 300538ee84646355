package job

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/experimental/sysfs"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// engine runs jobs in this process. It is safe for concurrent use.
type engine struct {
	cached, plain wazero.Runtime // with and without the cache on disk; the same one if there is none
	caches        []wazero.CompilationCache
	cacheDir      string
	wasi          map[string]api.FunctionDefinition
	warm          warm
}

// newEngine starts an engine that keeps up to keep modules warm.
func newEngine(cacheDir string, interpreter bool, keep int) (*engine, error) {
	e := &engine{cacheDir: cacheDir, warm: warm{keep: keep}}
	var err error
	if e.plain, err = e.newRuntime(wazero.NewCompilationCache(), interpreter); err != nil {
		return nil, errors.Join(err, e.close())
	}
	e.cached = e.plain
	if cacheDir != "" {
		cache, err := openCache(cacheDir)
		if err != nil {
			return nil, errors.Join(err, e.close())
		}
		if e.cached, err = e.newRuntime(cache, interpreter); err != nil {
			return nil, errors.Join(err, e.close())
		}
	}
	return e, nil
}

// newRuntime makes a runtime of core 2.0 without threads, relaxed SIMD or
// whatever else may give other bits elsewhere, and with WASI as its only host.
func (e *engine) newRuntime(cache wazero.CompilationCache, interpreter bool) (wazero.Runtime, error) {
	config := wazero.NewRuntimeConfig()
	if interpreter {
		config = wazero.NewRuntimeConfigInterpreter()
	}
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, config.WithCoreFeatures(api.CoreFeaturesV2).WithCompilationCache(cache))
	e.caches = append(e.caches, cache)
	wasi, err := watchClose(ctx, r)
	if err == nil {
		_, err = r.InstantiateModule(ctx, wasi, wazero.NewModuleConfig().WithName(wasi_snapshot_preview1.ModuleName))
	}
	if err != nil {
		return nil, fmt.Errorf("prepare WASI: %w", errors.Join(err, r.Close(ctx)))
	}
	e.wasi = wasi.ExportedFunctions()
	return r, nil
}

// close frees compiled code. No job may be running.
func (e *engine) close() error {
	ctx := context.Background()
	var faults []error
	for _, r := range []wazero.Runtime{e.cached, e.plain} {
		if r != nil {
			faults = append(faults, r.Close(ctx)) // the second time does nothing
		}
	}
	for _, c := range e.caches {
		faults = append(faults, c.Close(ctx))
	}
	return errors.Join(faults...)
}

// work is a request as an engine takes it.
type work struct {
	hash    blob.Hash
	load    func() ([]byte, error) // the module, wanted only if it is not warm
	inputs  []Input
	limits  Limits
	started func(resumable bool) error // called when the module is ready, before the job runs
	feed    *feed                      // of a streaming job; nil = it has no standard input and output
	point   *safepoint                 // where it may be left; nil = nowhere
}

// run runs one job to its end; nothing can stop it.
func (e *engine) run(ctx context.Context, w work) (Result, error) {
	var open handles
	inputs, err := newInputFiles(w.inputs, &open)
	if err != nil {
		return Result{}, err
	}
	m, err := e.warm.take(w.hash, func() (*compiled, error) { return e.compile(ctx, w) })
	if err != nil {
		return Result{}, err
	}
	defer e.warm.give(m)
	if m.needs.memory {
		mem, err := newMemory(m.needs.minPages*pageSize, w.limits.MemoryBytes)
		if err != nil {
			return Result{}, err
		}
		defer mem.Free()
		ctx = experimental.WithMemoryAllocator(ctx, mem)
		return e.execute(ctx, m, w, inputs, &open, mem)
	}
	return e.execute(ctx, m, w, inputs, &open, &memory{})
}

func (e *engine) execute(ctx context.Context, m *entry, w work, inputs *inputFiles, open *handles, mem *memory) (Result, error) {
	if w.started != nil {
		if err := w.started(m.resumable); err != nil {
			return Result{}, err
		}
	}
	outputs := newOutputFiles(w.limits.OutputBytes, open)
	files := wazero.NewFSConfig().(sysfs.FSConfig).WithSysFSMount(root{inputs: inputs, outputs: outputs}, "/")
	var stderr tail
	// One empty argument, as a Bacalhau node gives: a command has a name.
	config := wazero.NewModuleConfig().WithName("").WithArgs("").WithStartFunctions().WithFSConfig(files).WithStderr(&stderr).
		WithWalltime(func() (int64, int32) { return 0, 0 }, sys.ClockResolution(time.Millisecond)).
		WithRandSource(rand.NewChaCha8([32]byte([]byte("tadpole: a job has no randomness"))))
	if w.feed != nil {
		config = config.WithStdin(w.feed).WithStdout(w.feed)
	}
	point := &safepoint{}
	if m.resumable && w.point != nil {
		point = w.point
		config = config.WithOsyield(point.pass)
		ctx = context.WithValue(ctx, handlesKey{}, open)
	}
	begin := time.Now()
	var meter meter
	instance, err := m.runtime.InstantiateModule(ctx, m.module, config)
	if err == nil {
		defer instance.Close(ctx)
		meter = fill(instance, w.limits.Fuel)
		if w.feed != nil {
			w.feed.meter = meter
		}
		if err = point.enter(instance, open, outputs); err != nil {
			return Result{}, err
		}
		err = point.run(ctx)
	}
	elapsed := point.before + time.Since(begin)
	if err := meter.empty(); err != nil {
		return Result{}, err
	}
	if err := explain(err, mem, &stderr); err != nil {
		return Result{}, err
	}
	return Result{Outputs: outputs.list(), Stderr: stderr.String(), Elapsed: elapsed, Fuel: meter.used(), Resumed: point.resumed}, nil
}

// start runs an instance.
func start(ctx context.Context, instance api.Module) error {
	if f := instance.ExportedFunction(fuel.Start); f != nil {
		if _, err := f.Call(ctx); err != nil {
			return err
		}
	}
	_, err := instance.ExportedFunction("_start").Call(ctx)
	return err
}

// explain gives a guest's end its kind. Linking was checked before, so what fails
// in a guest's own code is a trap.
func explain(err error, mem *memory, stderr *tail) error {
	var exit *sys.ExitError
	switch {
	case mem.starved:
		return failed(ErrMemory, "the system refuses it memory within its limit of %d bytes", mem.limit)
	case err == nil, errors.As(err, &exit) && exit.ExitCode() == 0:
		return nil
	case errors.Is(err, ErrOutputLimit):
		var f *fault
		errors.As(err, &f)
		return f
	case mem.refused && exit != nil:
		return failed(ErrMemory, "refused to grow beyond %d bytes, it exited with code %d", mem.limit, exit.ExitCode())
	case mem.refused:
		return failed(ErrMemory, "refused to grow beyond %d bytes, it trapped: %s", mem.limit, firstLine(err.Error()))
	case exit != nil:
		return &ExitError{exit.ExitCode(), stderr.String()}
	}
	return failed(ErrTrap, "%s", firstLine(err.Error()))
}

// compile loads and checks a module, and makes it ready to run.
func (e *engine) compile(ctx context.Context, w work) (*compiled, error) {
	binary, err := w.load()
	if err != nil {
		return nil, err
	}
	if got := blob.Sum(binary); got != w.hash {
		return nil, failed(ErrModule, "its hash is %s", got.Short())
	}
	needs, err := inspect(binary)
	if err != nil {
		return nil, err
	}
	for _, i := range needs.imports {
		if i.module != wasi_snapshot_preview1.ModuleName || i.kind != 0 || e.wasi[i.name] == nil {
			return nil, failed(ErrModule, "it imports %.80q from %.80q; a job gets the functions of %s only", i.name, i.module, wasi_snapshot_preview1.ModuleName)
		}
	}
	if binary, err = fuel.Meter(binary, fuel.Options{}); err != nil {
		return nil, failed(ErrModule, "%v", err)
	}
	c := &compiled{needs: needs, runtime: e.cached}
	c.module, err = compileModule(ctx, c.runtime, binary)
	if err != nil && e.cached != e.plain {
		// The cache may be damaged or the disk full; neither must stop a job. If it is
		// the module's fault, the others' code stays.
		c.runtime = e.plain
		if c.module, err = compileModule(ctx, c.runtime, binary); err == nil {
			clearCache(e.cacheDir)
		}
	}
	if err != nil {
		return nil, failed(ErrModule, "%s", firstLine(err.Error()))
	}
	if err := e.checkLink(c.module); err != nil {
		c.module.Close(ctx)
		return nil, err
	}
	c.resumable = needs.memory && c.module.ExportedFunctions()[fuel.Resume] != nil
	return c, nil
}

// compileModule makes wazero's panics errors: on some invalid modules its validator
// runs over the end of a table, and a module must not end its runner.
func compileModule(ctx context.Context, r wazero.Runtime, binary []byte) (m wazero.CompiledModule, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			m, err = nil, fmt.Errorf("the compiler gave up on it: %v", cause)
		}
	}()
	return r.CompileModule(ctx, binary)
}

// checkLink finds what would fail at instantiation otherwise.
func (e *engine) checkLink(m wazero.CompiledModule) error {
	for _, f := range m.ImportedFunctions() {
		_, name, _ := f.Import()
		if have := e.wasi[name]; !slices.Equal(f.ParamTypes(), have.ParamTypes()) || !slices.Equal(f.ResultTypes(), have.ResultTypes()) {
			return failed(ErrModule, "it imports %s with other parameters than WASI preview 1 gives", name)
		}
	}
	start := m.ExportedFunctions()["_start"]
	if start == nil || len(start.ParamTypes())+len(start.ResultTypes()) > 0 {
		return failed(ErrModule, "it exports no function _start without parameters; build it as a command, not as a library")
	}
	return nil
}
