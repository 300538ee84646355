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

// A policy's words and the loader's must mean the same files.
func TestEveryFormatOfAPolicy(t *testing.T) {
	dir := t.TempDir()
	y := tensor.FromFloats("y", []int{2}, []float32{1, 0})
	header := "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }"
	npy := "\x93NUMPY\x01\x00" + string([]byte{byte(len(header)), 0}) + header + "\x05\x06"
	for name, content := range map[string]string{
		"a.csv": "a,y\n5,1\n6,0\n", "b.safetensors": string(tensor.Dataset(tensor.FromFloats("x", []int{2, 1}, []float32{5, 6}), y).Encode()),
		"c-images-idx2-ubyte": "\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x01\x05\x06", "c-labels-idx1-ubyte": "\x00\x00\x08\x01\x00\x00\x00\x02\x01\x00",
		"d.npy": npy,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := policy.Parse(filepath.Join(dir, "policy.toml"), []byte(`
[[dataset]]
name = "csv"
features = "a.csv"
labels = "y"
[[dataset]]
name = "safetensors"
features = "b.safetensors"
[[dataset]]
name = "idx"
features = "c-images-idx2-ubyte"
labels = "c-labels-idx1-ubyte"
[[dataset]]
name = "npy"
features = "d.npy"
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range p.Datasets {
		prepared, err := dataset.Prepare(filepath.Join(dir, "data"), d)
		if err != nil || prepared.Records != 2 {
			t.Errorf("%s: %+v, %v", d.Name, prepared, err)
			continue
		}
		content, err := os.ReadFile(prepared.Path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := tensor.Decode(content)
		if _, labelled := f.Tensor("y"); err != nil || labelled != (d.Name != "npy") {
			t.Errorf("%s: labelled %v, %v", d.Name, labelled, err)
		}
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
