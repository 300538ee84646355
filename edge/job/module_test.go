package job

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// guests are the binaries of testdata.
func guests(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.wasm")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no guests in testdata: %v", err)
	}
	binaries := map[string][]byte{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		binaries[filepath.Base(path)] = b
	}
	return binaries
}

func TestInspect(t *testing.T) {
	for name, want := range map[string]struct {
		memory   bool
		minPages uint64
		imports  int
	}{
		"nothing.wasm":        {true, 1, 0},
		"big-memory.wasm":     {true, 2000, 0},
		"library.wasm":        {false, 0, 0},
		"memory-import.wasm":  {false, 0, 1},
		"foreign-import.wasm": {false, 0, 1},
		"guest.wasm":          {true, 18, 14},
	} {
		got, err := inspect(guests(t)[name])
		if err != nil || got.memory != want.memory || got.minPages != want.minPages || len(got.imports) != want.imports {
			t.Errorf("%s: got %+v, error %v; want %+v", name, got, err, want)
		}
	}
}

func TestInspectRefusesWhatIsCutOff(t *testing.T) {
	whole := guests(t)["guest.wasm"]
	refused := 0
	for n := range whole {
		if _, err := inspect(whole[:n]); errors.Is(err, ErrModule) {
			refused++
		} else if err != nil {
			t.Errorf("%d bytes: error %v", n, err)
		}
	}
	if sections := len(whole) - refused; sections > 20 {
		t.Errorf("%d prefixes pass, want only those that end with a section", sections)
	}
}

// The committed guests are what their sources give.
func TestGuestsAreBuiltFromTheirSources(t *testing.T) {
	for _, tool := range []string{"clang-14", "wasm-ld-14", "wat2wasm"} {
		if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") == "" {
			t.Skip(err)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if out, err := exec.Command("sh", "testdata/build.sh", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, committed := range guests(t) {
		built, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.Equal(built, committed) {
			t.Errorf("%s differs from what its source gives (error %v): run testdata/build.sh", name, err)
		}
	}
}

func FuzzInspect(f *testing.F) {
	for _, b := range guests(f) {
		f.Add(b)
	}
	f.Add([]byte("\x00asm\x0d\x00\x01\x00"))
	f.Add([]byte("\x00asm\x01\x00\x00\x00\x02\x06\x01\x01a\x01b\x04"))
	e, err := newEngine("", true, 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { e.close() })
	f.Fuzz(func(t *testing.T, binary []byte) {
		m, err := inspect(binary)
		if err != nil {
			if !errors.Is(err, ErrModule) {
				t.Errorf("error %v, want %v", err, ErrModule)
			}
			return
		}
		if len(m.imports) > len(binary) {
			t.Errorf("%d imports in %d bytes", len(m.imports), len(binary))
		}
		// Where wazero takes the binary, both must have read the same.
		c, err := e.plain.CompileModule(t.Context(), binary)
		if err != nil {
			return
		}
		defer c.Close(t.Context())
		functions, memories := 0, 0
		for _, i := range m.imports {
			switch i.kind {
			case 0:
				functions++
			case 2:
				memories++
			}
		}
		if functions != len(c.ImportedFunctions()) || memories != len(c.ImportedMemories()) {
			t.Errorf("read %+v, wazero %d functions and %d memories", m.imports, len(c.ImportedFunctions()), len(c.ImportedMemories()))
		}
	})
}
