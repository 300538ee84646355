package buffer

import (
	"encoding/binary"
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// Reason says why readings were dropped.
type Reason uint8

// Reasons.
const (
	Space    Reason = iota + 1 // the quota of bytes was used up
	Age                        // they were older than MaxAge
	DiskFull                   // the disk was full before the quota was
	Damage                     // the flash changed them
	Refused                    // they found no room in memory, because the disk was slow or refused
)

func (r Reason) String() string {
	names := [...]string{Space: "space", Age: "age", DiskFull: "disk full", Damage: "damage", Refused: "refused"}
	if r == 0 || int(r) >= len(names) {
		return fmt.Sprintf("reason %d", uint8(r))
	}
	return names[r]
}

// entry is what readings are counted under.
type entry struct {
	sink   string // that will not see them; "" = all
	reason Reason
	source string // "" = not known
}

// tally counts readings.
type tally struct {
	readings, bytes  uint64
	earliest, latest int64 // event times
}

// account counts what was dropped.
type account map[entry]tally

// maxEntries bounds the account on disk, since sources may have any name. Further ones
// are counted as one, manySources.
const (
	maxEntries  = 1024
	manySources = "*"
)

func (a account) add(e entry, t tally) { a[e] = a[e].plus(t) }

func (t tally) plus(other tally) tally {
	switch {
	case t.readings == 0:
		return other
	case other.readings == 0:
		return t
	}
	return tally{t.readings + other.readings, t.bytes + other.bytes, min(t.earliest, other.earliest), max(t.latest, other.latest)}
}

// write adds the account to the one on disk, which has so many entries, and gives how
// many it has then.
func (a account) write(b btree.Bucket, entries int) (int, error) {
	for e, t := range a {
		before := b.Get(e.key())
		if before == nil && entries >= maxEntries {
			e.source = manySources
			before = b.Get(e.key())
		}
		if before == nil {
			entries++
		}
		if old, ok := parseTally(e.key(), before); ok {
			t = old.plus(t)
		}
		if err := b.Put(e.key(), t.record(e.key())); err != nil {
			return entries, fmt.Errorf("account for %s: %w", e.source, err)
		}
	}
	return entries, nil
}

const prefixDropped = "dropped/"

func (e entry) key() []byte {
	k := append([]byte(prefixDropped), byte(e.reason), byte(len(e.sink)))
	return append(append(k, e.sink...), e.source...)
}

func parseEntry(key []byte) (e entry, ok bool) {
	rest := key[len(prefixDropped):]
	if len(rest) < 2 || len(rest) < 2+int(rest[1]) {
		return e, false
	}
	return entry{string(rest[2 : 2+rest[1]]), Reason(rest[0]), string(rest[2+rest[1]:])}, true
}

func (t tally) record(key []byte) []byte {
	return record(key, t.readings, t.bytes, uint64(t.earliest), uint64(t.latest))
}

func parseTally(key, value []byte) (t tally, ok bool) {
	n, ok := parseRecord(key, value, 4)
	if !ok {
		return t, false
	}
	return tally{n[0], n[1], int64(n[2]), int64(n[3])}, true
}

// record writes numbers behind a checksum of them and their key.
func record(key []byte, numbers ...uint64) []byte {
	r := make([]byte, 4, 4+8*len(numbers))
	for _, n := range numbers {
		r = binary.BigEndian.AppendUint64(r, n)
	}
	binary.BigEndian.PutUint32(r, recordSum(key, r[4:]))
	return r
}

func parseRecord(key, value []byte, count int) (numbers []uint64, ok bool) {
	if len(value) != 4+8*count || binary.BigEndian.Uint32(value) != recordSum(key, value[4:]) {
		return nil, false
	}
	for rest := value[4:]; len(rest) > 0; rest = rest[8:] {
		numbers = append(numbers, binary.BigEndian.Uint64(rest))
	}
	return numbers, true
}
