package buffer

import (
	"encoding/binary"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// span is the numbers from first up to end, without end.
type span struct{ first, end uint64 }

// lost accounts for a block that cannot be read. What it held is taken to be all
// numbers between its neighbours that no other block has: that may be too many where
// blocks between them were dropped before, but none is missing in silence.
func (c *change) lost(tx btree.Tx, r reference) {
	gap := c.gap(tx, r)
	gap.first = max(gap.first, c.lostTo[r.priority])
	c.lostTo[r.priority] = max(gap.end, c.lostTo[r.priority])
	account := func(name string, cursor uint64) {
		from := max(gap.first, cursor)
		if from >= gap.end {
			return
		}
		if missing := gap.end - from - covered(tx, span{from, gap.end}); missing > 0 {
			c.dropped.add(entry{name, Damage, ""}, tally{readings: missing})
		}
	}
	for name, cursor := range c.cursors {
		account(name, cursor)
	}
	if len(c.cursors) == 0 {
		account("", 0)
	}
}

// gap is between the sound blocks beside a damaged one of the same priority.
func (c *change) gap(tx btree.Tx, r reference) span {
	cursor := blocksOf(tx, r.priority).Cursor()
	gap := span{0, c.held.next}
	for k, v := cursor.Seek([]byte(r.key)); k != nil; k, v = cursor.Next() {
		if b, err := openBlock(r.priority, k, v); err == nil {
			gap.end = b.first
			break
		}
	}
	cursor.Seek([]byte(r.key))
	for k, v := cursor.Previous(); k != nil; k, v = cursor.Previous() {
		if b, err := openBlock(r.priority, k, v); err == nil {
			gap.first = b.end()
			return gap
		}
	}
	// It is the oldest, and its own word for its number must do.
	if len(r.key) == keySize {
		gap.first = min(gap.end, binary.BigEndian.Uint64([]byte(r.key)))
	}
	return gap
}

// covered counts the numbers in a span that sound blocks have.
func covered(tx btree.Tx, s span) (n uint64) {
	for p := range priorities {
		var h head
		h.seek(blocksOf(tx, p).Cursor(), s.first)
		for h.key != nil {
			b, err := openBlock(p, h.key, h.value)
			if err == nil && b.first >= s.end {
				break
			}
			if err == nil && b.end() > s.first {
				n += min(b.end(), s.end) - max(b.first, s.first)
			}
			h.key, h.value = h.cursor.Next()
		}
	}
	return n
}
