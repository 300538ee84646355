package aggregator

import (
	"context"
	"log/slog"
	"sync"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Link carries frames to devices. Publish returns when the broker has taken the
// frame, or with an error while there is no connection.
type Link interface {
	Publish(ctx context.Context, topic wire.Topic, frame []byte) error
}

// sender signs and publishes messages off the main loop, so that a slow broker
// never holds up a round. What fails to go out is sent again when its device
// says hello, so nothing is kept here for long. The queue holds small closures,
// not frames: a chunk is read when its turn comes.
type sender struct {
	link    Link
	key     *key.Key
	fleet   string
	counter *wire.Counter
	log     *slog.Logger
	sent    func(device key.Address, bytes int)

	mu    sync.Mutex
	ready sync.Cond
	queue []outgoing
	done  bool
}

type outgoing struct {
	topic wire.Topic
	frame func() ([]byte, error)
}

// senders is the number of frames on their way to the broker at a time.
const senders = 8

func newSender(link Link, k *key.Key, fleet string, epoch uint32, log *slog.Logger, sent func(key.Address, int)) *sender {
	s := &sender{link: link, key: k, fleet: fleet, counter: wire.NewCounter(epoch), log: log, sent: sent}
	s.ready.L = &s.mu
	return s
}

// run publishes until the context ends.
func (s *sender) run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock()
		s.done = true
		s.mu.Unlock()
		s.ready.Broadcast()
	})
	defer stop()
	var workers sync.WaitGroup
	for range senders {
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

func (s *sender) next() (outgoing, bool) {
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

func (s *sender) publish(ctx context.Context, o outgoing) {
	frame, err := o.frame()
	if err == nil {
		err = s.link.Publish(ctx, o.topic, frame)
	}
	if err != nil {
		s.log.Debug("not sent", "device", o.topic.Device.Short(), "kind", o.topic.Kind, "error", err)
		return
	}
	s.sent(o.topic.Device, len(frame))
}

func (s *sender) push(to key.Address, kind wire.Kind, frame func() ([]byte, error)) {
	s.mu.Lock()
	s.queue = append(s.queue, outgoing{wire.Topic{Fleet: s.fleet, Device: to, Direction: wire.Down, Kind: kind}, frame})
	s.mu.Unlock()
	s.ready.Signal()
}

// send queues a signed message.
func (s *sender) send(to key.Address, kind wire.Kind, message any) {
	s.push(to, kind, func() ([]byte, error) {
		body, err := wire.Marshal(message)
		if err != nil {
			return nil, err
		}
		return wire.Seal(s.key, wire.Envelope{Fleet: s.fleet, To: to, Kind: kind, Counter: s.counter.Next(), Body: body})
	})
}

// chunk queues one chunk, made when its turn comes.
func (s *sender) chunk(to key.Address, frame func() ([]byte, error)) {
	s.push(to, wire.KindChunk, frame)
}
