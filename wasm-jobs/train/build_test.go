package train_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// buildNative builds the kernel with native.c around it in place of wasi.c.
func buildNative(t *testing.T, flags ...string) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "native")
	args := append(slices.Clone(flags), "-ffp-contract=off", "-fno-math-errno", "-std=c11", "-D_POSIX_C_SOURCE=200112L", "-Wno-unknown-pragmas", "-o", program)
	sources, err := filepath.Glob("src/*.c")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range sources {
		if filepath.Base(path) != "wasi.c" {
			args = append(args, path)
		}
	}
	command(t, nil, "clang", append(args, "-lm")...) // floor, where the CPU has no instruction for it
	return program
}

// The module in the repository is what its sources build, byte for byte.
func TestRebuild(t *testing.T) {
	need(t, "clang", "wasm-ld")
	if version := command(t, nil, "clang", "--version"); !strings.Contains(version, "version 14.") {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must have clang 14, it has %s", version)
		}
		t.Skipf("another clang than 14 gives other bytes: %s", version)
	}
	built := filepath.Join(t.TempDir(), "train.wasm")
	command(t, nil, "./build.sh", built)
	got, err := os.ReadFile(built)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, train.Module) {
		t.Errorf("build.sh gives %d bytes that are not the %d of train.wasm: run it and commit the result", len(got), len(train.Module))
	}
}

// Bacalhau refuses modules without a name section.
func TestNameSection(t *testing.T) {
	for at := 8; at < len(train.Module); {
		kind := train.Module[at]
		size, n := uleb(train.Module[at+1:])
		content := train.Module[at+1+n:][:size]
		if kind == 0 && bytes.HasPrefix(content, []byte("\x04name")) {
			return
		}
		at += 1 + n + size
	}
	t.Error("train.wasm has no name section, want one: does build.sh run wasm-opt or strip?")
}

// uleb reads an unsigned LEB128 number, and gives its length.
func uleb(b []byte) (value, length int) {
	for i, c := range b {
		value |= int(c&0x7f) << (7 * i)
		if c < 0x80 {
			return value, i + 1
		}
	}
	return value, len(b)
}
