package devices

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"sync"
	"time"
)

// serverLife is how long a server certificate lives; it is replaced halfway, so
// that what is left always exceeds the life of a device's certificate, to which
// a device caps its idea of the time.
const serverLife = 400 * 24 * time.Hour

// ServerTLS is the configuration of a TLS server that answers under the given
// host names, IP addresses and localhost. Its certificate is replaced as it ages.
func (ca *CA) ServerTLS(hosts []string) (*tls.Config, error) {
	server := &serverCertificate{ca: ca, hosts: hosts}
	if _, err := server.get(nil); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: server.get}, nil
}

// MutualTLS is ServerTLS for clients that this CA knows and no others. Whether a
// device is still allowed is the registry's to say.
func (ca *CA) MutualTLS(hosts []string) (*tls.Config, error) {
	config, err := ca.ServerTLS(hosts)
	if err != nil {
		return nil, err
	}
	config.ClientAuth = tls.RequireAndVerifyClientCert
	config.ClientCAs = ca.Pool()
	return config, nil
}

// Pool holds the CA alone.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.certificate)
	return pool
}

type serverCertificate struct {
	ca    *CA
	hosts []string

	mu      sync.Mutex
	current *tls.Certificate
	renew   time.Time
}

func (s *serverCertificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	// A clock that was set back makes the certificate due too: one that was
	// issued in a wrong future would else be served until then.
	if s.current != nil && now.Before(s.renew) && s.renew.Sub(now) <= serverLife/2 {
		return s.current, nil
	}
	certificate, private, err := s.ca.IssueServer(s.hosts, now.Add(serverLife))
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificate, private)
	if err != nil {
		return nil, fmt.Errorf("load server certificate: %w", err)
	}
	// A device that claims knows only the pin of the CA: it must see the CA.
	pair.Certificate = append(pair.Certificate, s.ca.certificate.Raw)
	s.current, s.renew = &pair, now.Add(serverLife/2)
	return s.current, nil
}
