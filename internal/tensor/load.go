package tensor

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Load reads a dataset from a person's files: features "x", and labels "y" unless
// labels is "". The file's name tells its format: .npy; .csv, of which labels
// names a column; .safetensors, of which labels names a tensor beside the one
// named "x"; anything else is idx. Each may be packed, with .gz at its end.
func Load(features, labels string) (x, y Tensor, err error) {
	content, err := readFile(features)
	if err != nil {
		return x, y, err
	}
	switch extension(features) {
	case ".csv":
		x, y, err = DecodeCSV(content, labels)
	case ".safetensors":
		x, y, err = fromFile(content, labels)
	default:
		if x, err = decodeArray(features, content); err == nil && labels != "" {
			if content, err = readFile(labels); err == nil {
				y, err = decodeArray(labels, content)
			}
		}
	}
	if err != nil {
		return x, y, fmt.Errorf("load dataset %s: %w", features, err)
	}
	x.Name, y.Name = "x", "y"
	if len(x.Shape) == 0 || labels != "" && (len(y.Shape) == 0 || y.Shape[0] != x.Shape[0]) {
		return x, y, fmt.Errorf("load dataset %s: %w: features are %v and labels %v: want one label a sample", features, ErrFormat, x.Shape, y.Shape)
	}
	return x, y, nil
}

// Dataset is the safetensors file of features and labels that jobs read.
func Dataset(x, y Tensor) File {
	f := File{Tensors: []Tensor{x}}
	if len(y.Data) > 0 {
		f.Tensors = append(f.Tensors, y)
	}
	return f
}

func readFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load dataset: %w", err)
	}
	content, err := Inflate(b)
	if err != nil {
		return nil, fmt.Errorf("load dataset %s: %w", path, err)
	}
	return content, nil
}

func extension(path string) string {
	return strings.ToLower(filepath.Ext(strings.TrimSuffix(path, ".gz")))
}

func decodeArray(path string, content []byte) (Tensor, error) {
	if extension(path) == ".npy" {
		return DecodeNPY(content)
	}
	return DecodeIDX(content)
}

func fromFile(content []byte, labels string) (x, y Tensor, err error) {
	f, err := Decode(content)
	if err != nil {
		return x, y, err
	}
	x, found := f.Tensor("x")
	if !found {
		return x, y, fmt.Errorf(`%w: no tensor "x"`, ErrFormat)
	}
	if labels != "" {
		if y, found = f.Tensor(labels); !found {
			return x, y, fmt.Errorf("%w: no tensor %q", ErrFormat, labels)
		}
	}
	return x, y, nil
}
