package setup

import (
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/internal/config"
)

// Schedule says at which instants a job runs: by the wall clock, in UTC, so that no summer
// time skips or doubles one.
type Schedule struct {
	Every time.Duration // at multiples of it since 1970
	At    time.Duration // so long behind each of them
}

const day = 24 * time.Hour

// Slot is the latest of the instants that is not after t, and next the one behind it.
func (s Schedule) Slot(t time.Time) (slot, next time.Time) {
	every, at := s.Every.Milliseconds(), s.At.Milliseconds()
	since := (t.UnixMilli() - at) % every
	if since < 0 { // a clock may stand before 1970
		since += every
	}
	slot = time.UnixMilli(t.UnixMilli() - since).UTC()
	return slot, slot.Add(s.Every)
}

// leastEvery is as often as a job may run by the clock: each time is a write to the flash.
const leastEvery = config.Duration(time.Minute)

// schedule reads the two ways to write one; nil if there is none.
func (j jobTable) schedule(t place) *Schedule {
	every := time.Duration(j.Every)
	switch {
	case j.Every != 0:
		t.check(j.At == "", "at", "is beside every", "leave one of them out")
		t.check(j.Every >= leastEvery && (day%every == 0 || every%day == 0), "every", fmt.Sprintf("is %v", every),
			`choose a minute or more that divides a day, as "15m" or "6h", or whole days, as "48h"; a window may be shorter`)
		return &Schedule{Every: max(every, time.Duration(leastEvery))}
	case j.At != "":
		at, err := time.Parse("15:04", j.At)
		t.check(err == nil, "at", fmt.Sprintf("is %.40q", j.At), `write hours and minutes of UTC, as "03:30"`)
		return &Schedule{Every: day, At: time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute}
	}
	return nil
}
