package uplink_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/aggregator/broker"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/ingest"
	"github.com/tadpole-edge/tadpole/aggregator/ingest/mosquittotest"
	"github.com/tadpole-edge/tadpole/edge/uplink"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const (
	fleet    = "orchard"
	patience = 20 * time.Second
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a broker of either make, with the aggregator's link to it.
type site struct {
	ca      *devices.CA
	devices string // URL
	link    ingest.Config

	broker    *broker.Broker        // nil = mosquitto
	mosquitto *mosquittotest.Server // nil = embedded
	barred    atomic.Bool           // embedded only: nobody may connect
}

func newCA(t testing.TB) *devices.CA {
	t.Helper()
	ca, err := devices.OpenCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func embedded(t testing.TB) *site {
	t.Helper()
	s := &site{ca: newCA(t)}
	mutual, err := s.ca.MutualTLS(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.broker, err = broker.New(broker.Config{Listen: "127.0.0.1:0", TLS: mutual, Fleet: fleet,
		Socket: filepath.Join(t.TempDir(), "run", "link.sock"), Authorize: func(key.Address) bool { return !s.barred.Load() }})
	if err != nil {
		t.Fatal(err)
	}
	background(t, s.broker.Run)
	s.devices = "ssl://" + s.broker.Addr().String()
	s.link = ingest.Config{URL: s.broker.LinkURL()}
	return s
}

func debian(t testing.TB) *site {
	t.Helper()
	s := &site{ca: newCA(t)}
	certificate, private, err := s.ca.IssueServer(nil, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	s.mosquitto = mosquittotest.Start(t, mosquittotest.Config{CA: s.ca.PEM(), Certificate: certificate, Key: private, Fleet: fleet})
	s.devices = s.mosquitto.Devices
	s.link = ingest.Config{URL: s.mosquitto.Link, Username: mosquittotest.Username, Password: mosquittotest.Password}
	return s
}

// background runs f until the test, or the returned function, ends it.
func background(t testing.TB, f func(context.Context) error) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	end = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Error("does not end with its context")
		}
	})
	t.Cleanup(end)
	return end
}

func newDevice(t testing.TB) key.Address {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k.Address()
}

func (s *site) tls(t testing.TB, device key.Address) *tls.Config {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, k)
	if err != nil {
		t.Fatal(err)
	}
	chain, err := s.ca.IssueDevice(csr, device, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(chain)
	return &tls.Config{RootCAs: s.ca.Pool(), Certificates: []tls.Certificate{{Certificate: [][]byte{block.Bytes}, PrivateKey: k}}}
}

type message struct {
	kind    wire.Kind
	payload string
}

// device is a running uplink and all that it tells.
type device struct {
	*uplink.Link
	address  key.Address
	got      chan message
	connects chan struct{}
	end      func()
}

func (s *site) device(t testing.TB, edit func(*uplink.Config)) *device {
	t.Helper()
	d := &device{address: newDevice(t), got: make(chan message, 1024), connects: make(chan struct{}, 64)}
	c := uplink.Config{URL: s.devices, TLS: s.tls(t, d.address), Fleet: fleet, Device: d.address, RetryMin: 10 * time.Millisecond,
		RetryMax: 200 * time.Millisecond, OnConnect: func(context.Context) { d.connects <- struct{}{} }}
	if edit != nil {
		edit(&c)
	}
	var err error
	if d.Link, err = uplink.New(c); err != nil {
		t.Fatal(err)
	}
	d.end = background(t, func(ctx context.Context) error {
		return d.Run(ctx, func(kind wire.Kind, payload []byte) { d.got <- message{kind, string(payload)} })
	})
	return d
}

type heard struct {
	device key.Address
	message
}

// aggregator runs a link to the site's broker.
func (s *site) aggregator(t testing.TB) (*ingest.Link, chan heard) {
	t.Helper()
	got, up := make(chan heard, 1024), make(chan struct{}, 64)
	c := s.link
	c.Fleet, c.OnConnect, c.RetryMax = fleet, func(context.Context) { up <- struct{}{} }, 200*time.Millisecond
	l, err := ingest.New(c)
	if err != nil {
		t.Fatal(err)
	}
	background(t, func(ctx context.Context) error {
		return l.Run(ctx, func(topic wire.Topic, payload []byte) {
			got <- heard{topic.Device, message{topic.Kind, string(payload)}}
		})
	})
	receive(t, up)
	return l, got
}

func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("nothing comes")
		panic("unreachable")
	}
}

func both(t *testing.T, f func(t *testing.T, s *site)) {
	t.Run("embedded", func(t *testing.T) { f(t, embedded(t)) })
	t.Run("mosquitto", func(t *testing.T) { f(t, debian(t)) })
}

func TestBothWays(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		l, heardAll := s.aggregator(t)
		d := s.device(t, nil)
		receive(t, d.connects)
		if got, want := receive(t, heardAll), (heard{d.address, message{wire.KindStatus, uplink.Online}}); got != want {
			t.Errorf("aggregator heard %+v, want %+v", got, want)
		}
		large := strings.Repeat("x", wire.MaxFrame)
		for i := range 50 {
			want := message{wire.KindOffer, fmt.Sprint(i) + large}
			want.payload = want.payload[:wire.MaxFrame]
			if err := d.Publish(t.Context(), want.kind, []byte(want.payload)); err != nil {
				t.Fatal(err)
			}
			if got := receive(t, heardAll); got.message != want {
				t.Fatalf("aggregator heard %d bytes of %s", len(got.payload), got.kind)
			}
			down := wire.Topic{Fleet: fleet, Device: d.address, Direction: wire.Down, Kind: wire.KindWant}
			if err := l.Publish(t.Context(), down, []byte(want.payload)); err != nil {
				t.Fatal(err)
			}
			if got := receive(t, d.got); got.kind != wire.KindWant || got.payload != want.payload {
				t.Fatalf("device got %d bytes of %s", len(got.payload), got.kind)
			}
		}
		d.end()
		if got, want := receive(t, heardAll), (heard{d.address, message{wire.KindStatus, uplink.Offline}}); got != want {
			t.Errorf("after the end the aggregator heard %+v, want %+v", got, want)
		}
	})
}

func TestStatusIsThereForALateAggregator(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		d := s.device(t, nil)
		receive(t, d.connects)
		_, heardAll := s.aggregator(t)
		if got, want := receive(t, heardAll), (heard{d.address, message{wire.KindStatus, uplink.Online}}); got != want {
			t.Errorf("aggregator heard %+v, want %+v", got, want)
		}
	})
}

func TestUplinkComesBackAfterAKill(t *testing.T) {
	s := debian(t)
	d := s.device(t, nil)
	for i := range 3 {
		receive(t, d.connects)
		if err := d.Publish(t.Context(), wire.KindHello, nil); err != nil {
			t.Fatalf("after restart %d: %v", i, err)
		}
		s.mosquitto.Kill()
		for deadline := time.Now().Add(patience); d.Online(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the uplink does not notice that its broker was killed")
			}
		}
		if err := d.Publish(t.Context(), wire.KindHello, nil); !errors.Is(err, uplink.ErrOffline) {
			t.Errorf("publish without a broker: error %v, want ErrOffline", err)
		}
		s.mosquitto.Restart()
	}
	receive(t, d.connects)
}

// relay passes a device's connections on until it is told to go deaf: then it
// keeps them open and passes nothing, as a mobile network does that has lost its
// state.
type relay struct {
	url  string
	deaf chan struct{}

	mu    sync.Mutex
	conns []net.Conn
}

func newRelay(t testing.TB, target string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{url: "ssl://" + l.Addr().String(), deaf: make(chan struct{})}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", target)
			if err != nil {
				near.Close()
				continue
			}
			r.mu.Lock()
			r.conns = append(r.conns, near, far)
			r.mu.Unlock()
			wg.Go(func() { r.pass(near, far) })
			wg.Go(func() { r.pass(far, near) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		r.mu.Lock()
		for _, c := range r.conns {
			c.Close()
		}
		r.mu.Unlock()
		wg.Wait()
	})
	return r
}

func (r *relay) pass(to io.Writer, from net.Conn) {
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		select {
		case <-r.deaf:
			continue
		default:
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

func TestHalfOpenConnectionIsNoticed(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		r := newRelay(t, strings.TrimPrefix(s.devices, "ssl://"))
		d := s.device(t, func(c *uplink.Config) { c.URL, c.KeepAlive = r.url, time.Second })
		receive(t, d.connects)
		close(r.deaf)
		for deadline := time.Now().Add(patience); d.Online(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the keep-alive does not notice a deaf connection")
			}
		}
	})
}

// A broker that lets the device in and throws it out at once must not be asked
// again and again without pause.
func TestKickedDeviceSlowsDown(t *testing.T) {
	s := embedded(t)
	connects := make(chan time.Time, 64)
	d := s.device(t, func(c *uplink.Config) {
		c.RetryMin, c.RetryMax = 50*time.Millisecond, time.Hour
		address := c.Device
		c.OnConnect = func(ctx context.Context) {
			connects <- time.Now()
			s.broker.Disconnect(address)
			<-ctx.Done()
		}
	})
	first := receive(t, connects)
	var last time.Time
	for range 5 {
		last = receive(t, connects)
	}
	// The five waits are each uniform up to 50, 100, 200, 400, 800 ms. Their sum is
	// below 50 ms with a probability under 1e-5.
	if took := last.Sub(first); took < 50*time.Millisecond {
		t.Errorf("five kicks within %v", took)
	}
	d.end()
}

func TestRefusedDeviceGetsInLater(t *testing.T) {
	s := embedded(t)
	s.barred.Store(true)
	d := s.device(t, nil)
	for deadline := time.Now().Add(patience); s.broker.Refused() < 3; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a refused device gives up")
		}
	}
	if d.Online() {
		t.Error("a refused device is online")
	}
	s.barred.Store(false)
	receive(t, d.connects)
}

func TestPoisonMessageIsRefusedHere(t *testing.T) {
	s := embedded(t)
	d := s.device(t, func(c *uplink.Config) { c.MaxPayload = 1000 })
	receive(t, d.connects)
	if err := d.Publish(t.Context(), wire.KindChunk, make([]byte, 1001)); !errors.Is(err, uplink.ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
	if err := d.Publish(t.Context(), wire.KindChunk, make([]byte, 1000)); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}

func TestPublishHeedsItsContext(t *testing.T) {
	s := debian(t)
	d := s.device(t, nil)
	receive(t, d.connects)
	s.mosquitto.Freeze()
	defer s.mosquitto.Thaw()
	brief, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := d.Publish(brief, wire.KindHello, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want DeadlineExceeded", err)
	}
}

// A broker whose ACL forgets the devices says so at the subscription.
func TestSubscriptionRefusedIsAnError(t *testing.T) {
	s := embedded(t)
	d := s.device(t, func(c *uplink.Config) { c.Fleet = "elsewhere" })
	for deadline := time.Now().Add(patience); s.broker.Refused() < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the broker refuses nothing")
		}
	}
	if d.Online() {
		t.Error("online in a fleet that is not its own")
	}
}

func TestNewRefuses(t *testing.T) {
	device := newDevice(t)
	for name, c := range map[string]struct {
		config uplink.Config
		says   string
	}{
		"no URL":     {uplink.Config{Fleet: fleet, Device: device}, "no host"},
		"scheme":     {uplink.Config{Fleet: fleet, Device: device, URL: "unix://x"}, "want ssl"},
		"fleet":      {uplink.Config{Device: device, URL: "ssl://x:1"}, "fleet name"},
		"device":     {uplink.Config{Fleet: fleet, URL: "ssl://x:1"}, "device address"},
		"keep-alive": {uplink.Config{Fleet: fleet, Device: device, URL: "ssl://x:1", KeepAlive: 1}, "keep-alive"},
		"sizes":      {uplink.Config{Fleet: fleet, Device: device, URL: "ssl://x:1", MaxPayload: -1}, "negative"},
	} {
		if _, err := uplink.New(c.config); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
}

func ExampleNew() {
	k, _ := key.Generate()
	l, err := uplink.New(uplink.Config{URL: "ssl://farm.example:8883", Fleet: "orchard", Device: k.Address(),
		OnConnect: func(context.Context) { fmt.Println("say hello") }})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = l.Publish(context.Background(), wire.KindHello, nil)
	fmt.Println(errors.Is(err, uplink.ErrOffline))
	// Output: true
}
