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
	stop    func() error // closes stopped and the listener, once

	mu     sync.Mutex
	shut   bool                 // nobody is let in any more
	open   map[*outbox]struct{} // nil = closed
	unread map[*outbox]struct{} // let in, and mochi has not begun with them
	met    *sync.Cond           // unread has become smaller
	wg     sync.WaitGroup       // of the outboxes
}

func newDoor(l net.Listener, backlog int, log *slog.Logger) *door {
	d := &door{Listener: l, backlog: backlog, log: log, stopped: make(chan struct{}), open: map[*outbox]struct{}{}, unread: map[*outbox]struct{}{}}
	d.met = sync.NewCond(&d.mu)
	d.stop = sync.OnceValue(func() error {
		close(d.stopped)
		return l.Close()
	})
	return d
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
			o.begun()
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
	if d.shut {
		return false
	}
	d.open[o], d.unread[o] = struct{}{}, struct{}{}
	o.begun = func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.unread, o)
		d.met.Broadcast()
	}
	d.wg.Go(func() {
		o.run()
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.open, o)
	})
	return true
}

// Shut stops accepting, and returns once mochi has begun with all that it was given. It
// counts its clients only then: a server that is closed before would not wait for them.
// What takes longer than closeTimeout is not waited for.
func (d *door) Shut() error {
	d.mu.Lock()
	d.shut = true
	d.mu.Unlock()
	err := d.stop()
	enough := time.AfterFunc(closeTimeout, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		clear(d.unread)
		d.met.Broadcast()
	})
	defer enough.Stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.unread) > 0 {
		d.met.Wait()
	}
	return err
}

// Close stops accepting and closes all connections, greeted or not.
func (d *door) Close() error {
	d.mu.Lock()
	d.shut = true
	for o := range d.open {
		o.Close()
	}
	d.open = nil
	d.mu.Unlock()
	return d.stop()
}

// wait returns once all connections are closed. Close comes first.
func (d *door) wait() { d.wg.Wait() }
