package solve

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Client asks a Solver. It is safe for concurrent use.
type Client struct{ *peer.Client }

var _ deal.Store = (*Client)(nil)

// NewClient takes the solver's URL.
func NewClient(base string) (*Client, error) {
	c, err := peer.NewClient("solver", base)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// Put has the solver keep a blob.
func (c *Client) Put(ctx context.Context, content []byte) (blob.Hash, error) {
	encoded, err := c.Fetch(ctx, http.MethodPost, "/v1/blobs", content)
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
	return c.Call(ctx, http.MethodPost, "/v1/jobs", offer, nil)
}

// PostResource offers a machine; its description must be there.
func (c *Client) PostResource(ctx context.Context, offer market.SignedResource) error {
	return c.Call(ctx, http.MethodPost, "/v1/resources", offer, nil)
}

// Offers lists what waits for a match.
func (c *Client) Offers(ctx context.Context) (w Waiting, err error) {
	return w, c.Call(ctx, http.MethodGet, "/v1/offers", nil, &w)
}
