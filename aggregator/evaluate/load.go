package evaluate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Load reads a test set. Each path says its format: idx (as
// "t10k-images-idx3-ubyte"), .npy, .csv or .safetensors, each also with .gz.
// For a .csv, labels is the name of the label's column, "" for none; for a
// .safetensors, x and y are its tensors of these names, and labels is "" or
// another such file. labels "" with idx or .npy gives a y without elements.
func Load(features, labels string) (x, y tensor.Tensor, err error) {
	b, err := os.ReadFile(features)
	if err != nil {
		return x, y, fmt.Errorf("read features: %w", err)
	}
	if b, err = tensor.Inflate(b); err != nil {
		return x, y, fmt.Errorf("read %s: %w", features, err)
	}
	if format(features) == "csv" {
		if x, y, err = tensor.DecodeCSV(b, labels); err != nil {
			return x, y, fmt.Errorf("read %s: %w", features, err)
		}
		return x, y, nil
	}
	if x, err = decode(features, b, "x"); err != nil {
		return x, y, err
	}
	if labels == "" {
		if format(features) != "safetensors" {
			return x, y, nil
		}
		f, err := tensor.Decode(b) // cannot fail: it was decoded for x
		if err != nil {
			return x, y, fmt.Errorf("read %s: %w", features, err)
		}
		y, _ = f.Tensor("y")
		return x, y, nil
	}
	if b, err = os.ReadFile(labels); err != nil {
		return x, y, fmt.Errorf("read labels: %w", err)
	}
	y, err = decode(labels, b, "y")
	return x, y, err
}

// format names the format of a file by its path.
func format(path string) string {
	base := strings.TrimSuffix(strings.ToLower(filepath.Base(path)), ".gz")
	if strings.Contains(base, "-idx") || strings.Contains(base, ".idx") {
		return "idx" // the MNIST files end in -idx3-ubyte, or .idx3-ubyte
	}
	return strings.TrimPrefix(filepath.Ext(base), ".")
}

// decode reads one array; name is the tensor's in a safetensors file.
func decode(path string, b []byte, name string) (t tensor.Tensor, err error) {
	if b, err = tensor.Inflate(b); err != nil {
		return t, fmt.Errorf("read %s: %w", path, err)
	}
	switch format(path) {
	case "npy":
		t, err = tensor.DecodeNPY(b)
	case "safetensors":
		var f tensor.File
		if f, err = tensor.Decode(b); err == nil {
			var found bool
			if t, found = f.Tensor(name); !found {
				err = fmt.Errorf("%w: no tensor %q: name it so", tensor.ErrFormat, name)
			}
		}
	case "idx":
		t, err = tensor.DecodeIDX(b)
	default:
		err = fmt.Errorf("%w: unknown extension: want an idx file (\"-idx\" in its name or .idx), .npy, .csv or .safetensors", tensor.ErrFormat)
	}
	if err != nil {
		return t, fmt.Errorf("read %s: %w", path, err)
	}
	t.Name = name
	return t, nil
}
