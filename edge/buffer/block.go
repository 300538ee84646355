package buffer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// A block is readings of one priority with successive numbers, under the number of the
// first. Its value is
//
//	checksum   4 bytes, CRC-32C of priority, key and all below
//	stamp      8 bytes, the buffer's clock in nanoseconds when it was made
//	count      2 bytes
//	readings   as package reading writes them
//
// all of it big endian. bbolt has no checksums of its own: a flipped bit in a value is
// noticed here.
type block struct {
	priority Priority
	first    uint64
	stamp    time.Duration
	count    int
	body     []byte // the readings
}

const (
	blockHead = 14
	keySize   = 8

	// blockSize bounds a body, so that four blocks fill a page (4096 = 16 + 4 * (16 +
	// key + head + body)): bbolt does not split a leaf of four, and writes the
	// last one again with every commit. A reading that alone is larger has a block of
	// its own.
	blockSize = (4096-16)/4 - 16 - keySize - blockHead

	// overhead is what a block takes on disk besides its body.
	overhead = 16 + keySize + blockHead
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errDamaged = errors.New("checksum is wrong")

func key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func (b block) value() []byte {
	v := make([]byte, 4, blockHead+len(b.body))
	v = binary.BigEndian.AppendUint64(v, uint64(b.stamp))
	v = binary.BigEndian.AppendUint16(v, uint16(b.count))
	v = append(v, b.body...)
	binary.BigEndian.PutUint32(v, sum(b.priority, b.first, v[4:]))
	return v
}

func sum(p Priority, first uint64, rest []byte) uint32 {
	var head [9]byte
	head[0] = byte(p)
	binary.BigEndian.PutUint64(head[1:], first)
	return crc32.Update(crc32.Checksum(head[:], castagnoli), castagnoli, rest)
}

// openBlock checks a block. Its body lies in the value.
func openBlock(p Priority, key, value []byte) (b block, err error) {
	if len(key) != keySize || len(value) < blockHead {
		return b, fmt.Errorf("block %x: %d bytes", key, len(value))
	}
	b = block{p, binary.BigEndian.Uint64(key), time.Duration(binary.BigEndian.Uint64(value[4:])), int(binary.BigEndian.Uint16(value[12:])), value[blockHead:]}
	if binary.BigEndian.Uint32(value) != sum(p, b.first, value[4:]) {
		return b, fmt.Errorf("block %d: %w", b.first, errDamaged)
	}
	return b, nil
}

// end is the number behind the block's last reading.
func (b block) end() uint64 { return b.first + uint64(b.count) }

// each gives the block's readings with their numbers.
func (b block) each(visit func(number uint64, r reading.Reading, size int)) error {
	rest := b.body
	for i := range b.count {
		r, next, err := reading.Decode(rest)
		if err != nil {
			return fmt.Errorf("block %d, reading %d: %w", b.first, i, err)
		}
		visit(b.first+uint64(i), r, len(rest)-len(next))
		rest = next
	}
	if len(rest) > 0 {
		return fmt.Errorf("block %d: %d bytes behind its readings", b.first, len(rest))
	}
	return nil
}

func recordSum(key, rest []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, rest)
}
