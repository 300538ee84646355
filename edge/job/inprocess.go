package job

import (
	"context"
	"os"
	"runtime"

	"golang.org/x/sys/cpu"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// InProcess runs jobs in this process. It holds no deadline: a job that loops for
// ever can be stopped by nothing but the end of the process, and while one runs
// the garbage collector waits. So it is for simulations and tests of known
// modules, never for a daemon. It is safe for concurrent use.
type InProcess struct{ engine *engine }

// InProcessConfig says how an InProcess compiles. The zero value is right for tests.
type InProcessConfig struct {
	CacheDir    string // of compiled modules, private to this user; "" = memory only
	Interpreter bool   // even where wazero has a compiler
	WarmModules int    // kept compiled; 0 = 8
}

// NewInProcess starts an engine in this process. Close it.
func NewInProcess(c InProcessConfig) (*InProcess, error) {
	if c.WarmModules == 0 {
		c.WarmModules = 8
	}
	e, err := newEngine(c.CacheDir, c.Interpreter, c.WarmModules)
	if err != nil {
		return nil, err
	}
	return &InProcess{e}, nil
}

// Close frees compiled code. No job may be running.
func (p *InProcess) Close() error { return p.engine.close() }

// Run runs one job to its end. Errors are those of this package but ErrDeadline
// and ErrRunner; ctx is looked at only before the job starts.
func (p *InProcess) Run(ctx context.Context, r Request) (Result, error) {
	hash := r.hash()
	if err := ctx.Err(); err != nil {
		return Result{}, named(hash, err)
	}
	result, err := p.engine.run(ctx, work{hash: hash, load: r.load, inputs: r.Inputs, limits: r.Limits.withDefaults()})
	if err != nil {
		return Result{}, named(hash, err)
	}
	return result, nil
}

func (r Request) hash() blob.Hash {
	if r.ModuleHash.IsZero() {
		return blob.Sum(r.Module)
	}
	return r.ModuleHash
}

// maxModule bounds a module's binary, in bytes.
const maxModule = 64 << 20

func (r Request) load() ([]byte, error) {
	if r.Module != nil || r.ModulePath == "" {
		return r.Module, nil
	}
	return loadModule(r.ModulePath)
}

func loadModule(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, failed(ErrInput, "load module: %v", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxModule {
		return nil, failed(ErrModule, "%s is not a regular file of at most %d bytes", path, maxModule)
	}
	binary, err := os.ReadFile(path)
	if err != nil {
		return nil, failed(ErrInput, "load module: %v", err)
	}
	return binary, nil
}

// Engines that wazero has.
const (
	Compiler    = "compiler"
	Interpreter = "interpreter" // 60 to 200 times slower
)

// Engine names the engine that runs jobs on this machine, unless the interpreter
// is asked for: wazero compiles on amd64 with SSE4.1 and on arm64, where the
// system lets it execute what it compiled.
func Engine() string {
	supported := runtime.GOARCH == "arm64" || runtime.GOARCH == "amd64" && cpu.X86.HasSSE41
	if supported && canExecute() {
		return Compiler
	}
	return Interpreter
}
