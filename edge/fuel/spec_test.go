package fuel_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero/api"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// script is a test of the WebAssembly core test suite, as wast2json writes it.
type script struct {
	Commands []struct {
		Type       string
		Line       int
		Name       string
		As         string
		Filename   string
		ModuleType string `json:"module_type"`
		Action     struct {
			Type, Field, Module string
			Args                []constant
		}
		Expected []constant
	}
}

type constant struct {
	Type     string
	LaneType string `json:"lane_type"`
	Value    any
}

// words gives a value as wazero's calls have it; mask tells which bits of it count.
func (c constant) words(t *testing.T) (words, masks []uint64) {
	one := func(kind string, text string) (uint64, uint64) {
		bits, _ := strconv.Atoi(strings.TrimLeft(kind, "if"))
		switch {
		case text == "nan:canonical" || text == "nan:arithmetic":
			// Whatever the specification allows, the metered module gives this.
			return map[int]uint64{32: 0x7fc00000, 64: 0x7ff8000000000000}[bits], 1<<bits - 1
		case kind == "externref" && text != "null":
			n, _ := strconv.ParseUint(text, 10, 64)
			return n + 1, 1<<64 - 1
		case strings.HasSuffix(kind, "ref"):
			return 0, 0
		case strings.HasPrefix(text, "-"):
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return uint64(n) & (1<<bits - 1), 1<<bits - 1
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n, 1<<bits - 1
	}
	lanes, isVector := c.Value.([]any)
	if !isVector {
		text, _ := c.Value.(string)
		if text == "" {
			text = "null"
		}
		w, m := one(c.Type, text)
		return []uint64{w}, []uint64{m}
	}
	words, width := make([]uint64, 2), 128/len(lanes)
	for i, text := range lanes {
		w, _ := one(c.LaneType, text.(string))
		words[i*width/64] |= w << (i * width % 64)
	}
	return words, []uint64{1<<64 - 1, 1<<64 - 1}
}

// world is an engine with the modules of a script.
type world struct {
	engine
	named map[string]api.Module
	all   []api.Module
	last  api.Module
}

func (w *world) refuel() {
	for _, m := range w.all {
		refuel(m, plenty)
	}
}

func (w *world) used() (used []int64) {
	for _, m := range w.all {
		used = append(used, plenty-left(m))
	}
	return used
}

// suites finds the core test suite in wazero's own module.
func suites(t *testing.T) []string {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Glob(strings.TrimSpace(string(dir)) + "/internal/integration_test/spectest/v[12]/testdata/*.json")
	if err != nil || len(scripts) < 200 {
		t.Fatalf("%d scripts in %s, want the two suites of wazero; is its module complete?", len(scripts), dir)
	}
	return scripts
}

// The metered modules of the core test suite give what the specification wants,
// on both engines, for the same fuel, with every NaN from arithmetic the positive
// canonical one. Invalid modules stay invalid.
func TestCoreTestSuite(t *testing.T) {
	asserted := 0
	for _, path := range suites(t) {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(filepath.Dir(dir))+"/"+strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			asserted += runScript(t, path)
		})
	}
	t.Logf("%d assertions", asserted)
	if asserted < 200_000 {
		t.Errorf("%d assertions, want all of some 208 000, on three engines", asserted)
	}
}

func runScript(t *testing.T, path string) (asserted int) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s script
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	harness, err := os.ReadFile(filepath.Dir(path) + "/../../testdata/spectest.wasm")
	if err != nil {
		t.Fatal(err)
	}
	features := api.CoreFeaturesV2
	if strings.Contains(path, "/v1/") {
		features = api.CoreFeaturesV1
	}
	worlds := map[string]*world{}
	for name, e := range engines(t, features) {
		w := &world{engine: e, named: map[string]api.Module{}}
		worlds[name] = w
		m, err := w.instantiate(t.Context(), harness, "spectest", plenty)
		if err != nil {
			t.Fatal(err)
		}
		if e.metered {
			w.all = append(w.all, m)
		}
	}
	for i, c := range s.Commands {
		binary := func() []byte {
			b, err := os.ReadFile(filepath.Dir(path) + "/" + c.Filename)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		fuels := map[string][]int64{}
		for name, w := range worlds {
			w.refuel()
			where := fmt.Sprintf("line %d, %s", c.Line, name)
			switch c.Type {
			case "module":
				as := ""
				if i+1 < len(s.Commands) && s.Commands[i+1].Type == "register" {
					as = s.Commands[i+1].As
				}
				m, err := w.instantiate(t.Context(), binary(), as, plenty)
				if err != nil {
					t.Fatalf("%s: %v", where, err)
				}
				w.last = m
				if w.metered {
					w.all = append(w.all, m)
				}
				if c.Name != "" {
					w.named[c.Name] = m
				}
			case "assert_return", "action", "assert_trap", "assert_exhaustion":
				if c.Action.Type == "invoke" {
					asserted++
					w.invoke(t, where, s, i)
				}
			case "assert_malformed", "assert_invalid":
				if c.ModuleType != "text" {
					asserted++
					if compiled, err := w.compile(t.Context(), binary()); err == nil {
						// The export of a start function is a declaration that ref.func wants, and was
						// not there; it is harmless.
						if plain, err := worlds["plain"].compile(t.Context(), binary()); err != nil && !strings.Contains(err.Error(), "undeclared function") {
							t.Errorf("%s: an invalid module became valid", where)
						} else if err == nil {
							plain.Close(t.Context())
						}
						compiled.Close(t.Context())
					}
				}
			case "assert_uninstantiable", "assert_unlinkable":
				if c.ModuleType != "text" {
					asserted++
					_, plain := worlds["plain"].instantiate(t.Context(), binary(), "", plenty)
					m, err := w.instantiate(t.Context(), binary(), "", plenty)
					if (err == nil) != (plain == nil) {
						t.Errorf("%s: got error %v, want %v", where, err, plain)
					}
					if m != nil && w.metered {
						w.all = append(w.all, m)
					}
				}
			}
			if w.metered {
				fuels[name] = w.used()
			}
		}
		if a, b := fuels["compiler"], fuels["interpreter"]; b != nil && fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("line %d: the compiler used fuel %v, the interpreter %v", c.Line, a, b)
		}
	}
	return asserted
}

func (w *world) invoke(t *testing.T, where string, s script, at int) {
	c := s.Commands[at]
	m := w.last
	if c.Action.Module != "" {
		m = w.named[c.Action.Module]
	}
	var args []uint64
	for _, a := range c.Action.Args {
		words, _ := a.words(t)
		args = append(args, words...)
	}
	results, err := m.ExportedFunction(c.Action.Field).Call(context.Background(), args...)
	switch {
	case c.Type == "assert_exhaustion":
		// Before it, wazero's own limit would give another message.
		if err == nil || w.metered && int64(m.ExportedGlobal(fuel.Depth).Get()) >= 0 {
			t.Errorf("%s: %s: got error %v, depth left %d; want too deep a call", where, c.Action.Field, err, m.ExportedGlobal(fuel.Depth).Get())
		}
	case c.Type == "assert_trap":
		if err == nil {
			t.Errorf("%s: %s did not trap", where, c.Action.Field)
		}
		if w.metered && left(m) < 0 {
			t.Errorf("%s: %s ran out of fuel", where, c.Action.Field)
		}
	case err != nil:
		t.Errorf("%s: %s: %v", where, c.Action.Field, err)
	case w.metered:
		for _, e := range c.Expected {
			words, masks := e.words(t)
			for i := range words {
				mask := masks[i]
				if strings.HasSuffix(c.Action.Field, "_neg_canon") {
					mask &^= 1 << 63 // neg of a constant keeps all bits but this one
				}
				if got := results[0] & mask; got != words[i]&mask {
					t.Errorf("%s: %s(%v): got %#x, want %#x", where, c.Action.Field, args, got, words[i])
				}
				results = results[1:]
			}
		}
	}
}
