package commitment_test

import (
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/commitment"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

func dataset(values []float32, labels []byte, shape ...int) tensor.File {
	return tensor.Dataset(tensor.FromFloats("x", shape, values), tensor.Tensor{Name: "y", DType: tensor.U8, Shape: shape[:1], Data: labels})
}

// Whatever changes in the data changes the commitment.
func TestEveryChangeShows(t *testing.T) {
	values := []float32{1, 2, 3, 4}
	roots := map[blob.Hash]string{}
	for name, f := range map[string]tensor.File{
		"two records":     dataset(values, []byte{0, 1}, 2, 2),
		"other order":     dataset([]float32{3, 4, 1, 2}, []byte{1, 0}, 2, 2),
		"other value":     dataset([]float32{1, 2, 3, 5}, []byte{0, 1}, 2, 2),
		"other label":     dataset(values, []byte{1, 1}, 2, 2),
		"other layout":    dataset(values, []byte{0, 1}, 2, 1, 2),
		"without labels":  tensor.Dataset(tensor.FromFloats("x", []int{2, 2}, values), tensor.Tensor{}),
		"one more record": dataset(append(values, 5, 6), []byte{0, 1, 0}, 3, 2),
	} {
		root, err := commitment.Of(f)
		if err != nil {
			t.Fatal(err)
		}
		if other, same := roots[root]; same {
			t.Errorf("%q has the commitment of %q", name, other)
		}
		roots[root] = name
	}
}

func TestOneRecordCanBeProven(t *testing.T) {
	f := dataset([]float32{1, 2, 3, 4, 5, 6}, []byte{0, 1, 2}, 3, 2)
	leaves, err := commitment.Leaves(f)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := commitment.Of(f)
	if len(leaves) != 4 || !merkle.Verify(root, leaves[2], 2, 4, merkle.Prove(leaves, 2)) {
		t.Error("record 1 is not proven")
	}
	if _, err := commitment.Of(tensor.File{}); err == nil {
		t.Error("committed to nothing")
	}
}
