package devices_test

import (
	"bytes"
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
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/internal/claim"
	"github.com/tadpole-edge/tadpole/internal/key"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newKey(t testing.TB) *key.Key {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newCSR(t testing.TB, curve elliptic.Curve) []byte {
	t.Helper()
	k, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, k)
	if err != nil {
		t.Fatal(err)
	}
	return csr
}

// clock is a settable time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newRegistry(t testing.TB) (*devices.Registry, *devices.CA, *clock) {
	t.Helper()
	ca, err := devices.OpenCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: time.Now()}
	r, err := devices.NewRegistry(devices.Config{Fleet: "orchard", Claim: "127.0.0.1:8884", Broker: "ssl://127.0.0.1:8883",
		Key: newKey(t), CA: ca, Records: new(devices.Memory), Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	return r, ca, c
}

func add(t testing.TB, r *devices.Registry, o devices.AddOptions) claim.Token {
	t.Helper()
	text, err := r.Add(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	token, err := claim.ParseToken(text)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func request(t testing.TB, k *key.Key, secret *claim.Secret, csr []byte) claim.Request {
	t.Helper()
	r, err := claim.NewRequest(k, secret, csr)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func parse(t testing.TB, chain []byte) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(chain)
	if block == nil {
		t.Fatalf("no PEM in %q", chain)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClaimEnrols(t *testing.T) {
	r, ca, c := newRegistry(t)
	k := newKey(t)
	token := add(t, r, devices.AddOptions{Name: "north", Labels: map[string]string{"site": "n"}})
	if r.Allowed(k.Address()) {
		t.Error("allowed before the claim")
	}
	response, err := r.Claim(t.Context(), request(t, k, &token.Secret, newCSR(t, elliptic.P256())))
	if err != nil {
		t.Fatal(err)
	}
	leaf := parse(t, response.Chain)
	if leaf.Subject.CommonName != k.Address().String() {
		t.Errorf("certificate of %q, want %q", leaf.Subject.CommonName, k.Address())
	}
	if got, want := leaf.NotAfter, c.Now().Add(90*24*time.Hour); want.Sub(got).Abs() > time.Minute {
		t.Errorf("certificate ends %v, want %v", got, want)
	}
	for name, c := range map[string]struct {
		at     time.Time
		usage  x509.ExtKeyUsage
		passes bool
	}{
		"client now":          {c.Now(), x509.ExtKeyUsageClientAuth, true},
		"client back-dated":   {time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), x509.ExtKeyUsageClientAuth, true},
		"client after a year": {c.Now().AddDate(1, 0, 0), x509.ExtKeyUsageClientAuth, false},
		"server":              {c.Now(), x509.ExtKeyUsageServerAuth, false},
	} {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: ca.Pool(), CurrentTime: c.at, KeyUsages: []x509.ExtKeyUsage{c.usage}})
		if (err == nil) != c.passes {
			t.Errorf("%s: verify gives %v, want pass %v", name, err, c.passes)
		}
	}
	if !r.Allowed(k.Address()) {
		t.Error("not allowed after the claim")
	}
	list, err := r.List(t.Context())
	if err != nil || len(list) != 1 || list[0].Name != "north" || list[0].Labels["site"] != "n" || !list[0].EnrolledAt.Equal(c.Now()) {
		t.Errorf("list %+v, %v", list, err)
	}
}

func TestTokenWorksOnce(t *testing.T) {
	r, _, c := newRegistry(t)
	first, second := newKey(t), newKey(t)
	csr := newCSR(t, elliptic.P256())
	token := add(t, r, devices.AddOptions{})
	late := add(t, r, devices.AddOptions{Valid: time.Hour})
	claims := func(name string, q claim.Request, want error) {
		t.Helper()
		if _, err := r.Claim(t.Context(), q); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
	}
	claims("unknown secret", request(t, first, &claim.Secret{1}, csr), devices.ErrToken)
	claims("P-384 key", request(t, first, &token.Secret, newCSR(t, elliptic.P384())), devices.ErrCSR)
	claims("no CSR", request(t, first, &token.Secret, nil), devices.ErrCSR)
	claims("first", request(t, first, &token.Secret, csr), nil)
	claims("first again, its answer was lost", request(t, first, &token.Secret, csr), nil)
	claims("first with another TLS key", request(t, first, &token.Secret, newCSR(t, elliptic.P256())), devices.ErrToken)
	claims("second", request(t, second, &token.Secret, csr), devices.ErrToken)
	c.Add(2 * time.Hour)
	claims("expired", request(t, second, &late.Secret, csr), devices.ErrToken)
	c.Add(30 * time.Hour)
	claims("first again, after the token expired", request(t, first, &token.Secret, csr), nil)
	c.Add(8 * 24 * time.Hour)
	add(t, r, devices.AddOptions{})
	claims("first again, after the token was dropped", request(t, first, &token.Secret, csr), devices.ErrToken)
}

func TestOneTokenManyClaims(t *testing.T) {
	r, _, _ := newRegistry(t)
	token := add(t, r, devices.AddOptions{})
	const n = 8
	results := make(chan error, n)
	for range n {
		q := request(t, newKey(t), &token.Secret, newCSR(t, elliptic.P256()))
		go func() {
			_, err := r.Claim(context.Background(), q)
			results <- err
		}()
	}
	won := 0
	for range n {
		if err := <-results; err == nil {
			won++
		} else if !errors.Is(err, devices.ErrToken) {
			t.Errorf("error %v, want ErrToken", err)
		}
	}
	if won != 1 {
		t.Errorf("%d devices enrolled with one token, want 1", won)
	}
}

func TestRemoveAndRenew(t *testing.T) {
	r, _, c := newRegistry(t)
	k := newKey(t)
	csr := newCSR(t, elliptic.P256())
	renew := request(t, k, nil, csr)
	if _, err := r.Claim(t.Context(), renew); !errors.Is(err, devices.ErrDevice) {
		t.Errorf("renewal by a stranger: error %v, want ErrDevice", err)
	}
	token := add(t, r, devices.AddOptions{})
	if _, err := r.Claim(t.Context(), request(t, k, &token.Secret, csr)); err != nil {
		t.Fatal(err)
	}
	c.Add(365 * 24 * time.Hour)
	response, err := r.Claim(t.Context(), renew)
	if err != nil {
		t.Fatalf("renewal after a year off: %v", err)
	}
	if got := parse(t, response.Chain).NotAfter; got.Before(c.Now()) {
		t.Errorf("renewed certificate ends %v, it is %v", got, c.Now())
	}
	if err := r.Remove(t.Context(), k.Address()); err != nil {
		t.Fatal(err)
	}
	if r.Allowed(k.Address()) {
		t.Error("allowed after removal")
	}
	for name, q := range map[string]claim.Request{"renewal": renew, "same token": request(t, k, &token.Secret, csr)} {
		if _, err := r.Claim(t.Context(), q); err == nil {
			t.Errorf("%s by a removed device gives a certificate", name)
		}
	}
	if _, err := r.Issue(t.Context(), k.Address(), csr); !errors.Is(err, devices.ErrDevice) {
		t.Errorf("issue to a removed device: error %v, want ErrDevice", err)
	}
	again := add(t, r, devices.AddOptions{})
	if _, err := r.Claim(t.Context(), request(t, k, &again.Secret, csr)); err != nil || !r.Allowed(k.Address()) {
		t.Errorf("a new token does not bring the device back: %v", err)
	}
	if err := r.Remove(t.Context(), newKey(t).Address()); !errors.Is(err, devices.ErrNotFound) {
		t.Errorf("remove a stranger: error %v, want ErrNotFound", err)
	}
}

func TestSeenSparesTheDisk(t *testing.T) {
	r, _, c := newRegistry(t)
	k := newKey(t)
	token := add(t, r, devices.AddOptions{})
	if _, err := r.Claim(t.Context(), request(t, k, &token.Secret, newCSR(t, elliptic.P256()))); err != nil {
		t.Fatal(err)
	}
	at := c.Now()
	for _, seen := range []struct{ at, want time.Time }{
		{at, at},
		{at.Add(59 * time.Second), at},
		{at.Add(61 * time.Second), at.Add(61 * time.Second)},
		{at, at.Add(61 * time.Second)},
	} {
		if err := r.Seen(k.Address(), seen.at); err != nil {
			t.Fatal(err)
		}
		list, err := r.List(t.Context())
		if err != nil || !list[0].LastSeen.Equal(seen.want) {
			t.Errorf("seen at +%v: last seen %v, %v; want %v", seen.at.Sub(at), list[0].LastSeen, err, seen.want)
		}
	}
	if err := r.Seen(newKey(t).Address(), at); !errors.Is(err, devices.ErrNotFound) {
		t.Errorf("a stranger was seen: error %v, want ErrNotFound", err)
	}
}

func TestCAIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	first, err := devices.OpenCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := devices.OpenCA(dir)
	if err != nil || !bytes.Equal(first.PEM(), second.PEM()) {
		t.Errorf("second open gives another certificate (%v)", err)
	}
	info, err := os.Stat(filepath.Join(dir, "ca.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of ca.key %v, %v; want 0600", info.Mode(), err)
	}
	if err := os.Chmod(filepath.Join(dir, "ca.key"), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := devices.OpenCA(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: error %v", err)
	}
	if err := os.Chmod(filepath.Join(dir, "ca.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	// A power cut between the two files leaves the key alone.
	if err := os.Remove(filepath.Join(dir, "ca.crt")); err != nil {
		t.Fatal(err)
	}
	third, err := devices.OpenCA(dir)
	if err != nil || third.Pin() != first.Pin() {
		t.Errorf("pin changed with the certificate (%v)", err)
	}
	if err := os.Remove(filepath.Join(dir, "ca.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := devices.OpenCA(dir); err == nil {
		t.Error("a certificate without its key was taken")
	}
}

// A server certificate is replaced while more of its life is left than a device's
// certificate has.
func TestServerCertificateIsReplaced(t *testing.T) {
	ca, err := devices.OpenCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		config, err := ca.ServerTLS([]string{"farm.example", "192.0.2.7"})
		if err != nil {
			t.Fatal(err)
		}
		serials := map[string]bool{}
		for range 1000 {
			pair, err := config.GetCertificate(nil)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := x509.ParseCertificate(pair.Certificate[0])
			if err != nil {
				t.Fatal(err)
			}
			serials[leaf.SerialNumber.String()] = true
			for _, host := range []string{"farm.example", "192.0.2.7", "localhost", "127.0.0.1", "::1"} {
				if err := leaf.VerifyHostname(host); err != nil {
					t.Fatal(err)
				}
			}
			if left := time.Until(leaf.NotAfter); left < 90*24*time.Hour {
				t.Fatalf("%v left of a certificate in use", left)
			}
			time.Sleep(24 * time.Hour)
		}
		if n := len(serials); n != 5 {
			t.Errorf("%d certificates in 1000 days, want 5", n)
		}
	})
}

func TestConfigNamesEveryFault(t *testing.T) {
	_, err := devices.NewRegistry(devices.Config{Claim: "nowhere", Certificate: -1})
	for _, want := range []string{"fleet", "broker", "records", "life"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %q", err, want)
		}
	}
}

// serve starts a claim server and gives its URL.
func serve(t *testing.T, r *devices.Registry, ca *devices.CA) string {
	t.Helper()
	config, err := ca.ServerTLS(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := devices.NewClaimServer(devices.ServerConfig{Listen: "127.0.0.1:0", TLS: config, Registry: r, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return "https://" + s.Addr().String() + claim.Path
}

func client(t *testing.T, ca *devices.CA) *http.Client {
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca.Pool()}}}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func encode(t *testing.T, q claim.Request) []byte {
	t.Helper()
	b, err := q.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestClaimServer(t *testing.T) {
	r, ca, _ := newRegistry(t)
	url := serve(t, r, ca)
	c := client(t, ca)
	token := add(t, r, devices.AddOptions{})
	csr := newCSR(t, elliptic.P256())
	good := request(t, newKey(t), &token.Secret, csr)
	for _, q := range []struct {
		name   string
		method string
		body   []byte
		status int
		says   string
	}{
		{"read", http.MethodGet, nil, http.StatusMethodNotAllowed, ""},
		{"malformed", http.MethodPost, []byte("hello"), http.StatusBadRequest, "malformed claim"},
		{"too long", http.MethodPost, make([]byte, claim.MaxRequest+1), http.StatusRequestEntityTooLarge, "too large"},
		{"good", http.MethodPost, encode(t, good), http.StatusOK, ""},
		{"token used", http.MethodPost, encode(t, request(t, newKey(t), &token.Secret, csr)), http.StatusForbidden, "tadpole device add"},
		{"not enrolled", http.MethodPost, encode(t, request(t, newKey(t), nil, csr)), http.StatusForbidden, "not enrolled"},
	} {
		ask, err := http.NewRequestWithContext(t.Context(), q.method, url, bytes.NewReader(q.body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.Do(ask)
		if err != nil {
			t.Fatalf("%s: %v", q.name, err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != q.status || !strings.Contains(string(body), q.says) {
			t.Errorf("%s: %d %q, %v; want %d %q", q.name, answer.StatusCode, body, err, q.status, q.says)
		}
		if q.name == "good" {
			if _, err := claim.ParseResponse(body, good); err != nil {
				t.Errorf("%s: %v", q.name, err)
			}
		}
	}
}

func TestClaimServerThrottlesFailures(t *testing.T) {
	r, ca, _ := newRegistry(t)
	url := serve(t, r, ca)
	c := client(t, ca)
	for i := range 12 {
		answer, err := c.Post(url, "application/cbor", strings.NewReader("guess"))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusTooManyRequests {
			if i < 10 {
				t.Errorf("failure %d is throttled, want ten", i)
			}
			return
		}
	}
	t.Error("twelve failures in a row were not throttled")
}

func ExampleRegistry() {
	dir, err := os.MkdirTemp("", "ca")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ca, err := devices.OpenCA(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	k, _ := key.Generate()
	registry, err := devices.NewRegistry(devices.Config{Fleet: "demo", Claim: "localhost:8884", Broker: "ssl://localhost:8883",
		Key: k, CA: ca, Records: new(devices.Memory)})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := registry.Add(context.Background(), devices.AddOptions{Name: "drone 1"})
	fmt.Println(strings.HasPrefix(text, "tadpole1-"), err)
	// Output: true <nil>
}
