// Package dispatch signs and publishes messages apart from the loop that decides
// on them, so that a slow broker never holds that loop up.
//
// Messages and chunks flow in with their addressee; frames flow out through
// Publish, a few at a time and in no fixed order. What cannot be published is
// dropped: both sides send again whatever is owed when a device says hello. The
// queue holds small closures and no frames, so it costs little however long it
// gets.
package dispatch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Config of a Sender. Fields without a stated zero meaning are needed.
type Config struct {
	Key     *key.Key
	Fleet   string
	Counter *wire.Counter
	Publish func(ctx context.Context, to key.Address, kind wire.Kind, frame []byte) error
	Sent    func(to key.Address, bytes int) // called after each frame; nil = nobody counts
	Expires func() time.Time                // when a message signed now becomes stale, by the aggregator's clock; nil, or a zero time = never
	Workers int                             // frames on their way at a time; 0 = 2
	Logger  *slog.Logger
}

// Sender is safe for concurrent use.
type Sender struct {
	config Config
	mu     sync.Mutex
	ready  sync.Cond
	queue  []outgoing
	done   bool
}

type outgoing struct {
	to    key.Address
	kind  wire.Kind
	frame func() ([]byte, error)
}

// New makes a sender; Run publishes.
func New(c Config) *Sender {
	if c.Workers == 0 {
		c.Workers = 2
	}
	s := &Sender{config: c}
	s.ready.L = &s.mu
	return s
}

// Run publishes until the context ends.
func (s *Sender) Run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		s.done = true
		s.mu.Unlock()
		s.ready.Broadcast()
	})
	defer stop()
	var workers sync.WaitGroup
	for range s.config.Workers {
		workers.Go(func() {
			for {
				next, more := s.next()
				if !more {
					return
				}
				s.publish(ctx, next)
			}
		})
	}
	workers.Wait()
}

func (s *Sender) next() (outgoing, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) == 0 && !s.done {
		s.ready.Wait()
	}
	if s.done {
		return outgoing{}, false
	}
	next := s.queue[0]
	s.queue = s.queue[1:]
	return next, true
}

func (s *Sender) publish(ctx context.Context, o outgoing) {
	frame, err := o.frame()
	if err == nil {
		err = s.config.Publish(ctx, o.to, o.kind, frame)
	}
	if err != nil {
		s.config.Logger.Debug("not sent", "to", o.to.Short(), "kind", o.kind, "error", err)
		return
	}
	if s.config.Sent != nil {
		s.config.Sent(o.to, len(frame))
	}
}

func (s *Sender) push(o outgoing) {
	s.mu.Lock()
	s.queue = append(s.queue, o)
	s.mu.Unlock()
	s.ready.Signal()
}

// Send queues a message to be signed and published.
func (s *Sender) Send(to key.Address, kind wire.Kind, message any) {
	s.push(outgoing{to, kind, func() ([]byte, error) {
		body, err := wire.Marshal(message)
		if err != nil {
			return nil, err
		}
		e := wire.Envelope{Fleet: s.config.Fleet, To: to, Kind: kind, Counter: s.config.Counter.Next(), Body: body}
		if s.config.Expires != nil {
			if at := s.config.Expires(); !at.IsZero() {
				e.Expires = at.UnixMilli()
			}
		}
		return wire.Seal(s.config.Key, e)
	}})
}

// Chunk queues a chunk, whose frame is made when its turn comes.
func (s *Sender) Chunk(to key.Address, frame func() ([]byte, error)) {
	s.push(outgoing{to, wire.KindChunk, frame})
}
