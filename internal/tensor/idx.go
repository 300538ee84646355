package tensor

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
)

// maxInflated bounds what a .gz file may inflate to, in bytes; a slice of a 32-bit device
// holds less than 2 GiB.
const maxInflated = min(4<<30, math.MaxInt-1)

// Inflate unpacks b if it is gzip, and gives it back as it is if not.
func Inflate(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: gzip: %v", ErrFormat, err)
	}
	content, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	if err != nil || len(content) > maxInflated {
		return nil, fmt.Errorf("%w: gzip: %v, or more than %d bytes", ErrFormat, err, maxInflated)
	}
	return content, nil
}

var idxTypes = map[byte]DType{0x08: U8, 0x09: I8, 0x0b: I16, 0x0c: I32, 0x0d: F32, 0x0e: F64}

// DecodeIDX reads the format of the MNIST files: two zeros, a type, the number
// of dimensions, the dimensions and the elements, all big-endian (LeCun, Cortes
// and Burges, "The MNIST database").
func DecodeIDX(b []byte) (Tensor, error) {
	if len(b) < 4 || b[0] != 0 || b[1] != 0 {
		return Tensor{}, fmt.Errorf("%w: an idx file begins with two zeros", ErrFormat)
	}
	t := Tensor{DType: idxTypes[b[2]]}
	rank := int(b[3])
	if len(b) < 4+4*rank {
		return Tensor{}, fmt.Errorf("%w: idx header of %d dimensions in %d bytes", ErrFormat, rank, len(b))
	}
	for i := range rank {
		t.Shape = append(t.Shape, int(binary.BigEndian.Uint32(b[4+4*i:])))
	}
	size, err := byteSize(t.DType, t.Shape)
	if err != nil {
		return Tensor{}, fmt.Errorf("idx: %w", err)
	}
	if t.Data = b[4+4*rank:]; len(t.Data) != size {
		return Tensor{}, fmt.Errorf("%w: idx of shape %v has %d bytes, want %d", ErrFormat, t.Shape, len(t.Data), size)
	}
	if width := t.DType.Size(); width > 1 {
		t.Data = slices.Clone(t.Data)
		for at := 0; at < len(t.Data); at += width {
			slices.Reverse(t.Data[at : at+width])
		}
	}
	return t, nil
}
