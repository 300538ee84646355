// Package buffer keeps readings between the sensors and those who want them: a ring
// on disk that outlives power cuts, dead disks and sinks that are away.
//
// Readings flow into Append, and what is due for each sink flows out of Next, in one
// order for all sinks, until the sink says Ack. What a Receipt has acknowledged is
// there after a kill or a power cut at any instant. When space or age runs out, the
// oldest readings of the lowest priority are dropped, and the account says how many
// of which source each sink will never see, and why.
//
// # Writing to flash
//
// Nothing is written reading by reading. Readings gather in memory and are committed
// together, by count, bytes or age: every commit costs about five pages besides the
// readings, so commits must be large or rare. Acknowledgements of sinks and freed
// space go along with the next commit.
//
// # Once and in order
//
// Every reading has a number, and a sink gets them in ascending order. After a kill it
// gets again what followed the last of its Acks that was committed; a sink that keeps
// the number it has seen last, in one transaction with the readings, sees all of them
// once. Within a commit greater priorities come first; readings of one priority keep
// the order in which they were appended.
//
// # Time
//
// The device's clock may jump by years. So age is the time that a reading has been in
// an open buffer, by the monotonic clock; while the device is off nothing ages.
package buffer

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// Priority says what is dropped first.
type Priority uint8

// Priorities, the first to be dropped first.
const (
	Low Priority = iota
	Normal
	High
	Critical
	priorities
)

// Options say how much is kept and how often is written. The zero value is right for
// a device with an SD card.
type Options struct {
	Sinks        []string      // who reads; what all of them have is freed. None: all is kept until its quota
	Bytes        int64         // quota of readings on disk; 0 = 64 MiB
	MaxAge       time.Duration // readings are dropped after it; 0 = never
	CommitCount  int           // readings gathered before a commit at most; 0 = 4096
	CommitBytes  int           // bytes of them; 0 = 128 KiB. Twice as much may wait in memory
	CommitAge    time.Duration // how long the first of them waits at most; 0 = 5 s
	NoSync       bool          // do not wait for the disk: for simulations, which a crash may lose
	retryBackoff time.Duration // after a commit that the disk refused; 0 = 1 s
}

func (o Options) complete() (Options, error) {
	o.Bytes = cmp.Or(o.Bytes, 64<<20)
	o.CommitCount, o.CommitBytes = cmp.Or(o.CommitCount, 4096), cmp.Or(o.CommitBytes, 128<<10)
	o.CommitAge, o.retryBackoff = cmp.Or(o.CommitAge, 5*time.Second), cmp.Or(o.retryBackoff, time.Second)
	var faults []error
	for i, name := range o.Sinks {
		if len(name) == 0 || len(name) > 64 || slices.Contains(o.Sinks[:i], name) {
			faults = append(faults, fmt.Errorf("sink %.80q: want names of 1 to 64 bytes, each once", name))
		}
	}
	if o.Bytes < 0 || o.MaxAge < 0 || o.CommitCount < 0 || o.CommitBytes < 0 || o.CommitAge < 0 {
		faults = append(faults, errors.New("a limit is below 0"))
	}
	return o, errors.Join(faults...)
}

// ErrClosed says that the buffer was closed.
var ErrClosed = errors.New("buffer of readings is closed")

// Buffer is an open buffer. It is safe for concurrent use.
type Buffer struct {
	options Options
	file    *btree.File
	update  func(func(btree.Tx) error) error // the file's; tests have it fail
	opened  time.Time
	wake    chan struct{} // tells the committer to look; holds one
	done    chan struct{} // closed when the committer has ended

	mu      sync.Mutex    // guards all below; never held while the disk is waited for
	changed chan struct{} // closed and replaced whenever a waiter should look again
	closing bool
	ended   bool // the committer has
	sinks   map[string]*sink
	held    held
	base    time.Duration // the buffer's clock when it was opened

	gather  *set        // what the next commit takes
	flight  *set        // what is being committed, until it succeeds; nil = nothing
	refused account     // of readings that found no room in memory, since the last commit
	damaged []reference // blocks that cannot be read
	doubt   bool        // there are fewer readings than there should be
	stale   bool        // what is known of the file may not be so, for a commit failed
	forgot  bool        // cursors or account were damaged
	acked   bool        // a cursor is ahead of the disk
	spare   bool        // sinks have readings that are still on disk, perhaps
	waiters int         // appenders that wait for sinks to make room

	begun   uint64 // commits tried
	settled uint64 // the latest that succeeded or failed
	flushed uint64 // the latest that succeeded
	wanted  uint64 // up to which somebody wants them now
	fault   error  // of the latest
	retryAt time.Time
	room    int64 // what fits while the disk is full; 0 = it is not
	roomEnd time.Time
}

// recorder is the sink of a buffer that has none: it never acknowledges anything.
const recorder = ""

// sink is one reader's place.
type sink struct {
	cursor  uint64 // the first reading that it has not acknowledged
	read    uint64 // the first that it has not been given
	stored  uint64 // the cursor on disk
	pending uint64 // how many readings there are from there on
	mark    int64  // of its place
}

// Open opens the buffer's file, and makes it and its directory on first use. A file
// that is damaged is set aside and a new one begun: see Status. It reads the whole
// file once.
func Open(path string, o Options) (*Buffer, error) {
	o, err := o.complete()
	if err != nil {
		return nil, fmt.Errorf("open buffer of readings: %w", err)
	}
	if len(o.Sinks) == 0 {
		o.Sinks = []string{recorder}
	}
	file, err := btree.Open(path, btree.Options{NoSync: o.NoSync, Buckets: buckets[:]})
	if err != nil {
		return nil, fmt.Errorf("open buffer of readings: %w", err)
	}
	b := &Buffer{options: o, file: file, update: file.Update, opened: time.Now(), wake: make(chan struct{}, 1), done: make(chan struct{}),
		changed: make(chan struct{}), gather: &set{}, sinks: map[string]*sink{}, refused: account{}}
	if err := b.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("open buffer of readings %s: %w", path, err), file.Close())
	}
	go b.commitLoop()
	return b, nil
}

// Close commits what was appended and closes the file. It tells if the disk refused
// the last commit, with which unacknowledged readings are lost.
func (b *Buffer) Close() error {
	b.mu.Lock()
	if b.closing {
		b.mu.Unlock()
		<-b.done
		return nil
	}
	b.closing = true
	b.signal()
	b.mu.Unlock()
	b.look()
	<-b.done
	b.mu.Lock()
	var err error
	if lost := b.unwritten(); lost > 0 {
		err = fmt.Errorf("close buffer of readings: %d readings were never acknowledged: %w", lost, b.fault)
	}
	b.mu.Unlock()
	return errors.Join(err, b.file.Close())
}

// unwritten counts the readings in memory.
func (b *Buffer) unwritten() int {
	n := b.gather.count
	if b.flight != nil {
		n += b.flight.count
	}
	return n
}

// signal has all waiters look again. The caller holds mu.
func (b *Buffer) signal() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// look has the committer look again.
func (b *Buffer) look() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// clock is the buffer's age: what it was when it was opened, and the time since.
func (b *Buffer) clock() time.Duration { return b.base + time.Since(b.opened) }
