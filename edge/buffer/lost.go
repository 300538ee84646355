package buffer

import "github.com/tadpole-edge/tadpole/edge/store/btree"

// span is the numbers from first up to end, without end.
type span struct{ first, end uint64 }

// recount finds what damage took: bbolt has no checksums, and a flipped bit may change
// a block or make it vanish. With each sink's cursor there is on disk how many readings
// it has yet to get; what is fewer is lost, of whatever source.
func (c *change) recount(tx btree.Tx) {
	now, _, _ := scan(tx)
	c.held.readings, c.held.bytes = now.readings, now.bytes
	for name, cursor := range c.cursors {
		there := covered(tx, span{cursor, c.held.next})
		if lost := c.pending[name] - there; there < c.pending[name] {
			c.dropped.add(entry{name, Damage, ""}, tally{readings: lost})
		}
		c.pending[name] = there
	}
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
