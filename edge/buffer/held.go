package buffer

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// buckets are one a priority, for blocks, and one for all else.
var buckets = [priorities + 1]string{"low", "normal", "high", "critical", "state"}

const bucketState = "state"

func blocksOf(tx btree.Tx, p Priority) btree.Bucket { return tx.Bucket(buckets[p]) }

// Keys in bucketState, besides those of the account.
const (
	keyPosition = "position" // next number, clock, serial, era
	prefixFrom  = "from/"    // an origin's name; the position behind what was read there
	prefixSink  = "sink/"    // a sink's name; its cursor, the era, how many readings it has yet to get, its mark
)

// held is what the file holds. All of it is known from the file.
type held struct {
	readings [priorities]uint64
	bytes    [priorities]int64 // with overhead
	next     uint64            // the number of the next reading
	serial   uint64            // the latest transaction's random name
	era      uint64            // of the numbers: another file, another era
	entries  int               // of the account
}

func (h *held) total() (bytes int64) {
	for _, n := range h.bytes {
		bytes += n
	}
	return bytes
}

// reference is a block's place.
type reference struct {
	priority Priority
	key      string
}

// scan reads what the file holds, and which blocks are damaged; clock is the buffer's
// as the file has it.
func scan(tx btree.Tx) (h held, clock time.Duration, damaged []reference) {
	for p := range priorities {
		c := blocksOf(tx, p).Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			b, err := openBlock(p, k, v)
			if err != nil {
				damaged = append(damaged, reference{p, string(k)})
			} else {
				h.next, clock = max(h.next, b.end()), max(clock, b.stamp)
				h.readings[p] += uint64(b.count)
			}
			h.bytes[p] += size(k, v)
		}
	}
	state := tx.Bucket(bucketState)
	at := position(tx)
	h.next, clock, h.serial, h.era = max(h.next, at.next), max(clock, at.clock), at.serial, at.era
	c := state.Cursor()
	for k, _ := c.Seek([]byte(prefixDropped)); bytes.HasPrefix(k, []byte(prefixDropped)); k, _ = c.Next() {
		h.entries++
	}
	return h, clock, damaged
}

// place is what keyPosition holds.
type place struct {
	next, serial, era uint64
	clock             time.Duration
}

// position is the place, or nothing if there is none or it is damaged.
func position(tx btree.Tx) place {
	n, ok := parseRecord([]byte(keyPosition), tx.Bucket(bucketState).Get([]byte(keyPosition)), 4)
	if !ok {
		return place{}
	}
	return place{next: n[0], clock: time.Duration(n[1]), serial: n[2], era: n[3]}
}

// size is what a block counts.
func size(key, value []byte) int64 { return int64(16 + len(key) + len(value)) }

// begin takes up what the file holds.
func (b *Buffer) begin() error {
	err := b.file.View(func(tx btree.Tx) error {
		b.held, b.base, b.damaged = scan(tx)
		b.forgot = b.held.era == 0 && !b.file.Fresh()
		state := tx.Bucket(bucketState)
		for _, name := range b.options.Sinks {
			key := []byte(prefixSink + name)
			s := &sink{cursor: oldest(tx, b.held.next)}
			s.pending = covered(tx, span{s.cursor, b.held.next})
			if n, ok := parseRecord(key, state.Get(key), 4); ok && n[1] == b.held.era && n[0] <= b.held.next {
				s.cursor, s.pending, s.mark = n[0], n[2], int64(n[3])
				b.doubt = b.doubt || s.pending != covered(tx, span{s.cursor, b.held.next})
			} else {
				b.forgot = b.forgot || state.Get(key) != nil
			}
			s.stored, s.read = s.cursor, s.cursor
			b.sinks[name] = s
		}
		return nil
	})
	b.acked, b.spare = b.doubt || len(b.damaged) > 0, true
	if err != nil || b.held.era != 0 {
		return err
	}
	var era [8]byte
	rand.Read(era[:]) // never fails
	b.held.era = binary.BigEndian.Uint64(era[:]) | 1
	cursors, pending := map[string]uint64{}, map[string]uint64{}
	for name, s := range b.sinks {
		cursors[name], pending[name] = s.cursor, s.pending
	}
	return b.file.Update(func(tx btree.Tx) error { return writeState(tx, b.held, b.base, cursors, pending, nil) })
}

// Position is where to go on at an origin, behind what is on disk of it; 0 = at its
// beginning.
func (b *Buffer) Position(origin string) (position int64, err error) {
	err = b.file.View(func(tx btree.Tx) error {
		key := []byte(prefixFrom + origin)
		if n, ok := parseRecord(key, tx.Bucket(bucketState).Get(key), 1); ok {
			position = int64(n[0])
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("position at %s: %w", origin, err)
	}
	return position, nil
}

// oldest is the number of the first reading that is held.
func oldest(tx btree.Tx, next uint64) uint64 {
	first := next
	for p := range priorities {
		if k, _ := blocksOf(tx, p).Cursor().First(); len(k) == keySize {
			first = min(first, binary.BigEndian.Uint64(k))
		}
	}
	return first
}

// writeState writes position and cursors, and forgets sinks that are no more.
func writeState(tx btree.Tx, h held, clock time.Duration, cursors, pending map[string]uint64, marks map[string]int64) error {
	state := tx.Bucket(bucketState)
	if err := state.Put([]byte(keyPosition), record([]byte(keyPosition), h.next, uint64(clock), h.serial, h.era)); err != nil {
		return fmt.Errorf("write position: %w", err)
	}
	for name, cursor := range cursors {
		key := []byte(prefixSink + name)
		if value := record(key, cursor, h.era, pending[name], uint64(marks[name])); !bytes.Equal(value, state.Get(key)) {
			if err := state.Put(key, value); err != nil {
				return fmt.Errorf("write cursor of %s: %w", name, err)
			}
		}
	}
	var gone [][]byte
	c := state.Cursor()
	for k, _ := c.Seek([]byte(prefixSink)); bytes.HasPrefix(k, []byte(prefixSink)); k, _ = c.Next() {
		if _, known := cursors[strings.TrimPrefix(string(k), prefixSink)]; !known {
			gone = append(gone, slices.Clone(k))
		}
	}
	for _, key := range gone {
		if err := state.Delete(key); err != nil {
			return fmt.Errorf("forget %s: %w", key, err)
		}
	}
	return nil
}
