package wire

import (
	"encoding/binary"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// chunkHeader is the blob's hash (32 bytes) and the chunk's index (4, big-endian).
const chunkHeader = 36

// EncodeChunk frames chunk i of a blob. It carries no signature: the manifest,
// which came signed, authenticates it by hash.
func EncodeChunk(h blob.Hash, i uint32, data []byte) []byte {
	frame := make([]byte, chunkHeader, chunkHeader+len(data))
	copy(frame, h[:])
	binary.BigEndian.PutUint32(frame[len(h):], i)
	return append(frame, data...)
}

// DecodeChunk is the inverse of EncodeChunk. The data is part of the frame.
func DecodeChunk(frame []byte) (h blob.Hash, i uint32, data []byte, err error) {
	if len(frame) <= chunkHeader || len(frame) > chunkHeader+blob.MaxChunkSize {
		return h, 0, nil, fmt.Errorf("chunk frame of %d bytes, want %d to %d: %w",
			len(frame), chunkHeader+1, chunkHeader+blob.MaxChunkSize, ErrFrame)
	}
	copy(h[:], frame)
	return h, binary.BigEndian.Uint32(frame[len(h):]), frame[chunkHeader:], nil
}
