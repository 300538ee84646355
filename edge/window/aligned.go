package window

import (
	"slices"
	"sort"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// aligned is windows of one size that begin at multiples of slide: tumbling ones if
// the two are the same. Each reading is held once, however many windows it is in.
type aligned struct {
	size, slide int64
	readings    []reading.Reading // of open windows, by time
	closed      int64             // windows that end here or before are closed
}

// start is the first multiple of slide behind t - size: where the earliest window
// begins that holds t, and also the earliest that ends behind t.
func (a *aligned) start(t int64) int64 { return floor(t-a.size, a.slide) + a.slide }

// floor rounds down to a multiple of step.
func floor(t, step int64) int64 {
	rest := t % step
	if rest < 0 {
		rest += step
	}
	return t - rest
}

func (a *aligned) held() int { return len(a.readings) }

func (a *aligned) oldest() (t int64, some bool) {
	if len(a.readings) == 0 {
		return 0, false
	}
	return a.readings[0].Time, true
}

func (a *aligned) mark() int64       { return a.closed }
func (a *aligned) resume(mark int64) { a.closed = mark }

func (a *aligned) add(r reading.Reading, _ int64) verdict {
	if floor(r.Time, a.slide)+a.size <= a.closed {
		return late
	}
	a.readings = insert(a.readings, r)
	if a.start(r.Time)+a.size <= a.closed {
		return partly
	}
	return taken
}

// insert puts a reading behind those of its time.
func insert(readings []reading.Reading, r reading.Reading) []reading.Reading {
	if n := len(readings); n == 0 || readings[n-1].Time <= r.Time {
		return append(readings, r)
	}
	return slices.Insert(readings, below(readings, r.Time+1), r)
}

// below counts the readings before t.
func below(readings []reading.Reading, t int64) int {
	return sort.Search(len(readings), func(i int) bool { return readings[i].Time >= t })
}

func (a *aligned) close(watermark int64) (windows []Window) {
	for len(a.readings) > 0 && a.next()+a.size <= watermark {
		windows = append(windows, a.first()...)
	}
	a.closed = max(a.closed, watermark)
	return windows
}

// next is where the first open window with readings begins.
func (a *aligned) next() int64 { return max(a.start(a.readings[0].Time), a.start(a.closed)) }

func (a *aligned) first() []Window {
	start := a.next()
	w := Window{Start: start, End: start + a.size}
	inside := a.readings[below(a.readings, start):below(a.readings, w.End)]
	if a.slide == a.size {
		w.Readings = slices.Clip(inside)
	} else {
		w.Readings = slices.Clone(inside)
	}
	a.closed = w.End
	a.readings = a.readings[below(a.readings, a.start(a.closed)):]
	if len(w.Readings) == 0 {
		return nil
	}
	return []Window{w}
}
