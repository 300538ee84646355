//go:build unix

package bacalhautest

import (
	"os"
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
