package broker_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	paho "github.com/eclipse/paho.mqtt.golang"

	"github.com/tadpole-edge/tadpole/aggregator/broker"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// The link within the process hears every message of a device in order, and its
// own reach the device, or fail when there is none.
func TestLocalLink(t *testing.T) {
	s := start(t)
	device, absent := newDevice(t), newDevice(t)
	heard := make(chan string, 100)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- s.Local().Run(ctx, func(topic wire.Topic, payload []byte) {
			heard <- fmt.Sprintf("%t %s %s", topic.Device == device, topic.Kind, payload)
		})
	}()
	c := connect(t, s.options(t, device))
	got := make(chan string, 1)
	token := c.Subscribe(wire.DeviceFilter(fleet, device), 1, func(_ paho.Client, m paho.Message) { got <- string(m.Payload()) })
	if err := wait(t, token); err != nil {
		t.Fatal(err)
	}
	up := wire.Topic{Fleet: fleet, Device: device, Direction: wire.Up, Kind: wire.KindHello}
	// Run subscribes in a goroutine of its own: the first messages may be early.
	for first := ""; first == ""; {
		if err := wait(t, c.Publish(up.String(), 1, false, "first")); err != nil {
			t.Fatal(err)
		}
		select {
		case first = <-heard:
		default:
		}
	}
	for i := range 50 {
		if err := wait(t, c.Publish(up.String(), 1, false, fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	for want := 0; want < 50; {
		switch h := <-heard; h {
		case "true hello first":
		case fmt.Sprint("true hello ", want):
			want++
		default:
			t.Fatalf("heard %q, want message %d", h, want)
		}
	}
	down := wire.Topic{Fleet: fleet, Device: device, Direction: wire.Down, Kind: wire.KindTask}
	if err := s.Local().Publish(t.Context(), down, []byte("task")); err != nil {
		t.Fatal(err)
	}
	if h := <-got; h != "task" {
		t.Errorf("the device got %q", h)
	}
	down.Device = absent
	if err := s.Local().Publish(t.Context(), down, []byte("task")); !errors.Is(err, broker.ErrOffline) {
		t.Errorf("publish to an absent device: %v, want ErrOffline", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
