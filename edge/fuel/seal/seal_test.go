package seal_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/edge/fuel/seal"
)

// The modules in the repository are what their sources build, byte for byte.
func TestRebuild(t *testing.T) {
	for _, tool := range []string{"clang", "wasm-ld", "wat2wasm"} {
		if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") == "" {
			t.Skip(err)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	version, err := exec.Command("clang", "--version").Output()
	if !strings.Contains(string(version), "version 14.") {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must have clang 14, it has %s, %v", version, err)
		}
		t.Skipf("another clang than 14 gives other bytes: %s", version)
	}
	dir := t.TempDir()
	if out, err := exec.Command("sh", "./build.sh", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	paths, err := filepath.Glob("*.wasm")
	if err != nil || len(paths) != 4 {
		t.Fatalf("modules %v, %v", paths, err)
	}
	for _, path := range paths {
		committed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		built, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil || !bytes.Equal(built, committed) {
			t.Errorf("%s differs from what its source gives (error %v): run build.sh", path, err)
		}
	}
}

// imports is a module that imports one function, and nothing else.
func imports(module, name string) []byte {
	text := func(s string) string { return string(rune(len(s))) + s }
	section := func(id byte, body string) string { return string(rune(id)) + text(body) }
	return []byte("\x00asm\x01\x00\x00\x00" + section(1, "\x01\x60\x00\x00") + section(2, "\x01"+text(module)+text(name)+"\x00\x00"))
}

func TestAJobHasNothingOfTheSealingModules(t *testing.T) {
	for module, name := range map[string]string{seal.SealFile: "finish", seal.HostFile: "store8", fuel.ExitFile: "another", "env": "f"} {
		if _, err := seal.Supervise(imports(module, name), 1, [32]byte{9}, fuel.Options{}); !errors.Is(err, fuel.ErrUnsupported) {
			t.Errorf("a job that imports %s of %s: %v", name, module, err)
		}
	}
	if _, err := seal.Supervise(imports("wasi_snapshot_preview1", "sched_yield"), 1, [32]byte{9}, fuel.Options{}); err != nil {
		t.Errorf("a job of WASI's: %v", err)
	}
}

func FuzzSupervise(f *testing.F) {
	for _, name := range []string{"fib", "loop", "mixed"} {
		module, err := os.ReadFile("../testdata/" + name + ".wasm")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(module)
	}
	f.Add(imports("wasi_snapshot_preview1", "fd_write"))
	f.Fuzz(func(t *testing.T, module []byte) {
		s, err := seal.Supervise(module, 1, [32]byte{9}, fuel.Options{})
		if err != nil && !errors.Is(err, fuel.ErrMalformed) && !errors.Is(err, fuel.ErrUnsupported) {
			t.Errorf("error %v is of no kind", err)
		}
		if err == nil && len(s.Modules) != 5 {
			t.Errorf("%d modules, want 5", len(s.Modules))
		}
	})
}
