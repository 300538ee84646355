package tensor

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"sort"
)

// maxHeader is the largest header in bytes, as in the reference implementation.
const maxHeader = 100 << 20

// File is the content of a safetensors file.
type File struct {
	Metadata map[string]string
	Tensors  []Tensor // in the order of their data
}

// Tensor finds one by name.
func (f File) Tensor(name string) (Tensor, bool) {
	for _, t := range f.Tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

type entry struct {
	DType   DType  `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// Decode reads a safetensors file. Its tensors are views on b. Tensors must fill
// the file without holes or overlaps, as the format demands.
func Decode(b []byte) (File, error) {
	if len(b) < 8 {
		return File{}, fmt.Errorf("%w: %d bytes are too few for safetensors", ErrFormat, len(b))
	}
	size := binary.LittleEndian.Uint64(b)
	if size > maxHeader || size > uint64(len(b)-8) {
		return File{}, fmt.Errorf("%w: header of %d bytes in a file of %d", ErrFormat, size, len(b))
	}
	data := b[8+size:]
	var f File
	decoder := json.NewDecoder(bytes.NewReader(b[8 : 8+size]))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return File{}, fmt.Errorf("%w: the safetensors header is not a JSON object", ErrFormat)
	}
	seen := map[string]bool{}
	var offsets []int
	for decoder.More() {
		token, err := decoder.Token()
		name, is := token.(string)
		if err != nil || !is || seen[name] {
			return File{}, fmt.Errorf("%w: bad or repeated name %.80q in the safetensors header", ErrFormat, name)
		}
		seen[name] = true
		if name == "__metadata__" {
			if err := decoder.Decode(&f.Metadata); err != nil {
				return File{}, fmt.Errorf("%w: __metadata__: %v", ErrFormat, err)
			}
			continue
		}
		var e entry
		if err := decoder.Decode(&e); err != nil {
			return File{}, fmt.Errorf("%w: tensor %.80q: %v", ErrFormat, name, err)
		}
		want, err := byteSize(e.DType, e.Shape)
		if err != nil {
			return File{}, fmt.Errorf("tensor %.80q: %w", name, err)
		}
		begin, end := e.Offsets[0], e.Offsets[1]
		if begin < 0 || end < begin || end > len(data) || end-begin != want {
			return File{}, fmt.Errorf("%w: tensor %.80q lies at %d to %d of %d bytes, its shape needs %d", ErrFormat, name, begin, end, len(data), want)
		}
		f.Tensors = append(f.Tensors, Tensor{Name: name, DType: e.DType, Shape: e.Shape, Data: data[begin:end:end]})
		offsets = append(offsets, begin)
	}
	if _, err := decoder.Token(); err != nil {
		return File{}, fmt.Errorf("%w: the safetensors header ends early", ErrFormat)
	}
	return f, f.order(offsets, len(data))
}

// order sorts the tensors by place and makes sure that they fill the file.
func (f *File) order(offsets []int, size int) error {
	index := make([]int, len(offsets))
	for i := range index {
		index[i] = i
	}
	sort.SliceStable(index, func(i, j int) bool {
		a, b := index[i], index[j]
		if offsets[a] != offsets[b] {
			return offsets[a] < offsets[b]
		}
		return len(f.Tensors[a].Data) < len(f.Tensors[b].Data)
	})
	sorted := make([]Tensor, 0, len(index))
	at := 0
	for _, i := range index {
		if offsets[i] != at {
			return fmt.Errorf("%w: tensor %.80q begins at %d, the one before ends at %d", ErrFormat, f.Tensors[i].Name, offsets[i], at)
		}
		at += len(f.Tensors[i].Data)
		sorted = append(sorted, f.Tensors[i])
	}
	if at != size {
		return fmt.Errorf("%w: %d bytes after the last tensor", ErrFormat, size-at)
	}
	f.Tensors = sorted
	return nil
}

// Encode gives the file: metadata first, sorted, then the tensors in order, the
// header padded with spaces to a multiple of 8 bytes.
func (f File) Encode() []byte {
	var b bytes.Buffer
	size := 0
	header := f.header()
	for _, t := range f.Tensors {
		size += len(t.Data)
	}
	b.Grow(len(header) + size)
	b.Write(header)
	for _, t := range f.Tensors {
		b.Write(t.Data)
	}
	return b.Bytes()
}

// WriteTo writes what Encode gives, without a copy of the tensors.
func (f File) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(f.header())
	written := int64(n)
	for _, t := range f.Tensors {
		if err != nil {
			break
		}
		n, err = w.Write(t.Data)
		written += int64(n)
	}
	return written, err
}

// header is all that comes before the tensors' data.
func (f File) header() []byte {
	var header bytes.Buffer
	header.WriteByte('{')
	member := func(name string, value any) {
		if header.Len() > 1 {
			header.WriteByte(',')
		}
		key, _ := json.Marshal(name) // strings and numbers always encode
		text, _ := json.Marshal(value)
		header.Write(key)
		header.WriteByte(':')
		header.Write(text)
	}
	if len(f.Metadata) > 0 {
		member("__metadata__", maps.Clone(f.Metadata)) // json sorts the keys of maps
	}
	at := 0
	for _, t := range f.Tensors {
		shape := t.Shape
		if shape == nil {
			shape = []int{}
		}
		member(t.Name, entry{t.DType, shape, [2]int{at, at + len(t.Data)}})
		at += len(t.Data)
	}
	header.WriteByte('}')
	for header.Len()%8 != 0 {
		header.WriteByte(' ')
	}
	b := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+header.Len()), uint64(header.Len()))
	return append(b, header.Bytes()...)
}

// DataOffset is the place in an encoded file at which the first tensor's data
// begin.
func DataOffset(b []byte) int { return 8 + int(binary.LittleEndian.Uint64(b)) }
