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
// after a restart: see Done.
func (m *Machine) AddNumbered(number uint64, r reading.Reading) (closed []Window) {
	jumps, absurd := m.stats.Jumps, m.stats.Absurd
	closed = m.Add(r)
	if n := len(m.numbered); m.stats.Jumps != jumps && n > 0 {
		m.done, m.numbered = m.numbered[n-1].number, m.numbered[:0] // their windows are closed
	}
	at := r.Time
	if m.stats.Absurd != absurd {
		at = math.MinInt64
	}
	m.numbered = append(m.numbered, numbered{number, at})
	return closed
}

// Skip is for a reading of the numbered stream that is not the machine's.
func (m *Machine) Skip(number uint64) {
	if n := len(m.numbered); n > 0 && m.numbered[n-1].time == math.MinInt64 {
		m.numbered[n-1].number = number
		return
	}
	m.numbered = append(m.numbered, numbered{number, math.MinInt64})
}

// Done is the number up to which no reading is in an open window. A new machine that
// Resumes with the mark and is given the readings behind that number goes on where this
// one is: it gives no window again, and each that is to come whole.
func (m *Machine) Done() (number uint64, mark int64) {
	oldest, some := m.kind.oldest()
	n := 0
	for n < len(m.numbered) && (!some || m.numbered[n].time < oldest) {
		m.done = m.numbered[n].number
		n++
	}
	m.numbered = m.numbered[:copy(m.numbered, m.numbered[n:])]
	return m.done, m.kind.mark()
}

// Resume has a new machine go on where another one's Done said.
func (m *Machine) Resume(number uint64, mark int64) {
	m.done = number
	m.kind.resume(mark)
}
