// Package tensor reads and writes named arrays: safetensors, which is the one
// file format of models and of data for jobs (design, decision 7), and the
// formats that users' data come in: idx, .npy and .csv.
//
// Bytes flow in and Tensors flow out, as views on those bytes; File.Encode goes
// the other way and writes the same bytes for the same content.
package tensor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrFormat marks bytes that are not what their format says.
var ErrFormat = errors.New("malformed tensor file")

// DType is an element type, by its safetensors name.
type DType string

// The element types that Tadpole uses.
const (
	U8  DType = "U8"
	I8  DType = "I8"
	I16 DType = "I16"
	I32 DType = "I32"
	I64 DType = "I64"
	F32 DType = "F32"
	F64 DType = "F64"
)

// Size is the element's size in bytes, or 0 for an unknown type.
func (d DType) Size() int {
	switch d {
	case U8, I8:
		return 1
	case I16:
		return 2
	case I32, F32:
		return 4
	case I64, F64:
		return 8
	}
	return 0
}

// Tensor is a dense array in C order, little-endian.
type Tensor struct {
	Name  string
	DType DType
	Shape []int
	Data  []byte
}

// Elements is the product of the shape.
func (t Tensor) Elements() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Floats copies an F32 tensor's elements out; others give nil.
func (t Tensor) Floats() []float32 {
	if t.DType != F32 {
		return nil
	}
	values := make([]float32, len(t.Data)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*i:]))
	}
	return values
}

// FromFloats makes an F32 tensor.
func FromFloats(name string, shape []int, values []float32) Tensor {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return Tensor{Name: name, DType: F32, Shape: shape, Data: data}
}

// byteSize is the size in bytes that a shape and type ask for.
func byteSize(d DType, shape []int) (int, error) {
	size := d.Size()
	if size == 0 {
		return 0, fmt.Errorf("%w: element type %.20q is not one of U8, I8, I16, I32, I64, F32, F64", ErrFormat, string(d))
	}
	for _, n := range shape {
		if n < 0 || n != 0 && size > math.MaxInt/n {
			return 0, fmt.Errorf("%w: shape %v is negative or too large", ErrFormat, shape)
		}
		size *= n
	}
	return size, nil
}
