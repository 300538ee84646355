package window

import (
	"slices"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// sessions is windows that end where there is no reading for so long. A session ends a
// gap behind its last reading.
type sessions struct {
	gap  int64
	open []Window // by time; none touches another
	done int64    // the end of the last session that was closed
	past int64    // sessions that end here or before were given by another machine
}

func (s *sessions) held() (n int) {
	for _, w := range s.open {
		n += len(w.Readings)
	}
	return n
}

func (s *sessions) oldest() (t int64, some bool) {
	if len(s.open) == 0 {
		return 0, false
	}
	return s.open[0].Start, true
}

func (s *sessions) mark() int64       { return s.done }
func (s *sessions) resume(mark int64) { s.done, s.past = mark, mark }

func (s *sessions) add(r reading.Reading, watermark int64) verdict {
	if r.Time+s.gap <= s.past {
		return late
	}
	// The sessions from first to last, without last, become one through r.
	first := len(s.open)
	for first > 0 && s.open[first-1].End > r.Time {
		first--
	}
	last := first
	for last < len(s.open) && s.open[last].Start < r.Time+s.gap {
		last++
	}
	if first == last {
		if r.Time+s.gap <= watermark {
			return late
		}
		s.open = slices.Insert(s.open, first, Window{Start: r.Time, End: r.Time + s.gap, Readings: []reading.Reading{r}})
		return taken
	}
	joined := &s.open[first]
	for _, w := range s.open[first+1 : last] {
		joined.Readings = append(joined.Readings, w.Readings...)
		joined.End = w.End
	}
	joined.Readings = insert(joined.Readings, r)
	joined.Start, joined.End = min(joined.Start, r.Time), max(joined.End, r.Time+s.gap)
	s.open = slices.Delete(s.open, first+1, last)
	return taken
}

func (s *sessions) close(watermark int64) (windows []Window) {
	for len(s.open) > 0 && s.open[0].End <= watermark {
		windows = append(windows, s.first()...)
	}
	return windows
}

func (s *sessions) first() []Window {
	w := s.open[0]
	s.done = w.End
	s.open = slices.Delete(s.open, 0, 1)
	return []Window{w}
}
