package broker

import (
	"sync"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
)

// patience is how long a device's message waits for the aggregator.
const patience = 20 * time.Second

// pressure passes a slow aggregator's slowness on to the devices. mochi
// acknowledges a message before it delivers it, and drops what the receiver's
// window cannot hold; so a message is not let in before there is room for it.
// While it waits, its sender's connection is not read.
type pressure struct {
	window int

	mu      sync.Mutex
	links   map[*mqtt.Client]struct{}
	passing map[*mqtt.Client]struct{} // let in, not yet in a link's window
	waiting int
	freed   chan struct{} // closed, and made anew, when room may have come
}

func newPressure(window int) *pressure {
	return &pressure{
		window:  window,
		links:   map[*mqtt.Client]struct{}{},
		passing: map[*mqtt.Client]struct{}{},
		freed:   make(chan struct{}),
	}
}

// enter waits for room and takes it; leave gives it back. It is false if there
// was none within patience.
func (p *pressure) enter(cl *mqtt.Client) bool {
	var timeout <-chan time.Time
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.full() && !cl.Closed() {
		if timeout == nil {
			timer := time.NewTimer(patience)
			defer timer.Stop()
			timeout = timer.C
		}
		p.waiting++
		freed := p.freed
		p.mu.Unlock()
		expired := false
		select {
		case <-freed:
		case <-timeout:
			expired = true
		}
		p.mu.Lock()
		p.waiting--
		if expired {
			return false
		}
	}
	p.passing[cl] = struct{}{}
	return true
}

func (p *pressure) full() bool {
	for link := range p.links {
		if link.State.Inflight.Len()+len(p.passing) >= p.window {
			return true
		}
	}
	return false
}

// leave is told of every packet that mochi has dealt with: a device's message is
// now in the windows it belongs to, or an acknowledgement has emptied one.
func (p *pressure) leave(cl *mqtt.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.passing, cl)
	p.wake()
}

func (p *pressure) addLink(cl *mqtt.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.links[cl] = struct{}{}
}

// drop forgets a client that has gone.
func (p *pressure) drop(cl *mqtt.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, cl)
	delete(p.passing, cl)
	p.wake()
}

func (p *pressure) wake() {
	if p.waiting > 0 {
		close(p.freed)
		p.freed = make(chan struct{})
	}
}
