package enrol

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/internal/claim"
)

// claimTimeout bounds one attempt, connecting included.
const claimTimeout = 60 * time.Second

// maxReason is how much of an error body is repeated, in bytes.
const maxReason = 500

// Claim enrols the device with a token and writes its identity to the state
// directory. A claim whose answer was lost may be made again with the same token.
// It fails with ErrRefused if the aggregator said no.
func Claim(ctx context.Context, dir, token string) (*Identity, error) {
	return dialer{new(net.Dialer).DialContext}.claim(ctx, dir, token)
}

// dialer opens connections; tests bring their own.
type dialer struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

func (d dialer) claim(ctx context.Context, dir, token string) (*Identity, error) {
	t, err := claim.ParseToken(token)
	if err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	id, err := loadKeys(dir)
	if err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	response, err := d.ask(ctx, id, t.Address, t.CA, &t.Secret)
	if err != nil {
		return nil, fmt.Errorf("enrol at %s: %w", t.Address, err)
	}
	now := time.UnixMilli(response.Time).UTC()
	e := Enrolment{
		Broker:      response.Broker,
		Fleet:       response.Fleet,
		Aggregator:  response.Aggregator,
		Claim:       t.Address,
		Pin:         encodePin(t.CA),
		Claimed:     now,
		Issued:      now,
		Certificate: string(response.Chain),
		CA:          string(response.CA),
	}
	if e.Fleet != t.Fleet {
		return nil, fmt.Errorf("enrol at %s: the answer is for fleet %s, the token for %s", t.Address, e.Fleet, t.Fleet)
	}
	if err := id.use(e); err != nil {
		return nil, fmt.Errorf("enrol at %s: %w", t.Address, err)
	}
	// Over whatever an earlier enrolment, perhaps with a wrong time, has left.
	if err := writeClock(filepath.Join(dir, clockFile), now); err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	if err := id.save(e); err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	return Load(dir)
}

// ask posts one request and checks the answer. A nil secret asks for a renewal.
func (d dialer) ask(ctx context.Context, id *Identity, address string, pin claim.Pin, secret *claim.Secret) (claim.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, claimTimeout)
	defer cancel()
	csr, err := id.tls.request()
	if err != nil {
		return claim.Response{}, err
	}
	request, err := claim.NewRequest(id.key, secret, csr)
	if err != nil {
		return claim.Response{}, err
	}
	body, err := request.Encode()
	if err != nil {
		return claim.Response{}, err
	}
	answer, err := d.post(ctx, "https://"+address+claim.Path, pin, body)
	if err != nil {
		return claim.Response{}, err
	}
	return claim.ParseResponse(answer, request)
}

func (d dialer) post(ctx context.Context, url string, pin claim.Pin, body []byte) ([]byte, error) {
	transport := &http.Transport{
		DialContext:       d.dial,
		TLSClientConfig:   pinned(pin),
		DisableKeepAlives: true,
	}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/cbor")
	response, err := transport.RoundTrip(request) // follows no redirects
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, claim.MaxResponse+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response.StatusCode, answer)
	}
	return answer, nil
}

// refusal tells what the aggregator decided from what may pass by itself.
func refusal(status int, answer []byte) error {
	reason := fmt.Sprintf("%d %s", status, strings.TrimSpace(string(answer[:min(len(answer), maxReason)])))
	switch status {
	case http.StatusForbidden, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusNotFound:
		return fmt.Errorf("%w: %s", ErrRefused, reason)
	}
	return fmt.Errorf("the aggregator could not answer: %s", reason)
}

// pinned trusts one CA by its key, and neither the system's roots nor the clock:
// the device has no idea of the time yet. Nor does it check the host's name: only
// the aggregator has a server certificate of this CA, and it may be reached by an
// address that it does not know itself.
func pinned(pin claim.Pin) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // in favour of the next line
		VerifyConnection:   func(state tls.ConnectionState) error { return verifyPinned(state.PeerCertificates, pin) },
	}
}

// verifyPinned wants the leaf first and the pinned CA after it.
func verifyPinned(chain []*x509.Certificate, pin claim.Pin) error {
	for i, ca := range chain {
		if i == 0 || claim.PinOf(ca) != pin {
			continue
		}
		roots := x509.NewCertPool()
		roots.AddCert(ca)
		_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, CurrentTime: chain[0].NotAfter,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
		return err
	}
	return fmt.Errorf("%w: the server's CA is not the one of the token: is the address the aggregator's, and the token of this fleet?", ErrCertificate)
}

func encodePin(pin claim.Pin) string { return base64.RawURLEncoding.EncodeToString(pin[:]) }

func parsePin(text string) (claim.Pin, error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != len(claim.Pin{}) {
		return claim.Pin{}, fmt.Errorf("pin %.60q: want %d bytes in base64url", text, len(claim.Pin{}))
	}
	return claim.Pin(b), nil
}
