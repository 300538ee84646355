package uplink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"github.com/tadpole-edge/tadpole/internal/wire"
)

const (
	protocol       = 4 // MQTT 3.1.1
	connectTimeout = 15 * time.Second
	writeTimeout   = 10 * time.Second // paho's default is to hang
	pingTimeout    = 10 * time.Second // or the keep-alive, if that is shorter
	farewell       = 2 * time.Second
	// What the aggregator says to one device before it has an answer is little: a
	// broker that sends more has lost count.
	maxQueued = 256
	// maxPacket is the largest MQTT packet that is read, in bytes.
	maxPacket = 128 << 10
	// goodbye is how long a DISCONNECT may take, in milliseconds.
	goodbye = 250
)

var (
	errClosed = errors.New("link closed")
	errFlood  = errors.New("broker sends more messages than its window allows")
)

var schemes = map[string]bool{"tcp": true, "mqtt": true, "ssl": true, "tls": true, "mqtts": true, "ws": true, "wss": true}

// connection is one paho client from connect to its loss. A lost client is never
// used again: paho's own reconnect completes tokens whose delivery is unknown.
type connection struct {
	client paho.Client
	queue  chan paho.Message
	alive  context.Context // ends with the connection; its cause says why
	end    context.CancelCauseFunc
}

// connect dials and waits for the broker's welcome.
func (l *Link) connect(ctx context.Context) (*connection, error) {
	c := &connection{queue: make(chan paho.Message, maxQueued)}
	c.alive, c.end = context.WithCancelCause(context.WithoutCancel(ctx))
	c.client = paho.NewClient(l.options(c))
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
		return nil, fmt.Errorf("connect to %s: %w", l.config.URL, err)
	}
	return c, nil
}

func (l *Link) options(c *connection) *paho.ClientOptions {
	return paho.NewClientOptions().
		AddBroker(l.config.URL).
		SetClientID(l.config.Device.String()).
		SetBinaryWill(l.topic(wire.KindStatus), []byte(Offline), 1, true).
		SetProtocolVersion(protocol).
		SetCleanSession(true).
		SetAutoReconnect(false).
		SetConnectRetry(false).
		SetConnectTimeout(connectTimeout).
		SetWriteTimeout(writeTimeout).
		SetPingTimeout(min(pingTimeout, l.config.KeepAlive)).
		SetKeepAlive(l.config.KeepAlive).
		SetTLSConfig(l.config.TLS).
		SetAutoAckDisabled(true).
		SetOrderMatters(true).
		SetConnectionLostHandler(func(_ paho.Client, err error) { c.end(err) }).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { c.enqueue(m) }).
		SetCustomOpenConnectionFn(func(u *url.URL, _ paho.ClientOptions) (net.Conn, error) {
			return dial(c.alive, u, l.config.TLS)
		})
}

// dial opens the transport so that it closes when the context ends, even while
// paho waits for an answer.
func dial(ctx context.Context, u *url.URL, config *tls.Config) (net.Conn, error) {
	greet, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	var conn net.Conn
	var err error
	switch u.Scheme {
	case "tcp", "mqtt":
		conn, err = new(net.Dialer).DialContext(greet, "tcp", u.Host)
	case "ws", "wss":
		conn, err = paho.NewWebsocket(u.String(), config, connectTimeout, nil, nil)
	default:
		conn, err = (&tls.Dialer{Config: config}).DialContext(greet, "tcp", u.Host)
	}
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	return &limited{Conn: conn, limit: maxPacket}, nil
}

// enqueue runs on paho's reading goroutine, which also takes in the
// acknowledgements that the handler's own messages wait for: it must not block.
func (c *connection) enqueue(m paho.Message) {
	select {
	case c.queue <- m:
	default:
		c.end(errFlood)
	}
}

// work handles messages until the connection ends.
func (c *connection) work(handle func(topic string, payload []byte)) {
	for {
		select {
		case <-c.alive.Done():
			return
		case m := <-c.queue:
			handle(m.Topic(), m.Payload())
			m.Ack()
		}
	}
}

// subscribe waits for the broker's consent, of which paho makes no error.
func (c *connection) subscribe(ctx context.Context, filter string) error {
	token := c.client.Subscribe(filter, 1, nil)
	if err := c.wait(ctx, token); err != nil {
		return fmt.Errorf("subscribe to %s: %w", filter, err)
	}
	for _, granted := range token.(*paho.SubscribeToken).Result() {
		if granted > 2 {
			return fmt.Errorf("subscribe to %s: the broker refuses: let devices read their own subtree in the broker's ACL", filter)
		}
	}
	return nil
}

func (c *connection) publish(ctx context.Context, topic string, payload []byte, retained bool) error {
	return c.wait(ctx, c.client.Publish(topic, 1, retained, payload))
}

// wait returns when the broker has answered, the connection has ended or the
// context has.
func (c *connection) wait(ctx context.Context, token paho.Token) error {
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

// disconnect says goodbye, so that the broker does not send the will.
func (c *connection) disconnect() { c.client.Disconnect(goodbye) }

// close frees whatever is left of the connection.
func (c *connection) close() {
	c.end(errClosed)
	c.client.Disconnect(0)
}
