package pipeline

import (
	"context"
	"slices"
	"sync"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// taps gives readings, as they come, to those who want them before they are on disk.
type taps struct {
	mu   sync.Mutex
	list map[string][]*tap // by stream
}

// tap is one who wants a stream's readings.
type tap struct {
	readings chan reading.Reading
	missed   uint64 // guarded by taps.mu
}

// open taps streams; what does not fit into size readings is missed.
func (t *taps) open(size int, streams ...string) *tap {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.list == nil {
		t.list = map[string][]*tap{}
	}
	one := &tap{readings: make(chan reading.Reading, size)}
	for _, s := range streams {
		t.list[s] = append(t.list[s], one)
	}
	return one
}

// close ends a tap, and gives how many readings it missed.
func (t *taps) close(one *tap) (missed uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for s := range t.list {
		t.list[s] = slices.DeleteFunc(t.list[s], func(x *tap) bool { return x == one })
	}
	return one.missed
}

// pass gives a reading to all who want it. Where the source can wait it waits for them.
func (t *taps) pass(ctx context.Context, r reading.Reading, wait bool) {
	t.mu.Lock()
	var slow []*tap
	for _, one := range t.list[r.Source] {
		select {
		case one.readings <- r:
		default:
			if wait {
				slow = append(slow, one)
			} else {
				one.missed++
			}
		}
	}
	t.mu.Unlock()
	for _, one := range slow {
		select {
		case one.readings <- r:
		case <-ctx.Done():
		}
	}
}

// Streams names all that Tail knows.
func (p *Pipeline) Streams() (names []string) {
	for _, s := range p.config.Setup.Sources {
		names = append(names, s.Streams...)
	}
	for _, j := range p.config.Setup.Jobs {
		names = append(names, j.Name)
	}
	return names
}

// Tail gives the readings of a stream as they come, until ctx ends. Of those that come
// faster than they are taken some are left out.
func (p *Pipeline) Tail(ctx context.Context, stream string, visit func(reading.Reading) error) error {
	one := p.taps.open(256, stream)
	defer p.taps.close(one)
	for {
		select {
		case r := <-one.readings:
			if err := visit(r); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}
