package pipeline_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/setup"
)

// A logger's file goes on while the daemon does not run, and is rotated: each line comes
// once and in order.
func TestFollowedFileAcrossRestarts(t *testing.T) {
	dir := t.TempDir()
	s, err := setup.Parse(filepath.Join(dir, setup.File), []byte(`
[buffer]
commit_age = "10ms"
[[source]]
name = "s"
kind = "csv"
path = "log.csv"
time = "t"
time_unit = "ns"
values = ["x"]
follow = true
`+fileSink))
	if err != nil {
		t.Fatal(err)
	}
	next, log := 0, filepath.Join(dir, "log.csv")
	write := func(n int) {
		t.Helper()
		f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if info, err := f.Stat(); err != nil || info.Size() == 0 {
			fmt.Fprintln(f, "t,x")
		}
		for range n {
			next++
			if _, err := fmt.Fprintf(f, "%d,%d\n", next, next); err != nil {
				t.Fatal(err)
			}
		}
	}
	rotate := func() {
		t.Helper()
		if err := os.Rename(log, log+".1"); err != nil {
			t.Fatal(err)
		}
	}
	run := func(while func()) {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan error, 1)
		go func() { done <- pipeline.New(pipeline.Config{Setup: s, Dir: dir}).Run(ctx) }()
		while()
		text := lines(t, filepath.Join(dir, "out.jsonl"), next)
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		for i, line := range text {
			if !strings.Contains(line, fmt.Sprintf(`"x":%d}`, i+1)) {
				t.Fatalf("line %d of %d is %s", i+1, len(text), line)
			}
		}
		if len(text) != next {
			t.Fatalf("%d lines, want %d", len(text), next)
		}
	}
	write(100)
	run(func() { write(100) })
	write(100)
	rotate()
	write(10)
	run(func() {})
	run(func() {
		rotate()
		write(300)
	})
}
