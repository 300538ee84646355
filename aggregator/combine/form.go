package combine

import (
	"encoding/binary"
	"fmt"
	"math"
)

// fixedForm is the length in bytes of what precedes the tensors in an encoded form.
const fixedForm = 24

// Encode writes the form as files of shards and of partial sums begin with it, all
// little-endian: "TPF1", the width as a byte, ScaleBits as a byte, the number of
// tensors as a u16, MaxSamples and MaxUpdates as u64, and the values in each tensor
// as a u64.
func (f Form) Encode() []byte {
	b := append(make([]byte, 0, fixedForm+8*len(f.Tensors)), 'T', 'P', 'F', '1', byte(f.Width), byte(f.ScaleBits))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(f.Tensors)))
	b = binary.LittleEndian.AppendUint64(b, f.MaxSamples)
	b = binary.LittleEndian.AppendUint64(b, uint64(f.MaxUpdates))
	for _, n := range f.Tensors {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	return b
}

// decodeForm reads a form that Encode wrote, to the last byte.
func decodeForm(b []byte) (Form, error) {
	if len(b) < fixedForm || string(b[:4]) != "TPF1" {
		return Form{}, fmt.Errorf("%w: its form is not a TPF1", ErrPartial)
	}
	f := Form{Width: int(b[4]), ScaleBits: int(b[5]), MaxSamples: binary.LittleEndian.Uint64(b[8:])}
	updates := binary.LittleEndian.Uint64(b[16:])
	if n := int(binary.LittleEndian.Uint16(b[6:])); len(b) != fixedForm+8*n || updates > math.MaxInt32 {
		return Form{}, fmt.Errorf("%w: its form has %d bytes for %d tensors and up to %d updates", ErrPartial, len(b), n, updates)
	}
	f.MaxUpdates = int(updates)
	for at := fixedForm; at < len(b); at += 8 {
		n := binary.LittleEndian.Uint64(b[at:])
		if n > math.MaxUint32 {
			return Form{}, fmt.Errorf("%w: a tensor of %d values", ErrPartial, n)
		}
		f.Tensors = append(f.Tensors, int(n))
	}
	if err := f.Validate(); err != nil {
		return Form{}, fmt.Errorf("%w: %w", ErrPartial, err)
	}
	return f, nil
}
