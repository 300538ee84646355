package source

import (
	"context"
	"io"
	"time"
)

// rested reads a link and rests after each time that it is empty, so that the kernel
// collects meanwhile what comes, and one waking up serves several readings: at 100 of
// them a second waking up for each costs more than all that becomes of them. A link on
// which more comes in a rest than the kernel surely keeps is read without any. What comes
// first after a silence is given at once.
type rested struct {
	ctx     context.Context // ends a rest
	from    io.Reader
	latency time.Duration // of a rest; 0 = there are none
	room    int           // bytes that may come in one; a datagram counts as charge
	waiting func() bool   // of datagrams: whether another has come; nil = a Read gives all that has

	more  bool      // there is for all that is known, for what was read filled the buffer
	since time.Time // when the latest rest began, or as long a time without one
	taken int       // bytes since
}

// restOf is how long a rest of a serial line may be: what it can carry meanwhile must fit
// from the first on, for nothing can hold the sensor up.
func restOf(baud uint32, latency time.Duration) time.Duration {
	return min(latency, roomSerial*10*time.Second/time.Duration(baud))
}

// charge is what a datagram takes of a socket's buffer at most, if it is small.
const charge = 2304

// Room in which the kernel collects: half of what it has at the least.
const (
	roomSerial   = 2 << 10  // of a line discipline
	roomStream   = 16 << 10 // of a pipe, which holds its writer up when it is full, as TCP does
	roomDatagram = 96 << 10 // of net.core.rmem_default
)

// Read implements io.Reader.
func (r *rested) Read(b []byte) (int, error) {
	if r.latency > 0 && !r.more {
		r.rest()
	}
	n, err := r.from.Read(b)
	r.taken += n
	if r.waiting != nil {
		r.taken += max(0, charge-n)
	} else {
		r.more = n == len(b)
	}
	return n, err
}

// rest looks once a latency whether what came since it looked last would have been too
// much for a rest. If not it rests.
func (r *rested) rest() {
	if r.since.IsZero() { // before the first Read there is nothing to rest from
		r.since = time.Now().Add(-r.latency)
		return
	}
	passed := time.Since(r.since)
	if passed < r.latency {
		return
	}
	fast := float64(r.taken)*float64(r.latency) > float64(r.room)*float64(passed)
	if !fast && r.waiting != nil && r.waiting() {
		return
	}
	r.since, r.taken = time.Now(), 0
	if !fast {
		_ = sleep(r.ctx, r.latency) // the link is closed when ctx ends
	}
}
