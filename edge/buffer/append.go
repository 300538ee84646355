package buffer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Batch is readings that are appended together. They come out in their order.
type Batch struct {
	Priority Priority // critical ones are committed at once
	Wait     bool     // for sinks to make room, rather than push older readings out: for sources that can
	Readings []reading.Reading
	Origin   string  // of readings that can be read there again; "" = they cannot
	Position int64   // where to go on there behind these: on disk with them, see Buffer.Position
	Done     []Place // where sinks are that made these readings of others: on disk with them, or not at all
}

// Place is how far a sink has come.
type Place struct {
	Sink string
	Next uint64 // number of the first reading that it still needs
	Mark int64  // what else it must know to go on from there: see Buffer.Mark
}

// Append takes a batch into memory; the receipt tells when it is on disk. If memory is
// full, because the disk is slow or refuses, it waits for room until ctx ends; the
// batch is then counted as refused, and nothing of it is kept. Unless batch.Wait is
// set, slow sinks do not hold it up.
func (b *Buffer) Append(ctx context.Context, batch Batch) (Receipt, error) {
	if batch.Priority >= priorities {
		return Receipt{}, fmt.Errorf("append: priority %d, want at most %d", batch.Priority, Critical)
	}
	if err := b.known(batch.Done); err != nil {
		return Receipt{}, fmt.Errorf("append: %w", err)
	}
	encoded, ends := make([]byte, 0, 64*len(batch.Readings)), make([]int, 0, len(batch.Readings))
	for i, r := range batch.Readings {
		if err := r.Validate(); err != nil {
			return Receipt{}, fmt.Errorf("append reading %d of %d: %w", i, len(batch.Readings), err)
		}
		encoded = reading.Append(encoded, r)
		ends = append(ends, len(encoded))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.fits(len(encoded), batch.Wait) {
		if err := b.await(ctx, batch.Wait); err != nil {
			if !errors.Is(err, ErrClosed) {
				b.refuse(batch.Readings, ends)
			}
			return Receipt{}, fmt.Errorf("append %d readings: no room: %w", len(batch.Readings), errors.Join(err, b.fault))
		}
	}
	if b.closing {
		return Receipt{}, fmt.Errorf("append: %w", ErrClosed)
	}
	b.gather.places = append(b.gather.places, batch.Done...)
	b.acked = b.acked || len(batch.Done) > 0
	if batch.Origin != "" {
		if b.gather.positions == nil {
			b.gather.positions = map[string]int64{}
		}
		b.gather.positions[batch.Origin] = batch.Position
	}
	if b.gather.count == 0 {
		b.gather.since = time.Now()
		defer b.look() // to see to the age
	}
	begin := 0
	for _, end := range ends {
		b.gather.add(batch.Priority, encoded[begin:end])
		begin = end
	}
	if batch.Priority == Critical {
		b.wanted = max(b.wanted, b.begun+1)
		b.look()
	}
	if b.gather.count >= b.options.CommitCount || b.gather.bytes >= b.options.CommitBytes {
		b.look()
	}
	return Receipt{b, b.gather}, nil
}

// fits tells whether a batch of that size may come in. One that is larger than all of
// the memory may if it is alone.
func (b *Buffer) fits(size int, wait bool) bool {
	used := b.gather.bytes
	if b.flight != nil {
		used += b.flight.bytes
	}
	if used > 0 && used+size > 2*b.options.CommitBytes {
		return false
	}
	held := b.held.total() + int64(used)
	return !wait || held == 0 || held+int64(size) <= b.quota()
}

// await waits for a change. The caller holds mu, which is let go meanwhile.
func (b *Buffer) await(ctx context.Context, forSinks bool) error {
	if b.closing {
		return ErrClosed
	}
	if forSinks {
		b.waiters++
		b.acked = b.acked || b.spare // have it freed, little as it may be
		defer func() { b.waiters-- }()
	}
	changed := b.changed
	b.mu.Unlock()
	defer b.mu.Lock()
	b.look()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *Buffer) known(places []Place) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range places {
		if b.sinks[p.Sink] == nil {
			return fmt.Errorf("place of sink %q: the buffer was not opened with it", p.Sink)
		}
		if p.Next > b.held.next {
			return fmt.Errorf("place of sink %s: %d is behind the next reading, %d", p.Sink, p.Next, b.held.next)
		}
	}
	return nil
}

func (b *Buffer) refuse(readings []reading.Reading, ends []int) {
	for i, r := range readings {
		size := ends[i]
		if i > 0 {
			size -= ends[i-1]
		}
		b.refused.add(entry{"", Refused, r.Source}, tally{1, uint64(size), r.Time, r.Time})
	}
}

// Receipt is for what was appended.
type Receipt struct {
	buffer *Buffer
	set    *set
}

// Wait returns nil once the readings are on disk: they are acknowledged. An error says
// that they may be or not.
func (r Receipt) Wait(ctx context.Context) error {
	b := r.buffer
	b.mu.Lock()
	defer b.mu.Unlock()
	for !r.set.done {
		if b.ended {
			return fmt.Errorf("wait for readings to be on disk: %w", errors.Join(ErrClosed, b.fault))
		}
		changed := b.changed
		b.mu.Unlock()
		select {
		case <-changed:
			b.mu.Lock()
		case <-ctx.Done():
			b.mu.Lock()
			return fmt.Errorf("wait for readings to be on disk: %w", errors.Join(ctx.Err(), b.fault))
		}
	}
	return nil
}

// Flush commits what was appended and acknowledged, now. An error says that the disk
// refused, or ctx ended: the readings stay in memory and are tried again.
func (b *Buffer) Flush(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closing {
		return fmt.Errorf("flush: %w", ErrClosed)
	}
	wanted := b.begun + 1
	b.retryAt = time.Time{}
	b.wanted = max(b.wanted, wanted)
	b.look()
	for b.flushed < wanted {
		changed := b.changed
		b.mu.Unlock()
		select {
		case <-changed:
			b.mu.Lock()
		case <-ctx.Done():
			b.mu.Lock()
			return fmt.Errorf("flush: %w", errors.Join(ctx.Err(), b.fault))
		}
		if b.fault != nil && b.settled >= wanted {
			return fmt.Errorf("flush: %w", b.fault)
		}
		if b.ended && b.flushed < wanted {
			return fmt.Errorf("flush: %w", errors.Join(ErrClosed, b.fault))
		}
	}
	return nil
}
