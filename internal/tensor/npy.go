package tensor

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var npyTypes = map[string]DType{"|u1": U8, "|i1": I8, "<i2": I16, "<i4": I32, "<i8": I64, "<f4": F32, "<f8": F64}

var npyHeader = regexp.MustCompile(`^\{'descr': '([^']{3})', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}\s*$`)

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
	header := npyHeader.FindSubmatch(b[begin:end])
	if header == nil {
		return Tensor{}, fmt.Errorf("%w: .npy header %.80q is not of a plain array", ErrFormat, b[begin:end])
	}
	if string(header[2]) == "True" {
		return Tensor{}, fmt.Errorf("%w: .npy is in Fortran order: save numpy.ascontiguousarray of it", ErrFormat)
	}
	t := Tensor{DType: npyTypes[string(header[1])], Shape: []int{}}
	if t.DType == "" {
		return Tensor{}, fmt.Errorf("%w: .npy type %q: save it as u1, i1, i2, i4, i8, f4 or f8, little-endian", ErrFormat, header[1])
	}
	for field := range strings.SplitSeq(string(header[3]), ",") {
		if field = strings.TrimSpace(field); field == "" {
			continue
		}
		n, err := strconv.Atoi(field)
		if err != nil {
			return Tensor{}, fmt.Errorf("%w: .npy shape (%s)", ErrFormat, header[3])
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
