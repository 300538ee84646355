package source

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// rested reads a link and rests each time that it is empty, so that the kernel collects
// meanwhile what comes, and one waking up serves several readings: at 100 of them a
// second waking up for each costs more than all that becomes of them. A link on which
// more comes in a rest than the kernel surely keeps is read without any. What comes first
// after a silence is given at once.
type rested struct {
	ctx     context.Context // ends a rest
	link    descriptor
	latency time.Duration // of a rest; 0 = there are none
	room    int           // bytes that may come in one
	each    int           // that a Read counts at least, as of a datagram

	since time.Time // when the latest rest began, or as long a time without one
	taken int       // bytes since
	came  bool      // something, since the latest rest
}

// descriptor is what rested reads.
type descriptor interface {
	// try reads what there is; unix.EAGAIN = nothing.
	try(b []byte) (int, error)
	// await reads too, and waits for something to come.
	await(b []byte) (int, error)
	// ignore has nobody wake up for what comes, until await is called.
	ignore()
}

// restOf is how long a rest of a serial line may be: what it can carry meanwhile must fit
// from the first on, for nothing can hold the sensor up.
func restOf(baud uint32, latency time.Duration) time.Duration {
	return min(latency, roomSerial*10*time.Second/time.Duration(baud))
}

// Room in which the kernel collects: half of what it has at the least.
const (
	roomSerial   = 2 << 10  // of a line discipline
	roomStream   = 16 << 10 // of a pipe, which holds its writer up when it is full, as TCP does
	roomDatagram = 96 << 10 // of net.core.rmem_default
	eachDatagram = 2304     // what one takes of it at most, if it is small
)

// Read implements io.Reader.
func (r *rested) Read(b []byte) (int, error) {
	n, err := r.link.try(b)
	for errors.Is(err, unix.EAGAIN) {
		if r.rest() {
			n, err = r.link.try(b)
		} else {
			n, err = r.link.await(b)
		}
	}
	r.taken += max(n, r.each)
	r.came = true
	return n, err
}

// rest rests, unless nothing came since the latest rest, or too much did for another.
func (r *rested) rest() bool {
	passed := time.Since(r.since)
	if r.latency == 0 || !r.came || passed < r.latency {
		return false
	}
	fast := float64(r.taken)*float64(r.latency) > float64(r.room)*float64(passed)
	r.since, r.taken = time.Now(), 0
	if fast {
		return false
	}
	r.came = false
	r.link.ignore()
	_ = sleep(r.ctx, r.latency) // the link is closed when ctx ends
	return true
}
