// Package broker is the MQTT broker that runs inside the aggregator: mochi-mqtt
// with the fleet's rules (design, "The wire").
//
// Devices come in over TLS with a certificate of the fleet's CA and may reach
// nothing but their own subtree; the aggregator itself is linked within the
// process (Local), or comes in over a Unix socket that only its user can open,
// and may do everything. MQTT 3.1.1 only, QoS up to 1, and no session outlives
// its connection: the protocol above resends what is owed at every connect, so a
// queue for absent devices would only eat memory (mochi#340).
//
// It is the only package that names mochi. It decides nothing about who is
// enrolled: Authorize does.
package broker

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// MaxPacket is the largest MQTT packet in bytes: a frame of wire.MaxFrame, its
// topic, and room to grow up to what hosted brokers take.
const MaxPacket = 128 << 10

const (
	deviceListener = "devices"
	linkListener   = "link"

	// A device gets at most a few chunks at once; one that lets this many bytes
	// pile up does not read.
	deviceBacklog = 2 << 20
	linkBacklog   = 64 << 20
	// Unacknowledged messages to the aggregator above which devices must wait.
	linkWindow = 256
	// Above the window there is room for last wills, which cannot wait.
	maxInflight = 4096
)

// Config of a Broker. All fields without a stated zero meaning are needed.
type Config struct {
	Listen    string                 // host:port for devices; port 0 = any free one
	TLS       *tls.Config            // must require and verify client certificates
	Socket    string                 // path at which an aggregator in another process connects, in a directory of mode 0700; "" = Local only
	Fleet     string                 // the only one that is served
	Authorize func(key.Address) bool // asked at every connect, concurrently
	Logger    *slog.Logger           // nil = discard
}

// Validate names every fault.
func (c Config) Validate() error {
	var faults []error
	faults = append(faults, wire.CheckFleet(c.Fleet))
	if c.TLS == nil || c.TLS.ClientAuth != tls.RequireAndVerifyClientCert {
		faults = append(faults, errors.New("TLS must require and verify client certificates"))
	}
	if c.Authorize == nil {
		faults = append(faults, errors.New("authorize is needed"))
	}
	if len(c.Socket) > maxSocketPath {
		faults = append(faults, fmt.Errorf("socket path of %d bytes, want at most %d: choose a shorter directory", len(c.Socket), maxSocketPath))
	}
	return errors.Join(faults...)
}

// maxSocketPath is what Linux takes (unix(7)) less the closing zero.
const maxSocketPath = 107

// Broker is an MQTT broker for one fleet. It is safe for concurrent use.
type Broker struct {
	config  Config
	server  *mqtt.Server
	rules   *rules
	devices *door
	link    *door // nil = none
}

// New opens the broker's port and socket; Run serves them.
func New(c Config) (*Broker, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	server := mqtt.New(&mqtt.Options{
		Capabilities:           capabilities(),
		InlineClient:           true, // Local
		Logger:                 slog.New(quiet{c.Logger.Handler()}),
		SysTopicResendInterval: int64((24 * time.Hour).Seconds()), // each one stops the world to count the heap
	})
	b := &Broker{config: c, server: server, rules: newRules(c, server)}
	if err := server.AddHook(b.rules, nil); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	if err := b.open(); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	return b, nil
}

func capabilities() *mqtt.Capabilities {
	c := mqtt.NewDefaultServerCapabilities()
	c.MaximumPacketSize = MaxPacket
	c.MaximumQos = 1
	c.MaximumInflight = maxInflight
	c.ReceiveMaximum = 64
	c.MaximumClientWritesPending = 2048 // 8 bytes each are allocated per client at once
	c.MaximumSessionExpiryInterval = 0
	c.MaximumMessageExpiryInterval = 0 // else a retained "online" vanishes after a day
	c.SharedSubAvailable = 0
	c.TopicAliasMaximum = 0
	c.MinimumProtocolVersion = protocol
	return c
}

func (b *Broker) open() error {
	tcp, err := net.Listen("tcp", b.config.Listen)
	if err != nil {
		return err
	}
	b.devices = newDoor(tcp, deviceBacklog, b.config.Logger)
	b.devices.wrap = func(c net.Conn) net.Conn { return tls.Server(c, b.config.TLS) }
	if b.config.Socket != "" {
		unix, err := listenUnix(b.config.Socket)
		if err != nil {
			return errors.Join(err, b.devices.Close())
		}
		b.link = newDoor(unix, linkBacklog, b.config.Logger)
		if err := b.server.AddListener(listeners.NewNet(linkListener, b.link)); err != nil {
			return errors.Join(err, b.Close())
		}
	}
	if err := b.server.AddListener(listeners.NewNet(deviceListener, b.devices)); err != nil {
		return errors.Join(err, b.Close())
	}
	return nil
}

// listenUnix opens the socket, in place of one that a crash has left.
func listenUnix(path string) (net.Listener, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("socket directory %s has mode %o, and whoever opens the socket may do everything: chmod 700 it", dir, mode)
	}
	if c, err := net.Dial("unix", path); err == nil {
		c.Close()
		return nil, fmt.Errorf("socket %s is in use: stop the other aggregator first", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}

// Addr is where devices connect.
func (b *Broker) Addr() net.Addr { return b.devices.Addr() }

// LinkURL is where an aggregator in another process connects.
func (b *Broker) LinkURL() string { return "unix://" + b.config.Socket }

// Refused counts the connects, subscriptions and messages that broke the rules.
func (b *Broker) Refused() uint64 { return b.rules.refused.Load() }

// Run serves until the context ends. Then it closes all connections and waits
// for them.
func (b *Broker) Run(ctx context.Context) error {
	if err := b.server.Serve(); err != nil {
		return errors.Join(fmt.Errorf("broker: %w", err), b.Close())
	}
	<-ctx.Done()
	err := b.devices.Shut()
	if b.link != nil {
		err = errors.Join(err, b.link.Shut())
	}
	err = errors.Join(err, b.server.Close())
	b.devices.wait()
	if b.link != nil {
		b.link.wait()
	}
	if err != nil {
		return fmt.Errorf("close broker: %w", err)
	}
	return nil
}

// Close frees the port and socket of a broker that will not Run.
func (b *Broker) Close() error {
	err := b.devices.Close()
	if b.link != nil {
		err = errors.Join(err, b.link.Close())
	}
	return err
}

// Disconnect ends a device's connection. Its next connect asks Authorize, so a
// device that is to stay away must be refused there before.
func (b *Broker) Disconnect(device key.Address) {
	if client, found := b.server.Clients.Get(device.String()); found {
		client.Stop(packets.ErrNotAuthorized)
	}
}
