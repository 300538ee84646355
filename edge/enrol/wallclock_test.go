package enrol

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/internal/claim"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// today is the true time, which the aggregator knows and the device does not.
var today = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// pipes is a listener within a synctest bubble, where real sockets do not count
// as blocked.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	p.accept <- far
	return near, nil
}

// The wall clock of a synctest bubble starts in 2000 and can be moved: before
// every certificate, and past the end of all.
func TestWrongWallClock(t *testing.T) {
	for name, wall := range map[string]time.Duration{"2000": 0, "2099": 99 * 365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			dir, caDir := t.TempDir(), t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(wall)
				claimsWithWrongClock(t, dir, caDir)
				time.Sleep(time.Minute) // of the bubble's time: TLS gives its last alerts 5 s
			})
		})
	}
}

func claimsWithWrongClock(t *testing.T, dir, caDir string) {
	ca, err := devices.OpenCA(caDir)
	if err != nil {
		t.Fatal(err)
	}
	aggregator, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	registry, err := devices.NewRegistry(devices.Config{Fleet: "orchard", Claim: "farm.example:8884", Broker: "ssl://farm.example:8883",
		Key: aggregator, CA: ca, Records: new(devices.Memory), Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	certificate, private, err := ca.IssueServer([]string{"farm.example"}, today.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(append(certificate, ca.PEM()...), private)
	if err != nil {
		t.Fatal(err)
	}

	claims := newPipes()
	server := &http.Server{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			request, err := claim.ParseRequest(body)
			if err != nil {
				t.Error(err)
			}
			response, err := registry.Claim(r.Context(), request)
			if err != nil {
				t.Error(err)
			}
			answer, err := response.Encode()
			if err != nil {
				t.Error(err)
			}
			if _, err := w.Write(answer); err != nil {
				t.Error(err)
			}
		}),
	}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.ServeTLS(claims, "", "") }()
	token, err := registry.Add(t.Context(), devices.AddOptions{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := dialer{claims.dial}.claim(t.Context(), dir, token)
	if err != nil {
		t.Fatalf("claim with the wall clock at %s: %v", time.Now(), err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	<-served
	if got := id.Clock().Now(); got.Sub(today).Abs() > time.Minute {
		t.Errorf("the device believes it is %s, it is %s", got, today)
	}

	mutual := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool(),
		Time: func() time.Time { return today }}
	handshake := func(config *tls.Config) error {
		config.ServerName = "farm.example"
		near, far := net.Pipe()
		broker, device := tls.Server(far, mutual), tls.Client(near, config)
		defer near.Close()
		accepted := make(chan error, 1)
		go func() { defer far.Close(); accepted <- broker.Handshake() }()
		if err := device.Handshake(); err != nil {
			near.Close()
			<-accepted
			return err
		}
		return <-accepted
	}
	if err := handshake(id.TLSConfig()); err != nil {
		t.Errorf("connect with the wall clock at %s: %v", time.Now(), err)
	}
	byWall := id.TLSConfig()
	byWall.Time = nil
	if err := handshake(byWall); err == nil {
		t.Errorf("the wall clock at %s would do no harm: this test shows nothing", time.Now())
	}
	// An aggregator that was wrong for a while must not lock the device out.
	if err := id.Clock().Observe(today.AddDate(70, 0, 0)); err != nil {
		t.Fatal(err)
	}
	again, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := handshake(again.TLSConfig()); err != nil {
		t.Errorf("connect after the aggregator's clock was 70 years ahead: %v", err)
	}
}
