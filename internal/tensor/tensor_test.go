package tensor_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/tensor"
)

func sample() tensor.File {
	return tensor.File{
		Metadata: map[string]string{"b": "2", "a": "1"},
		Tensors: []tensor.Tensor{
			tensor.FromFloats("0.weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}),
			{Name: "y", DType: tensor.U8, Shape: []int{3}, Data: []byte{7, 8, 9}},
			{Name: "scalar", DType: tensor.I32, Shape: []int{}, Data: []byte{1, 0, 0, 0}},
		},
	}
}

func TestEncodeDecode(t *testing.T) {
	b := sample().Encode()
	got, err := tensor.Decode(b)
	if err != nil || !reflect.DeepEqual(got, sample()) {
		t.Errorf("decoded %+v, %v", got, err)
	}
	if !bytes.Equal(got.Encode(), b) {
		t.Error("encoding again gives other bytes")
	}
	if at := tensor.DataOffset(b); at%8 != 0 || b[at+3] != 0x3f {
		t.Errorf("data begin at %d", at)
	}
}

// Made by PyPI's safetensors 0.8.0: save_file({"w": arange(3, float32)}, metadata={"k": "v"}).
func TestDecodePeersFile(t *testing.T) {
	header := `{"__metadata__":{"k":"v"},"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}`
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(append(b, header...), 0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40)
	f, err := tensor.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	w, _ := f.Tensor("w")
	if got := fmt.Sprint(w.Floats(), f.Metadata); got != "[0 1 2] map[k:v]" {
		t.Errorf("decoded %s", got)
	}
}

func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func TestDecodeRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty":        nil,
		"huge header":  binary.LittleEndian.AppendUint64(nil, 1<<62),
		"not JSON":     file(`hello`, 0),
		"array":        file(`[]`, 0),
		"overlap":      file(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}`, 6),
		"hole":         file(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}`, 6),
		"trailing":     file(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 6),
		"beyond":       file(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 3),
		"wrong size":   file(`{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4]}}`, 4),
		"overflow":     file(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0),
		"negative":     file(`{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}`, 4),
		"unknown type": file(`{"a":{"dtype":"C64","shape":[],"data_offsets":[0,8]}}`, 8),
		"twice":        file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0),
	} {
		if f, err := tensor.Decode(b); !errors.Is(err, tensor.ErrFormat) {
			t.Errorf("%s: %+v, %v; want ErrFormat", name, f, err)
		}
	}
}

func TestIDX(t *testing.T) {
	got, err := tensor.DecodeIDX([]byte{0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6})
	want := tensor.Tensor{DType: tensor.U8, Shape: []int{1, 2}, Data: []byte{5, 6}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("u8: %+v, %v", got, err)
	}
	got, err = tensor.DecodeIDX([]byte{0, 0, 0x0c, 1, 0, 0, 0, 1, 1, 2, 3, 4})
	if err != nil || !bytes.Equal(got.Data, []byte{4, 3, 2, 1}) {
		t.Errorf("i32: %+v, %v; want little-endian", got, err)
	}
	if _, err := tensor.DecodeIDX([]byte{0, 0, 8, 1, 0, 0, 0, 9, 1}); !errors.Is(err, tensor.ErrFormat) {
		t.Errorf("short: %v, want ErrFormat", err)
	}
}

func TestNPY(t *testing.T) {
	// numpy.save of arange(4, dtype="<f4").reshape(2, 2)
	b, _ := hex.DecodeString("934e554d50590100")
	header := "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
	header += strings.Repeat(" ", 117-len(header)) + "\n"
	b = append(binary.LittleEndian.AppendUint16(b, uint16(len(header))), header...)
	b = append(b, tensor.FromFloats("", nil, []float32{0, 1, 2, 3}).Data...)
	got, err := tensor.DecodeNPY(b)
	if err != nil || fmt.Sprint(got.Shape, got.Floats()) != "[2 2] [0 1 2 3]" {
		t.Errorf("%v %v, %v", got.Shape, got.Floats(), err)
	}
	fortran := bytes.Replace(b, []byte("False"), []byte("True "), 1)
	for name, bad := range map[string][]byte{"short": b[:len(b)-1], "fortran": fortran, "none": nil} {
		if _, err := tensor.DecodeNPY(bad); !errors.Is(err, tensor.ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
}

func TestCSV(t *testing.T) {
	x, y, err := tensor.DecodeCSV([]byte("date,a,b,label\nmon,1,2,0\ntue,3,4,1\n"), "label", "date")
	if err != nil || fmt.Sprint(x.Shape, x.Floats(), y.Floats()) != "[2 2] [1 2 3 4] [0 1]" {
		t.Errorf("%v %v %v, %v", x.Shape, x.Floats(), y.Floats(), err)
	}
	x, y, err = tensor.DecodeCSV([]byte("1,2,0\n3,4,1\n"), "3")
	if err != nil || fmt.Sprint(x.Shape, x.Floats(), y.Floats()) != "[2 2] [1 2 3 4] [0 1]" {
		t.Errorf("without a header: %v %v %v, %v", x.Shape, x.Floats(), y.Floats(), err)
	}
	for name, c := range map[string][2]string{
		"no column": {"a,b\n1,2\n", "label"}, "word": {"a,label\nx,1\n", "label"},
		"nan": {"a,label\nNaN,1\n", "label"}, "ragged": {"a,label\n1\n", "label"}, "no rows": {"a,label\n", "label"}, "empty": {"", ""},
	} {
		if _, _, err := tensor.DecodeCSV([]byte(c[0]), c[1]); !errors.Is(err, tensor.ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(sample().Encode())
	f.Add(file(`{}`, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := tensor.Decode(b)
		if err != nil {
			return
		}
		again, err := tensor.Decode(got.Encode())
		if err != nil || len(again.Tensors) != len(got.Tensors) {
			t.Errorf("encoded again it reads as %+v, %v", again, err)
		}
	})
}

func FuzzArrays(f *testing.F) {
	f.Add([]byte{0, 0, 8, 1, 0, 0, 0, 1, 5})
	f.Add([]byte("\x93NUMPY\x01\x00\x3c\x00{'descr': '<f4', 'fortran_order': False, 'shape': (), }    \n1234"))
	f.Add([]byte("a,b\n1,2\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, decode := range []func([]byte) (tensor.Tensor, error){tensor.DecodeIDX, tensor.DecodeNPY} {
			if a, err := decode(b); err == nil && len(a.Data) != a.Elements()*a.DType.Size() {
				t.Errorf("%+v has %d bytes", a, len(a.Data))
			}
		}
		if x, _, err := tensor.DecodeCSV(b, ""); err == nil && len(x.Data) != 4*x.Elements() {
			t.Errorf("csv %+v has %d bytes", x, len(x.Data))
		}
	})
}

func ExampleFile_Encode() {
	f := tensor.File{Tensors: []tensor.Tensor{tensor.FromFloats("w", []int{2}, []float32{1, 2})}}
	back, err := tensor.Decode(f.Encode())
	fmt.Println(back.Tensors[0].Name, back.Tensors[0].Floats(), err)
	// Output: w [1 2] <nil>
}

func TestLoadKnowsFormatsByName(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte{0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 5, 6})
	w.Close()
	idx, labels := write("images.gz", packed.Bytes()), write("labels", []byte{0, 0, 8, 1, 0, 0, 0, 2, 1, 0})
	csv := write("t.csv", []byte("a,y\n5,1\n6,0\n"))
	both := tensor.Dataset(tensor.FromFloats("x", []int{2, 1}, []float32{5, 6}), tensor.FromFloats("y", []int{2}, []float32{1, 0}))
	st := write("t.safetensors", both.Encode())
	for _, c := range [][2]string{{idx, labels}, {csv, "y"}, {st, "y"}} {
		x, y, err := tensor.Load(c[0], c[1])
		if err != nil || x.Shape[0] != 2 || y.Shape[0] != 2 || x.Name != "x" || y.Name != "y" {
			t.Errorf("%s: %+v, %+v, %v", c[0], x, y, err)
		}
	}
	if _, _, err := tensor.Load(idx, write("short", []byte{0, 0, 8, 1, 0, 0, 0, 1, 1})); !errors.Is(err, tensor.ErrFormat) {
		t.Errorf("fewer labels than samples: %v, want ErrFormat", err)
	}
	if _, _, err := tensor.Load(filepath.Join(dir, "none"), ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
