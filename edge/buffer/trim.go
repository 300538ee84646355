package buffer

import (
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// freeBlocks is how many blocks must have become free before any is deleted: the page
// at which a deletion ends is written again.
const freeBlocks = 32

// trim deletes what all sinks have, what is damaged, what is too old, and what is too
// much.
func (c *change) trim(tx btree.Tx) error {
	for _, r := range c.damaged {
		if err := c.drop(tx, r, Damage); err != nil {
			return err
		}
	}
	for p := range priorities {
		if err := c.free(tx, p); err != nil {
			return err
		}
		if err := c.expire(tx, p); err != nil {
			return err
		}
	}
	for p := Priority(0); p < priorities && c.held.total() > c.quota; {
		key, _ := blocksOf(tx, p).Cursor().First()
		if key == nil {
			p++
			continue
		}
		if err := c.drop(tx, reference{p, string(key)}, c.reason); err != nil {
			return err
		}
	}
	return nil
}

// free deletes the oldest blocks that all sinks have.
func (c *change) free(tx btree.Tx, p Priority) error {
	least := c.held.next
	for _, cursor := range c.cursors {
		least = min(least, cursor)
	}
	var free []reference
	cursor := blocksOf(tx, p).Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		if b, err := openBlock(p, k, v); err != nil || b.end() > least {
			break
		}
		free = append(free, reference{p, string(k)})
	}
	if len(free) < freeBlocks && !c.hurry && c.held.total() <= c.quota {
		return nil
	}
	for _, r := range free {
		if err := c.drop(tx, r, 0); err != nil {
			return err
		}
	}
	return nil
}

// expire drops the oldest blocks that are too old.
func (c *change) expire(tx btree.Tx, p Priority) error {
	if c.maxAge == 0 {
		return nil
	}
	var old []reference
	cursor := blocksOf(tx, p).Cursor()
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		if b, err := openBlock(p, k, v); err != nil || c.clock-b.stamp <= c.maxAge {
			break
		}
		old = append(old, reference{p, string(k)})
	}
	for _, r := range old {
		if err := c.drop(tx, r, Age); err != nil {
			return err
		}
	}
	return nil
}

// drop deletes a block, and accounts for those of its readings that a sink does not
// have.
func (c *change) drop(tx btree.Tx, r reference, reason Reason) error {
	bucket := blocksOf(tx, r.priority)
	value := bucket.Get([]byte(r.key))
	if value == nil {
		return nil
	}
	c.held.bytes[r.priority] -= size([]byte(r.key), value)
	if b, err := openBlock(r.priority, []byte(r.key), value); err != nil {
		c.doubt = true // see recount
	} else {
		c.held.readings[r.priority] -= uint64(b.count)
		if err := c.count(b, reason); err != nil {
			return err
		}
	}
	if err := bucket.Delete([]byte(r.key)); err != nil {
		return fmt.Errorf("delete block %x: %w", r.key, err)
	}
	return nil
}

// count accounts for a block's readings.
func (c *change) count(b block, reason Reason) error {
	missing := map[string]uint64{} // by sink, the first that it does not have
	for name, cursor := range c.cursors {
		if cursor < b.end() {
			missing[name] = cursor
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return b.each(func(number uint64, r reading.Reading, size int) {
		for name, first := range missing {
			if number >= first {
				c.dropped.add(entry{name, reason, r.Source}, tally{1, uint64(size), r.Time, r.Time})
				c.pending[name]--
			}
		}
	})
}
