package devices

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/tadpole-edge/tadpole/internal/claim"
)

// ServerConfig of a ClaimServer.
type ServerConfig struct {
	Listen   string       // host:port to listen on; port 0 = any free one
	Listener net.Listener // in the place of Listen, where the registry must know the port first; nil = none
	TLS      *tls.Config  // of CA.ServerTLS: devices have no certificate yet
	Registry *Registry    // decides
	Logger   *slog.Logger // nil = discard
}

// ClaimServer takes claims over HTTPS and hands them to the registry. It serves
// that one path and nothing else.
type ClaimServer struct {
	config   ServerConfig
	failures *throttle
}

// NewClaimServer opens the port, so that Addr is known before Run.
func NewClaimServer(c ServerConfig) (*ClaimServer, error) {
	if c.TLS == nil || c.Registry == nil {
		return nil, errors.New("claim server: TLS and registry are both needed")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Listener == nil {
		listener, err := net.Listen("tcp", c.Listen)
		if err != nil {
			return nil, fmt.Errorf("claim server: %w", err)
		}
		c.Listener = listener
	}
	return &ClaimServer{config: c, failures: newThrottle(time.Now)}, nil
}

// Addr is where the server listens.
func (s *ClaimServer) Addr() net.Addr { return s.config.Listener.Addr() }

// Close frees the port of a server that will not Run.
func (s *ClaimServer) Close() error { return s.config.Listener.Close() }

// Run serves until the context ends, then lets claims under way finish.
func (s *ClaimServer) Run(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+claim.Path, s.serve)
	server := &http.Server{
		Handler:           mux,
		TLSConfig:         s.config.TLS,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       20 * time.Second,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          slog.NewLogLogger(s.config.Logger.Handler(), slog.LevelDebug), // port scans
	}
	served := make(chan error, 1)
	go func() { served <- server.ServeTLS(s.config.Listener, "", "") }()
	select {
	case err := <-served:
		return fmt.Errorf("claim server: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(grace)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	<-served
	return err
}

func (s *ClaimServer) serve(w http.ResponseWriter, r *http.Request) {
	host := sourceOf(r.RemoteAddr)
	if wait := s.failures.wait(host); wait > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(int(wait/time.Second)+1))
		http.Error(w, "too many failed claims from this address: wait a minute", http.StatusTooManyRequests)
		return
	}
	body, status, err := s.answer(r.Context(), w, r)
	if err != nil {
		if status != http.StatusInternalServerError {
			s.failures.note(host)
			s.config.Logger.Warn("refused a claim", "from", r.RemoteAddr, "error", err)
		}
		http.Error(w, err.Error(), status)
		return
	}
	w.Header().Set("Content-Type", "application/cbor")
	if _, err := w.Write(body); err != nil {
		s.config.Logger.Debug("answer a claim", "to", r.RemoteAddr, "error", err)
	}
}

// answer gives the response's bytes, or the HTTP status that says what failed.
func (s *ClaimServer) answer(ctx context.Context, w http.ResponseWriter, r *http.Request) (body []byte, status int, err error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, claim.MaxRequest))
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		return nil, http.StatusRequestEntityTooLarge, err
	} else if err != nil {
		return nil, http.StatusBadRequest, err
	}
	request, err := claim.ParseRequest(b)
	if err != nil {
		return nil, http.StatusBadRequest, err
	}
	response, err := s.config.Registry.Claim(ctx, request)
	switch {
	case errors.Is(err, ErrToken), errors.Is(err, ErrDevice):
		return nil, http.StatusForbidden, err
	case errors.Is(err, ErrCSR):
		return nil, http.StatusBadRequest, err
	case err != nil:
		// The cause is the operator's to know, not the network's.
		s.config.Logger.Error("answer a claim", "device", request.Device, "error", err)
		return nil, http.StatusInternalServerError, errors.New("the aggregator could not answer; see its log, then try again")
	}
	s.config.Logger.Info("device claimed a certificate", "device", request.Device, "renewal", len(request.Secret) == 0)
	body, err = response.Encode()
	return body, http.StatusInternalServerError, err
}
