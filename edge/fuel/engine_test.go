package fuel_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// plenty is more fuel than any test takes.
const plenty = math.MaxInt64

// engine is a runtime of wazero's for metered or plain modules.
type engine struct {
	wazero.Runtime
	metered bool
}

func newEngine(t testing.TB, interpreter, metered bool) engine {
	t.Helper()
	return newEngineOf(t, interpreter, metered, api.CoreFeaturesV2)
}

func newEngineOf(t testing.TB, interpreter, metered bool, features api.CoreFeatures) engine {
	t.Helper()
	config := wazero.NewRuntimeConfig()
	if interpreter {
		config = wazero.NewRuntimeConfigInterpreter()
	}
	r := wazero.NewRuntimeWithConfig(t.Context(), config.WithCoreFeatures(features))
	t.Cleanup(func() { r.Close(context.Background()) })
	return engine{r, metered}
}

// engines are a plain one, and metered ones that must agree with each other.
func engines(t testing.TB, features api.CoreFeatures) map[string]engine {
	return map[string]engine{
		"plain":       newEngineOf(t, false, false, features),
		"compiler":    newEngineOf(t, false, true, features),
		"interpreter": newEngineOf(t, true, true, features),
	}
}

// compile never panics: on some invalid modules wazero does.
func (e engine) compile(ctx context.Context, binary []byte) (c wazero.CompiledModule, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	if e.metered {
		if binary, err = fuel.Meter(binary, fuel.Options{MaxElements: math.MaxUint32}); err != nil {
			return nil, err
		}
	}
	return e.CompileModule(ctx, binary)
}

// instantiate makes an instance with that much fuel, and runs its start function.
func (e engine) instantiate(ctx context.Context, binary []byte, name string, left int64) (api.Module, error) {
	c, err := e.compile(ctx, binary)
	if err != nil {
		return nil, err
	}
	m, err := e.InstantiateModule(ctx, c, wazero.NewModuleConfig().WithName(name).WithStartFunctions())
	if err != nil {
		return nil, err
	}
	refuel(m, left)
	if start := m.ExportedFunction(fuel.Start); start != nil {
		if _, err := start.Call(ctx); err != nil {
			m.Close(ctx)
			return nil, err
		}
	}
	return m, nil
}

func refuel(m api.Module, left int64) {
	if g, ok := m.ExportedGlobal(fuel.Global).(api.MutableGlobal); ok {
		g.Set(uint64(left))
		m.ExportedGlobal(fuel.Depth).(api.MutableGlobal).Set(fuel.MaxDepth)
	}
}

// left is the fuel left.
func left(m api.Module) int64 { return int64(m.ExportedGlobal(fuel.Global).Get()) }

// why gives an error's first line, without wazero's own words about it.
func why(err error) string {
	if err == nil {
		return ""
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// guest reads a module of testdata.
func guest(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".wasm")
	if err != nil {
		t.Fatal(err)
	}
	return b
}
