package dataset_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/dataset"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

func TestPrepareFollowsTheOwnersFile(t *testing.T) {
	dir := t.TempDir()
	csv := filepath.Join(dir, "room.csv")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(csv, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	prepare := func() dataset.Prepared {
		t.Helper()
		p, err := dataset.Prepare(filepath.Join(dir, "data"), policy.Dataset{Name: "room", Features: csv, LabelColumn: "busy", Format: policy.CSV})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	write("temperature,busy\n20,1\n21,0\n")
	first := prepare()
	content, err := os.ReadFile(first.Path)
	if err != nil || blob.Sum(content) != first.Hash || first.Records != 2 {
		t.Fatalf("%+v, %v", first, err)
	}
	f, err := tensor.Decode(content)
	if y, found := f.Tensor("y"); err != nil || !found || y.Floats()[0] != 1 {
		t.Errorf("labels %v, %v", y, err)
	}
	before, _ := os.Stat(first.Path)
	if again := prepare(); again != first {
		t.Errorf("unchanged file: %+v, want %+v", again, first)
	}
	if after, _ := os.Stat(first.Path); !os.SameFile(before, after) {
		t.Error("an unchanged dataset was written again")
	}
	write("temperature,busy\n20,1\n21,0\n22,0\n")
	if changed := prepare(); changed.Records != 3 || changed.Hash == first.Hash {
		t.Errorf("changed file: %+v", changed)
	}
}

func TestPrepareNamesWhatIsWrong(t *testing.T) {
	for _, d := range []policy.Dataset{
		{Name: "none", Features: "/nonexistent", Format: policy.CSV},
	} {
		if p, err := dataset.Prepare(t.TempDir(), d); err == nil {
			t.Errorf("%s: %+v", d.Name, p)
		}
	}
}
