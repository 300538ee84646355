package job

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/tetratelabs/wazero/api"

	"github.com/tadpole-edge/tadpole/internal/wire"
)

// An image is all that a run is at a safe point: the length of its header in 4 bytes,
// big-endian, the header in CBOR, the pages that are not all zeros, and the SHA-256 of all
// that.
type imageHeader struct {
	Pages   uint32        `cbor:"1,keyasint"` // of the memory, 64 KiB each
	Runs    []pageRun     `cbor:"2,keyasint,omitempty"`
	Globals []uint64      `cbor:"3,keyasint"` // their bits
	Elapsed time.Duration `cbor:"4,keyasint"`
}

// pageRun is pages in a row that are there.
type pageRun struct {
	First uint32 `cbor:"1,keyasint"`
	Count uint32 `cbor:"2,keyasint"`
}

var errImage = errors.New("damaged checkpoint")

// encodeImage gives an image in parts, most of which are memory as it is.
func encodeImage(memory []byte, globals []uint64, elapsed time.Duration) ([][]byte, error) {
	h := imageHeader{Pages: uint32(len(memory) / pageSize), Globals: globals, Elapsed: elapsed}
	zeros := make([]byte, pageSize)
	for page := range h.Pages {
		if bytes.Equal(pagesOf(memory, pageRun{page, 1}), zeros) {
			continue
		}
		if n := len(h.Runs); n > 0 && h.Runs[n-1].First+h.Runs[n-1].Count == page {
			h.Runs[n-1].Count++
		} else {
			h.Runs = append(h.Runs, pageRun{page, 1})
		}
	}
	header, err := wire.Marshal(h)
	if err != nil {
		return nil, err
	}
	parts := [][]byte{append(binary.BigEndian.AppendUint32(nil, uint32(len(header))), header...)}
	for _, r := range h.Runs {
		parts = append(parts, pagesOf(memory, r))
	}
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p)
	}
	return append(parts, sum.Sum(nil)), nil
}

func pagesOf(memory []byte, r pageRun) []byte {
	return memory[int(r.First)*pageSize : int(r.First+r.Count)*pageSize]
}

// image is one in a checkpoint's file, found to be whole.
type image struct {
	imageHeader
	file *os.File // at the first page
}

// openImage opens the image in a checkpoint's file. Close its file.
func openImage(path string) (i image, err error) {
	if i.file, err = os.Open(path); err != nil {
		return i, err
	}
	if err := i.check(); err != nil {
		i.file.Close()
		return i, fmt.Errorf("%w: %v", errImage, err)
	}
	return i, nil
}

// check reads the whole file, and leaves the file at the first page.
func (i *image) check() error {
	info, err := i.file.Stat()
	if err != nil {
		return err
	}
	body := info.Size() - int64(imageAt) - sha256.Size
	if body < 4 {
		return io.ErrUnexpectedEOF
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(i.file, int64(imageAt), body)); err != nil {
		return err
	}
	want := make([]byte, sha256.Size)
	if _, err := i.file.ReadAt(want, info.Size()-sha256.Size); err != nil {
		return err
	}
	if !bytes.Equal(sum.Sum(nil), want) {
		return errors.New("its hash is another")
	}
	at, err := i.readHeader(io.NewSectionReader(i.file, int64(imageAt), body))
	if err != nil {
		return err
	}
	pages := int64(0)
	for _, r := range i.Runs {
		pages += int64(r.Count)
	}
	if at+pages*pageSize != body {
		return fmt.Errorf("%d bytes for %d pages", body-at, pages)
	}
	_, err = i.file.Seek(int64(imageAt)+at, io.SeekStart)
	return err
}

// readHeader gives the header's end.
func (i *image) readHeader(r io.Reader) (end int64, err error) {
	in := bufio.NewReader(r)
	var size [4]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return 0, unexpected(err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxHeader {
		return 0, fmt.Errorf("header of %d bytes, at most %d", n, maxHeader)
	}
	header, err := readBlob(in, uint64(n))
	if err != nil {
		return 0, err
	}
	if err := wire.Unmarshal(header, &i.imageHeader); err != nil {
		return 0, err
	}
	next := uint32(0)
	for _, r := range i.Runs {
		if r.First < next || r.Count == 0 || r.Count > i.Pages || r.First > i.Pages-r.Count {
			return 0, fmt.Errorf("pages %d to %d of %d", r.First, uint64(r.First)+uint64(r.Count), i.Pages)
		}
		next = r.First + r.Count
	}
	return 4 + int64(n), nil
}

// restore fills a new instance's memory. The globals are left to the first safe point:
// what runs until then changes them.
func (i *image) restore(m api.Memory) error {
	have := m.Size() / pageSize
	if have > i.Pages {
		return fmt.Errorf("%w: %d pages, a new instance has %d", errImage, i.Pages, have)
	}
	if _, grown := m.Grow(i.Pages - have); !grown {
		return failed(ErrMemory, "the system refuses it the %d bytes of its checkpoint", uint64(i.Pages)*pageSize)
	}
	memory, _ := m.Read(0, m.Size())
	if len(memory) != int(i.Pages)*pageSize {
		return failed(ErrMemory, "it has %d bytes of memory, its checkpoint %d pages", len(memory), i.Pages)
	}
	end := 0
	for _, r := range append(slices.Clone(i.Runs), pageRun{First: i.Pages}) {
		clear(memory[end : int(r.First)*pageSize]) // data segments of the new instance
		if _, err := io.ReadFull(i.file, pagesOf(memory, r)); err != nil {
			return fmt.Errorf("%w: %v", errImage, unexpected(err))
		}
		end = int(r.First+r.Count) * pageSize
	}
	return nil
}
