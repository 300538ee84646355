package broker

import (
	"context"
	"errors"
	"fmt"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"github.com/tadpole-edge/tadpole/internal/wire"
)

// ErrOffline says that a device is not connected.
var ErrOffline = errors.New("device is not connected to the broker")

// Local is the aggregator's link to a broker in its own process: what devices
// publish is handed over in the goroutine that reads their connection, so a slow
// aggregator is felt by its senders alone, and nothing is copied through a socket.
type Local struct{ broker *Broker }

// Local gives the link. It needs no connecting.
func (b *Broker) Local() *Local { return &Local{b} }

// subscription is the link's only one.
const subscription = 1

// Publish hands a frame to a device's connection. It fails with ErrOffline if
// there is none; whether the device got it, only its answer tells.
func (l *Local) Publish(_ context.Context, topic wire.Topic, payload []byte) error {
	if client, found := l.broker.server.Clients.Get(topic.Device.String()); !found || client.Closed() {
		return fmt.Errorf("publish %s to %s: %w", topic.Kind, topic.Device, ErrOffline)
	}
	if err := l.broker.server.Publish(topic.String(), payload, false, 1); err != nil {
		return fmt.Errorf("publish %s to %s: %w", topic.Kind, topic.Device, err)
	}
	return nil
}

// Run calls the handler for every message of a device, from many goroutines but in
// order for each device, until the context ends.
func (l *Local) Run(ctx context.Context, handler func(topic wire.Topic, payload []byte)) error {
	filter := wire.FleetFilter(l.broker.config.Fleet)
	err := l.broker.server.Subscribe(filter, subscription, func(_ *mqtt.Client, _ packets.Subscription, pk packets.Packet) {
		// Rules let nothing else in than what parses.
		if topic, err := wire.ParseTopic(pk.TopicName); err == nil && ctx.Err() == nil {
			handler(topic, pk.Payload)
		}
	})
	if err != nil {
		return fmt.Errorf("link to the broker: %w", err)
	}
	<-ctx.Done()
	if err := l.broker.server.Unsubscribe(filter, subscription); err != nil {
		return fmt.Errorf("link to the broker: %w", err)
	}
	return nil
}
