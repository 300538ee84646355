package blob

import (
	"fmt"
	"io"
)

// Reader is an open blob.
type Reader interface {
	io.ReaderAt
	io.Closer
}

// Store keeps whole blobs and the unfinished ones being received. Both kinds are
// safe for concurrent use on different blobs.
type Store interface {
	// Put keeps content and names it.
	Put(content []byte) (Hash, error)
	// Open opens a whole blob, or fails with ErrMissing.
	Open(h Hash) (r Reader, size int64, err error)
	// Has tells whether the whole blob is there.
	Has(h Hash) bool
	// Delete forgets the blob and its unfinished transfer; a missing one is no error.
	Delete(h Hash) error
	// partial opens the content of an unfinished blob for reading and writing, and
	// tells whether there can be any of it yet.
	partial(m Manifest) (p partial, begun bool, err error)
	// finish turns the unfinished blob into a whole one.
	finish(h Hash, p partial) error
}

// partial is an unfinished blob's content; unwritten parts read as zeros.
type partial interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
}

// ReadAll reads a whole blob into memory.
func ReadAll(s Store, h Hash) ([]byte, error) {
	r, size, err := s.Open(h)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), content); err != nil {
		return nil, fmt.Errorf("read blob %s: %w", h.Short(), err)
	}
	return content, nil
}

// DescribeStored makes the manifest of a blob in a store.
func DescribeStored(s Store, h Hash, chunkSize uint32) (Manifest, error) {
	r, size, err := s.Open(h)
	if err != nil {
		return Manifest{}, err
	}
	defer r.Close()
	return Describe(io.NewSectionReader(r, 0, size), chunkSize)
}

// ReadChunk reads chunk i of a whole blob.
func ReadChunk(s Store, m Manifest, i uint32) ([]byte, error) {
	if uint64(i) >= uint64(len(m.Chunks)) {
		return nil, fmt.Errorf("read chunk %d of blob %s: it has %d chunks", i, m.Hash.Short(), len(m.Chunks))
	}
	r, _, err := s.Open(m.Hash)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	offset, length := m.span(i)
	data := make([]byte, length)
	if _, err := io.ReadFull(io.NewSectionReader(r, offset, int64(length)), data); err != nil {
		return nil, fmt.Errorf("read chunk %d of blob %s: %w", i, m.Hash.Short(), err)
	}
	return data, nil
}
