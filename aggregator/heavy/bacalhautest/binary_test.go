//go:build unix

package bacalhautest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The program that runs, the client that talks to it and the constant that names
// both in the cache are of one release.
func TestOneRelease(t *testing.T) {
	for _, path := range []string{"node/go.mod", "../../../go.mod"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\t"+server+" "+Version) {
			t.Errorf("%s does not require %s %s", path, server, Version)
		}
	}
}

// The first to run builds it; `make test` does so before all other tests, which have
// deadlines.
func TestBinary(t *testing.T) {
	path, err := Binary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), path, "version", "--help").CombinedOutput()
	if err != nil || len(out) == 0 {
		t.Errorf("it does not run: %v: %s", err, out)
	}
}
