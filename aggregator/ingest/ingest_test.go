package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/aggregator/broker"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/ingest"
	"github.com/tadpole-edge/tadpole/aggregator/ingest/mosquittotest"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const (
	fleet    = "orchard"
	patience = 15 * time.Second
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newCA(t testing.TB) *devices.CA {
	t.Helper()
	ca, err := devices.OpenCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// embedded starts our broker and gives its socket's URL.
func embedded(t testing.TB) string {
	t.Helper()
	mutual, err := newCA(t).MutualTLS(nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := broker.New(broker.Config{Listen: "127.0.0.1:0", TLS: mutual, Fleet: fleet,
		Socket: filepath.Join(t.TempDir(), "run", "link.sock"), Authorize: func(key.Address) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	background(t, b.Run)
	return b.LinkURL()
}

func debian(t testing.TB) *mosquittotest.Server {
	t.Helper()
	ca := newCA(t)
	certificate, private, err := ca.IssueServer(nil, time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return mosquittotest.Start(t, mosquittotest.Config{CA: ca.PEM(), Certificate: certificate, Key: private, Fleet: fleet})
}

// background runs f until the test ends.
func background(t testing.TB, f func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	t.Cleanup(func() {
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
}

type message struct {
	topic   wire.Topic
	payload string
}

// run starts a link and gives its messages and its connects.
func run(t testing.TB, c ingest.Config) (l *ingest.Link, got chan message, connects chan struct{}) {
	t.Helper()
	got, connects = make(chan message, 1024), make(chan struct{}, 16)
	c.Fleet = fleet
	if c.OnConnect == nil {
		c.OnConnect = func(context.Context) { connects <- struct{}{} }
	}
	l, err := ingest.New(c)
	if err != nil {
		t.Fatal(err)
	}
	background(t, func(ctx context.Context) error {
		return l.Run(ctx, func(topic wire.Topic, payload []byte) { got <- message{topic, string(payload)} })
	})
	return l, got, connects
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

func topic(t testing.TB, d wire.Direction, kind wire.Kind) wire.Topic {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return wire.Topic{Fleet: fleet, Device: k.Address(), Direction: d, Kind: kind}
}

func TestMessagesComeInOrder(t *testing.T) {
	for name, start := range map[string]func() ingest.Config{
		"embedded": func() ingest.Config { return ingest.Config{URL: embedded(t)} },
		"mosquitto": func() ingest.Config {
			return ingest.Config{URL: debian(t).Link, Username: mosquittotest.Username, Password: mosquittotest.Password}
		},
		"mosquitto by WebSocket": func() ingest.Config {
			return ingest.Config{URL: debian(t).Web, Username: mosquittotest.Username, Password: mosquittotest.Password}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, got, connects := run(t, start())
			receive(t, connects)
			up := topic(t, wire.Up, wire.KindOffer)
			for i := range 100 {
				if err := l.Publish(t.Context(), up, fmt.Append(nil, i)); err != nil {
					t.Fatal(err)
				}
			}
			// What the aggregator itself says does not come back to it.
			if err := l.Publish(t.Context(), topic(t, wire.Down, wire.KindTask), nil); err != nil {
				t.Fatal(err)
			}
			for i := range 100 {
				if m, want := receive(t, got), (message{up, fmt.Sprint(i)}); m != want {
					t.Fatalf("got %+v, want %+v", m, want)
				}
			}
		})
	}
}

// A handler that publishes waits for an acknowledgement that comes over the same
// connection as the messages that wait for the handler.
func TestHandlerMayPublish(t *testing.T) {
	url := embedded(t)
	sender, _, ready := run(t, ingest.Config{URL: url})
	receive(t, ready)
	var l *ingest.Link
	var mu sync.Mutex
	answered := 0
	connects := make(chan struct{}, 1)
	l, err := ingest.New(ingest.Config{URL: url, Fleet: fleet, OnConnect: func(context.Context) { connects <- struct{}{} }})
	if err != nil {
		t.Fatal(err)
	}
	background(t, func(ctx context.Context) error {
		return l.Run(ctx, func(topic wire.Topic, payload []byte) {
			topic.Direction = wire.Down
			if err := l.Publish(ctx, topic, payload); err != nil {
				return
			}
			mu.Lock()
			answered++
			mu.Unlock()
		})
	})
	receive(t, connects)
	const n = 600 // more than the broker's window of 256
	up := topic(t, wire.Up, wire.KindWant)
	for range n {
		if err := sender.Publish(t.Context(), up, make([]byte, 4096)); err != nil {
			t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		mu.Lock()
		done := answered
		mu.Unlock()
		if done == n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d messages were answered", done, n)
		}
	}
}

func TestLinkComesBackAfterAKill(t *testing.T) {
	server := debian(t)
	l, got, connects := run(t, ingest.Config{URL: server.Link, Username: mosquittotest.Username, Password: mosquittotest.Password})
	up := topic(t, wire.Up, wire.KindHello)
	for i := range 3 {
		receive(t, connects)
		want := message{up, fmt.Sprint(i)}
		if err := l.Publish(t.Context(), up, []byte(want.payload)); err != nil {
			t.Fatal(err)
		}
		if m := receive(t, got); m != want {
			t.Errorf("got %+v, want %+v", m, want)
		}
		server.Kill()
		for deadline := time.Now().Add(patience); l.Online(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the link does not notice that its broker was killed")
			}
		}
		if err := l.Publish(t.Context(), up, nil); !errors.Is(err, ingest.ErrOffline) {
			t.Errorf("publish without a broker: error %v, want ErrOffline", err)
		}
		server.Restart()
	}
	receive(t, connects)
}

// A publish whose acknowledgement never comes ends with its connection.
func TestPublishEndsWithTheConnection(t *testing.T) {
	server := debian(t)
	l, _, connects := run(t, ingest.Config{URL: server.Link, Username: mosquittotest.Username, Password: mosquittotest.Password})
	receive(t, connects)
	server.Freeze()
	done := make(chan error, 1)
	ctx := t.Context()
	go func() { done <- l.Publish(ctx, topic(t, wire.Up, wire.KindHello), nil) }()
	select {
	case err := <-done:
		t.Fatalf("published to a frozen broker: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	server.Kill()
	if err := receive(t, done); !errors.Is(err, ingest.ErrOffline) {
		t.Errorf("error %v, want ErrOffline", err)
	}
	server.Restart()
	receive(t, connects)
	frozen, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	server.Freeze()
	if err := l.Publish(frozen, topic(t, wire.Up, wire.KindHello), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want DeadlineExceeded", err)
	}
	server.Thaw()
}

// warnings is a log that hands on its warnings.
type warnings struct {
	slog.Handler
	c chan<- string
}

func (w warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (w warnings) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	select {
	case w.c <- text:
	default:
	}
	return nil
}

func TestWrongPasswordKeepsTrying(t *testing.T) {
	server := debian(t)
	warned := make(chan string, 3)
	l, _, _ := run(t, ingest.Config{URL: server.Link, Username: mosquittotest.Username, Password: "wrong",
		RetryMax: 100 * time.Millisecond, Logger: slog.New(warnings{slog.DiscardHandler, warned})})
	for range 3 {
		if text := receive(t, warned); !strings.Contains(strings.ToLower(text), "not auth") {
			t.Errorf("warning %q does not name the cause", text)
		}
	}
	if l.Online() {
		t.Error("online with a wrong password")
	}
}

func TestOnConnectEndsWithTheConnection(t *testing.T) {
	server := debian(t)
	begun, ended := make(chan struct{}, 1), make(chan struct{}, 1)
	run(t, ingest.Config{URL: server.Link, Username: mosquittotest.Username, Password: mosquittotest.Password,
		OnConnect: func(ctx context.Context) {
			begun <- struct{}{}
			<-ctx.Done()
			ended <- struct{}{}
		}})
	receive(t, begun)
	server.Kill()
	receive(t, ended)
}

func TestPublishRefusesWhatBrokersWouldNot(t *testing.T) {
	l, err := ingest.New(ingest.Config{URL: "tcp://127.0.0.1:1", Fleet: fleet})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Publish(t.Context(), topic(t, wire.Down, wire.KindTask), make([]byte, wire.MaxFrame+1)); !errors.Is(err, ingest.ErrTooLarge) {
		t.Errorf("error %v, want ErrTooLarge", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		config ingest.Config
		says   string
	}{
		"no URL":      {ingest.Config{Fleet: fleet}, "no place"},
		"scheme":      {ingest.Config{Fleet: fleet, URL: "http://x"}, "want unix"},
		"no path":     {ingest.Config{Fleet: fleet, URL: "unix://"}, "no place"},
		"fleet":       {ingest.Config{URL: "tcp://x:1"}, "fleet name"},
		"keep-alive":  {ingest.Config{Fleet: fleet, URL: "tcp://x:1", KeepAlive: 1}, "keep-alive"},
		"retry times": {ingest.Config{Fleet: fleet, URL: "tcp://x:1", RetryMin: -1}, "negative"},
	} {
		if _, err := ingest.New(c.config); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
}

func ExampleNew() {
	l, err := ingest.New(ingest.Config{URL: "unix:///run/tadpole/link.sock", Fleet: "orchard",
		OnConnect: func(context.Context) { fmt.Println("send again what is outstanding") }})
	fmt.Println(l.Online(), err)
	// Output: false <nil>
}
