package exchange

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/tadpole-edge/tadpole/aggregator/settle"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Client asks a Server. It is safe for concurrent use.
type Client struct{ *peer.Client }

// NewClient takes the server's URL.
func NewClient(base string) (*Client, error) {
	c, err := peer.NewClient("exchange", base)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// Updates lists a round's updates, once its drawn leaves are checked.
func (c *Client) Updates(ctx context.Context, federation string, round uint32) (updates []blob.Hash, err error) {
	return updates, c.Call(ctx, http.MethodGet, fmt.Sprintf("/v1/rounds/%s/%d/updates", url.PathEscape(federation), round), nil, &updates)
}

// Data fetches the dataset that a case is about, encrypted to the mediators drawn.
func (c *Client) Data(ctx context.Context, id market.CaseID) ([]byte, error) {
	return c.Fetch(ctx, http.MethodPost, "/v1/cases/"+id.String()+"/data", nil)
}

// Memberships lists those that wait for an owner's signature.
func (c *Client) Memberships(ctx context.Context, owner key.Address) (list []settle.Pending, err error) {
	return list, c.Call(ctx, http.MethodGet, "/v1/owners/"+owner.String()+"/memberships", nil, &list)
}

// Sign brings an owner's signature.
func (c *Client) Sign(ctx context.Context, m Signed) error {
	return c.Call(ctx, http.MethodPost, "/v1/memberships", m, nil)
}

// Earnings lists what an owner earned, with proofs.
func (c *Client) Earnings(ctx context.Context, owner key.Address) (list []settle.Earned, err error) {
	return list, c.Call(ctx, http.MethodGet, "/v1/owners/"+owner.String()+"/earnings", nil, &list)
}

// Claim has the server bring what an owner earned into its ledger.
func (c *Client) Claim(ctx context.Context, owner key.Address) error {
	return c.Call(ctx, http.MethodPost, "/v1/owners/"+owner.String()+"/claims", nil, nil)
}

// Withdraw has the server bring an owner's signed withdrawal to the chain.
func (c *Client) Withdraw(ctx context.Context, w market.Withdrawal) error {
	return c.Call(ctx, http.MethodPost, "/v1/withdrawals", w, nil)
}

// Status lists the federations that pay.
func (c *Client) Status(ctx context.Context) (list []settle.Status, err error) {
	return list, c.Call(ctx, http.MethodGet, "/v1/status", nil, &list)
}
