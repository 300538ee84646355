package fuel_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// The committed supervisors are what their sources give.
func TestSupervisorsAreBuiltFromTheirSources(t *testing.T) {
	if _, err := exec.LookPath("wat2wasm"); err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if out, err := exec.Command("sh", "supervisor/build.sh", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	paths, err := filepath.Glob("supervisor/*.wasm")
	if err != nil || len(paths) != 3 {
		t.Fatalf("supervisors %v, %v", paths, err)
	}
	for _, path := range paths {
		committed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		built, err := os.ReadFile(filepath.Join(dir, filepath.Base(path)))
		if err != nil || !bytes.Equal(built, committed) {
			t.Errorf("%s differs from what its source gives (error %v): run supervisor/build.sh", path, err)
		}
	}
}

func TestUsedRefusesWhatNoSupervisorLeft(t *testing.T) {
	s, err := fuel.Supervise(guest(t, "loop"), 100, fuel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if used, err := s.Used([]byte{30, 0, 0, 0, 0, 0, 0, 0}); err != nil || used != 70 {
		t.Errorf("30 of 100 left: used %d, %v", used, err)
	}
	for name, left := range map[string][]byte{
		"nothing":          nil,
		"cut off":          {30, 0, 0},
		"more than it got": {101, 0, 0, 0, 0, 0, 0, 0},
		"less than none":   {255, 255, 255, 255, 255, 255, 255, 255},
	} {
		if used, err := s.Used(left); !errors.Is(err, fuel.ErrMalformed) {
			t.Errorf("%s: used %d, %v", name, used, err)
		}
	}
}

func FuzzSupervise(f *testing.F) {
	for _, name := range []string{"fib", "loop", "mixed", "resumable"} {
		f.Add(guest(f, name))
	}
	f.Fuzz(func(t *testing.T, module []byte) {
		s, err := fuel.Supervise(module, 1, fuel.Options{})
		if err != nil && !errors.Is(err, fuel.ErrMalformed) && !errors.Is(err, fuel.ErrUnsupported) {
			t.Errorf("error %v is of no kind", err)
		}
		if err == nil && len(s.Job) < len(module) {
			t.Error("the supervised module is shorter")
		}
	})
}
