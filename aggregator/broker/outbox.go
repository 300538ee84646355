package broker

import (
	"errors"
	"net"
	"sync"
	"time"
)

const (
	// A peer must take this many bytes in this time, or it is gone.
	writeSlice   = 64 << 10
	writeTimeout = time.Minute
	// After Close, what was written still goes out if it takes no longer.
	closeTimeout = time.Second
)

var errSlow = errors.New("peer does not read: too many bytes wait for it")

// outbox is a connection whose Write never blocks: the bytes go into a bounded
// queue that a goroutine of its own empties. mochi writes to a client under a
// lock that every publisher to that client needs, so one device with a stalled
// link would stall the aggregator. A device whose queue is full is cut off.
type outbox struct {
	net.Conn
	limit int
	wake  chan struct{} // holds one: there is something to do
	begun func()        // called by the first Read; nil = nothing is
	first sync.Once

	mu      sync.Mutex
	queue   []byte
	failed  error     // the first error; all later writes get it
	closing time.Time // when the connection is cut whatever is queued; zero = open
}

func newOutbox(c net.Conn, limit int) *outbox {
	return &outbox{Conn: c, limit: limit, wake: make(chan struct{}, 1)}
}

// Read implements net.Conn.
func (o *outbox) Read(b []byte) (int, error) {
	if o.begun != nil {
		o.first.Do(o.begun)
	}
	return o.Conn.Read(b)
}

// Write queues a copy of b.
func (o *outbox) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.failed != nil:
		return 0, o.failed
	case !o.closing.IsZero():
		return 0, net.ErrClosed
	case len(o.queue)+len(b) > o.limit:
		o.failed = errSlow
		o.queue = nil
		o.closeLocked()
		return 0, o.failed
	}
	o.queue = append(o.queue, b...)
	o.signal()
	return len(b), nil
}

// Close ends reading at once; what was written still goes out.
func (o *outbox) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closeLocked()
	return nil
}

func (o *outbox) closeLocked() {
	if !o.closing.IsZero() {
		return
	}
	o.closing = time.Now().Add(closeTimeout)
	// If setting a deadline fails, the connection is gone, as is wanted.
	_ = o.Conn.SetReadDeadline(time.Unix(1, 0))
	_ = o.Conn.SetWriteDeadline(o.closing)
	o.signal()
}

// SetDeadline bounds reads only: writes have their own.
func (o *outbox) SetDeadline(t time.Time) error { return o.SetReadDeadline(t) }

// SetReadDeadline has no effect once the connection is closed.
func (o *outbox) SetReadDeadline(t time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closing.IsZero() {
		return net.ErrClosed
	}
	return o.Conn.SetReadDeadline(t)
}

// SetWriteDeadline does nothing: Write does not block.
func (o *outbox) SetWriteDeadline(time.Time) error { return nil }

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// run sends what is queued until the outbox is closed or the peer is gone, then
// closes the connection.
func (o *outbox) run() {
	defer o.Conn.Close()
	var spare []byte
	for range o.wake {
		for {
			batch, done := o.take(spare)
			if err := o.send(batch); err != nil {
				o.fail(err)
				return
			}
			// The queue has the old spare now, so this batch is the next one.
			if spare = batch[:0]; cap(spare) > 2*writeSlice {
				spare = nil
			}
			if len(batch) == 0 {
				if done {
					return
				}
				break
			}
		}
	}
}

// take swaps the queue for an empty one.
func (o *outbox) take(spare []byte) (batch []byte, done bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch, o.queue = o.queue, spare
	return batch, !o.closing.IsZero()
}

func (o *outbox) send(batch []byte) error {
	for len(batch) > 0 {
		if err := o.extend(); err != nil {
			return err
		}
		n, err := o.Conn.Write(batch[:min(len(batch), writeSlice)])
		if err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

func (o *outbox) extend() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closing.IsZero() {
		return nil // the deadline of closeLocked stands
	}
	return o.Conn.SetWriteDeadline(time.Now().Add(writeTimeout))
}

func (o *outbox) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failed == nil {
		o.failed = err
	}
	o.queue = nil
	o.closeLocked()
}
