package aggregator

import (
	"context"
	"time"

	"github.com/tadpole-edge/tadpole/internal/dispatch"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Link carries frames to devices. Publish returns when the broker has taken the
// frame, or with an error while there is no connection.
type Link interface {
	Publish(ctx context.Context, topic wire.Topic, frame []byte) error
}

// senders is the number of frames on their way to the broker at a time.
const senders = 8

// newSender makes the aggregator's way out over its link.
func (a *Aggregator) newSender(epoch uint32) *dispatch.Sender {
	c := a.config
	return dispatch.New(dispatch.Config{
		Key: c.Key, Fleet: c.Fleet, Counter: wire.NewCounter(epoch), Workers: senders, Logger: a.log,
		Publish: func(ctx context.Context, to key.Address, kind wire.Kind, frame []byte) error {
			return c.Link.Publish(ctx, wire.Topic{Fleet: c.Fleet, Device: to, Direction: wire.Down, Kind: kind}, frame)
		},
		Expires: func() time.Time { return c.Now().Add(wire.Life) },
		Sent:    func(_ key.Address, bytes int) { a.down.Add(uint64(bytes)) },
	})
}
