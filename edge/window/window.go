// Package window cuts a stream of readings into windows by event time: tumbling,
// sliding and session windows.
//
// Readings flow into a Machine in the order in which they arrive, and each window flows
// out once, when no reading for it is expected any more: when the watermark, which is
// the latest event time less the allowed lateness, has passed its end. A reading that
// comes after that is late, and counted. The machine is pure: it reads no clock, starts
// nothing, and gives the same windows for the same readings.
//
// A clock that was wrong by years and is set right makes event time run backwards.
// Rather than take all that follows as late, the machine then closes what is open, as
// incomplete, and begins anew.
package window

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Config says how a stream is cut. One of Size and Gap must be set.
type Config struct {
	Size     time.Duration // of tumbling and sliding windows; they begin at multiples of Slide since 1970
	Slide    time.Duration // between the beginnings of sliding windows; 0 = Size, which makes them tumbling
	Gap      time.Duration // between two readings that belong to different sessions, at least
	Lateness time.Duration // how far event time may run back before a reading is late
	Jump     time.Duration // how far before it is taken as a clock that was set; 0 = an hour more than Lateness
	Limit    int           // readings held at most, before a window is closed early; 0 = 65 536
}

// longest bounds the durations of a Config, so that no sum overflows, and so does
// farthest with times: some 36 and 73 years.
const (
	longest  = 1 << 60
	farthest = 1 << 61
)

// Validate tells all that is wrong.
func (c Config) Validate() error {
	var faults []error
	check := func(ok bool, fault string) {
		if !ok {
			faults = append(faults, errors.New(fault))
		}
	}
	check(c.Size > 0 != (c.Gap > 0), "want either a size or a gap")
	check(c.Slide == 0 || c.Size > 0, "a slide needs a size")
	check(c.Slide >= 0 && c.Slide <= c.Size, "a slide must not be longer than the size: readings between windows would be lost")
	check(c.Slide == 0 || c.Size/c.Slide <= 1000, "more than 1000 windows overlap: choose a longer slide")
	check(c.Size >= 0 && c.Gap >= 0 && c.Lateness >= 0 && c.Jump >= 0 && c.Limit >= 0, "nothing may be below 0")
	check(max(c.Size, c.Gap, c.Lateness, c.Jump) <= longest, "durations end at 36 years")
	check(c.Jump == 0 || c.Jump > c.Lateness, "a jump must be longer than the lateness")
	if len(faults) > 0 {
		return fmt.Errorf("windows: %w", errors.Join(faults...))
	}
	return nil
}

// Window is the readings of a span of event time, in its order; those of one instant
// are in the order in which they came.
type Window struct {
	Start, End int64 // nanoseconds since 1970; End is outside
	Readings   []reading.Reading
	Cut        bool // closed before its time: by a jump, a limit or Flush
}

// Stats counts what did not go as it should.
type Stats struct {
	Late   uint64 // readings that came after all their windows were closed, and are in none
	Partly uint64 // readings that missed some of their sliding windows
	Absurd uint64 // readings whose time is none, and are in no window
	Jumps  uint64 // times that event time was set back
	Cut    uint64 // windows closed for the limit
}

// kind is one way to cut.
type kind interface {
	add(r reading.Reading, watermark int64) verdict
	close(watermark int64) []Window // those that end at it or before
	first() []Window                // closes the first that is open, whenever it ends
	held() int                      // readings
	oldest() (t int64, some bool)   // of the readings held
	mark() int64                    // windows that end here or before were closed
	resume(mark int64)              // do not give them again
}

type verdict uint8

const (
	taken verdict = iota
	partly
	late
)

// Machine cuts one stream. It is not safe for concurrent use.
type Machine struct {
	config    Config
	kind      kind
	began     bool
	latest    int64 // event time
	watermark int64
	stats     Stats
	numbered  []numbered // that may be in open windows, in the order in which they came
	next      uint64     // number of the reading to come
}

// New makes a machine.
func New(c Config) (*Machine, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.Slide = cmp.Or(c.Slide, c.Size)
	c.Jump = cmp.Or(c.Jump, c.Lateness+time.Hour)
	c.Limit = cmp.Or(c.Limit, 1<<16)
	m := &Machine{config: c}
	m.restart()
	return m, nil
}

func (m *Machine) restart() {
	m.began, m.watermark = false, math.MinInt64
	if m.config.Gap > 0 {
		m.kind = &sessions{gap: int64(m.config.Gap), done: -2 * farthest, past: -2 * farthest}
	} else {
		m.kind = &aligned{size: int64(m.config.Size), slide: int64(m.config.Slide), closed: -2 * farthest}
	}
}

// Add takes a reading and gives the windows that it closes, in the order of their ends.
func (m *Machine) Add(r reading.Reading) (closed []Window) {
	if r.Time < -farthest || r.Time > farthest {
		m.stats.Absurd++
		return nil
	}
	if m.began && r.Time < m.latest-int64(m.config.Jump) {
		closed = m.Flush()
		m.stats.Jumps++
		m.restart()
	}
	switch m.kind.add(r, m.watermark) {
	case late:
		m.stats.Late++
	case partly:
		m.stats.Partly++
	}
	if !m.began || r.Time > m.latest {
		m.began, m.latest = true, r.Time
		m.watermark = max(m.watermark, r.Time-int64(m.config.Lateness))
		closed = append(closed, m.kind.close(m.watermark)...)
	}
	for m.kind.held() > m.config.Limit {
		for _, w := range m.kind.first() {
			w.Cut = true
			m.stats.Cut++
			closed = append(closed, w)
		}
	}
	return closed
}

// Advance says that no reading from before t is expected any more, as of a source that
// is silent, and gives the windows that this closes.
func (m *Machine) Advance(t int64) []Window {
	m.watermark = max(m.watermark, min(t, farthest))
	return m.kind.close(m.watermark)
}

// Flush closes all windows that are open, as incomplete.
func (m *Machine) Flush() (closed []Window) {
	for m.kind.held() > 0 {
		for _, w := range m.kind.first() {
			w.Cut = true
			closed = append(closed, w)
		}
	}
	return closed
}

// Stats are of the machine's whole life.
func (m *Machine) Stats() Stats { return m.stats }

// Held is the number of readings in open windows.
func (m *Machine) Held() int { return m.kind.held() }
