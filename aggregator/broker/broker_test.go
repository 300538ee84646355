package broker_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/aggregator/broker"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const fleet = "orchard"

const patience = 10 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a running broker with its CA and its list of removed devices.
type site struct {
	*broker.Broker
	ca *devices.CA

	mu      sync.Mutex
	removed map[key.Address]bool
}

func (s *site) authorize(a key.Address) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.removed[a]
}

func (s *site) remove(a key.Address) {
	s.mu.Lock()
	s.removed[a] = true
	s.mu.Unlock()
	s.Disconnect(a)
}

func newCA(t testing.TB) *devices.CA {
	t.Helper()
	ca, err := devices.OpenCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func start(t testing.TB) *site {
	t.Helper()
	s := &site{ca: newCA(t), removed: map[key.Address]bool{}}
	mutual, err := s.ca.MutualTLS(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Broker, err = broker.New(broker.Config{Listen: "127.0.0.1:0", TLS: mutual,
		Socket: filepath.Join(t.TempDir(), "run", "link.sock"), Fleet: fleet, Authorize: s.authorize})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			stacks := make([]byte, 1<<20)
			t.Errorf("the broker does not stop:\n%s", stacks[:runtime.Stack(stacks, true)])
		}
	})
	return s
}

func newDevice(t testing.TB) key.Address {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k.Address()
}

// tlsFor is a device's TLS configuration with a certificate by the given CA.
func (s *site) tlsFor(t testing.TB, ca *devices.CA, device key.Address) *tls.Config {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, k)
	if err != nil {
		t.Fatal(err)
	}
	chain, err := ca.IssueDevice(csr, device, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(chain, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{RootCAs: s.ca.Pool(), Certificates: []tls.Certificate{pair}}
}

func (s *site) options(t testing.TB, device key.Address) *paho.ClientOptions {
	t.Helper()
	return paho.NewClientOptions().AddBroker("ssl://" + s.Addr().String()).SetClientID(device.String()).
		SetTLSConfig(s.tlsFor(t, s.ca, device)).SetProtocolVersion(4).SetAutoReconnect(false).SetConnectTimeout(patience)
}

// linkOptions are the aggregator's own.
func (s *site) linkOptions() *paho.ClientOptions {
	return paho.NewClientOptions().AddBroker(s.LinkURL()).SetClientID("aggregator").SetProtocolVersion(4).SetAutoReconnect(false)
}

func wait(t testing.TB, token paho.Token) error {
	t.Helper()
	if !token.WaitTimeout(patience) {
		t.Fatal("no answer from the broker")
	}
	return token.Error()
}

func connect(t testing.TB, o *paho.ClientOptions) paho.Client {
	t.Helper()
	c := paho.NewClient(o)
	if err := wait(t, c.Connect()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Disconnect(100) })
	return c
}

const refusedByBroker = 0x80

// granted subscribes and gives the broker's code: paho makes no error of it.
func granted(t testing.TB, c paho.Client, filter string) byte {
	t.Helper()
	token := c.Subscribe(filter, 1, nil)
	if err := wait(t, token); err != nil {
		t.Fatal(err)
	}
	for _, code := range token.(*paho.SubscribeToken).Result() { // its key lacks "$share/g/"
		return code
	}
	t.Fatalf("%s: no code", filter)
	return 0
}

type message struct {
	topic    string
	payload  string
	retained bool
}

// listen subscribes and gives what arrives.
func listen(t testing.TB, c paho.Client, filter string) <-chan message {
	t.Helper()
	got := make(chan message, 1024)
	err := wait(t, c.Subscribe(filter, 1, func(_ paho.Client, m paho.Message) {
		got <- message{m.Topic(), string(m.Payload()), m.Retained()}
	}))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func next(t testing.TB, got <-chan message) message {
	t.Helper()
	select {
	case m := <-got:
		return m
	case <-time.After(patience):
		t.Fatal("no message arrives")
		return message{}
	}
}

func up(device key.Address, kind wire.Kind) string {
	return wire.Topic{Fleet: fleet, Device: device, Direction: wire.Up, Kind: kind}.String()
}

func down(device key.Address, kind wire.Kind) string {
	return wire.Topic{Fleet: fleet, Device: device, Direction: wire.Down, Kind: kind}.String()
}

func TestBothWays(t *testing.T) {
	s := start(t)
	a := newDevice(t)
	link, device := connect(t, s.linkOptions()), connect(t, s.options(t, a))
	ups, downs := listen(t, link, wire.FleetFilter(fleet)), listen(t, device, wire.DeviceFilter(fleet, a))
	if err := wait(t, device.Publish(up(a, wire.KindHello), 1, false, "hello")); err != nil {
		t.Fatal(err)
	}
	if got, want := next(t, ups), (message{up(a, wire.KindHello), "hello", false}); got != want {
		t.Errorf("aggregator got %+v, want %+v", got, want)
	}
	large := strings.Repeat("x", wire.MaxFrame)
	if err := wait(t, link.Publish(down(a, wire.KindTask), 1, false, large)); err != nil {
		t.Fatal(err)
	}
	if got := next(t, downs); got.topic != down(a, wire.KindTask) || got.payload != large {
		t.Errorf("device got %d bytes on %s", len(got.payload), got.topic)
	}
	if s.Refused() != 0 {
		t.Errorf("%d refused, want 0", s.Refused())
	}
}

func TestSubscriptionsOutsideTheSubtreeAreRefused(t *testing.T) {
	s := start(t)
	a, b := newDevice(t), newDevice(t)
	own := strings.TrimSuffix(wire.DeviceFilter(fleet, a), "down/+")
	c := connect(t, s.options(t, a))
	for _, filter := range []string{"#", "+/#", "tadpole/#", "tadpole/v1/" + fleet + "/#", "tadpole/v1/" + fleet + "/+/down/+",
		wire.FleetFilter(fleet), wire.DeviceFilter(fleet, b), wire.DeviceFilter("other", a), down(b, wire.KindTask),
		up(a, wire.KindStatus), own + "#", own + "+/+", "$SYS/#", "$SYS/broker/version", "$share/g/" + wire.DeviceFilter(fleet, a)} {
		before := s.Refused()
		if got := granted(t, c, filter); got != refusedByBroker {
			t.Errorf("%s: granted %#x, want %#x", filter, got, refusedByBroker)
		}
		if got := s.Refused(); got != before+1 {
			t.Errorf("%s: counted %d refusals, want 1", filter, got-before)
		}
	}
	for _, filter := range []string{wire.DeviceFilter(fleet, a), down(a, wire.KindTask)} {
		if got := granted(t, c, filter); got != 1 {
			t.Errorf("%s: granted %#x, want 1", filter, got)
		}
	}
}

func TestPublishOutsideTheSubtreeIsRefused(t *testing.T) {
	s := start(t)
	a, b := newDevice(t), newDevice(t)
	all := listen(t, connect(t, s.linkOptions()), "#")
	for _, topic := range []string{up(b, wire.KindHello), down(b, wire.KindTask), down(a, wire.KindTask), "elsewhere",
		wire.Topic{Fleet: "other", Device: a, Direction: wire.Up, Kind: wire.KindHello}.String(), up(a, "x/y"), "$SYS/broker/version"} {
		// mochi ignores $SYS without a word; the rest ends the connection.
		if c := connect(t, s.options(t, a)); topic[0] != '$' {
			if err := wait(t, c.Publish(topic, 1, false, "forged")); err == nil {
				t.Errorf("%s: published", topic)
			}
		}
		quiet := connect(t, s.options(t, a))
		if err := wait(t, quiet.Publish(topic, 0, true, "forged")); err != nil {
			t.Errorf("%s: %v", topic, err)
		}
		if err := wait(t, quiet.Publish(up(a, wire.KindHello), 1, false, "honest")); err != nil {
			t.Fatal(err)
		}
		if got := next(t, all); strings.HasPrefix(got.topic, "$SYS") || got.payload != "honest" {
			t.Errorf("%s: aggregator got %+v, want the honest message only", topic, got)
		}
	}
}

func TestConnectIsRefused(t *testing.T) {
	s := start(t)
	a, b, gone := newDevice(t), newDevice(t), newDevice(t)
	s.remove(gone)
	foreign := newCA(t)
	for name, edit := range map[string]func(*paho.ClientOptions){
		"no certificate":           func(o *paho.ClientOptions) { o.SetTLSConfig(&tls.Config{RootCAs: s.ca.Pool()}) },
		"certificate of other CA":  func(o *paho.ClientOptions) { o.SetTLSConfig(s.tlsFor(t, foreign, a)) },
		"another's client id":      func(o *paho.ClientOptions) { o.SetClientID(b.String()) },
		"no client id":             func(o *paho.ClientOptions) { o.SetClientID("") },
		"removed":                  func(o *paho.ClientOptions) { o.SetClientID(gone.String()).SetTLSConfig(s.tlsFor(t, s.ca, gone)) },
		"MQTT 3.1":                 func(o *paho.ClientOptions) { o.SetProtocolVersion(3) },
		"no keep-alive":            func(o *paho.ClientOptions) { o.SetKeepAlive(0) },
		"will on another's topic":  func(o *paho.ClientOptions) { o.SetWill(up(b, wire.KindStatus), "offline", 1, true) },
		"will to the device":       func(o *paho.ClientOptions) { o.SetWill(down(a, wire.KindTask), "x", 1, false) },
		"retained will, no status": func(o *paho.ClientOptions) { o.SetWill(up(a, wire.KindHello), "x", 1, true) },
	} {
		o := s.options(t, a)
		edit(o)
		c := paho.NewClient(o)
		if err := wait(t, c.Connect()); err == nil {
			t.Errorf("%s: connected", name)
			c.Disconnect(100)
		}
	}
	plain := paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + s.Addr().String()).SetClientID(a.String()).SetAutoReconnect(false))
	if err := wait(t, plain.Connect()); err == nil {
		t.Error("connected without TLS")
	}
}

func TestRemovedDeviceIsDisconnected(t *testing.T) {
	s := start(t)
	a := newDevice(t)
	lost := make(chan error, 1)
	connect(t, s.options(t, a).SetConnectionLostHandler(func(_ paho.Client, err error) { lost <- err }))
	s.remove(a)
	select {
	case <-lost:
	case <-time.After(patience):
		t.Fatal("a removed device stays connected")
	}
	if err := wait(t, paho.NewClient(s.options(t, a)).Connect()); err == nil {
		t.Error("a removed device connects again")
	}
}

func TestOversizedPacketEndsTheConnection(t *testing.T) {
	s := start(t)
	a := newDevice(t)
	lost := make(chan error, 1)
	c := connect(t, s.options(t, a).SetConnectionLostHandler(func(_ paho.Client, err error) { lost <- err }))
	c.Publish(up(a, wire.KindChunk), 1, false, make([]byte, broker.MaxPacket))
	select {
	case <-lost:
	case <-time.After(patience):
		t.Fatal("a packet above the limit was taken")
	}
}

func TestStatusIsRetainedAndNothingElse(t *testing.T) {
	s := start(t)
	a := newDevice(t)
	c := connect(t, s.options(t, a))
	for _, kind := range []wire.Kind{wire.KindHello, wire.KindStatus} {
		if err := wait(t, c.Publish(up(a, kind), 1, true, "online")); err != nil {
			t.Fatal(err)
		}
	}
	if err := wait(t, c.Publish(up(a, wire.KindStatus), 1, true, make([]byte, 300))); err != nil {
		t.Fatal(err)
	}
	// mochi acknowledges before it delivers: only the answer to a later packet
	// shows that nobody is about to get the last message.
	granted(t, c, wire.DeviceFilter(fleet, a))
	got := listen(t, connect(t, s.linkOptions()), wire.FleetFilter(fleet))
	if m, want := next(t, got), (message{up(a, wire.KindStatus), "online", true}); m != want {
		t.Errorf("retained %+v, want %+v", m, want)
	}
	if err := wait(t, c.Publish(up(a, wire.KindOffer), 1, false, "end")); err != nil {
		t.Fatal(err)
	}
	if m := next(t, got); m.payload != "end" {
		t.Errorf("also retained %+v", m)
	}
}

func TestQoS0IsRefused(t *testing.T) {
	s := start(t)
	a := newDevice(t)
	got := listen(t, connect(t, s.linkOptions()), wire.FleetFilter(fleet))
	c := connect(t, s.options(t, a))
	for i := range 2 {
		if err := wait(t, c.Publish(up(a, wire.KindChunk), byte(i), false, fmt.Sprint("QoS ", i))); err != nil {
			t.Fatal(err)
		}
	}
	if m := next(t, got); m.payload != "QoS 1" || s.Refused() != 1 {
		t.Errorf("got %+v and %d refusals, want QoS 1 and 1", m, s.Refused())
	}
}

func TestWillIsSentWhenADeviceVanishes(t *testing.T) {
	s := start(t)
	a := newDevice(t)
	got := listen(t, connect(t, s.linkOptions()), wire.FleetFilter(fleet))
	conn := make(chan net.Conn, 1)
	config := s.tlsFor(t, s.ca, a)
	o := s.options(t, a).SetWill(up(a, wire.KindStatus), "offline", 1, true)
	o.SetCustomOpenConnectionFn(dialer(s, config, conn))
	connect(t, o)
	(<-conn).Close()
	if m, want := next(t, got), (message{up(a, wire.KindStatus), "offline", false}); m != want {
		t.Errorf("will %+v, want %+v", m, want)
	}
	late := s.linkOptions().SetClientID("second")
	if m := next(t, listen(t, connect(t, late), wire.FleetFilter(fleet))); m.payload != "offline" || !m.retained {
		t.Errorf("retained %+v, want offline", m)
	}
}

// A device whose link broke silently comes back while its old connection still
// seems alive. Its will must not say that it is offline, and it must be heard.
func TestTakeover(t *testing.T) {
	s := start(t)
	a := newDevice(t)
	link := connect(t, s.linkOptions())
	ups := listen(t, link, wire.FleetFilter(fleet))
	for i := range 20 {
		o := s.options(t, a).SetWill(up(a, wire.KindStatus), "offline", 1, true)
		c := connect(t, o)
		downs := listen(t, c, wire.DeviceFilter(fleet, a))
		want := fmt.Sprint(i)
		if err := wait(t, link.Publish(down(a, wire.KindTask), 1, false, want)); err != nil {
			t.Fatal(err)
		}
		if m := next(t, downs); m.payload != want {
			t.Errorf("takeover %d: device got %+v", i, m)
		}
		if err := wait(t, c.Publish(up(a, wire.KindStatus), 1, true, "online")); err != nil {
			t.Fatal(err)
		}
		if m := next(t, ups); m.payload != "online" {
			t.Errorf("takeover %d: aggregator got %+v", i, m)
		}
	}
}

// A device that stops reading must neither hold up the aggregator nor cost it
// memory without bound.
func TestDeviceThatDoesNotReadIsCutOff(t *testing.T) {
	s := start(t)
	a, b := newDevice(t), newDevice(t)
	conn := make(chan net.Conn, 1)
	gate := make(chan struct{})
	o := s.options(t, a).SetKeepAlive(20 * time.Minute)
	o.SetDefaultPublishHandler(func(paho.Client, paho.Message) { <-gate }) // in order: stops paho's reader
	config := s.tlsFor(t, s.ca, a)
	o.SetCustomOpenConnectionFn(dialer(s, config, conn))
	c := connect(t, o)
	t.Cleanup(func() { close(gate) })
	if err := wait(t, c.Subscribe(wire.DeviceFilter(fleet, a), 1, nil)); err != nil {
		t.Fatal(err)
	}
	other := listen(t, connect(t, s.options(t, b)), wire.DeviceFilter(fleet, b))
	link := connect(t, s.linkOptions())
	began := time.Now()
	chunk := make([]byte, 64<<10)
	for range 256 {
		if err := wait(t, link.Publish(down(a, wire.KindChunk), 1, false, chunk)); err != nil {
			t.Fatal(err)
		}
	}
	if err := wait(t, link.Publish(down(b, wire.KindTask), 1, false, "on time")); err != nil {
		t.Fatal(err)
	}
	if m := next(t, other); m.payload != "on time" {
		t.Errorf("the other device got %+v", m)
	}
	if took := time.Since(began); took > patience {
		t.Errorf("the other device waited %v", took)
	}
	// The stalled one has lost its place: it can connect again at once.
	connect(t, s.options(t, a))
}

// dialer opens a device's connection and hands it to the test too.
func dialer(s *site, config *tls.Config, conn chan<- net.Conn) paho.OpenConnectionFunc {
	return func(_ *url.URL, _ paho.ClientOptions) (net.Conn, error) {
		raw, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			return nil, err
		}
		config := config.Clone()
		config.ServerName = "localhost"
		conn <- raw
		return tls.Client(raw, config), nil
	}
}

// A slow aggregator slows the devices down; nothing is dropped.
func TestSlowAggregatorLosesNothing(t *testing.T) {
	s := start(t)
	slow := make(chan struct{})
	var mu sync.Mutex
	seen := map[string]bool{}
	o := s.linkOptions().SetOrderMatters(false)
	link := connect(t, o)
	err := wait(t, link.Subscribe(wire.FleetFilter(fleet), 1, func(_ paho.Client, m paho.Message) {
		<-slow
		mu.Lock()
		defer mu.Unlock()
		seen[m.Topic()+string(m.Payload())] = true
	}))
	if err != nil {
		t.Fatal(err)
	}
	const each, senders = 200, 4
	var wg sync.WaitGroup
	for range senders {
		a := newDevice(t)
		c := connect(t, s.options(t, a))
		wg.Go(func() {
			for i := range each {
				token := c.Publish(up(a, wire.KindChunk), 1, false, fmt.Sprint(i))
				if !token.WaitTimeout(patience) || token.Error() != nil {
					t.Errorf("message %d: %v", i, token.Error())
					return
				}
			}
		})
	}
	sent := make(chan struct{})
	go func() { wg.Wait(); close(sent) }()
	select {
	case <-sent:
		t.Error("all was sent though the aggregator reads nothing: where is the window?")
	case <-time.After(time.Second):
	}
	close(slow)
	<-sent
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		mu.Lock()
		n := len(seen)
		mu.Unlock()
		if n == each*senders {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d messages arrived", n, each*senders)
		}
	}
}

func TestStrangersWhoSayNothingDoNotHoldUpTheEnd(t *testing.T) {
	s := start(t)
	for range 3 {
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
	}
	connect(t, s.linkOptions()) // the cleanup of start times the broker's end
}

func TestNewRefuses(t *testing.T) {
	ca := newCA(t)
	mutual, err := ca.MutualTLS(nil)
	if err != nil {
		t.Fatal(err)
	}
	open, err := ca.ServerTLS(nil)
	if err != nil {
		t.Fatal(err)
	}
	shared := t.TempDir()
	if err := os.Chmod(shared, 0o755); err != nil {
		t.Fatal(err)
	}
	good := broker.Config{Listen: "127.0.0.1:0", TLS: mutual, Socket: filepath.Join(t.TempDir(), "run", "s"), Fleet: fleet,
		Authorize: func(key.Address) bool { return true }}
	for name, c := range map[string]struct {
		edit func(*broker.Config)
		says string
	}{
		"TLS without client certificates": {func(c *broker.Config) { c.TLS = open }, "client certificates"},
		"no authorize":                    {func(c *broker.Config) { c.Authorize = nil }, "authorize"},
		"fleet":                           {func(c *broker.Config) { c.Fleet = "A+" }, "fleet"},
		"long socket path":                {func(c *broker.Config) { c.Socket = strings.Repeat("x", 200) }, "shorter"},
		"socket for everybody":            {func(c *broker.Config) { c.Socket = filepath.Join(shared, "s") }, "chmod 700"},
		"port":                            {func(c *broker.Config) { c.Listen = "127.0.0.1:99999" }, "99999"},
	} {
		config := good
		c.edit(&config)
		if _, err := broker.New(config); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
	first, err := broker.New(good)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := broker.New(good); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("second broker on a socket: error %v", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}

// BenchmarkChunk sends a chunk of 64 KiB from a device to the aggregator and
// waits for it there.
func BenchmarkChunk(b *testing.B) {
	s := start(b)
	a := newDevice(b)
	link, device := connect(b, s.linkOptions()), connect(b, s.options(b, a))
	arrived := make(chan struct{}, 1)
	if err := wait(b, link.Subscribe(wire.FleetFilter(fleet), 1, func(paho.Client, paho.Message) { arrived <- struct{}{} })); err != nil {
		b.Fatal(err)
	}
	chunk := make([]byte, 64<<10)
	b.SetBytes(int64(len(chunk)))
	for b.Loop() {
		if err := wait(b, device.Publish(up(a, wire.KindChunk), 1, false, chunk)); err != nil {
			b.Fatal(err)
		}
		<-arrived
	}
}
