package buffer

import "time"

// set is what one commit takes: blocks of each priority in the order they came in.
type set struct {
	blocks  [priorities][]block
	count   int
	bytes   int // with overhead
	since   time.Time
	refused account // what was refused before
	places  []Place // of sinks that made readings of this set

	positions map[string]int64 // by origin
	next      uint64           // the number behind the last, once it is under way
	serial    uint64           // of the transaction that tried last; 0 = none has
	done      bool             // it is on disk
}

// add takes an encoded reading.
func (s *set) add(p Priority, encoded []byte) {
	list := s.blocks[p]
	if len(list) == 0 || len(list[len(list)-1].body)+len(encoded) > blockSize {
		list = append(list, block{priority: p})
		s.blocks[p] = list
		s.bytes += overhead
	}
	last := &list[len(list)-1]
	last.body = append(last.body, encoded...)
	last.count++
	s.bytes += len(encoded)
	s.count++
}

// number gives the readings their numbers, greater priorities first.
func (s *set) number(first uint64, stamp time.Duration) {
	for p := priorities; p > 0; p-- {
		for i := range s.blocks[p-1] {
			b := &s.blocks[p-1][i]
			b.first, b.stamp = first, stamp
			first = b.end()
		}
	}
	s.next = first
}
