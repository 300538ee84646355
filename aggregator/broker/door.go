package broker

import (
	"log/slog"
	"net"
	"sync"
	"time"
)

const (
	// A client must finish TLS and send CONNECT within this time.
	greetTimeout = 15 * time.Second
	// The pause after a failed accept: most often all file descriptors are used.
	acceptPause = 100 * time.Millisecond
)

// door is a listener as mochi needs it: accept errors do not end it, strangers
// who say nothing are cut off, and Close closes what it has let in.
type door struct {
	net.Listener
	wrap    func(net.Conn) net.Conn // nil = none
	backlog int                     // bytes that may wait for one client
	log     *slog.Logger
	stopped chan struct{}

	mu   sync.Mutex
	open map[*outbox]struct{} // nil = closed
	wg   sync.WaitGroup       // of the outboxes
}

func newDoor(l net.Listener, backlog int, log *slog.Logger) *door {
	return &door{Listener: l, backlog: backlog, log: log, stopped: make(chan struct{}), open: map[*outbox]struct{}{}}
}

// Accept waits for a connection. mochi ends its loop at the first error, so it
// gets none before Close.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			select {
			case <-d.stopped:
				return nil, err
			case <-time.After(acceptPause):
				d.log.Warn("broker cannot accept a connection", "error", err)
				continue
			}
		}
		o := newOutbox(c, d.backlog)
		if !d.add(o) {
			c.Close()
			return nil, net.ErrClosed
		}
		if err := o.SetReadDeadline(time.Now().Add(greetTimeout)); err != nil {
			o.Close()
			continue
		}
		if d.wrap == nil {
			return o, nil
		}
		return d.wrap(o), nil
	}
}

func (d *door) add(o *outbox) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		return false
	}
	d.open[o] = struct{}{}
	d.wg.Go(func() {
		o.run()
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.open, o)
	})
	return true
}

// Close stops accepting and closes all connections, greeted or not.
func (d *door) Close() error {
	d.mu.Lock()
	open := d.open
	if d.open = nil; open != nil {
		close(d.stopped)
	}
	for o := range open {
		o.Close()
	}
	d.mu.Unlock()
	if open == nil {
		return nil
	}
	return d.Listener.Close()
}

// wait returns once all connections are closed. Close comes first.
func (d *door) wait() { d.wg.Wait() }
