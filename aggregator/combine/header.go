package combine

import (
	"encoding/binary"
	"fmt"
)

// Header is the head of an update file as wasm-jobs/train writes it (its
// README has the layout). After it come the values, tensor after tensor, Width
// bytes each, little-endian two's complement; value v of tensor t means the
// delta v * 2^-Exponents[t].
type Header struct {
	Width     int    // bytes a value: 1, 2 or 4
	Values    uint64 // in all tensors together
	Samples   uint32 // the update's weight
	Exponents []int8 // one a tensor
}

// fixedHeader is the length in bytes of what precedes the exponents.
const fixedHeader = 24

// headerSize is the length in bytes of a header for so many tensors.
func headerSize(tensors int) int { return (fixedHeader + tensors + 7) &^ 7 }

// ParseHeader reads the head of an update of so many tensors from its first
// bytes.
func ParseHeader(b []byte, tensors int) (Header, error) {
	size := headerSize(tensors)
	if len(b) < size {
		return Header{}, fmt.Errorf("%w: %d bytes, its header alone has %d", ErrUpdate, len(b), size)
	}
	if magic := string(b[:4]); magic != "TPU1" {
		return Header{}, fmt.Errorf("%w: it begins with %q, want %q", ErrUpdate, magic, "TPU1")
	}
	h := Header{Width: int(b[4]), Values: binary.LittleEndian.Uint64(b[8:]), Samples: binary.LittleEndian.Uint32(b[16:])}
	if n := int(binary.LittleEndian.Uint16(b[6:])); n != tensors {
		return Header{}, fmt.Errorf("%w: %d tensors, the model has %d", ErrUpdate, n, tensors)
	}
	if h.Width != 1 && h.Width != 2 && h.Width != 4 {
		return Header{}, fmt.Errorf("%w: %d bytes a value, want 1, 2 or 4", ErrUpdate, h.Width)
	}
	for _, e := range b[fixedHeader : fixedHeader+tensors] {
		h.Exponents = append(h.Exponents, int8(e))
	}
	for _, zero := range [][]byte{b[5:6], b[20:24], b[fixedHeader+tensors : size]} {
		for _, z := range zero {
			if z != 0 {
				return Header{}, fmt.Errorf("%w: padding of its header is not zero", ErrUpdate)
			}
		}
	}
	return h, nil
}
