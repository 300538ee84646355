package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/tadpole-edge/tadpole/aggregator/settle"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// maxAnswer bounds what a server may answer, in bytes.
const maxAnswer = 2 << 30

// Client asks a Server. It is safe for concurrent use.
type Client struct{ base string }

// NewClient takes the server's URL.
func NewClient(base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("exchange %q: want a URL as http://host:port", base)
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

// Updates lists a round's updates, once its drawn leaves are checked.
func (c *Client) Updates(ctx context.Context, federation string, round uint32) (updates []blob.Hash, err error) {
	return updates, c.call(ctx, http.MethodGet, fmt.Sprintf("/v1/rounds/%s/%d/updates", url.PathEscape(federation), round), nil, &updates)
}

// Data fetches the dataset that a case is about, encrypted to the mediators drawn.
func (c *Client) Data(ctx context.Context, id market.CaseID) ([]byte, error) {
	return c.fetch(ctx, http.MethodPost, "/v1/cases/"+id.String()+"/data", nil)
}

// Memberships lists those that wait for an owner's signature.
func (c *Client) Memberships(ctx context.Context, owner key.Address) (list []settle.Pending, err error) {
	return list, c.call(ctx, http.MethodGet, "/v1/owners/"+owner.String()+"/memberships", nil, &list)
}

// Sign brings an owner's signature.
func (c *Client) Sign(ctx context.Context, m Signed) error {
	return c.call(ctx, http.MethodPost, "/v1/memberships", m, nil)
}

// Earnings lists what an owner earned, with proofs.
func (c *Client) Earnings(ctx context.Context, owner key.Address) (list []settle.Earned, err error) {
	return list, c.call(ctx, http.MethodGet, "/v1/owners/"+owner.String()+"/earnings", nil, &list)
}

// Claim has the server bring what an owner earned into its ledger.
func (c *Client) Claim(ctx context.Context, owner key.Address) error {
	return c.call(ctx, http.MethodPost, "/v1/owners/"+owner.String()+"/claims", nil, nil)
}

// Withdraw has the server bring an owner's signed withdrawal to the chain.
func (c *Client) Withdraw(ctx context.Context, w market.Withdrawal) error {
	return c.call(ctx, http.MethodPost, "/v1/withdrawals", w, nil)
}

// Status lists the federations that pay.
func (c *Client) Status(ctx context.Context) (list []settle.Status, err error) {
	return list, c.call(ctx, http.MethodGet, "/v1/status", nil, &list)
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
		return nil, fmt.Errorf("ask the exchange: %w", err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode != http.StatusOK {
		var f fault
		_ = json.Unmarshal(content, &f)
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, response.Status, f.Error)
	}
	return content, nil
}
