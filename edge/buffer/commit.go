package buffer

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// While the disk is full the ring turns within what it has; so often it tries to grow
// again.
const retryGrowth = 10 * time.Minute

// slack is what is freed besides the need when the disk is full, for the tree's own
// pages.
const slack = 64 << 10

// commitLoop commits what is due until the buffer is closed.
func (b *Buffer) commitLoop() {
	defer close(b.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		b.mu.Lock()
		wait, due := b.due()
		closing := b.closing
		b.mu.Unlock()
		if closing {
			b.finish()
			return
		}
		if due {
			b.commit()
			continue
		}
		timer.Reset(wait)
		select {
		case <-b.wake:
		case <-timer.C:
		}
	}
}

// finish makes the last commits: of what an earlier one left and of what was gathered,
// and once more if the disk was full.
func (b *Buffer) finish() {
	for range 3 {
		b.commit()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	b.signal()
}

// due tells whether a commit is, or how long it will not be.
func (b *Buffer) due() (wait time.Duration, due bool) {
	now := time.Now()
	if wait := b.retryAt.Sub(now); wait > 0 {
		return wait, false
	}
	if b.wanted > b.begun || b.flight != nil || b.gather.count >= b.options.CommitCount || b.gather.bytes >= b.options.CommitBytes {
		return 0, true
	}
	if b.gather.count == 0 && !b.acked && len(b.refused) == 0 {
		return time.Hour, false
	}
	if b.gather.since.IsZero() {
		b.gather.since = now // acknowledgements alone wait as long
	}
	wait = b.gather.since.Add(b.options.CommitAge).Sub(now)
	return wait, wait <= 0
}

// commit tries to bring to disk what was gathered, or what an earlier try did not.
func (b *Buffer) commit() {
	b.mu.Lock()
	now := time.Now()
	if b.room > 0 && !now.Before(b.roomEnd) {
		b.room = 0
	}
	if b.flight == nil {
		b.flight, b.gather = b.gather, &set{}
		b.flight.refused, b.refused = b.refused, account{}
		b.flight.number(b.held.next, b.clock())
		for _, p := range b.flight.places {
			s := b.sinks[p.Sink]
			s.cursor, s.mark, b.spare = max(s.cursor, p.Next), p.Mark, true
			s.read = max(s.read, s.cursor)
		}
	}
	b.begun++
	c := change{set: b.flight, held: b.held, clock: b.clock(), damaged: b.damaged, seen: len(b.damaged), cursors: map[string]uint64{}, before: map[string]uint64{}, pending: map[string]uint64{}, marks: map[string]int64{}, doubt: b.doubt, stale: b.stale,
		quota: b.quota(), reason: Space, maxAge: b.options.MaxAge, hurry: b.waiters > 0, dropped: account{}}
	if b.room > 0 && b.room < b.options.Bytes {
		c.reason = DiskFull
	}
	for name, s := range b.sinks {
		c.cursors[name], c.before[name], c.pending[name], c.marks[name] = s.cursor, s.stored, s.pending, s.mark
	}
	nothing := c.set.count == 0 && !b.acked && len(c.set.refused) == 0
	b.mu.Unlock()

	var err error
	if !nothing {
		err = b.write(&c)
	}

	b.mu.Lock()
	defer b.mu.Unlock()
	b.settled, b.fault = b.begun, err
	if err == nil {
		b.succeeded(&c)
	} else {
		b.failed(&c, err)
	}
	b.signal()
}

// write brings a change to disk. Where the disk is full, it frees pages first, in a
// transaction of its own: what one frees, the next may use.
func (b *Buffer) write(c *change) error {
	if need := int64(c.set.bytes); c.reason == DiskFull && c.held.total()+need > c.quota {
		before := *c
		before.set, before.quota = &set{next: c.held.next, serial: c.set.serial}, max(0, c.quota-need)
		if err := b.update(before.run); err != nil {
			return err
		}
		c.held, c.damaged, c.doubt, c.stale = before.held, nil, false, false // pending is the same map
		c.before, c.dropped = c.cursors, account{}
		if c.there = before.there; c.there {
			c.set.serial = before.set.serial
		}
	}
	return b.update(c.run)
}

// succeeded takes up what a commit did. The caller holds mu.
func (b *Buffer) succeeded(c *change) {
	b.flushed = b.begun
	b.held = c.held
	b.damaged, b.doubt, b.stale = b.damaged[c.seen:], false, false
	b.flight.done = true
	b.flight = nil
	moved := b.movedSince(c)
	b.acked = len(b.damaged) > 0 || moved || len(b.gather.places) > 0
	b.spare = b.spare && (moved || !c.hurry)
	for name, s := range b.sinks {
		s.stored, s.pending = c.cursors[name], c.pending[name]
	}
}

// movedSince tells whether a sink has acknowledged more than a change knew. The caller
// holds mu.
func (b *Buffer) movedSince(c *change) bool {
	for name, s := range b.sinks {
		if s.cursor != c.cursors[name] {
			return true
		}
	}
	return false
}

// failed sees to it that the next try may do better. The caller holds mu.
func (b *Buffer) failed(c *change, err error) {
	b.stale = true
	b.fault = fmt.Errorf("write readings to disk: %w", err)
	b.retryAt = time.Now().Add(b.options.retryBackoff)
	if !errors.Is(err, syscall.ENOSPC) {
		return
	}
	b.fault = fmt.Errorf("%w: free some space, or give the buffer a smaller quota", b.fault)
	held := b.held.total()
	if b.room == 0 {
		b.retryAt = time.Time{}
		b.room = held
	}
	b.room = max(int64(c.set.bytes), min(b.room, held)-min(slack, held/8))
	b.roomEnd = time.Now().Add(retryGrowth)
}

// quota is how many bytes may be on disk now. The caller holds mu.
func (b *Buffer) quota() int64 {
	if b.room > 0 {
		return min(b.room, b.options.Bytes)
	}
	return b.options.Bytes
}

// change is what one transaction does.
type change struct {
	set     *set
	held    held // before; afterwards what is held then
	clock   time.Duration
	cursors map[string]uint64 // of sinks, as they are to be
	before  map[string]uint64 // as they are on disk
	pending map[string]uint64 // how many readings each has yet to get
	marks   map[string]int64
	doubt   bool // count them, for something is damaged
	stale   bool // held, before and pending may not be what is on disk
	there   bool // the set is on disk already
	damaged []reference
	seen    int // how many there were to begin with
	quota   int64
	reason  Reason // of what is dropped for the quota
	maxAge  time.Duration
	hurry   bool    // free whatever can be freed
	dropped account // by this transaction
}

// run is the transaction.
//
// If the disk refuses a transaction's very last page, it may be there after all, and be
// seen, and yet be lost in a power cut. Its serial number tells: then the readings are
// not put again, but another transaction is made, with which they are safe.
func (c *change) run(tx btree.Tx) error {
	now := position(tx)
	c.there = c.there || c.set.serial != 0 && now.serial == c.set.serial || c.set.count > 0 && now.next >= c.set.next
	if c.stale || c.there {
		era := c.held.era
		c.held, _, _ = scan(tx)
		c.held.era = era
	}
	for name, cursor := range c.cursors {
		if c.stale || c.there {
			c.pending[name] = covered(tx, span{cursor, c.held.next})
		} else if before := c.before[name]; before < cursor {
			c.pending[name] -= min(c.pending[name], covered(tx, span{before, cursor}))
		}
	}
	c.held.serial = rand.Uint64() | 1
	c.set.serial = c.held.serial
	account := account{}
	if !c.there {
		if err := c.put(tx); err != nil {
			return err
		}
		maps.Copy(account, c.set.refused)
		for origin, position := range c.set.positions {
			key := []byte(prefixFrom + origin)
			if err := tx.Bucket(bucketState).Put(key, record(key, uint64(position))); err != nil {
				return fmt.Errorf("put position at %s: %w", origin, err)
			}
		}
	}
	if err := c.trim(tx); err != nil {
		return err
	}
	if c.doubt {
		c.recount(tx)
	}
	for e, t := range c.dropped {
		account.add(e, t)
	}
	var err error
	if c.held.entries, err = account.write(tx.Bucket(bucketState), c.held.entries); err != nil {
		return err
	}
	return writeState(tx, c.held, c.clock, c.cursors, c.pending, c.marks)
}

// put writes the blocks.
func (c *change) put(tx btree.Tx) error {
	for p := range priorities {
		bucket := blocksOf(tx, p)
		bucket.Grow()
		for _, b := range c.set.blocks[p] {
			key, value := key(b.first), b.value()
			if err := bucket.Put(key, value); err != nil {
				return fmt.Errorf("put block %d: %w", b.first, err)
			}
			c.held.bytes[p] += size(key, value)
			c.held.readings[p] += uint64(b.count)
		}
	}
	c.held.next = c.set.next
	for name := range c.pending {
		c.pending[name] += uint64(c.set.count)
	}
	return nil
}
