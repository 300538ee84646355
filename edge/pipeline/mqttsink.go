package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/tadpole-edge/tadpole/edge/mqtt"
	"github.com/tadpole-edge/tadpole/edge/setup"
)

// broker is a sink that publishes: a message a reading, of quality of service 1. One that
// the broker took while the connection broke comes twice, with the same number.
type broker struct {
	connection *mqtt.Connection
	topic      string
}

func dial(ctx context.Context, s setup.Sink) (*broker, error) {
	c, err := mqtt.Connect(ctx, mqtt.Config{URL: s.URL, Client: fmt.Sprintf("%s-%x", s.Name, rand.Uint32()), Username: s.Username, Password: s.Password})
	if err != nil {
		return nil, err
	}
	return &broker{c, s.Topic}, nil
}

func (b *broker) deliver(ctx context.Context, lines []line) error {
	for _, l := range lines {
		topic := strings.ReplaceAll(b.topic, "{source}", l.source)
		if err := b.connection.Publish(ctx, mqtt.Message{Topic: topic, Payload: bytes.TrimSpace(l.text)}); err != nil {
			return fmt.Errorf("publish to %s: %w", topic, err)
		}
	}
	return nil
}

func (b *broker) close() error {
	b.connection.Disconnect()
	b.connection.Close()
	return nil
}
