package btree

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

const (
	headSize    = 16
	elementSize = 16
	flagBranch  = 0x01
	flagLeaf    = 0x02
	flagBucket  = 0x01
)

// walk is a walk over the pages of a database that nobody changes.
//
// bbolt maps its file and trusts it: a flipped bit in a page can end the process
// with a fault that nothing recovers from, at every start again. So the pages
// are walked here first, with every length checked, by bbolt's file format:
//
//	page    id u64, flags u16, elements u16, pages that follow it u32
//	branch  per element: key's place u32 and size u32, child page u64
//	leaf    per element: flags u32, key's place u32 and size u32, value's size u32
//	bucket  (a value) root page u64, sequence u64; root 0 = a leaf follows inline
//
// Places count from the element, numbers are in the machine's byte order. The two
// headers have checksums, and no list of free pages is kept in the file.
type walk struct {
	file     io.ReaderAt
	pageSize int64
	pages    uint64 // in use or free; all lie within the file
	seen     map[uint64]bool
}

// page checks a page and all below it. Unless they are nil, the first key must be
// low, and all must be below high. bbolt finds a page's place in the page above by its
// first key: were that another, the next change would have two pages lead to this one.
func (w *walk) page(id uint64, low, high []byte) error {
	head := make([]byte, headSize)
	if id < 2 || id >= w.pages {
		return fmt.Errorf("page %d of %d", id, w.pages)
	}
	if _, err := w.file.ReadAt(head, int64(id)*w.pageSize); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	more := uint64(binary.NativeEndian.Uint32(head[12:]))
	if named := binary.NativeEndian.Uint64(head); named != id || id+more >= w.pages {
		return fmt.Errorf("page %d names itself %d and goes on for %d of %d", id, named, more, w.pages)
	}
	for n := id; n <= id+more; n++ {
		if w.seen[n] {
			return fmt.Errorf("page %d is used twice", n)
		}
		w.seen[n] = true
	}
	body := make([]byte, int64(more+1)*w.pageSize)
	if _, err := w.file.ReadAt(body, int64(id)*w.pageSize); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	if err := w.elements(body, low, high); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// elements checks what a page holds.
func (w *walk) elements(body, low, high []byte) error {
	if len(body) < headSize {
		return fmt.Errorf("page of %d bytes", len(body))
	}
	flags, count := binary.NativeEndian.Uint16(body[8:]), int(binary.NativeEndian.Uint16(body[10:]))
	if flags != flagLeaf && (flags != flagBranch || count == 0) {
		return fmt.Errorf("type %#x with %d elements", flags, count)
	}
	if headSize+count*elementSize > len(body) {
		return fmt.Errorf("%d elements in %d bytes", count, len(body))
	}
	var keys [][]byte
	var children []uint64
	for i := range count {
		rest := body[headSize+i*elementSize:]
		field := func(n int) uint64 { return uint64(binary.NativeEndian.Uint32(rest[4*n:])) }
		place, keySize, valueSize := field(0), field(1), uint64(0)
		if flags == flagLeaf {
			place, keySize, valueSize = field(1), field(2), field(3)
		}
		if place+keySize+valueSize > uint64(len(rest)) {
			return fmt.Errorf("element %d ends behind the page", i)
		}
		key, value := rest[place:place+keySize], rest[place+keySize:place+keySize+valueSize]
		if i == 0 && low != nil && !bytes.Equal(key, low) || i > 0 && bytes.Compare(key, keys[i-1]) <= 0 || high != nil && bytes.Compare(key, high) >= 0 {
			return fmt.Errorf("element %d is out of order", i)
		}
		keys = append(keys, key)
		if flags == flagBranch {
			children = append(children, binary.NativeEndian.Uint64(rest[8:]))
		} else if field(0)&flagBucket != 0 {
			if err := w.bucket(value); err != nil {
				return fmt.Errorf("bucket %.32q: %w", key, err)
			}
		}
	}
	for i, child := range children {
		below := high
		if i+1 < count {
			below = keys[i+1]
		}
		if err := w.page(child, keys[i], below); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) bucket(value []byte) error {
	if len(value) < headSize {
		return fmt.Errorf("header of %d bytes", len(value))
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return w.page(root, nil, nil)
	}
	inline := value[headSize:]
	if len(inline) < headSize || binary.NativeEndian.Uint16(inline[8:]) != flagLeaf {
		return fmt.Errorf("inline page of %d bytes is no leaf", len(inline))
	}
	return w.elements(inline, nil, nil)
}
