package fuel_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// module puts sections behind the header.
func module(sections ...[]byte) []byte {
	return append([]byte("\x00asm\x01\x00\x00\x00"), slices.Concat(sections...)...)
}

func section(id byte, content ...byte) []byte {
	return append(leb([]byte{id}, len(content)), content...)
}

// code is a module with one function of no parameters and those instructions.
func code(instructions ...byte) []byte {
	body := append(append([]byte{0}, instructions...), 0x0b)
	return module(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, append(leb([]byte{1}, len(body)), body...)...))
}

// What a job may not use is refused by its name, its place and what to do.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		module []byte
		kind   error
		text   string
	}{
		"text":                 {[]byte("(module)"), fuel.ErrMalformed, "not a WebAssembly binary"},
		"component":            {[]byte("\x00asm\x0d\x00\x01\x00"), fuel.ErrUnsupported, "header, offset 0x6: it is a component; compile for wasm32-wasip1"},
		"version":              {[]byte("\x00asm\x02\x00\x00\x00"), fuel.ErrUnsupported, "version 2"},
		"shared memory":        {module(section(5, 1, 3, 1, 2)), fuel.ErrUnsupported, "memory section, offset 0xc: memory shared between threads; compile"},
		"memory64":             {module(section(5, 1, 4, 1)), fuel.ErrUnsupported, "64-bit memory"},
		"several memories":     {module(section(5, 2, 0, 1, 0, 1)), fuel.ErrUnsupported, "several memories"},
		"big memory":           {module(section(5, 1, 0, 0x81, 0x80, 0x04)), fuel.ErrUnsupported, "65537 pages of memory, at most 65536"},
		"exceptions":           {module(section(13, 1, 0, 0)), fuel.ErrUnsupported, "tag section"},
		"try":                  {code(0x06, 0x40), fuel.ErrUnsupported, "code section, function 0, offset 0x17: instruction 0x0640: exception handling; compile"},
		"tail call":            {code(0x12, 0), fuel.ErrUnsupported, "tail calls; compile"},
		"call_ref":             {code(0x14, 0), fuel.ErrUnsupported, "typed function references"},
		"atomics":              {code(0xfe, 0, 2, 0), fuel.ErrUnsupported, "threads"},
		"gc":                   {code(0xfb, 0, 0), fuel.ErrUnsupported, "garbage collection"},
		"gc type":              {module(section(1, 1, 0x5f, 0)), fuel.ErrUnsupported, "garbage collection"},
		"relaxed SIMD":         {code(0xfd, 0x80, 2), fuel.ErrUnsupported, "relaxed SIMD"},
		"wide arithmetic":      {code(0xfc, 19), fuel.ErrUnsupported, "wide arithmetic"},
		"the fuel's global":    {code(0x42, 0, 0x24, 0), fuel.ErrMalformed, "there is no global 0"},
		"the meter's local":    {code(0x20, 0, 0x1a), fuel.ErrMalformed, "there is no local 0"},
		"out of the function":  {code(0x0c, 1), fuel.ErrMalformed, "branch out of 1 blocks of 0"},
		"behind the function":  {code(0x0b), fuel.ErrMalformed, "behind the function's end"},
		"unclosed":             {code(0x02, 0x40), fuel.ErrMalformed, "truncated"},
		"else alone":           {code(0x05), fuel.ErrMalformed, "else without if"},
		"reserved export":      {module(section(6, 1, 0x7e, 1, 0x42, 0, 0x0b), section(7, append(append([]byte{1, 12}, fuel.Global...), 3, 0)...)), fuel.ErrUnsupported, "tadpole.fuel is reserved"},
		"export of the global": {module(section(7, 1, 1, 'x', 3, 0)), fuel.ErrMalformed, "there is no global 0"},
		"order":                {module(section(5, 0), section(3, 0)), fuel.ErrMalformed, "out of order"},
		"locals":               {module(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(10, 1, 7, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f)), fuel.ErrUnsupported, "locals; split"},
	} {
		_, err := fuel.Meter(c.module, fuel.Options{})
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: got error %v, want %v with %q", name, err, c.kind, c.text)
		}
	}
}

func TestOptionsCapWhatGrows(t *testing.T) {
	grow := []byte{0x41, 1, 0x40, 0, 0x0b} // memory.grow 1
	binary := module(section(1, 1, 0x60, 0, 1, 0x7f), section(3, 1, 0), section(5, 1, 0, 1), section(7, 1, 3, 'r', 'u', 'n', 0, 0),
		section(10, append([]byte{1, byte(len(grow) + 1), 0}, grow...)...))
	metered, err := fuel.Meter(binary, fuel.Options{MaxPages: 2})
	if err != nil {
		t.Fatal(err)
	}
	m, err := newEngine(t, false, false).instantiate(t.Context(), metered, "", plenty)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint64{1, 0xffffffff} {
		if got, err := m.ExportedFunction("run").Call(t.Context()); err != nil || got[0] != want {
			t.Errorf("grow number %d: got %d, error %v; want %d", i+1, got, err, want)
		}
	}
	if _, err := fuel.Meter(module(section(5, 1, 0, 3)), fuel.Options{MaxPages: 2}); !errors.Is(err, fuel.ErrUnsupported) {
		t.Errorf("a memory of 3 pages: got error %v, want %v", err, fuel.ErrUnsupported)
	}
}

// Names of functions still hold, offsets of debuggers do not, and the same input
// gives the same output.
func TestCustomSections(t *testing.T) {
	named := guest(t, "fib")
	debug := append(bytes.Clone(named), section(0, append([]byte{11}, ".debug_info"...)...)...)
	a, err := fuel.Meter(named, fuel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := fuel.Meter(debug, fuel.Options{}); err != nil || !bytes.Equal(a, b) {
		t.Errorf("with debug information: error %v, or another output", err)
	}
	e := newEngine(t, false, false)
	m, err := e.instantiate(t.Context(), a, "", plenty)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.ExportedFunction("fib").Definition().DebugName(); !strings.HasSuffix(got, "fib") {
		t.Errorf("the function is called %q", got)
	}
}

// A cut binary is refused, or is a module that ends with a whole section.
func TestEveryPrefix(t *testing.T) {
	whole := guest(t, "mixed")
	taken := 0
	for n := range whole {
		if _, err := fuel.Meter(whole[:n], fuel.Options{}); err == nil {
			taken++
		}
	}
	if taken > 14 {
		t.Errorf("%d prefixes pass, want only those that end with a section", taken)
	}
}
