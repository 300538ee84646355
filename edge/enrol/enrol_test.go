package enrol_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/edge/enrol"
	"github.com/tadpole-edge/tadpole/internal/claim"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// site is an aggregator's registry behind a real claim server.
type site struct {
	*devices.Registry
	ca     *devices.CA
	key    *key.Key
	addr   string       // of the claim server, or of whatever stands before it
	behind atomic.Int64 // nanoseconds that the registry's clock is behind
}

func start(t testing.TB, before func(server string) string) *site {
	t.Helper()
	s := new(site)
	var err error
	if s.ca, err = devices.OpenCA(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if s.key, err = key.Generate(); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := listener.Addr().String()
	s.addr = server
	if before != nil {
		s.addr = before(server)
	}
	s.Registry, err = devices.NewRegistry(devices.Config{Fleet: "orchard", Claim: s.addr, Broker: "ssl://farm.example:8883",
		Key: s.key, CA: s.ca, Records: new(devices.Memory),
		Now: func() time.Time { return time.Now().Add(-time.Duration(s.behind.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	config, err := s.ca.ServerTLS(nil)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := devices.NewClaimServer(devices.ServerConfig{Listener: listener, TLS: config, Registry: s.Registry})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- claims.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *site) token(t testing.TB) string {
	t.Helper()
	text, err := s.Add(t.Context(), devices.AddOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func enrolled(t testing.TB, s *site) (*enrol.Identity, string) {
	t.Helper()
	dir := t.TempDir()
	id, err := enrol.Claim(t.Context(), dir, s.token(t))
	if err != nil {
		t.Fatal(err)
	}
	return id, dir
}

// handshake connects to a server as the broker is.
func (s *site) handshake(t testing.TB, id *enrol.Identity) (peer string, err error) {
	t.Helper()
	mutual, err := s.ca.MutualTLS(nil)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", mutual)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	type result struct {
		peer string
		err  error
	}
	accepted := make(chan result, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			accepted <- result{err: err}
			return
		}
		defer c.Close()
		conn := c.(*tls.Conn)
		if err := conn.HandshakeContext(context.Background()); err != nil {
			accepted <- result{err: err}
			return
		}
		accepted <- result{peer: conn.ConnectionState().PeerCertificates[0].Subject.CommonName}
	}()
	c, err := tls.Dial("tcp", l.Addr().String(), id.TLSConfig())
	if err != nil {
		return "", err
	}
	defer c.Close()
	r := <-accepted
	return r.peer, r.err
}

func TestClaimThenLoad(t *testing.T) {
	s := start(t, nil)
	id, dir := enrolled(t, s)
	if !s.Allowed(id.Key().Address()) {
		t.Error("the aggregator does not know the device")
	}
	loaded, err := enrol.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]*enrol.Identity{"claimed": id, "loaded": loaded} {
		e := id.Enrolment()
		if e.Broker != "ssl://farm.example:8883" || e.Fleet != "orchard" || e.Aggregator != s.key.Address() || e.Claim != s.addr {
			t.Errorf("%s: enrolment %+v", name, e)
		}
		if peer, err := s.handshake(t, id); err != nil || peer != id.Key().Address().String() {
			t.Errorf("%s: the broker sees %q, %v; want %s", name, peer, err, id.Key().Address())
		}
		if time.Since(id.Clock().Now()).Abs() > time.Minute {
			t.Errorf("%s: it is %s, the device believes %s", name, time.Now(), id.Clock().Now())
		}
	}
	for _, file := range []string{"device.key", "tls.key", "enrolment.json"} {
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v; want 0600", file, info.Mode(), err)
		}
	}
}

// A power cut during a claim leaves some of the files, in the order in which they
// are written. The next claim, with the same token, must use them again.
func TestPowerCutDuringClaim(t *testing.T) {
	s := start(t, nil)
	for n, kept := range [][]string{{}, {"device.key"}, {"device.key", "tls.key"}, {"device.key", "tls.key", "clock"}} {
		token := s.token(t)
		whole, cut := t.TempDir(), t.TempDir()
		first, err := enrol.Claim(t.Context(), whole, token)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range kept {
			content, err := os.ReadFile(filepath.Join(whole, file))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(cut, file), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(cut, ".new-123"), []byte(`{"broker":`), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := enrol.Load(cut); !errors.Is(err, enrol.ErrNotEnrolled) {
			t.Errorf("%v: load fails with %v, want ErrNotEnrolled", kept, err)
		}
		if n < 2 {
			token = s.token(t) // the claim was never sent
		}
		second, err := enrol.Claim(t.Context(), cut, token)
		if err != nil {
			t.Errorf("%v: claim again: %v", kept, err)
			continue
		}
		if n > 0 && second.Key().Address() != first.Key().Address() {
			t.Errorf("%v: the device has become another", kept)
		}
	}
}

// The answer is lost on its way, when the token is already spent.
func TestLostAnswer(t *testing.T) {
	var s *site
	var lost atomic.Bool
	s = start(t, func(server string) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		t.Cleanup(func() { l.Close(); wg.Wait() })
		wg.Go(func() {
			for {
				near, err := l.Accept()
				if err != nil {
					return
				}
				far, err := net.Dial("tcp", server)
				if err != nil {
					near.Close()
					continue
				}
				pass := func(to, from net.Conn, answers bool) {
					defer to.Close()
					defer from.Close()
					b := make([]byte, 1<<16)
					for {
						n, err := from.Read(b)
						if err != nil {
							return
						}
						if list, err := s.List(context.Background()); answers && err == nil && len(list) > 0 && lost.CompareAndSwap(false, true) {
							return // after the device was enrolled, the first bytes are the answer
						}
						if _, err := to.Write(b[:n]); err != nil {
							return
						}
					}
				}
				wg.Go(func() { pass(far, near, false) })
				wg.Go(func() { pass(near, far, true) })
			}
		})
		return l.Addr().String()
	})
	dir, token := t.TempDir(), s.token(t)
	if _, err := enrol.Claim(t.Context(), dir, token); err == nil || errors.Is(err, enrol.ErrRefused) || !lost.Load() {
		t.Fatalf("first claim: error %v, want one of the connection", err)
	}
	if _, err := enrol.Load(dir); !errors.Is(err, enrol.ErrNotEnrolled) {
		t.Errorf("load: error %v, want ErrNotEnrolled", err)
	}
	id, err := enrol.Claim(t.Context(), dir, token)
	if err != nil {
		t.Fatalf("second claim: %v", err)
	}
	if list, err := s.List(t.Context()); err != nil || len(list) != 1 || list[0].Address != id.Key().Address() {
		t.Errorf("devices %+v, %v; want one", list, err)
	}
}

func TestClaimIsRefused(t *testing.T) {
	s := start(t, nil)
	used := s.token(t)
	if _, err := enrol.Claim(t.Context(), t.TempDir(), used); err != nil {
		t.Fatal(err)
	}
	parsed, err := claim.ParseToken(s.token(t))
	if err != nil {
		t.Fatal(err)
	}
	imposter, otherFleet := parsed, parsed
	imposter.CA[0] ^= 1
	otherFleet.Fleet = "vineyard"
	for name, c := range map[string]struct {
		token string
		err   error
		says  string
	}{
		"used token":  {used, enrol.ErrRefused, "tadpole device add"},
		"other CA":    {imposter.String(), enrol.ErrCertificate, "not the one of the token"},
		"other fleet": {otherFleet.String(), nil, "vineyard"},
		"not a token": {"hello", claim.ErrToken, "tadpole device add"},
	} {
		dir := t.TempDir()
		_, err := enrol.Claim(t.Context(), dir, c.token)
		if err == nil || c.err != nil && !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %v and %q", name, err, c.err, c.says)
		}
		if _, err := enrol.Load(dir); !errors.Is(err, enrol.ErrNotEnrolled) {
			t.Errorf("%s: load gives %v, want ErrNotEnrolled", name, err)
		}
	}
	// A server with the wrong CA must not have learnt the secret.
	if list, err := s.List(t.Context()); err != nil || len(list) != 2 {
		t.Errorf("%d devices, %v; want the first and the one of the other fleet's name", len(list), err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := enrol.Claim(ended, t.TempDir(), s.token(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("claim with an ended context: %v", err)
	}
}

func TestRenewAfterExpiry(t *testing.T) {
	s := start(t, nil)
	s.behind.Store(int64(100 * 24 * time.Hour)) // so that a certificate of 90 days has expired by now
	id, dir := enrolled(t, s)
	if _, err := s.handshake(t, id); err == nil {
		t.Fatal("an expired certificate connects: this test shows nothing")
	}
	s.behind.Store(0)
	if !id.NeedsRenewal(time.Now()) {
		t.Error("an expired certificate needs no renewal")
	}
	if err := id.Renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	loaded, err := enrol.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]*enrol.Identity{"renewed": id, "loaded": loaded} {
		if _, err := s.handshake(t, id); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if id.NeedsRenewal(id.Clock().Now()) || time.Since(id.Clock().Now()).Abs() > time.Minute {
			t.Errorf("%s: it is %v for the device, and it needs renewal", name, id.Clock().Now())
		}
	}
	if err := s.Remove(t.Context(), id.Key().Address()); err != nil {
		t.Fatal(err)
	}
	if err := id.Renew(t.Context()); !errors.Is(err, enrol.ErrRefused) {
		t.Errorf("renewal of a removed device: error %v, want ErrRefused", err)
	}
}

func TestNeedsRenewalAtTwoThirds(t *testing.T) {
	s := start(t, nil)
	id, _ := enrolled(t, s)
	issued, life := id.Enrolment().Issued, id.Expires().Sub(id.Enrolment().Issued)
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{0, false}, {life * 65 / 100, false}, {life * 67 / 100, true}, {2 * life, true}} {
		if got := id.NeedsRenewal(issued.Add(c.after)); got != c.want {
			t.Errorf("after %v of %v: needs renewal %v, want %v", c.after, life, got, c.want)
		}
	}
}

func TestInstallRefusesWhatDoesNotFit(t *testing.T) {
	s := start(t, nil)
	id, dir := enrolled(t, s)
	foreign, err := devices.OpenCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	mine, err := id.Request()
	if err != nil {
		t.Fatal(err)
	}
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, k)
	if err != nil {
		t.Fatal(err)
	}
	issue := func(ca *devices.CA, csr []byte, device key.Address, end time.Time) []byte {
		chain, err := ca.IssueDevice(csr, device, end)
		if err != nil {
			t.Fatal(err)
		}
		return chain
	}
	self, later := id.Key().Address(), id.Expires().Add(time.Hour)
	server, _, err := s.ca.IssueServer(nil, later)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "enrolment.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, chain := range map[string][]byte{
		"nothing":          nil,
		"not PEM":          []byte("certificate"),
		"another CA":       issue(foreign, mine, self, later),
		"another key":      issue(s.ca, theirs, self, later),
		"another device":   issue(s.ca, mine, s.key.Address(), later),
		"ends earlier":     issue(s.ca, mine, self, id.Expires().Add(-time.Hour)),
		"of a server":      server,
		"of the CA itself": s.ca.PEM(),
	} {
		if err := id.Install(chain); !errors.Is(err, enrol.ErrCertificate) {
			t.Errorf("%s: error %v, want ErrCertificate", name, err)
		}
	}
	after, err := os.ReadFile(filepath.Join(dir, "enrolment.json"))
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("a refused certificate was written (%v)", err)
	}
	if err := id.Install(issue(s.ca, mine, self, later)); err != nil {
		t.Fatal(err)
	}
	loaded, err := enrol.Load(dir)
	if err != nil || loaded.Expires().Sub(later).Abs() > time.Second {
		t.Errorf("loaded certificate ends %v, %v; want %v", loaded.Expires(), err, later)
	}
}

func TestLoadRefusesDamage(t *testing.T) {
	s := start(t, nil)
	_, dir := enrolled(t, s)
	path := filepath.Join(dir, "enrolment.json")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, other := enrolled(t, s)
	theirs, err := os.ReadFile(filepath.Join(other, "enrolment.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"empty": nil, "cut": good[:len(good)/2], "another device's": theirs,
		"no fleet": bytes.Replace(good, []byte(`"orchard"`), []byte(`""`), 1)} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := enrol.Load(dir); err == nil || !strings.Contains(err.Error(), "enrol again") {
			t.Errorf("%s: error %v, want one with the remedy", name, err)
		}
	}
}

func TestLoadRefusesKeysThatOthersCanRead(t *testing.T) {
	s := start(t, nil)
	_, dir := enrolled(t, s)
	for _, file := range []string{"device.key", "tls.key"} {
		path := filepath.Join(dir, file)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := enrol.Load(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("%s: error %v, want one with the remedy", file, err)
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClockFollowsTheAggregator(t *testing.T) {
	var elapsed time.Duration
	at := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	c := enrol.NewClock(at, func() time.Duration { return elapsed })
	is := func(want time.Time) {
		t.Helper()
		if got := c.Now(); !got.Equal(want) {
			t.Errorf("now %v, want %v", got, want)
		}
	}
	is(at)
	elapsed = time.Hour
	is(at.Add(time.Hour))
	for _, said := range []time.Time{at.AddDate(0, 3, 0), at.AddDate(0, 2, 0)} { // forward, and back
		if err := c.Observe(said); err != nil {
			t.Fatal(err)
		}
		is(said)
		elapsed += time.Minute
		is(said.Add(time.Minute))
	}
}

func TestClockIsStored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	floor := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	open := func(want time.Time) *enrol.Clock {
		t.Helper()
		c, err := enrol.OpenClock(path, floor)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Now(); got.Before(want) || got.Sub(want) > time.Minute {
			t.Errorf("opens at %v, want %v", got, want)
		}
		return c
	}
	c := open(floor)
	later := floor.AddDate(0, 1, 0)
	if err := c.Observe(later); err != nil {
		t.Fatal(err)
	}
	open(later)
	if err := c.Observe(later.Add(time.Minute)); err != nil { // too little to wear the flash
		t.Fatal(err)
	}
	open(later)
	for _, content := range []string{"", "junk", "0", "-5"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		open(floor)
	}
}

func ExampleLoad() {
	dir, err := os.MkdirTemp("", "state")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	_, err = enrol.Load(dir)
	fmt.Println(errors.Is(err, enrol.ErrNotEnrolled))
	// Output: true
}
