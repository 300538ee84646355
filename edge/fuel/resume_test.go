package fuel_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// state is all that there is of a run at a checkpoint, or at its end.
type state struct {
	memory  []byte
	globals map[string]uint64
}

// globalsOf are those that a host has to keep.
func globalsOf(m api.Module) map[string]api.MutableGlobal {
	all := map[string]api.MutableGlobal{}
	keep := func(name string) bool {
		g, mutable := m.ExportedGlobal(name).(api.MutableGlobal)
		if mutable {
			all[name] = g
		}
		return mutable
	}
	keep(fuel.Global)
	keep(fuel.Depth)
	for i := 0; keep(fuel.ResumeGlobal(i)); i++ {
	}
	return all
}

func stateOf(m api.Module) state {
	b, _ := m.Memory().Read(0, m.Memory().Size())
	s := state{slices.Clone(b), map[string]uint64{}}
	for name, g := range globalsOf(m) {
		s.globals[name] = g.Get()
	}
	return s
}

func (s state) restore(m api.Module) {
	m.Memory().Grow((uint32(len(s.memory)) - m.Memory().Size()) >> 16)
	m.Memory().Write(0, s.memory)
	for name, g := range globalsOf(m) {
		g.Set(s.globals[name])
	}
}

// runOn runs a module from its beginning, or from a checkpoint, and gives its states at
// all checkpoints and at its end.
func runOn(t *testing.T, e engine, compiled wazero.CompiledModule, limit int64, from *state) (at []state, end state, err error) {
	var m api.Module
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions().WithOsyield(func() {
		if from != nil {
			from.restore(m)
			from = nil
		}
		at = append(at, stateOf(m))
	})
	if m, err = e.InstantiateModule(t.Context(), compiled, config); err != nil {
		t.Fatal(err)
	}
	defer m.Close(context.Background())
	refuel(m, limit)
	entry := "_start"
	if from != nil {
		entry = fuel.Resume
	}
	_, err = m.ExportedFunction(entry).Call(t.Context())
	return at, stateOf(m), err
}

// From whatever checkpoint a run goes on, it passes the same states with the same fuel,
// comes to the same end, and runs out of fuel where it would have.
func TestResumedRunsAreTheSame(t *testing.T) {
	for name, e := range map[string]engine{"compiler or default": newEngine(t, false, true), "interpreter": newEngine(t, true, true)} {
		wasi_snapshot_preview1.MustInstantiate(t.Context(), e)
		compiled, err := e.compile(t.Context(), guest(t, "resumable"))
		if err != nil {
			t.Fatal(err)
		}
		_, end, err := runOn(t, e, compiled, plenty, nil)
		if err != nil {
			t.Fatal(err)
		}
		used := plenty - int64(end.globals[fuel.Global])
		for _, limit := range []int64{plenty, used, used - 1, used / 2} {
			whole, end, wholeErr := runOn(t, e, compiled, limit, nil)
			if limit >= used && len(whole) != 12 {
				t.Fatalf("%s: %d checkpoints", name, len(whole))
			}
			for i := range whole {
				from := state{slices.Clone(whole[i].memory), whole[i].globals}
				rest, restEnd, err := runOn(t, e, compiled, limit, &from)
				if why(err) != why(wholeErr) || (err == nil) != (limit >= used) || !slices.EqualFunc(rest, whole[i:], state.equal) || !restEnd.endsAs(end) {
					t.Fatalf("%s: limit %d of %d: from checkpoint %d on it passed %d others and ended with %v; want %d and %v, all the same", name, limit, used, i, len(rest), err, len(whole)-i, wholeErr)
				}
			}
		}
	}
}

func (s state) equal(o state) bool {
	return string(s.memory) == string(o.memory) && maps.Equal(s.globals, o.globals)
}

// endsAs is equal but for the depth, which _start was not there to give back.
func (s state) endsAs(o state) bool {
	a, b := maps.Clone(s.globals), maps.Clone(o.globals)
	delete(a, fuel.Depth)
	delete(b, fuel.Depth)
	return string(s.memory) == string(o.memory) && maps.Equal(a, b)
}

// What a checkpoint could not hold is refused with the reason.
func TestFalseResumablesAreRefused(t *testing.T) {
	if _, err := exec.LookPath("wat2wasm"); err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	text, err := os.ReadFile("testdata/resumable.wat")
	if err != nil {
		t.Fatal(err)
	}
	assemble := func(text string) []byte {
		dir := t.TempDir()
		in, out := filepath.Join(dir, "m.wat"), filepath.Join(dir, "m.wasm")
		if err := os.WriteFile(in, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.Command("wat2wasm", in, "-o", out).CombinedOutput(); err != nil {
			t.Fatalf("%s: %s", said, text)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if string(assemble(string(text))) != string(guest(t, "resumable")) {
		t.Error("testdata/resumable.wasm is not what its source gives: run wat2wasm")
	}
	const (
		loop  = "    (loop\n      (drop (call $yield))\n"
		entry = "    (call $begin)\n    (call $resume)))"
		last  = "(call $end))\n"
	)
	for name, c := range map[string]struct{ old, new, want string }{
		"blocks before it":      {loop, "(block $out\n" + loop, ""},
		"a passive segment":     {"(memory (export", "(data $d \"x\") (memory (export", ""},
		"local":                 {loop, "(local i32)\n" + loop, "it has locals"},
		"results":               {"(func $resume (export \"tadpole.resume\")", "(func (export \"tadpole.resume\") (result i32) (i32.const 1)) (func $resume", "without parameters"},
		"value on the stack":    {loop, "(i32.const 1) (drop)\n" + loop, "sched_yield is called elsewhere"},
		"value of a block":      {loop + "      (br_if 0 (call $step)))", "(drop (loop (result i32)\n      (drop (call $yield))\n      (br_if 0 (call $step)) (i32.const 1)))", "sched_yield is called elsewhere"},
		"behind a condition":    {loop, "(if (i32.const 1) (then (drop (call $yield))))\n(loop\n", "sched_yield is called elsewhere"},
		"called in a step":      {"(local $at i32)", "(local $at i32) (drop (call $yield))", "sched_yield is called elsewhere"},
		"called twice":          {loop, loop + "(drop (call $yield))", "sched_yield is called elsewhere"},
		"_start goes on":        {entry, "    (call $begin)\n    (call $resume) (call $end)))", "elsewhere than at the end of _start"},
		"in a loop of _start":   {entry, "(loop (call $resume) (br_if 0 (call $step)))))", "elsewhere than at the end of _start"},
		"_start in a block":     {entry, "(block (call $resume))))", "elsewhere than at the end of _start"},
		"resumes itself":        {last, "(call $end) (call $resume))\n", "elsewhere than at the end of _start"},
		"_start from within":    {last, "(call $end) (call $start))\n", "_start is called from within"},
		"tables of functions":   {"(memory (export", "(table 1 funcref) (elem (i32.const 0) $resume) (memory (export", "element section"},
		"tables that change":    {last, "(call $end) (table.set 0 (i32.const 0) (ref.null func)))\n (table 1 funcref)", "changes tables"},
		"tables that grow":      {last, "(call $end) (drop (table.grow 0 (ref.null func) (i32.const 1))))\n (table 1 funcref)", "changes tables"},
		"a dropped segment":     {last, "(call $end) (data.drop $d))\n (data $d \"x\")", "drops segments"},
		"vector in a global":    {"(global $limit", "(global (mut v128) (v128.const i64x2 1 2)) (global $limit", "is no number"},
		"reference in a global": {"(global $limit", "(global (mut externref) (ref.null extern)) (global $limit", "is no number"},
		"clock":                 {"(memory (export", "(import \"wasi_snapshot_preview1\" \"clock_time_get\" (func (param i32 i64 i32) (result i32))) (memory (export", "imports clock_time_get"},
		"moves its files":       {"(memory (export", "(import \"wasi_snapshot_preview1\" \"fd_renumber\" (func (param i32 i32) (result i32))) (memory (export", "imports fd_renumber"},
		"start function":        {"(func $resume", "(start $resume) (func $resume", "start function"},
		"taken name":            {"(export \"steps\")", "(export \"tadpole.global.0\")", "reserved"},
	} {
		if !strings.Contains(string(text), c.old) {
			t.Fatalf("%s: the source has no %q", name, c.old)
		}
		changed := strings.Replace(string(text), c.old, c.new, 1)
		if name == "blocks before it" {
			changed = strings.Replace(changed, "(br_if 0 (call $step)))", "(br_if 0 (call $step))))", 1)
		}
		_, err := fuel.Meter(assemble(changed), fuel.Options{})
		if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, fuel.ErrUnsupported) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}
