package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// maxAnswer bounds what a server may answer, in bytes.
const maxAnswer = 2 << 30

// Client asks a server. It is safe for concurrent use.
type Client struct{ what, base string }

// NewClient takes what the server is, for errors, and its URL.
func NewClient(what, base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%s %q: want a URL as http://host:port", what, base)
	}
	return &Client{what, strings.TrimSuffix(base, "/")}, nil
}

// About tells where the market is.
func (c *Client) About(ctx context.Context) (a About, err error) {
	return a, c.Call(ctx, http.MethodGet, "/v1/market", nil, &a)
}

// URL is where a blob is fetched.
func (c *Client) URL(h blob.Hash) string { return c.base + "/v1/blobs/" + h.String() }

// Get fetches a blob and checks its hash.
func (c *Client) Get(ctx context.Context, h blob.Hash) ([]byte, error) {
	content, err := c.Fetch(ctx, http.MethodGet, "/v1/blobs/"+h.String(), nil)
	if err == nil && blob.Sum(content) != h {
		return nil, fmt.Errorf("fetch blob %s: %w", h.Short(), blob.ErrMismatch)
	}
	return content, err
}

// Call sends a body as JSON and reads the answer; nil = it is of no interest.
func (c *Client) Call(ctx context.Context, method, path string, body, into any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	content, err := c.Fetch(ctx, method, path, encoded)
	if err != nil || into == nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s %s: read the answer: %w", method, path, err)
	}
	return nil
}

// Fetch sends a body and gives the answer as it is; one that says no is a Refusal.
func (c *Client) Fetch(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the %s: %w", c.what, err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode != http.StatusOK {
		var f fault
		_ = json.Unmarshal(content, &f)
		return nil, fmt.Errorf("%s %s: the %s: %w", method, path, c.what, &Refusal{response.StatusCode, f.Error})
	}
	return content, nil
}

// Refusal is an answer that says no. One that says 404 is a blob.ErrMissing.
type Refusal struct {
	Status int
	Text   string
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%d %s: %s", r.Status, http.StatusText(r.Status), r.Text)
}

// Is makes what a server does not have a missing blob.
func (r *Refusal) Is(target error) bool {
	return target == blob.ErrMissing && r.Status == http.StatusNotFound
}

// Absent tells whether something answers in place of a server that is away.
func (r *Refusal) Absent() bool {
	switch r.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests:
		return true
	}
	return false
}
