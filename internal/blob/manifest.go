package blob

import (
	"crypto/sha256"
	"fmt"
	"io"
)

// Sizes of the chunk protocol, in bytes. A chunk and its frame fit the smallest
// cap that hosted brokers have (128 KiB); two manifests fit one message.
const (
	DefaultChunkSize = 64 << 10
	MinChunkSize     = 1 << 10
	MaxChunkSize     = 64 << 10
	MaxChunks        = 1200
)

// Manifest describes a blob so that each chunk of it can be checked alone. It is
// to be trusted as far as the signature of the message that carried it.
type Manifest struct {
	Hash      Hash   `cbor:"1,keyasint"` // SHA-256 of the whole
	Size      uint64 `cbor:"2,keyasint"` // bytes, at least 1
	ChunkSize uint32 `cbor:"3,keyasint"` // bytes, a multiple of 8; the last chunk may be shorter
	Chunks    []Hash `cbor:"4,keyasint"` // SHA-256 of each chunk, in order
}

// Describe makes the manifest of content read to its end. A chunkSize of 0 means
// DefaultChunkSize.
func Describe(content io.Reader, chunkSize uint32) (Manifest, error) {
	if chunkSize == 0 {
		chunkSize = DefaultChunkSize
	}
	m := Manifest{ChunkSize: chunkSize}
	whole := sha256.New()
	chunk := make([]byte, chunkSize)
	for {
		n, err := io.ReadFull(content, chunk)
		if n > 0 {
			whole.Write(chunk[:n])
			m.Chunks = append(m.Chunks, Sum(chunk[:n]))
			m.Size += uint64(n)
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return Manifest{}, fmt.Errorf("describe blob: %w", err)
		}
	}
	m.Hash = Hash(whole.Sum(nil))
	return m, m.Validate()
}

// Validate refuses manifests whose numbers do not fit each other or the limits.
func (m Manifest) Validate() error {
	switch {
	case m.ChunkSize < MinChunkSize || m.ChunkSize > MaxChunkSize || m.ChunkSize%8 != 0:
		return fmt.Errorf("%w: chunk size %d, want a multiple of 8 from %d to %d", ErrManifest, m.ChunkSize, MinChunkSize, MaxChunkSize)
	case m.Size == 0:
		return fmt.Errorf("%w: the blob is empty", ErrManifest)
	case len(m.Chunks) > MaxChunks || m.Size > uint64(m.ChunkSize)*MaxChunks:
		return fmt.Errorf("%w: %d bytes in %d chunks, at most %d chunks", ErrManifest, m.Size, len(m.Chunks), MaxChunks)
	case (m.Size+uint64(m.ChunkSize)-1)/uint64(m.ChunkSize) != uint64(len(m.Chunks)):
		return fmt.Errorf("%w: %d bytes do not make %d chunks of %d", ErrManifest, m.Size, len(m.Chunks), m.ChunkSize)
	}
	return nil
}

// span gives the bytes of chunk i as offset and length.
func (m Manifest) span(i uint32) (offset int64, length int) {
	offset = int64(i) * int64(m.ChunkSize)
	return offset, int(min(uint64(m.ChunkSize), m.Size-uint64(offset)))
}

// Check tells whether data is chunk i of the blob.
func (m Manifest) Check(i uint32, data []byte) error {
	if uint64(i) >= uint64(len(m.Chunks)) {
		return fmt.Errorf("chunk %d of blob %s: it has %d chunks: %w", i, m.Hash.Short(), len(m.Chunks), ErrMismatch)
	}
	if _, length := m.span(i); len(data) != length {
		return fmt.Errorf("chunk %d of blob %s: %d bytes, want %d: %w", i, m.Hash.Short(), len(data), length, ErrMismatch)
	}
	if Sum(data) != m.Chunks[i] {
		return fmt.Errorf("chunk %d of blob %s: %w", i, m.Hash.Short(), ErrMismatch)
	}
	return nil
}
