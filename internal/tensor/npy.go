package tensor

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

var npyTypes = map[string]DType{"|u1": U8, "|i1": I8, "<i2": I16, "<i4": I32, "<i8": I64, "<f4": F32, "<f8": F64}

// npyHeader takes apart the header that numpy.save writes: a Python dictionary of
// descr, fortran_order and shape, in this order.
func npyHeader(header string) (descr, fortran, shape string, ok bool) {
	rest, ok1 := strings.CutPrefix(header, "{'descr': '")
	descr, rest, ok2 := strings.Cut(rest, "', 'fortran_order': ")
	fortran, rest, ok3 := strings.Cut(rest, ", 'shape': (")
	shape, rest, ok4 := strings.Cut(rest, ")")
	return descr, fortran, shape, ok1 && ok2 && ok3 && ok4 && strings.TrimSpace(rest) == ", }"
}

// DecodeNPY reads a NumPy array file, versions 1 to 3, little-endian and in C
// order (NumPy, "numpy.lib.format").
func DecodeNPY(b []byte) (Tensor, error) {
	if !bytes.HasPrefix(b, []byte("\x93NUMPY")) || len(b) < 12 {
		return Tensor{}, fmt.Errorf("%w: not a .npy file", ErrFormat)
	}
	begin, size := 10, uint64(binary.LittleEndian.Uint16(b[8:]))
	if b[6] > 1 {
		begin, size = 12, uint64(binary.LittleEndian.Uint32(b[8:]))
	}
	if size > uint64(len(b)-begin) {
		return Tensor{}, fmt.Errorf("%w: .npy header of %d bytes in a file of %d", ErrFormat, size, len(b))
	}
	end := begin + int(size)
	descr, fortran, shape, ok := npyHeader(string(b[begin:end]))
	if !ok || fortran != "True" && fortran != "False" {
		return Tensor{}, fmt.Errorf("%w: .npy header %.80q is not of a plain array", ErrFormat, b[begin:end])
	}
	if fortran == "True" {
		return Tensor{}, fmt.Errorf("%w: .npy is in Fortran order: save numpy.ascontiguousarray of it", ErrFormat)
	}
	t := Tensor{DType: npyTypes[descr], Shape: []int{}}
	if t.DType == "" {
		return Tensor{}, fmt.Errorf("%w: .npy type %q: save it as u1, i1, i2, i4, i8, f4 or f8, little-endian", ErrFormat, descr)
	}
	for field := range strings.SplitSeq(shape, ",") {
		if field = strings.TrimSpace(field); field == "" {
			continue
		}
		n, err := strconv.Atoi(field)
		if err != nil {
			return Tensor{}, fmt.Errorf("%w: .npy shape (%s)", ErrFormat, shape)
		}
		t.Shape = append(t.Shape, n)
	}
	want, err := byteSize(t.DType, t.Shape)
	if err != nil {
		return Tensor{}, fmt.Errorf(".npy: %w", err)
	}
	if t.Data = b[end:]; len(t.Data) != want {
		return Tensor{}, fmt.Errorf("%w: .npy of shape %v has %d bytes, want %d", ErrFormat, t.Shape, len(t.Data), want)
	}
	return t, nil
}
