package fold_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/wasm-jobs/fold"
)

// The module in the repository is what its sources build, byte for byte.
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
	built := filepath.Join(t.TempDir(), "fold.wasm")
	if out, err := exec.CommandContext(t.Context(), "./build.sh", built).CombinedOutput(); err != nil {
		t.Fatalf("build.sh: %v: %s", err, out)
	}
	got, err := os.ReadFile(built)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, fold.Module) {
		t.Errorf("build.sh gives %d bytes that are not the %d of fold.wasm: run it and commit the result", len(got), len(fold.Module))
	}
}
