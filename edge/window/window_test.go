package window_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/window"
)

// at is a reading; id tells those of one instant apart.
func at(t int64, id int) reading.Reading {
	return reading.Reading{Source: "s", Time: t, Values: []float64{float64(id)}}
}

// show writes windows as "[start,end) times", with ! for those that were cut.
func show(windows []window.Window) string {
	var s []string
	for _, w := range windows {
		text := fmt.Sprintf("[%d,%d)", w.Start, w.End)
		if w.Cut {
			text += "!"
		}
		for _, r := range w.Readings {
			text += fmt.Sprint(" ", r.Time)
		}
		s = append(s, text)
	}
	return strings.Join(s, "; ")
}

func TestWindows(t *testing.T) {
	for name, c := range map[string]struct {
		config  window.Config
		times   []int64
		want    string // of all that is closed
		flushed string
		stats   window.Stats
	}{
		"tumbling":                 {window.Config{Size: 10}, []int64{1, 5, 9, 10, 35, 40}, "[0,10) 1 5 9; [10,20) 10; [30,40) 35", "[40,50)! 40", window.Stats{}},
		"before 1970":              {window.Config{Size: 10}, []int64{-11, -10, -1, 0, 10}, "[-20,-10) -11; [-10,0) -10 -1; [0,10) 0", "[10,20)! 10", window.Stats{}},
		"late":                     {window.Config{Size: 10}, []int64{5, 10, 9, 11}, "[0,10) 5", "[10,20)! 10 11", window.Stats{Late: 1}},
		"within lateness":          {window.Config{Size: 10, Lateness: 5}, []int64{5, 14, 9, 15, 8}, "[0,10) 5 9", "[10,20)! 14 15", window.Stats{Late: 1}},
		"sliding":                  {window.Config{Size: 10, Slide: 5}, []int64{1, 7, 12, 20}, "[-5,5) 1; [0,10) 1 7; [5,15) 7 12; [10,20) 12", "[15,25)! 20; [20,30)! 20", window.Stats{}},
		"sliding, partly late":     {window.Config{Size: 10, Slide: 5}, []int64{1, 7, 10, 8}, "[-5,5) 1; [0,10) 1 7", "[5,15)! 7 8 10; [10,20)! 10", window.Stats{Partly: 1}},
		"sliding, uneven":          {window.Config{Size: 10, Slide: 4}, []int64{9, 30}, "[0,10) 9; [4,14) 9; [8,18) 9", "[24,34)! 30; [28,38)! 30", window.Stats{}},
		"session":                  {window.Config{Gap: 10}, []int64{1, 5, 14, 24, 60}, "[1,24) 1 5 14; [24,34) 24", "[60,70)! 60", window.Stats{}},
		"sessions joined":          {window.Config{Gap: 10, Lateness: 30}, []int64{0, 15, 8, 100}, "[0,25) 0 8 15", "[100,110)! 100", window.Stats{}},
		"session late":             {window.Config{Gap: 10}, []int64{0, 50, 20, 45}, "[0,10) 0", "[45,60)! 45 50", window.Stats{Late: 1}},
		"years ahead and back":     {window.Config{Size: 10}, []int64{1, 1e18, 2, 12}, "[0,10) 1; [1000000000000000000,1000000000000000010)! 1000000000000000000; [0,10) 2", "[10,20)! 12", window.Stats{Jumps: 1}},
		"years back":               {window.Config{Gap: 10}, []int64{1e18, 5, 20}, "[1000000000000000000,1000000000000000010)! 1000000000000000000; [5,15) 5", "[20,30)! 20", window.Stats{Jumps: 1}},
		"no time at all":           {window.Config{Gap: 10}, []int64{1, math.MaxInt64, math.MinInt64, 2}, "", "[1,12)! 1 2", window.Stats{Absurd: 2}},
		"limit of tumbling":        {window.Config{Size: 100, Limit: 3}, []int64{1, 2, 3, 4, 5, 101}, "[0,100)! 1 2 3 4", "[100,200)! 101", window.Stats{Late: 1, Cut: 1}},
		"limit of sliding":         {window.Config{Size: 4, Slide: 1, Lateness: 50, Limit: 3}, []int64{1, 1, 4, 5}, "[-2,2)! 1 1; [-1,3)! 1 1; [0,4)! 1 1; [1,5)! 1 1 4", "[2,6)! 4 5; [3,7)! 4 5; [4,8)! 4 5; [5,9)! 5", window.Stats{Cut: 4}},
		"limit of sessions":        {window.Config{Gap: 10, Limit: 2}, []int64{1, 2, 3, 4}, "[1,13)! 1 2 3", "[4,14)! 4", window.Stats{Cut: 1}},
		"those of one instant":     {window.Config{Size: 10, Lateness: 5}, []int64{7, 7, 3, 7, 30}, "[0,10) 3 7 7 7", "[30,40)! 30", window.Stats{}},
		"an outlier far in future": {window.Config{Size: 10, Jump: 1000}, []int64{1, 5000, 6, 11}, "[0,10) 1; [5000,5010)! 5000; [0,10) 6", "[10,20)! 11", window.Stats{Jumps: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := window.New(c.config)
			if err != nil {
				t.Fatal(err)
			}
			var closed []window.Window
			for i, time := range c.times {
				closed = append(closed, m.Add(at(time, i))...)
			}
			if got := show(closed); got != c.want {
				t.Errorf("closed %s\n  want %s", got, c.want)
			}
			if got := show(m.Flush()); got != c.flushed {
				t.Errorf("flushed %s\n   want %s", got, c.flushed)
			}
			if m.Held() != 0 || m.Stats() != c.stats {
				t.Errorf("%d held, %+v, want none, %+v", m.Held(), m.Stats(), c.stats)
			}
		})
	}
}

func TestAdvance(t *testing.T) {
	for _, c := range []window.Config{{Size: 10}, {Gap: 9}} {
		m, err := window.New(c)
		if err != nil {
			t.Fatal(err)
		}
		m.Add(at(1, 0))
		if got := m.Advance(9); len(got) != 0 {
			t.Errorf("%+v: closed %s at 9", c, show(got))
		}
		if got := m.Advance(10); len(got) != 1 || got[0].End != 10 || got[0].Cut {
			t.Errorf("%+v: closed %s at 10", c, show(got))
		}
		if m.Add(at(1, 0)); m.Stats().Late != 1 {
			t.Errorf("%+v: %+v, want one late", c, m.Stats())
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []window.Config{{}, {Size: 1, Gap: 1}, {Slide: 1}, {Size: 1, Slide: 2}, {Gap: 1, Slide: 1}, {Size: -1}, {Size: 10, Lateness: -1}, {Size: 10, Lateness: 5, Jump: 5}, {Size: 1001, Slide: 1}, {Size: 1 << 61}} {
		if _, err := window.New(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}

// arrival is a reading, and the watermark before and after it came.
type arrival struct {
	reading       reading.Reading
	before, after int64
	jump          bool // event time was set back
}

// arrivals states the watermark's definition.
func arrivals(c window.Config, times []int64) (list []arrival) {
	before, latest := int64(math.MinInt64), int64(math.MinInt64)
	for i, t := range times {
		a := arrival{reading: at(t, i)}
		if latest != math.MinInt64 && t < latest-int64(c.Jump) {
			a.jump, before, latest = true, math.MinInt64, math.MinInt64
		}
		latest = max(latest, t)
		a.before, a.after = before, latest-int64(c.Lateness)
		before = a.after
		list = append(list, a)
	}
	return list
}

func sorted(readings []reading.Reading) []reading.Reading {
	slices.SortFunc(readings, func(a, b reading.Reading) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Values[0], b.Values[0]))
	})
	return readings
}

// alignedReference is the reference for aligned windows: it tries each window there may be
// against each arrival.
func alignedReference(c window.Config, list []arrival, low, high int64) (windows []window.Window, late uint64) {
	slide := int64(cmp.Or(c.Slide, c.Size))
	for begin := 0; begin < len(list); {
		end := begin + 1
		for end < len(list) && !list[end].jump {
			end++
		}
		life := list[begin:end]
		in := make([]bool, len(life))
		var open []window.Window
		for k := (low-int64(c.Size))/slide - 1; k*slide <= high; k++ {
			w := window.Window{Start: k * slide, End: k*slide + int64(c.Size), Cut: true}
			for i, a := range life {
				if w.Start <= a.reading.Time && a.reading.Time < w.End && a.before < w.End {
					w.Readings = append(w.Readings, a.reading)
					in[i] = true
				}
				if a.after >= w.End {
					w.Cut = false
					break
				}
			}
			if w.Readings = sorted(w.Readings); len(w.Readings) > 0 {
				open = append(open, w)
			}
		}
		windows = append(windows, open...)
		for _, taken := range in {
			if !taken {
				late++
			}
		}
		begin = end
	}
	return windows, late
}

// sessionReference is the reference for sessions: after each arrival it finds the
// sessions anew among all readings that are in none yet.
func sessionReference(c window.Config, list []arrival) (windows []window.Window, late uint64) {
	var waiting []reading.Reading
	split := func() (sessions []window.Window) {
		for _, r := range sorted(waiting) {
			if n := len(sessions); n > 0 && r.Time-sessions[n-1].Readings[len(sessions[n-1].Readings)-1].Time < int64(c.Gap) {
				sessions[n-1].Readings = append(sessions[n-1].Readings, r)
			} else {
				sessions = append(sessions, window.Window{Start: r.Time, Readings: []reading.Reading{r}})
			}
			last := &sessions[len(sessions)-1]
			last.End = r.Time + int64(c.Gap)
		}
		return sessions
	}
	flush := func() {
		for _, s := range split() {
			s.Cut = true
			windows = append(windows, s)
		}
		waiting = nil
	}
	for _, a := range list {
		if a.jump {
			flush()
		}
		waiting = append(waiting, a.reading)
		for _, s := range split() { // it is late if its own session is over before it came
			if s.End <= a.before && slices.ContainsFunc(s.Readings, func(r reading.Reading) bool { return r.Values[0] == a.reading.Values[0] }) {
				late++
				waiting = slices.DeleteFunc(waiting, func(r reading.Reading) bool { return r.Values[0] == a.reading.Values[0] })
			}
		}
		kept := []reading.Reading{}
		for _, s := range split() {
			if s.End <= a.after {
				windows = append(windows, s)
			} else {
				kept = append(kept, s.Readings...)
			}
		}
		waiting = kept
	}
	flush()
	return windows, late
}

func TestAgainstReference(t *testing.T) {
	for range 3000 {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		c := window.Config{Lateness: time.Duration(r.IntN(2) * r.IntN(40))}
		switch r.IntN(3) {
		case 0:
			c.Size = time.Duration(1 + r.IntN(30))
		case 1:
			c.Size = time.Duration(1 + r.IntN(30))
			c.Slide = 1 + time.Duration(r.IntN(int(c.Size)))
		case 2:
			c.Gap = time.Duration(1 + r.IntN(20))
		}
		c.Jump = c.Lateness + time.Duration(1+r.IntN(200))
		var times []int64
		now := int64(r.IntN(200) - 100)
		for range r.IntN(60) {
			now += int64(r.IntN(8)) * int64(r.IntN(4)) / 2
			if r.IntN(30) == 0 {
				now += int64(r.IntN(600) - 300)
			}
			times = append(times, now-int64(r.IntN(2)*r.IntN(30)))
		}
		list := arrivals(c, times)
		var want []window.Window
		var late uint64
		if c.Gap > 0 {
			want, late = sessionReference(c, list)
		} else if len(times) > 0 {
			want, late = alignedReference(c, list, slices.Min(times), slices.Max(times))
		}
		m, err := window.New(c)
		if err != nil {
			t.Fatal(err)
		}
		var got []window.Window
		for _, a := range list {
			got = append(got, m.Add(a.reading)...)
		}
		got = append(got, m.Flush()...)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %+v, times %v:\n got %s\nwant %s", seed, c, times, show(got), show(want))
		}
		if m.Stats().Late != late {
			t.Fatalf("seed %d, %+v, times %v: %d late, want %d", seed, c, times, m.Stats().Late, late)
		}
	}
}

// Any times at all: nothing panics, is lost in silence or comes twice.
func FuzzMachine(f *testing.F) {
	f.Add(int64(10), int64(5), int64(3), false, []byte{1, 200, 3, 0, 255})
	f.Add(int64(10), int64(0), int64(0), true, []byte{1, 9, 30})
	f.Fuzz(func(t *testing.T, size, slide, lateness int64, session bool, steps []byte) {
		c := window.Config{Size: time.Duration(size), Slide: time.Duration(slide), Lateness: time.Duration(lateness), Limit: 50}
		if session {
			c.Gap, c.Size = c.Size, 0
		}
		m, err := window.New(c)
		if err != nil {
			return
		}
		now, in := int64(0), map[float64]bool{}
		var closed []window.Window
		for i, step := range steps {
			now += int64(int8(step)) << (i % 57)
			closed = append(closed, m.Add(at(now, i))...)
		}
		for _, w := range append(closed, m.Flush()...) {
			for _, r := range w.Readings {
				if r.Time < w.Start || r.Time >= w.End || in[r.Values[0]] && c.Slide == 0 {
					t.Fatalf("%+v: reading %d in %s, twice: %v", c, r.Time, show([]window.Window{w}), in[r.Values[0]])
				}
				in[r.Values[0]] = true
			}
		}
		if s := m.Stats(); len(in)+int(s.Late+s.Absurd) != len(steps) {
			t.Errorf("%+v: %d of %d readings in windows, %+v", c, len(in), len(steps), s)
		}
	})
}
