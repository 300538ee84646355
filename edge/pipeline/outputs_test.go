package pipeline_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

// leaver sums, and leaves files beside: what it saw as /inputs/model, and so many KiB.
type leaver struct{ kib func(start int64) int }

func (l leaver) Run(ctx context.Context, r job.Request) (job.Result, error) {
	result, err := sums{}.Run(ctx, r)
	if err != nil {
		return result, err
	}
	for _, in := range r.Inputs {
		switch in.Name {
		case "model":
			seen, err := os.ReadFile(in.Path)
			if err != nil {
				return result, err
			}
			result.Outputs = append(result.Outputs, job.Output{Name: "seen", Bytes: seen})
		case "readings":
			first, _, err := reading.Decode(in.Content)
			if err != nil {
				return result, err
			}
			result.Outputs = append(result.Outputs, job.Output{Name: "table.csv", Bytes: make([]byte, l.kib(first.Time)<<10)})
		}
	}
	return result, nil
}

const leavingJob = `
[[job]]
name = "tables"
module = "builtin:tables"
input = ["s"]
channels = ["sum", "n"]
window = {size = "1s"}
files = {model = "a.model"}
outputs_mib = 1
`

func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Windows' files are kept under their ends, the first go first, and what somebody else
// put there is left alone. A window with more than the quota is told, and left out.
func TestFilesOfAJobAreKeptWithinItsQuota(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, pipeline.OutputsDir, "tables")
	if err := os.MkdirAll(kept, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{filepath.Join(dir, "a.model"): "weights", filepath.Join(kept, "notes"): "mine", filepath.Join(kept, "2099-12-31T23:59:59.5Z-table.csv"): strings.Repeat("x", 300<<10)} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var at [][2]int64
	for i := range int64(7) {
		at = append(at, [2]int64{i * 1e9, i})
	}
	// A second life that knows nothing of the first runs the same windows again, as after a
	// kill: their files are the same, and there once.
	for _, life := range []string{"first", "second"} {
		t.Run(life, func(t *testing.T) {
			p := begin(t, dir, leavingJob, values(at...), func(c *pipeline.Config) {
				c.Runner = leaver{func(start int64) int {
					if start == 2e9 {
						return 1025
					}
					return 400
				}}
			})
			part(t, p, "tables", func(s pipeline.Part) bool { return s.Count == 5 && s.Skipped == 1 })
			// The third window left too much, and the last is open.
			want := []string{"1970-01-01T00:00:05Z-seen", "1970-01-01T00:00:05Z-table.csv", "1970-01-01T00:00:06Z-seen", "1970-01-01T00:00:06Z-table.csv", "notes"}
			if got := list(t, kept); !slices.Equal(got, want) {
				t.Errorf("%q are there, want %q", got, want)
			}
			if seen, err := os.ReadFile(filepath.Join(kept, "1970-01-01T00:00:06Z-seen")); err != nil || string(seen) != "weights" {
				t.Errorf("it saw %q, %v", seen, err)
			}
		})
		if err := os.Remove(filepath.Join(dir, pipeline.BufferFile)); err != nil {
			t.Fatal(err)
		}
	}
}
