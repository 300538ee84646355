package peer_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/outage"
)

func client(t *testing.T, base string) *peer.Client {
	t.Helper()
	c, err := peer.NewClient("server", base)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func code(err error) int {
	if errors.Is(err, blob.ErrMissing) {
		return http.StatusNotFound
	}
	return http.StatusTeapot
}

// Server and client are the two ends: what goes in on one side comes out on the
// other, until the server is told to end.
func TestBothEnds(t *testing.T) {
	kept := blob.Sum([]byte("kept"))
	about := peer.About{Addresses: market.Addresses{Chain: 7}, Node: "http://node"}
	mux := http.NewServeMux()
	peer.Route(mux, code, about, func(_ context.Context, h blob.Hash) ([]byte, error) {
		switch h {
		case kept:
			return []byte("kept"), nil
		case blob.Hash{1}:
			return []byte("rotten"), nil
		}
		return nil, fmt.Errorf("blob %s: %w", h.Short(), blob.ErrMissing)
	})
	mux.HandleFunc("POST /v1/echo", func(w http.ResponseWriter, r *http.Request) { peer.JSON(w, code, "heard", nil) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- peer.Serve(ctx, &http.Server{Handler: mux}, l) }()
	c := client(t, "http://"+l.Addr().String()+"/")
	if got, err := c.About(t.Context()); err != nil || got != about {
		t.Errorf("about %+v, %v", got, err)
	}
	if got, err := c.Get(t.Context(), kept); err != nil || string(got) != "kept" {
		t.Errorf("blob %q, %v", got, err)
	}
	if _, err := c.Get(t.Context(), blob.Hash{1}); !errors.Is(err, blob.ErrMismatch) {
		t.Errorf("a blob with other content: %v", err)
	}
	if _, err := c.Get(t.Context(), blob.Hash{2}); !errors.Is(err, blob.ErrMissing) || outage.Is(err) {
		t.Errorf("a blob that is not there: %v", err)
	}
	var refusal *peer.Refusal
	if _, err := c.Fetch(t.Context(), http.MethodGet, "/v1/blobs/xyz", nil); !errors.As(err, &refusal) || refusal.Status != http.StatusTeapot || refusal.Text == "" {
		t.Errorf("a blob without a name: %v", err)
	}
	var heard string
	if err := c.Call(t.Context(), http.MethodPost, "/v1/echo", struct{}{}, &heard); err != nil || heard != "heard" {
		t.Errorf("heard %q, %v", heard, err)
	}
	stop()
	if err := <-served; err != nil {
		t.Errorf("served: %v", err)
	}
	if _, err := c.About(t.Context()); !outage.Is(err) {
		t.Errorf("a server that is gone: %v", err)
	}
}

func TestClientDoubts(t *testing.T) {
	for _, base := range []string{"", "127.0.0.1:1", "ftp://host", "http://", "http://%zz"} {
		if _, err := peer.NewClient("server", base); err == nil {
			t.Errorf("took %q", base)
		}
	}
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, "<html>")
	}))
	defer s.Close()
	c := client(t, s.URL)
	if _, err := c.About(t.Context()); err == nil || !strings.Contains(err.Error(), "read the answer") {
		t.Errorf("a page was taken for an answer: %v", err)
	}
	for code, away := range map[int]bool{502: true, 503: true, 504: true, 429: true, 500: false, 404: false, 507: false} {
		status = code
		if _, err := c.About(t.Context()); err == nil || outage.Is(err) != away {
			t.Errorf("status %d: %v; away: want %v", code, err, away)
		}
	}
}
