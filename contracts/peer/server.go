// Package peer is what the market's servers and their clients share: how they say
// where the market is, give blobs by their hashes, and refuse in words.
//
// On a server's side values and errors flow in, and JSON over HTTP out; on a
// client's side it comes back as values and errors. A server's exchange and a
// solver are such servers.
package peer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// About is what a party needs to know first.
type About struct {
	Addresses market.Addresses `json:"addresses"`
	Node      string           `json:"node,omitempty"` // URL of the chain's node
}

// Code gives the HTTP status of an error.
type Code func(error) int

// fault is the body of an answer that says no.
type fault struct {
	Error string `json:"error"`
}

// JSON answers with a value or an error.
func JSON(w http.ResponseWriter, code Code, body any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(code(err))
		body = fault{err.Error()}
	}
	_ = json.NewEncoder(w).Encode(body) // fails only when nobody listens any more
}

// Bytes answers with content or an error.
func Bytes(w http.ResponseWriter, code Code, content []byte, err error) {
	if err != nil {
		JSON(w, code, nil, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(content) // fails only when nobody listens any more
}

// Route adds what every server answers: where the market is, and blobs.
func Route(mux *http.ServeMux, code Code, about About, get func(context.Context, blob.Hash) ([]byte, error)) {
	mux.HandleFunc("GET /v1/market", func(w http.ResponseWriter, _ *http.Request) { JSON(w, code, about, nil) })
	mux.HandleFunc("GET /v1/blobs/{hash}", func(w http.ResponseWriter, r *http.Request) {
		h, err := blob.ParseHash(r.PathValue("hash"))
		var content []byte
		if err == nil {
			content, err = get(r.Context(), h)
		}
		Bytes(w, code, content, err)
	})
}

// Serve serves until ctx ends.
func Serve(ctx context.Context, server *http.Server, listener net.Listener) error {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(closing) != nil {
			_ = server.Close()
		}
	})
	err := server.Serve(listener)
	if !stop() {
		<-done
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve at %s: %w", listener.Addr(), err)
}
