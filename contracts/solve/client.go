package solve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// maxAnswer bounds what a solver may answer, in bytes.
const maxAnswer = 2 << 30

// Client asks a Solver. It is safe for concurrent use.
type Client struct{ base string }

var _ deal.Store = (*Client)(nil)

// NewClient takes the solver's URL.
func NewClient(base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("solver %q: want a URL as http://host:port", base)
	}
	return &Client{strings.TrimSuffix(base, "/")}, nil
}

// About tells the market's addresses.
func (c *Client) About(ctx context.Context) (a About, err error) {
	return a, c.call(ctx, http.MethodGet, "/v1/market", nil, &a)
}

// Get fetches a blob and checks its hash.
func (c *Client) Get(ctx context.Context, h blob.Hash) ([]byte, error) {
	content, err := c.fetch(ctx, http.MethodGet, "/v1/blobs/"+h.String(), nil)
	if err == nil && blob.Sum(content) != h {
		return nil, fmt.Errorf("fetch blob %s: %w", h.Short(), blob.ErrMismatch)
	}
	return content, err
}

// URL is where a blob is fetched.
func (c *Client) URL(h blob.Hash) string { return c.base + "/v1/blobs/" + h.String() }

// Put has the solver keep a blob.
func (c *Client) Put(ctx context.Context, content []byte) (blob.Hash, error) {
	encoded, err := c.fetch(ctx, http.MethodPost, "/v1/blobs", content)
	if err != nil {
		return blob.Hash{}, err
	}
	var h blob.Hash
	if err := json.Unmarshal(encoded, &h); err != nil || h != blob.Sum(content) {
		return h, fmt.Errorf("keep blob at the solver: %w: %v", blob.ErrMismatch, err)
	}
	return h, nil
}

// PostJob offers a job; its blobs must be there.
func (c *Client) PostJob(ctx context.Context, offer market.SignedJob) error {
	return c.call(ctx, http.MethodPost, "/v1/jobs", offer, nil)
}

// PostResource offers a machine; its description must be there.
func (c *Client) PostResource(ctx context.Context, offer market.SignedResource) error {
	return c.call(ctx, http.MethodPost, "/v1/resources", offer, nil)
}

// Offers lists what waits for a match.
func (c *Client) Offers(ctx context.Context) (w Waiting, err error) {
	return w, c.call(ctx, http.MethodGet, "/v1/offers", nil, &w)
}

func (c *Client) call(ctx context.Context, method, path string, body, into any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	content, err := c.fetch(ctx, method, path, encoded)
	if err != nil || into == nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s %s: read the answer: %w", method, path, err)
	}
	return nil
}

func (c *Client) fetch(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the solver: %w", err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	switch response.StatusCode {
	case http.StatusOK:
		return content, nil
	case http.StatusNotFound:
		err = blob.ErrMissing
	default:
		err = errRefused
	}
	var f fault
	_ = json.Unmarshal(content, &f)
	return nil, fmt.Errorf("%s %s: %w: %s", method, path, err, f.Error)
}

// errRefused marks what a solver does not take.
var errRefused = errors.New("refused by the solver")
