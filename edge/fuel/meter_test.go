package fuel_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// outcome is all that a run of a generated program leaves.
type outcome struct {
	trap    string
	memory  uint64 // hash
	globals string
	used    int64
}

// run runs a program's function run, once it is compiled by an engine that meters
// by itself or not at all.
func (e engine) run(ctx context.Context, binary []byte, limit int64) (o outcome, err error) {
	m, err := e.instantiate(ctx, binary, "", limit)
	if err != nil {
		return outcome{}, err
	}
	defer m.Close(ctx)
	_, trap := m.ExportedFunction("run").Call(ctx)
	h := fnv.New64a()
	content, _ := m.Memory().Read(0, m.Memory().Size())
	h.Write(content)
	o = outcome{trap: why(trap), memory: h.Sum64()}
	for _, name := range []string{"g0", "g1", "g2"} {
		if g := m.ExportedGlobal(name); g != nil {
			o.globals += fmt.Sprintf("%#x ", g.Get())
		}
	}
	if m.ExportedGlobal(fuel.Global) != nil {
		o.used = limit - left(m)
	}
	return o, nil
}

// enough is fuel for most generated programs.
const enough = 300_000

// agree holds a program's metered forms to each other and to the plain one.
type agree struct {
	plain, compiler, interpreter engine
}

func newAgree(t testing.TB) agree {
	return agree{newEngine(t, false, false), newEngine(t, false, true), newEngine(t, true, true)}
}

func (a agree) check(t *testing.T, binary []byte, blind bool) (o outcome) {
	t.Helper()
	got, err := a.compiler.run(t.Context(), binary, enough)
	if err != nil {
		t.Fatal(err)
	}
	interpreted, err := a.interpreter.run(t.Context(), binary, enough)
	if err != nil || interpreted != got {
		t.Errorf("interpreted: got %+v, error %v, want %+v", interpreted, err, got)
	}
	everywhere, err := fuel.MeterEverywhere(binary)
	if err != nil {
		t.Fatal(err)
	}
	strict, err := a.plain.run(t.Context(), everywhere, enough)
	if err != nil || strict != got {
		t.Errorf("canonical at every operation: %+v, error %v; where it is seen: %+v", strict, err, got)
	}
	if got.used <= 0 {
		t.Errorf("took fuel %d", got.used)
	}
	if got.used > enough {
		return got // loops within loops that call each other
	}
	plain, err := a.plain.run(t.Context(), binary, plenty)
	if err != nil {
		t.Fatalf("BUG: the generated program is not valid: %v", err)
	}
	plain.used = got.used
	if blind && plain != got {
		t.Errorf("not metered: %+v; metered: %+v", plain, got)
	}
	return got
}

// Random programs give the same with and without a meter: memory, globals, traps,
// and fuel on both engines. Those that see NaNs are held to a module that has every
// NaN made canonical at once.
func TestGeneratedPrograms(t *testing.T) {
	a := newAgree(t)
	r := rand.New(rand.NewPCG(7, 7))
	n := 800
	if testing.Short() {
		n = 100
	}
	trapped := 0
	for i := range n {
		choices := make([]byte, 200+r.IntN(4000))
		for k := range choices {
			choices[k] = byte(r.Uint32())
		}
		o := a.check(t, generate(choices, i%2 == 0), i%2 == 0)
		if o.trap != "" && o.used <= enough {
			trapped++
		}
		if t.Failed() {
			t.Fatalf("program %d", i)
		}
	}
	t.Logf("%d of %d programs trapped", trapped, n)
	if trapped > n/2 {
		t.Errorf("%d of %d programs trapped: too many to show anything", trapped, n)
	}
}

// Generated programs leave what they left on an amd64 machine: the same NaNs and
// the same fuel.
func TestGoldenPrograms(t *testing.T) {
	const want = 0xa61b833ca1fb586e
	e := newEngine(t, false, true)
	r := rand.New(rand.NewPCG(1, 3))
	h := fnv.New64a()
	for range 100 {
		choices := make([]byte, 3000)
		for k := range choices {
			choices[k] = byte(r.Uint32())
		}
		o, err := e.run(t.Context(), generate(choices, false), enough)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(h, o)
	}
	if got := h.Sum64(); got != want {
		t.Errorf("their outcomes' hash is %#x, want %#x", got, uint64(want))
	}
}

// FuzzMeter rewrites arbitrary bytes without a panic and without making them
// valid, and the programs that they choose as TestGeneratedPrograms does.
func FuzzMeter(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.wasm")
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(generate([]byte("a program"), false))
	a := newAgree(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		a.check(t, generate(b, len(b)%2 == 0), len(b)%2 == 0)
		out, err := fuel.Meter(b, fuel.Options{})
		if err != nil {
			if !errors.Is(err, fuel.ErrMalformed) && !errors.Is(err, fuel.ErrUnsupported) {
				t.Errorf("error %v of neither kind", err)
			}
			return
		}
		if len(out) > 1<<20 {
			return
		}
		plain, before := a.plain.compile(t.Context(), b)
		metered, after := a.plain.compile(t.Context(), out)
		if before == nil && after != nil {
			t.Errorf("a valid module became invalid: %v", after)
		}
		for _, c := range []wazero.CompiledModule{plain, metered} {
			if c != nil {
				c.Close(t.Context())
			}
		}
	})
}

// goldenFuel are programs, what they take, and with which argument.
//
// fib(n) below 2 takes 6: 1 to enter, 5 instructions. Above it is 29: 1 to enter, 5
// as below, 2 calls at 8, 7 others. A turn of loop takes 9.
var goldenFuel = []struct {
	module, function string
	argument         uint64
	want             int64
}{
	{"fib", "fib", 0, 6},
	{"fib", "fib", 10, 3086},
	{"loop", "loop", 1, 12},
	{"loop", "loop", 1000, 9003},
	{"mixed", "run", 3, 465},
}

func TestGoldenFuel(t *testing.T) {
	for name, e := range map[string]engine{"compiler or default": newEngine(t, false, true), "interpreter": newEngine(t, true, true)} {
		for _, g := range goldenFuel {
			m, err := e.instantiate(t.Context(), guest(t, g.module), "", plenty)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := m.ExportedFunction(g.function).Call(t.Context(), g.argument); err != nil {
				t.Fatal(err)
			}
			if got := plenty - left(m); got != g.want {
				t.Errorf("%s: %s(%d) took %d, want %d", name, g.function, g.argument, got, g.want)
			}
		}
	}
}

// With every limit below what a program takes it ends exhausted, having done no
// more than was paid for; from there on it takes the same whatever the limit.
func TestEveryLimit(t *testing.T) {
	for name, e := range map[string]engine{"compiler or default": newEngine(t, false, true), "interpreter": newEngine(t, true, true)} {
		m, err := e.instantiate(t.Context(), guest(t, "mixed"), "", plenty)
		if err != nil {
			t.Fatal(err)
		}
		run := func(limit int64) (used int64, steps uint64, err error) {
			m.ExportedGlobal("steps").(api.MutableGlobal).Set(0)
			refuel(m, limit)
			_, err = m.ExportedFunction("run").Call(t.Context(), 3)
			return limit - left(m), m.ExportedGlobal("steps").Get(), err
		}
		used, steps, err := run(plenty)
		if err != nil {
			t.Fatal(err)
		}
		last := uint64(0)
		for limit := range used {
			_, reached, err := run(limit)
			if err == nil || why(err) != "wasm error: unreachable" || left(m) >= 0 {
				t.Fatalf("%s: limit %d of %d: got error %v and fuel left %d, want it to run out", name, limit, used, err, left(m))
			}
			// Each step costs at least 4 units.
			if reached < last || int64(reached)*4 > limit {
				t.Fatalf("%s: limit %d of %d: it did %d steps, with less fuel %d", name, limit, used, reached, last)
			}
			last = reached
		}
		for _, limit := range []int64{used, used + 1, 2 * used, plenty} {
			if got, reached, err := run(limit); err != nil || got != used || reached != steps {
				t.Errorf("%s: limit %d: took %d, %d steps, error %v; want %d and %d", name, limit, got, reached, err, used, steps)
			}
		}
	}
}
