// Package commitment fixes a dataset without showing it: a Merkle root over its
// records, which a device signs when it joins a federation and repeats in every
// leaf, and which a mediator who is shown the data makes again.
//
// A dataset's tensors flow in, a root flows out. Leaf 0 is the layout, the others
// are the records in order; the tree is that of package merkle, so a single
// record can be proven without the rest.
package commitment

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Of is the commitment to a dataset whose tensors have one row a record.
func Of(f tensor.File) (blob.Hash, error) {
	leaves, err := Leaves(f)
	if err != nil {
		return blob.Hash{}, err
	}
	return merkle.Root(leaves), nil
}

// Leaves are the tree's leaf hashes: SHA-256 over 0x00 and the layout, then over
// 0x00 and each record's bytes, tensor after tensor.
func Leaves(f tensor.File) ([]merkle.Hash, error) {
	if len(f.Tensors) == 0 || len(f.Tensors[0].Shape) == 0 {
		return nil, fmt.Errorf("commit to dataset: it has no records")
	}
	records := f.Tensors[0].Shape[0]
	layout := sha256.New()
	layout.Write([]byte{0})
	layout.Write(binary.BigEndian.AppendUint64(nil, uint64(records)))
	for _, t := range f.Tensors {
		if len(t.Shape) == 0 || t.Shape[0] != records {
			return nil, fmt.Errorf("commit to dataset: tensor %q is %v, want %d records", t.Name, t.Shape, records)
		}
		fmt.Fprintf(layout, "%q %s %v\n", t.Name, t.DType, t.Shape[1:])
	}
	leaves := make([]merkle.Hash, 1, records+1)
	layout.Sum(leaves[0][:0])
	h := sha256.New()
	for i := range records {
		h.Reset()
		h.Write([]byte{0})
		for _, t := range f.Tensors {
			width := len(t.Data) / records
			h.Write(t.Data[i*width : (i+1)*width])
		}
		leaves = append(leaves, merkle.Hash(h.Sum(nil)))
	}
	return leaves, nil
}
