package mqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync/atomic"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

const (
	protocol       = 4 // MQTT 3.1.1
	connectTimeout = 15 * time.Second
	writeTimeout   = 10 * time.Second // paho's default is to hang
	pingTimeout    = 10 * time.Second // or the keep-alive, if that is shorter
	// maxQueued is how many messages wait to be handled. Brokers send few before they have
	// an answer: one that sends more has lost count.
	maxQueued = 256
	// goodbye is how long a DISCONNECT may take, in milliseconds.
	goodbye = 250
)

var (
	errClosed = errors.New("connection closed")
	errFlood  = errors.New("broker sends more messages than its window allows")
)

// Connection is one paho client from connect to its loss. A lost client is never
// used again: paho's own reconnect completes tokens whose delivery is unknown.
type Connection struct {
	config  Config
	client  paho.Client
	queue   chan paho.Message
	dropped atomic.Uint64
	alive   context.Context // ends with the connection; its cause says why
	end     context.CancelCauseFunc
}

// Connect dials and waits for the broker's welcome.
func Connect(ctx context.Context, config Config) (*Connection, error) {
	c := &Connection{config: config.withDefaults(), queue: make(chan paho.Message, maxQueued)}
	c.alive, c.end = context.WithCancelCause(context.WithoutCancel(ctx))
	c.client = paho.NewClient(c.options())
	token := c.client.Connect()
	select {
	case <-token.Done():
	case <-ctx.Done():
		c.end(ctx.Err())
		<-token.Done()
		c.client.Disconnect(0)
		return nil, ctx.Err()
	}
	if err := token.Error(); err != nil {
		c.end(err)
		return nil, fmt.Errorf("connect to %s: %w", config.URL, err)
	}
	return c, nil
}

func (c *Connection) options() *paho.ClientOptions {
	o := paho.NewClientOptions().
		AddBroker(c.config.URL).
		SetClientID(c.config.Client).
		SetUsername(c.config.Username).
		SetPassword(c.config.Password).
		SetProtocolVersion(protocol).
		SetCleanSession(true).
		SetAutoReconnect(false).
		SetConnectRetry(false).
		SetConnectTimeout(connectTimeout).
		SetWriteTimeout(writeTimeout).
		SetPingTimeout(min(pingTimeout, c.config.KeepAlive)).
		SetKeepAlive(c.config.KeepAlive).
		SetTLSConfig(c.config.TLS).
		SetAutoAckDisabled(true).
		SetOrderMatters(true).
		SetConnectionLostHandler(func(_ paho.Client, err error) { c.end(err) }).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { c.enqueue(m) }).
		SetCustomOpenConnectionFn(func(u *url.URL, _ paho.ClientOptions) (net.Conn, error) {
			return c.dial(u)
		})
	if will := c.config.Will; will != nil {
		o.SetBinaryWill(will.Topic, will.Payload, 1, will.Retained)
	}
	return o
}

// dial opens the transport so that it closes when the context ends, even while
// paho waits for an answer.
func (c *Connection) dial(u *url.URL) (net.Conn, error) {
	greet, cancel := context.WithTimeout(c.alive, connectTimeout)
	defer cancel()
	var conn net.Conn
	var err error
	switch u.Scheme {
	case "tcp", "mqtt":
		conn, err = new(net.Dialer).DialContext(greet, "tcp", u.Host)
	case "ws", "wss":
		conn, err = paho.NewWebsocket(u.String(), c.config.TLS, connectTimeout, nil, nil)
	default:
		conn, err = (&tls.Dialer{Config: c.config.TLS}).DialContext(greet, "tcp", u.Host)
	}
	if err != nil {
		return nil, err
	}
	context.AfterFunc(c.alive, func() { conn.Close() })
	return &limited{Conn: conn, limit: c.config.MaxPacket}, nil
}

// enqueue runs on paho's reading goroutine, which also takes in the
// acknowledgements that the handler's own messages wait for: it must not block.
func (c *Connection) enqueue(m paho.Message) {
	select {
	case c.queue <- m:
	default:
		if c.config.Lossy && m.Qos() == 0 {
			c.dropped.Add(1)
			return
		}
		c.end(errFlood)
	}
}

// Dropped counts the messages that a lossy connection has dropped.
func (c *Connection) Dropped() uint64 { return c.dropped.Load() }

// Context ends with the connection; its cause says why.
func (c *Connection) Context() context.Context { return c.alive }

// Work handles messages until the connection ends.
func (c *Connection) Work(handle func(Message)) {
	for {
		select {
		case <-c.alive.Done():
			return
		case m := <-c.queue:
			handle(Message{Topic: m.Topic(), Payload: m.Payload(), Retained: m.Retained()})
			m.Ack()
		}
	}
}

// Subscribe asks for quality of service 1, and waits for the broker's consent, of which
// paho makes no error.
func (c *Connection) Subscribe(ctx context.Context, filter string) error {
	token := c.client.Subscribe(filter, 1, nil)
	if err := c.wait(ctx, token); err != nil {
		return fmt.Errorf("subscribe to %s: %w", filter, err)
	}
	for _, granted := range token.(*paho.SubscribeToken).Result() {
		if granted > 2 {
			return fmt.Errorf("subscribe to %s: the broker refuses: let this client read there in the broker's ACL", filter)
		}
	}
	return nil
}

// Publish sends a message, of quality of service 1, and waits until the broker has it. It
// fails with ErrOffline where the connection ends first.
func (c *Connection) Publish(ctx context.Context, m Message) error {
	return c.wait(ctx, c.client.Publish(m.Topic, 1, m.Retained, m.Payload))
}

// wait returns when the broker has answered, the connection has ended or the
// context has.
func (c *Connection) wait(ctx context.Context, token paho.Token) error {
	select {
	case <-token.Done():
		if err := token.Error(); err != nil {
			return fmt.Errorf("%w: %v", ErrOffline, err)
		}
		return nil
	case <-c.alive.Done():
		return fmt.Errorf("%w: %v", ErrOffline, context.Cause(c.alive))
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Disconnect says goodbye, so that the broker does not send the will.
func (c *Connection) Disconnect() { c.client.Disconnect(goodbye) }

// End ends Work, and the connection without a goodbye. Close is to follow.
func (c *Connection) End() { c.end(errClosed) }

// Close frees whatever is left of the connection.
func (c *Connection) Close() {
	c.end(errClosed)
	c.client.Disconnect(0)
}
