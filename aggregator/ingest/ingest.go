// Package ingest is the aggregator's connection to an MQTT 3.1.1 broker outside its
// process: any by URL, or an embedded one in another process by Unix socket. To
// the one in its own process it is linked without a connection (broker.Local).
//
// What devices publish flows in and is handed on message by message, in order;
// what the aggregator has to say flows out by Publish. The link reconnects for
// ever. The broker keeps nothing for it meanwhile: after every connect OnConnect
// is called, and whoever is behind it sends again what is outstanding.
//
// A message is acknowledged when the handler has returned. So the broker's window
// of unacknowledged messages is what bounds the memory here, and a slow handler
// slows down the broker and not this process. Mosquitto's own window is 20
// messages and its queue 1000; raise max_queued_messages for large fleets.
//
// It is the only package of the aggregator that names paho. It knows nothing of
// the messages' content.
package ingest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Errors that callers branch on.
var (
	ErrOffline  = errors.New("not connected to the broker")
	ErrTooLarge = errors.New("message is too large for the wire")
)

// Config of a Link. URL and Fleet are needed.
type Config struct {
	URL       string                // unix:///path, tcp://host:port, ssl://, ws:// or wss://
	TLS       *tls.Config           // for ssl and wss; nil = the system's roots
	Username  string                // empty = none
	Password  string                // empty = none
	ClientID  string                // empty = a random one: two links must not share one
	Fleet     string                // whose messages are read
	OnConnect func(context.Context) // called after each subscription; its context ends with the connection; nil = none
	KeepAlive time.Duration         // whole seconds; 0 = 30 s
	RetryMin  time.Duration         // upper bound of the first wait between connects; 0 = 100 ms
	RetryMax  time.Duration         // upper bound of all; 0 = 30 s
	Stable    time.Duration         // a connection that lasts this long resets the waits; 0 = 10 s
	Logger    *slog.Logger          // nil = discard
}

// Validate names every fault.
func (c Config) Validate() error {
	faults := []error{wire.CheckFleet(c.Fleet)}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil:
		faults = append(faults, err)
	case u.Scheme == "unix" && u.Path == "", u.Scheme != "unix" && u.Host == "":
		faults = append(faults, fmt.Errorf("broker URL %q names no place", c.URL))
	case !schemes[u.Scheme]:
		faults = append(faults, fmt.Errorf("broker URL %q: want unix, tcp, ssl, ws or wss", c.URL))
	}
	if c.KeepAlive != 0 && c.KeepAlive < time.Second {
		faults = append(faults, fmt.Errorf("keep-alive of %v, want at least 1 s", c.KeepAlive))
	}
	if c.RetryMin < 0 || c.RetryMax < 0 || c.Stable < 0 {
		faults = append(faults, errors.New("negative retry times"))
	}
	return errors.Join(faults...)
}

func (c Config) withDefaults() Config {
	if c.ClientID == "" {
		c.ClientID = "tadpole-" + rand.Text()[:12]
	}
	if c.KeepAlive == 0 {
		c.KeepAlive = 30 * time.Second
	}
	if c.RetryMin == 0 {
		c.RetryMin = 100 * time.Millisecond
	}
	if c.RetryMax == 0 {
		c.RetryMax = 30 * time.Second
	}
	if c.Stable == 0 {
		c.Stable = 10 * time.Second
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
	current atomic.Pointer[connection] // nil = offline
}

// New checks the configuration; Run connects.
func New(c Config) (*Link, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("broker link: %w", err)
	}
	return &Link{config: c.withDefaults()}, nil
}

// Run keeps the link up until the context ends, and calls the handler for every
// message, one at a time. While the handler runs no other message is handled, but
// it may Publish. Run must not run twice at once.
func (l *Link) Run(ctx context.Context, handler func(topic wire.Topic, payload []byte)) error {
	wait := backoff{min: l.config.RetryMin, max: l.config.RetryMax, stable: l.config.Stable}
	for ctx.Err() == nil {
		began := time.Now()
		err := l.session(ctx, handler)
		if ctx.Err() != nil {
			break
		}
		pause := wait.next(time.Since(began))
		l.config.Logger.Warn("broker link is down", "url", l.config.URL, "error", err, "retry", pause.Round(time.Millisecond))
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
func (l *Link) session(ctx context.Context, handler func(wire.Topic, []byte)) error {
	c, err := l.connect(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	worker := make(chan struct{})
	go func() {
		defer close(worker)
		c.work(func(text string, payload []byte) {
			topic, err := wire.ParseTopic(text)
			if err != nil || topic.Fleet != l.config.Fleet || topic.Direction != wire.Up {
				l.config.Logger.Debug("ignored a message", "topic", text, "error", err)
				return
			}
			handler(topic, payload)
		})
	}()
	defer func() { <-worker }()
	defer c.end(errClosed) // before waiting for the worker
	if err := c.subscribe(ctx, wire.FleetFilter(l.config.Fleet)); err != nil {
		return err
	}
	l.current.Store(c)
	defer l.current.Store(nil)
	l.config.Logger.Info("broker link is up", "url", l.config.URL)
	if l.config.OnConnect != nil {
		up, cancel := context.WithCancel(ctx)
		stop := context.AfterFunc(c.alive, cancel)
		l.config.OnConnect(up)
		stop()
		cancel()
	}
	select {
	case <-ctx.Done():
		c.disconnect()
		return nil
	case <-c.alive.Done():
		return context.Cause(c.alive)
	}
}

// Online says whether Publish has a chance.
func (l *Link) Online() bool { return l.current.Load() != nil }

// Publish sends a message and waits until the broker has it, which does not mean
// that anybody else has. It fails with ErrOffline if there is no connection or it
// ends meanwhile.
func (l *Link) Publish(ctx context.Context, topic wire.Topic, payload []byte) error {
	if len(payload) > wire.MaxFrame {
		return fmt.Errorf("publish %d bytes on %s, at most %d: %w", len(payload), topic, wire.MaxFrame, ErrTooLarge)
	}
	c := l.current.Load()
	if c == nil {
		return fmt.Errorf("publish on %s: %w", topic, ErrOffline)
	}
	if err := c.publish(ctx, topic.String(), payload, false); err != nil {
		return fmt.Errorf("publish on %s: %w", topic, err)
	}
	return nil
}
