package enrol

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// clockEvery is how far the time must move before it is stored again: each write
// wears the flash.
const clockEvery = time.Hour

// Clock is the device's idea of the time. Boards without a battery boot in 1970,
// and others in 2099, so the wall clock has no say: the time is what the
// aggregator last said, plus what a monotonic clock has counted since. Until it
// has said something after a boot, the time is the last stored one, which is too
// early but never too late. It is safe for concurrent use.
type Clock struct {
	path    string               // empty = not stored
	elapsed func() time.Duration // monotonic

	mu     sync.Mutex
	base   time.Time // the time at mark
	mark   time.Duration
	stored time.Time
}

// NewClock is a clock that is not stored. Elapsed is the monotonic clock; nil is
// the system's.
func NewClock(start time.Time, elapsed func() time.Duration) *Clock {
	if elapsed == nil {
		boot := time.Now()
		elapsed = func() time.Duration { return time.Since(boot) } // uses Go's monotonic reading
	}
	return &Clock{elapsed: elapsed, base: start, mark: elapsed(), stored: start}
}

// OpenClock starts at the time stored in a file, or at the floor if that is
// later. A file that cannot be understood counts as none.
func OpenClock(path string, floor time.Time) (*Clock, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open clock: %w", err)
	}
	start := floor
	if ms, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && time.UnixMilli(ms).After(floor) {
		start = time.UnixMilli(ms)
	}
	c := NewClock(start, nil)
	c.path = path
	return c, nil
}

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base.Add(c.elapsed() - c.mark).UTC()
}

// Observe takes over the aggregator's time, even an earlier one: if it was wrong
// for a while, the device must follow it back. The caller has checked that the
// aggregator said so, just now. An error means that the time could not be stored;
// it is in use all the same.
func (c *Clock) Observe(now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.mark = now, c.elapsed()
	if c.path == "" || now.Sub(c.stored).Abs() < clockEvery {
		return nil
	}
	if err := writeClock(c.path, now); err != nil {
		return fmt.Errorf("store the time: %w", err)
	}
	c.stored = now
	return nil
}

func writeClock(path string, now time.Time) error {
	return replaceFile(path, strconv.AppendInt(nil, now.UnixMilli(), 10))
}
