// Package enrol gives the device its identity: its key, its TLS certificate, and
// what it must know to reach its fleet.
//
// A token from `tadpole device add` flows in, an Identity flows out, and from it
// the uplink's TLS configuration. Everything lies in the state directory:
//
//	device.key      the device itself (package key); made once, never replaced
//	tls.key         the TLS key, ECDSA P-256; made once
//	enrolment.json  all that came from the aggregator, in one file
//	clock           the latest time that is known to have passed
//
// Each file appears whole or not at all, and enrolment.json is last, so a power
// cut leaves the device either enrolled or not; then the same token and the same
// keys are used again. Nothing here reads the wall clock: see Clock.
package enrol

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/internal/claim"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Errors that callers branch on.
var (
	ErrNotEnrolled = errors.New("this device is not enrolled: run `tadpole device add` at the aggregator and `tadpole-edge enroll TOKEN` here")
	ErrRefused     = errors.New("the aggregator refuses the claim")
	ErrCertificate = errors.New("unusable certificate")
)

const (
	keyFile       = "device.key"
	tlsKeyFile    = "tls.key"
	enrolmentFile = "enrolment.json"
	clockFile     = "clock"
)

// Enrolment is what the aggregator told the device.
type Enrolment struct {
	Broker      string      `json:"broker"` // URL
	Fleet       string      `json:"fleet"`
	Aggregator  key.Address `json:"aggregator"`
	Claim       string      `json:"claim"`       // address of the claim server, host:port
	Pin         string      `json:"pin"`         // of the CA's key, base64url
	Claimed     time.Time   `json:"claimed"`     // by the aggregator's clock
	Issued      time.Time   `json:"issued"`      // when the certificate came, likewise
	Certificate string      `json:"certificate"` // PEM
	CA          string      `json:"ca"`          // PEM
}

// Identity is an enrolled device. It is safe for concurrent use.
type Identity struct {
	dir   string
	key   *key.Key
	tls   *tlsKey
	clock *Clock

	installing sync.Mutex // held by whoever replaces the certificate; before mu

	mu        sync.Mutex // guards what follows
	enrolment Enrolment
	leaf      *x509.Certificate
	pair      tls.Certificate
	ca        *x509.Certificate
}

// Load reads the identity from the state directory. Before a claim it fails with
// ErrNotEnrolled.
func Load(dir string) (*Identity, error) {
	text, err := os.ReadFile(filepath.Join(dir, enrolmentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("load identity from %s: %w", dir, ErrNotEnrolled)
	}
	if err != nil {
		return nil, fmt.Errorf("load identity: %w", err)
	}
	var e Enrolment
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, fmt.Errorf("load identity: read %s in %s: %w: delete it and enrol again", enrolmentFile, dir, err)
	}
	id, err := loadKeys(dir)
	if err != nil {
		return nil, fmt.Errorf("load identity: %w", err)
	}
	if err := id.use(e); err != nil {
		return nil, fmt.Errorf("load identity from %s: %w: delete %s and enrol again", dir, err, enrolmentFile)
	}
	if id.clock, err = OpenClock(filepath.Join(dir, clockFile), e.Issued); err != nil {
		return nil, fmt.Errorf("load identity: %w", err)
	}
	return id, nil
}

// loadKeys makes the keys on first use.
func loadKeys(dir string) (*Identity, error) {
	device, err := key.LoadOrCreate(filepath.Join(dir, keyFile))
	if err != nil {
		return nil, err
	}
	private, err := loadTLSKey(filepath.Join(dir, tlsKeyFile))
	if err != nil {
		return nil, err
	}
	return &Identity{dir: dir, key: device, tls: private}, nil
}

// use takes an enrolment over after checking that all of it fits together.
func (id *Identity) use(e Enrolment) error {
	if err := wire.CheckFleet(e.Fleet); err != nil {
		return err
	}
	ca, err := parsePEM([]byte(e.CA))
	if err != nil {
		return fmt.Errorf("CA: %w", err)
	}
	if pin, err := parsePin(e.Pin); err != nil || pin != claim.PinOf(ca) {
		return fmt.Errorf("%w: the CA is not the one of the token", ErrCertificate)
	}
	leaf, err := parsePEM([]byte(e.Certificate))
	if err != nil {
		return err
	}
	if err := id.check(leaf, ca); err != nil {
		return err
	}
	id.mu.Lock()
	defer id.mu.Unlock()
	id.enrolment, id.leaf, id.ca = e, leaf, ca
	id.pair = tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: id.tls.private, Leaf: leaf}
	return nil
}

// check refuses a certificate that the broker would refuse, save for its end:
// that is for the broker, who has a clock.
func (id *Identity) check(leaf, ca *x509.Certificate) error {
	if leaf.Subject.CommonName != id.key.Address().String() {
		return fmt.Errorf("%w: it is of %.64q, not of %s", ErrCertificate, leaf.Subject.CommonName, id.key.Address())
	}
	if !id.tls.private.PublicKey.Equal(leaf.PublicKey) {
		return fmt.Errorf("%w: it is not of this device's TLS key", ErrCertificate)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: leaf.NotAfter, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	return nil
}

// Key is the device's own.
func (id *Identity) Key() *key.Key { return id.key }

// Clock is the device's idea of the time.
func (id *Identity) Clock() *Clock { return id.clock }

// Enrolment is what the aggregator told the device.
func (id *Identity) Enrolment() Enrolment {
	id.mu.Lock()
	defer id.mu.Unlock()
	return id.enrolment
}

// Expires is the end of the certificate's life.
func (id *Identity) Expires() time.Time {
	id.mu.Lock()
	defer id.mu.Unlock()
	return id.leaf.NotAfter
}

func parsePEM(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%w: not PEM", ErrCertificate)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	return c, nil
}
