package wire

import (
	"fmt"
	"sync"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Replays remembers which counters each sender has used and refuses a second
// use, in the manner of IPsec's sliding window (RFC 4303, 3.4.3): messages may
// overtake each other by up to 64, as brokers let them. The zero value is ready
// and safe for concurrent use.
//
// It lives in memory. After a restart of the receiver a captured message could
// pass once more until it expires, which does nothing: handlers are idempotent.
type Replays struct {
	mu      sync.Mutex
	windows map[key.Address]*window
}

type window struct {
	highest uint64
	seen    uint64 // bit i: highest-i was seen
}

// Accept notes the envelope's counter, or fails with ErrReplay.
func (r *Replays) Accept(e Envelope) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := r.windows[e.From]
	if w == nil {
		if r.windows == nil {
			r.windows = map[key.Address]*window{}
		}
		r.windows[e.From] = &window{highest: e.Counter, seen: 1}
		return nil
	}
	if e.Counter > w.highest {
		w.seen = w.seen<<min(e.Counter-w.highest, 64) | 1
		w.highest = e.Counter
		return nil
	}
	age := w.highest - e.Counter
	if age >= 64 || w.seen>>age&1 == 1 {
		return fmt.Errorf("%s %d from %s: %w", e.Kind, e.Counter, e.From, ErrReplay)
	}
	w.seen |= 1 << age
	return nil
}

// Counter numbers a sender's messages. Start it at a boot epoch that the sender
// has never used before, shifted left by 32. It is safe for concurrent use.
type Counter struct {
	mu   sync.Mutex
	last uint64
}

// NewCounter starts counting in the given boot epoch.
func NewCounter(epoch uint32) *Counter { return &Counter{last: uint64(epoch) << 32} }

// Next gives the next number.
func (c *Counter) Next() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	return c.last
}
