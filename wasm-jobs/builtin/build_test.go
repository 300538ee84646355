package builtin_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/wasm-jobs/builtin"
)

// The modules in the repository are what their sources build, byte for byte.
func TestRebuild(t *testing.T) {
	for _, program := range []string{"clang", "wasm-ld"} {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is not installed, and CI must have it", program)
			}
			t.Skipf("%s is not installed", program)
		}
	}
	version, err := exec.CommandContext(t.Context(), "clang", "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(version), "version 14.") {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must have clang 14, it has %s", version)
		}
		t.Skipf("another clang than 14 gives other bytes: %s", version)
	}
	built := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "./build.sh", built).CombinedOutput(); err != nil {
		t.Fatalf("build.sh: %v: %s", err, out)
	}
	for name, module := range builtin.Modules() {
		got, err := os.ReadFile(filepath.Join(built, name, name+".wasm"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, module) {
			t.Errorf("build.sh gives %d bytes that are not the %d of %s.wasm: run it and commit the result", len(got), len(module), name)
		}
	}
}

// All modules are within a flashed binary: 56.2 kB in November 2026.
func TestSize(t *testing.T) {
	sum := 0
	for _, module := range builtin.Modules() {
		sum += len(module)
	}
	if sum > 60_000 {
		t.Errorf("the modules have %d bytes, at most 60000 fit in", sum)
	}
}
