package buffer

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"sort"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// Status is what the buffer says about itself.
type Status struct {
	Recovered string             // the file to which a damaged one was moved at Open; "" = it was sound
	Forgot    bool               // where sinks were, or what was dropped, was damaged at Open: sinks get again all there is
	Readings  [priorities]uint64 // on disk, by priority
	Bytes     int64              // of them
	Waiting   int                // readings in memory
	Next      uint64             // number of the next reading
	Lag       map[string]uint64  // by sink, how many numbers it is behind
	Commits   uint64             // tried since Open
	Fault     error              // of the latest commit; the readings are kept in memory and it is tried again
	Dropped   []Drop
}

// Drop says what a sink will never see.
type Drop struct {
	Sink             string // "" = all
	Source           string // "" = not known; "*" = many
	Reason           Reason
	Readings, Bytes  uint64
	Earliest, Latest int64 // event times
}

// Status reads it.
func (b *Buffer) Status() (Status, error) {
	b.mu.Lock()
	s := Status{Recovered: b.file.Recovered(), Forgot: b.forgot, Readings: b.held.readings, Bytes: b.held.total(), Waiting: b.unwritten(),
		Next: b.held.next, Lag: map[string]uint64{}, Commits: b.begun, Fault: b.fault}
	for name, sink := range b.sinks {
		if name == recorder {
			continue
		}
		s.Lag[name] = b.held.next - sink.cursor
	}
	dropped := account{} // what the disk does not say yet
	for e, t := range b.refused {
		dropped.add(e, t)
	}
	if b.flight != nil {
		for e, t := range b.flight.refused {
			dropped.add(e, t)
		}
	}
	closed := b.closing
	b.mu.Unlock()
	if closed {
		return s, ErrClosed
	}
	err := b.file.View(func(tx btree.Tx) error {
		c := tx.Bucket(bucketState).Cursor()
		for k, v := c.Seek([]byte(prefixDropped)); bytes.HasPrefix(k, []byte(prefixDropped)); k, v = c.Next() {
			e, ok1 := parseEntry(k)
			t, ok2 := parseTally(k, v)
			if ok1 && ok2 {
				dropped.add(e, t)
			}
		}
		return nil
	})
	for e, t := range dropped {
		s.Dropped = append(s.Dropped, Drop{e.sink, e.source, e.reason, t.readings, t.bytes, t.earliest, t.latest})
	}
	sort.Slice(s.Dropped, func(i, j int) bool {
		a, b := s.Dropped[i], s.Dropped[j]
		return cmp.Or(cmp.Compare(a.Sink, b.Sink), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Reason, b.Reason)) < 0
	})
	return s, err
}

// Check tells whether the file is sound and what is known of it agrees with it.
func (b *Buffer) Check() error {
	return b.file.View(func(tx btree.Tx) error {
		h, _, damaged := scan(tx)
		b.mu.Lock()
		defer b.mu.Unlock()
		err := tx.Check()
		if b.flight == nil && (h.readings != b.held.readings || h.bytes != b.held.bytes || h.next != b.held.next || h.entries != b.held.entries) {
			err = errors.Join(err, errors.New("the count of readings is wrong"))
		}
		for name, s := range b.sinks {
			if there := covered(tx, span{s.stored, h.next}); there != s.pending && b.flight == nil {
				err = errors.Join(err, fmt.Errorf("sink %q has %d readings yet to get, counted %d", name, there, s.pending))
			}
		}
		if len(damaged) > len(b.damaged) {
			err = errors.Join(err, errDamaged)
		}
		return err
	})
}
