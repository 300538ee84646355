package devices

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/tadpole-edge/tadpole/internal/claim"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// notBefore is the start of every certificate's life. Devices boot without a
// clock, so the start must never be what makes one refuse another; the end is
// what counts.
var notBefore = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// noEnd is the date that RFC 5280 (4.1.2.5) sets for certificates without one.
// Devices in the field pin the CA's key, so it must not expire under them.
var noEnd = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// CA is the fleet's own certificate authority: an ECDSA P-256 key and its
// self-signed certificate. It is safe for concurrent use.
type CA struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

// OpenCA reads ca.key and ca.crt from a directory, and makes them on first use.
// The key comes first and the certificate is derived from it, so a power cut
// between them is mended by the next call.
func OpenCA(dir string) (*CA, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open CA: %w", err)
	}
	private, err := openKey(filepath.Join(dir, "ca.key"))
	if err != nil {
		return nil, fmt.Errorf("open CA: %w", err)
	}
	certificate, err := openCertificate(filepath.Join(dir, "ca.crt"), private)
	if err != nil {
		return nil, fmt.Errorf("open CA: %w", err)
	}
	if !private.PublicKey.Equal(certificate.PublicKey) {
		return nil, fmt.Errorf("open CA in %s: ca.crt is not of ca.key: restore both from one backup", dir)
	}
	return &CA{key: private, certificate: certificate}, nil
}

func openKey(path string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		der, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			return nil, err
		}
		if err := createFile(path, encodePEM("PRIVATE KEY", der), 0o600); err != nil {
			return nil, err
		}
		return openKey(path)
	}
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("%s: mode %o lets others read it, and who has it can let anybody in: chmod 600 it", path, mode)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: not PEM: restore it from a backup", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	private, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: holds a %T, want an ECDSA key", path, parsed)
	}
	return private, nil
}

func openCertificate(path string, private *ecdsa.PrivateKey) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		template := &x509.Certificate{
			Subject:               pkix.Name{CommonName: "Tadpole fleet CA"},
			NotBefore:             notBefore,
			NotAfter:              noEnd,
			IsCA:                  true,
			BasicConstraintsValid: true,
			MaxPathLenZero:        true,
			KeyUsage:              x509.KeyUsageCertSign,
		}
		der, err := sign(template, template, &private.PublicKey, private)
		if err != nil {
			return nil, err
		}
		if err := createFile(path, encodePEM("CERTIFICATE", der), 0o644); err != nil {
			return nil, err
		}
		return openCertificate(path, private)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: not PEM: restore it from a backup, or delete it to make a new one from ca.key", path)
	}
	return x509.ParseCertificate(block.Bytes)
}

// createFile writes a file whole or not at all. If somebody else made it
// meanwhile, theirs is kept.
func createFile(path string, content []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// PEM is the CA's certificate.
func (ca *CA) PEM() []byte { return encodePEM("CERTIFICATE", ca.certificate.Raw) }

// Pin is what tokens carry to name this CA.
func (ca *CA) Pin() claim.Pin { return claim.PinOf(ca.certificate) }

// IssueDevice signs a certificate for a device's request, PEM. Of the request
// only the key is taken: ECDSA on P-256. It is good for TLS clients, with the
// device's address as its common name.
func (ca *CA) IssueDevice(csr []byte, device key.Address, end time.Time) ([]byte, error) {
	request, err := parseCSR(csr)
	if err != nil {
		return nil, err
	}
	der, err := sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: device.String()},
		NotBefore:   notBefore,
		NotAfter:    end,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, ca.certificate, request.PublicKey, ca.key)
	if err != nil {
		return nil, fmt.Errorf("issue certificate of %s: %w", device, err)
	}
	return encodePEM("CERTIFICATE", der), nil
}

// IssueServer makes a key and a certificate for TLS servers under the given host
// names and IP addresses, and localhost. Both are PEM.
func (ca *CA) IssueServer(hosts []string, end time.Time) (certificate, private []byte, err error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("issue server certificate: %w", err)
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "Tadpole aggregator"},
		NotBefore:   notBefore,
		NotAfter:    end,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := sign(template, ca.certificate, &k.PublicKey, ca.key)
	if err != nil {
		return nil, nil, fmt.Errorf("issue server certificate for %q: %w", hosts, err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return nil, nil, fmt.Errorf("issue server certificate: %w", err)
	}
	return encodePEM("CERTIFICATE", der), encodePEM("PRIVATE KEY", pkcs8), nil
}

func parseCSR(csr []byte) (*x509.CertificateRequest, error) {
	request, err := x509.ParseCertificateRequest(csr)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrCSR, err)
	}
	if err := request.CheckSignature(); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrCSR, err)
	}
	if public, ok := request.PublicKey.(*ecdsa.PublicKey); !ok || public.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%w: holds a %T, want ECDSA on P-256", ErrCSR, request.PublicKey)
	}
	return request, nil
}

// tlsKeyOf names the key in a request.
func tlsKeyOf(request *x509.CertificateRequest) [32]byte {
	return sha256.Sum256(request.RawSubjectPublicKeyInfo)
}

func sign(template, parent *x509.Certificate, public any, private *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	return x509.CreateCertificate(rand.Reader, template, parent, public, private)
}

func encodePEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
