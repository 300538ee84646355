// Package uplink is the device's connection to its MQTT broker.
//
// What the aggregator says flows in and is handed on message by message, in
// order; what the device has to say flows out by Publish. The link reconnects for
// ever, at random and ever rarer times, so that a fleet does not come back all at
// once. Neither side's queues survive a connection: after every connect OnConnect
// is called, and whoever is behind it says again what the other side must know.
//
// While it is connected the device's retained status is "online"; its last will
// makes that "offline". A message is acknowledged when the handler has returned.
//
// It knows nothing of the messages' content.
package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/tadpole-edge/tadpole/edge/mqtt"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Errors that callers branch on.
var (
	ErrOffline  = mqtt.ErrOffline
	ErrTooLarge = mqtt.ErrTooLarge
)

// farewell bounds how long a goodbye takes.
const farewell = 2 * time.Second

// What a device's retained status says.
const (
	Online  = "online"
	Offline = "offline"
)

// Config of a Link. URL, Fleet and Device are needed.
type Config struct {
	URL        string                // ssl://host:port; also tcp, ws and wss
	TLS        *tls.Config           // with the device's certificate; nil = the system's roots, none
	Fleet      string                // the device's
	Device     key.Address           // its certificate's common name
	OnConnect  func(context.Context) // called after each connect; its context ends with the connection; nil = none
	MaxPayload int                   // bytes that the broker takes; 0 = wire.MaxFrame
	KeepAlive  time.Duration         // whole seconds; 0 = 60 s
	RetryMin   time.Duration         // upper bound of the first wait between connects; 0 = 1 s
	RetryMax   time.Duration         // upper bound of all; 0 = 10 min
	Stable     time.Duration         // a connection that lasts this long resets the waits; 0 = 5 min
	Logger     *slog.Logger          // nil = discard
}

// Validate names every fault.
func (c Config) Validate() error {
	faults := []error{wire.CheckFleet(c.Fleet), mqtt.CheckURL(c.URL)}
	if c.Device == (key.Address{}) {
		faults = append(faults, errors.New("no device address"))
	}
	if c.KeepAlive != 0 && c.KeepAlive < time.Second {
		faults = append(faults, fmt.Errorf("keep-alive of %v, want at least 1 s", c.KeepAlive))
	}
	if c.RetryMin < 0 || c.RetryMax < 0 || c.Stable < 0 || c.MaxPayload < 0 {
		faults = append(faults, errors.New("negative times or sizes"))
	}
	return errors.Join(faults...)
}

func (c Config) withDefaults() Config {
	if c.MaxPayload == 0 {
		c.MaxPayload = wire.MaxFrame
	}
	if c.KeepAlive == 0 {
		c.KeepAlive = time.Minute
	}
	if c.RetryMin == 0 {
		c.RetryMin = time.Second
	}
	if c.RetryMax == 0 {
		c.RetryMax = 10 * time.Minute
	}
	if c.Stable == 0 {
		c.Stable = 5 * time.Minute
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Link is a connection to the broker that comes back by itself. It is safe for
// concurrent use.
type Link struct {
	config  Config
	current atomic.Pointer[mqtt.Connection] // nil = offline
}

// New checks the configuration; Run connects.
func New(c Config) (*Link, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("uplink: %w", err)
	}
	return &Link{config: c.withDefaults()}, nil
}

// Run keeps the link up until the context ends, and calls the handler for every
// message, one at a time. While the handler runs no other message is handled, but
// it may Publish. Run must not run twice at once.
func (l *Link) Run(ctx context.Context, handler func(kind wire.Kind, payload []byte)) error {
	wait := backoff{min: l.config.RetryMin, max: l.config.RetryMax, stable: l.config.Stable}
	for ctx.Err() == nil {
		began := time.Now()
		err := l.session(ctx, handler)
		if ctx.Err() != nil {
			break
		}
		pause := wait.next(time.Since(began))
		l.config.Logger.Warn("uplink is down", "url", l.config.URL, "error", err, "retry", pause.Round(time.Millisecond))
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
	return nil
}

// session is one connection from its beginning to its end.
func (l *Link) session(ctx context.Context, handler func(wire.Kind, []byte)) error {
	status := l.topic(wire.KindStatus)
	c, err := mqtt.Connect(ctx, mqtt.Config{URL: l.config.URL, TLS: l.config.TLS, Client: l.config.Device.String(), KeepAlive: l.config.KeepAlive,
		Will: &mqtt.Message{Topic: status, Payload: []byte(Offline), Retained: true}})
	if err != nil {
		return err
	}
	defer c.Close()
	worker := make(chan struct{})
	go func() {
		defer close(worker)
		c.Work(func(m mqtt.Message) {
			topic, err := wire.ParseTopic(m.Topic)
			if err != nil || topic.Fleet != l.config.Fleet || topic.Device != l.config.Device || topic.Direction != wire.Down {
				l.config.Logger.Debug("ignored a message", "topic", m.Topic, "error", err)
				return
			}
			handler(topic.Kind, m.Payload)
		})
	}()
	defer func() { <-worker }()
	defer c.End() // before waiting for the worker
	if err := c.Subscribe(ctx, wire.DeviceFilter(l.config.Fleet, l.config.Device)); err != nil {
		return err
	}
	if err := c.Publish(ctx, mqtt.Message{Topic: status, Payload: []byte(Online), Retained: true}); err != nil {
		return fmt.Errorf("announce the device: %w", err)
	}
	l.current.Store(c)
	defer l.current.Store(nil)
	l.config.Logger.Info("uplink is up", "url", l.config.URL)
	if l.config.OnConnect != nil {
		up, cancel := context.WithCancel(ctx)
		stop := context.AfterFunc(c.Context(), cancel)
		l.config.OnConnect(up)
		stop()
		cancel()
	}
	select {
	case <-ctx.Done():
		l.leave(ctx, c, status)
		return nil
	case <-c.Context().Done():
		return context.Cause(c.Context())
	}
}

// leave says goodbye: a broker sends no will for a client that disconnects.
func (l *Link) leave(ctx context.Context, c *mqtt.Connection, status string) {
	brief, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if err := c.Publish(brief, mqtt.Message{Topic: status, Payload: []byte(Offline), Retained: true}); err != nil {
		l.config.Logger.Debug("say goodbye", "error", err)
		return // without DISCONNECT, so that the will says it
	}
	c.Disconnect()
}

func (l *Link) topic(kind wire.Kind) string {
	return wire.Topic{Fleet: l.config.Fleet, Device: l.config.Device, Direction: wire.Up, Kind: kind}.String()
}

// Online says whether Publish has a chance.
func (l *Link) Online() bool { return l.current.Load() != nil }

// Publish sends a message and waits until the broker has it, which does not mean
// that the aggregator has: only its answer does. It fails with ErrOffline if
// there is no connection or it ends meanwhile, and with ErrTooLarge, before
// anything is sent, for a message that would make the broker hang up each time.
func (l *Link) Publish(ctx context.Context, kind wire.Kind, payload []byte) error {
	if len(payload) > l.config.MaxPayload {
		return fmt.Errorf("publish %s of %d bytes, at most %d: %w", kind, len(payload), l.config.MaxPayload, ErrTooLarge)
	}
	c := l.current.Load()
	if c == nil {
		return fmt.Errorf("publish %s: %w", kind, ErrOffline)
	}
	if err := c.Publish(ctx, mqtt.Message{Topic: l.topic(kind), Payload: payload}); err != nil {
		return fmt.Errorf("publish %s: %w", kind, err)
	}
	return nil
}
