package buffer

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// Numbered is a reading with its number.
type Numbered struct {
	Number uint64
	reading.Reading
}

// Due is readings for a sink, in the order of their numbers.
type Due struct {
	Era      uint64 // of the numbers: they begin anew, in another, when a damaged file was set aside
	Readings []Numbered
}

// Next gives a sink the next readings, about limit of them, and waits until there are
// any. It gives each once: see Rewind.
func (b *Buffer) Next(ctx context.Context, name string, limit int) (Due, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, known := b.sinks[name]
	if !known {
		return Due{}, fmt.Errorf("read for sink %q: the buffer was not opened with it", name)
	}
	for {
		if b.closing {
			return Due{}, fmt.Errorf("read for sink %s: %w", name, ErrClosed)
		}
		if from, next := s.read, b.held.next; from < next {
			due := Due{Era: b.held.era}
			b.mu.Unlock()
			bad, end, err := b.collect(&due, from, next, max(1, limit))
			b.mu.Lock()
			b.damaged = append(b.damaged, bad...)
			b.acked = b.acked || len(bad) > 0
			if err != nil {
				return Due{}, fmt.Errorf("read for sink %s: %w", name, err)
			}
			if s.read == from { // nobody went back meanwhile
				s.read = end
				if len(due.Readings) > 0 {
					return due, nil
				}
			}
			continue
		}
		changed := b.changed
		b.mu.Unlock()
		select {
		case <-changed:
			b.mu.Lock()
		case <-ctx.Done():
			b.mu.Lock()
			return Due{}, ctx.Err()
		}
	}
}

// collect reads the blocks from a number on, but none at next or behind. It says which
// are damaged, and where it ended.
func (b *Buffer) collect(due *Due, from, next uint64, limit int) (bad []reference, end uint64, err error) {
	err = b.file.View(func(tx btree.Tx) error {
		var heads [priorities]head
		for p := range priorities {
			heads[p].seek(blocksOf(tx, p).Cursor(), from)
		}
		end = from
		for len(due.Readings) < limit {
			p := least(heads[:])
			if p == priorities || binary.BigEndian.Uint64(heads[p].key) >= next {
				end = next // what is missing up to there was dropped
				return nil
			}
			block, err := openBlock(p, heads[p].key, heads[p].value)
			if err == nil {
				err = block.each(func(number uint64, r reading.Reading, _ int) {
					if number >= from {
						due.Readings = append(due.Readings, Numbered{number, r})
					}
				})
				end = max(end, block.end())
			}
			if err != nil {
				bad = append(bad, reference{p, string(heads[p].key)})
			}
			heads[p].key, heads[p].value = heads[p].cursor.Next()
		}
		return nil
	})
	return bad, end, err
}

// head is where a merge of the priorities stands in one of them.
type head struct {
	cursor     btree.Cursor
	key, value []byte
}

// seek goes to the block that holds a number, or to the first behind it.
func (h *head) seek(c btree.Cursor, number uint64) {
	h.cursor = c
	h.key, h.value = c.Seek(key(number))
	if h.key != nil && binary.BigEndian.Uint64(h.key) == number {
		return
	}
	before := c // the block before may reach so far
	k, v := before.Previous()
	if h.key == nil {
		k, v = before.Last()
	}
	if len(k) == keySize && len(v) >= blockHead && binary.BigEndian.Uint64(k)+uint64(binary.BigEndian.Uint16(v[12:])) > number {
		h.key, h.value = k, v
		return
	}
	h.key, h.value = c.Seek(key(number))
}

// least is the priority whose block comes first; priorities = there is none.
func least(heads []head) Priority {
	first := priorities
	for p := range priorities {
		if len(heads[p].key) == keySize && (first == priorities || string(heads[p].key) < string(heads[first].key)) {
			first = p
		}
	}
	return first
}

// Ack says that a sink has all readings up to a number. It is on disk with the next
// commit; Flush waits for one.
func (b *Buffer) Ack(name string, number uint64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, known := b.sinks[name]
	switch {
	case !known:
		return fmt.Errorf("acknowledge for sink %q: the buffer was not opened with it", name)
	case number >= b.held.next:
		return fmt.Errorf("acknowledge reading %d for sink %s: there are readings up to %d only", number, name, b.held.next)
	case number < s.cursor:
		return nil
	}
	s.cursor, b.spare = number+1, true
	s.read = max(s.read, s.cursor)
	if !b.acked {
		b.acked = true
		b.look()
	}
	return nil
}

// Mark is the mark of the sink's latest place; 0 = it never had one, or what it was is
// lost with the readings that it belonged to.
func (b *Buffer) Mark(name string) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.sinks[name]; s != nil {
		return s.mark
	}
	return 0
}

// Rewind has Next begin again at the first reading that the sink has not acknowledged.
func (b *Buffer) Rewind(name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, known := b.sinks[name]
	if !known {
		return fmt.Errorf("rewind sink %q: the buffer was not opened with it", name)
	}
	s.read = s.cursor
	return nil
}
