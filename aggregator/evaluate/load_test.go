package evaluate_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/evaluate"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

func TestLoadReadsEveryFormat(t *testing.T) {
	directory := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(directory, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	zip := func(b []byte) []byte {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return packed.Bytes()
	}
	npy := func(shape, data string) []byte {
		header := "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }"
		header += strings.Repeat(" ", 117-len(header)) + "\n"
		return []byte("\x93NUMPY\x01\x00\x76\x00" + header + data)
	}
	idxImages, idxLabels := []byte("\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03\x01\x02\x03\x04\x05\x06"), []byte("\x00\x00\x08\x01\x00\x00\x00\x02\x07\x08")
	x := tensor.Tensor{Name: "x", DType: tensor.U8, Shape: []int{2, 3}, Data: []byte{1, 2, 3, 4, 5, 6}}
	y := tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{2}, Data: []byte{7, 8}}
	both := write("both.safetensors", tensor.File{Tensors: []tensor.Tensor{x, y}}.Encode())
	csv := "a,label,b,c\n1,7,2,3\n4,8,5,6\n"
	for _, c := range []struct{ features, labels string }{
		{write("x-images-idx3-ubyte.gz", zip(idxImages)), write("x-labels-idx1-ubyte.gz", zip(idxLabels))},
		{write("x.idx3-ubyte", idxImages), write("y.idx", idxLabels)},
		{write("x.npy", npy("(2, 3)", "\x01\x02\x03\x04\x05\x06")), write("y.npy", npy("(2,)", "\x07\x08"))},
		{both, ""},
		{both, both},
	} {
		gotX, gotY, err := evaluate.Load(c.features, c.labels)
		if err != nil || !slices.Equal(gotX.Shape, x.Shape) || !bytes.Equal(gotX.Data, x.Data) || !bytes.Equal(gotY.Data, y.Data) {
			t.Errorf("%s: %v %v, %v, %v; want %v and %v", filepath.Base(c.features), gotX.Shape, gotX.Data, gotY.Data, err, x, y)
		}
	}
	for _, path := range []string{write("x.csv", []byte(csv)), write("x.csv.gz", zip([]byte(csv)))} {
		gotX, gotY, err := evaluate.Load(path, "label")
		if want := []float32{1, 2, 3, 4, 5, 6}; err != nil || !slices.Equal(gotX.Floats(), want) || !slices.Equal(gotY.Floats(), []float32{7, 8}) {
			t.Errorf("%s: %v, %v, %v; want %v and 7, 8", filepath.Base(path), gotX.Floats(), gotY.Floats(), err, want)
		}
	}
	_, _, err := evaluate.Load(write("x.parquet", nil), "")
	if !errors.Is(err, tensor.ErrFormat) || !strings.Contains(err.Error(), "want an idx file") {
		t.Errorf("x.parquet: error %v, want %v with the formats there are", err, tensor.ErrFormat)
	}
	if _, _, err := evaluate.Load(filepath.Join(directory, "none.npy"), ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such file: error %v, want %v", err, os.ErrNotExist)
	}
}
