package tensor

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// DecodeCSV reads a table into features x [n, columns] and labels y [n], both
// F32. The label is the column of that name; "" means that there is none, and y
// has no elements. Columns in ignore are left out. A first line of nothing but
// numbers is data, and then the columns are named by number, "1" and on.
func DecodeCSV(b []byte, label string, ignore ...string) (x, y Tensor, err error) {
	r := csv.NewReader(bytes.NewReader(b))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return x, y, fmt.Errorf("%w: csv: no first line: %v", ErrFormat, err)
	}
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.TrimSpace(name)
	}
	if !slices.ContainsFunc(names, isWord) {
		for i := range names {
			names[i] = strconv.Itoa(i + 1)
		}
		r = csv.NewReader(bytes.NewReader(b))
		r.ReuseRecord = true
	}
	for _, name := range append(slices.Clone(ignore), label) {
		if name != "" && !slices.Contains(names, name) {
			return x, y, fmt.Errorf("%w: csv has no column %q, it has %s", ErrFormat, name, strings.Join(names, ", "))
		}
	}
	x, y = Tensor{Name: "x", DType: F32}, Tensor{Name: "y", DType: F32}
	rows := 0
	for ; ; rows++ {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return x, y, fmt.Errorf("%w: csv: %v", ErrFormat, err)
		}
		for i, field := range record {
			if slices.Contains(ignore, names[i]) {
				continue
			}
			v, err := strconv.ParseFloat(strings.TrimSpace(field), 32)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				line, _ := r.FieldPos(i)
				return x, y, fmt.Errorf("%w: csv line %d, column %q: %.40q is not a finite number: leave the column out, or turn it into numbers", ErrFormat, line, names[i], field)
			}
			into := &x
			if label != "" && names[i] == label {
				into = &y
			}
			into.Data = binary.LittleEndian.AppendUint32(into.Data, math.Float32bits(float32(v)))
		}
	}
	if rows == 0 {
		return x, y, fmt.Errorf("%w: csv has no rows", ErrFormat)
	}
	x.Shape, y.Shape = []int{rows, len(x.Data) / 4 / rows}, []int{len(y.Data) / 4}
	return x, y, nil
}

func isWord(field string) bool {
	_, err := strconv.ParseFloat(field, 32)
	return err != nil
}
