package enrol

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// tlsKey is the key of the device's TLS certificates.
type tlsKey struct{ private *ecdsa.PrivateKey }

// loadTLSKey makes the key on first use.
func loadTLSKey(path string) (*tlsKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("make TLS key: %w", err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			return nil, fmt.Errorf("make TLS key: %w", err)
		}
		if err := createFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
			return nil, fmt.Errorf("make TLS key: %w", err)
		}
		return loadTLSKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read TLS key: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read TLS key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("read TLS key %s: mode %o lets others read it: chmod 600 it", path, mode)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("read TLS key %s: not PEM: delete it and %s, and enrol again", path, enrolmentFile)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read TLS key %s: %w: delete it and %s, and enrol again", path, err, enrolmentFile)
	}
	private, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read TLS key %s: holds a %T, want an ECDSA key", path, parsed)
	}
	return &tlsKey{private}, nil
}

// request is a certificate request for the key, PKCS #10 in DER. It names nobody:
// the aggregator fills in the device's address.
func (k *tlsKey) request() ([]byte, error) {
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, k.private)
	if err != nil {
		return nil, fmt.Errorf("make certificate request: %w", err)
	}
	return csr, nil
}

// TLSConfig is for the uplink: the device's certificate as it is at each connect,
// the fleet's CA and no other, and the device's own clock.
func (id *Identity) TLSConfig() *tls.Config {
	id.mu.Lock()
	defer id.mu.Unlock()
	roots := x509.NewCertPool()
	roots.AddCert(id.ca)
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		RootCAs:    roots,
		Time:       id.now,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			id.mu.Lock()
			defer id.mu.Unlock()
			pair := id.pair
			return &pair, nil
		},
	}
}

// now is the time for checking the broker's certificate: never past the end of
// the device's own. If the aggregator's clock was once far ahead, the device would
// else find every broker expired, and never hear the right time.
func (id *Identity) now() time.Time {
	now, end := id.clock.Now(), id.Expires()
	if now.After(end) {
		return end
	}
	return now
}
