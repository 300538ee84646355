package window

import (
	"math"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// numbered is a reading's number in its stream, and its time.
type numbered struct {
	number uint64
	time   int64
}

// AddNumbered is Add for a reading of a stream that can be read again from a number on,
// after a restart: see Needed.
func (m *Machine) AddNumbered(number uint64, r reading.Reading) (closed []Window) {
	jumps, absurd := m.stats.Jumps, m.stats.Absurd
	closed = m.Add(r)
	if m.stats.Jumps != jumps {
		m.numbered = m.numbered[:0] // the windows with those before are closed
	}
	at := r.Time
	if m.stats.Absurd != absurd {
		at = math.MinInt64
	}
	m.numbered, m.next = append(m.numbered, numbered{number, at}), number+1
	return closed
}

// Skip is for a reading of the numbered stream that is not the machine's.
func (m *Machine) Skip(number uint64) { m.next = number + 1 }

// Needed is the number of the first reading that is in an open window, or else of the
// next to come, once there was one. A new machine that Resumes with the mark and is given
// the readings from there on goes on where this one is: it gives no window again, and each
// that is to come whole.
func (m *Machine) Needed() (number uint64, mark int64) {
	oldest, held := m.kind.oldest()
	n := 0
	for n < len(m.numbered) && (!held || m.numbered[n].time < oldest) {
		n++
	}
	m.numbered = m.numbered[:copy(m.numbered, m.numbered[n:])]
	if len(m.numbered) > 0 {
		return m.numbered[0].number, m.kind.mark()
	}
	return m.next, m.kind.mark()
}

// Resume has a new machine go on where another one's mark was.
func (m *Machine) Resume(mark int64) { m.kind.resume(mark) }
