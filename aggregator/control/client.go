package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// ErrNotRunning says that no aggregator answers in the directory.
var ErrNotRunning = errors.New("no aggregator is running here")

// Client asks the aggregator that runs in a directory.
type Client struct {
	dir  string
	http http.Client
}

// NewClient makes a client; it connects at each call.
func NewClient(dir string) *Client {
	c := &Client{dir: dir}
	c.http.Transport = &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, Socket))
	}}
	return c
}

// do sends a request and decodes the answer into out, if that is not nil.
func (c *Client) do(ctx context.Context, method, path string, body, out any) error {
	content, err := c.raw(ctx, method, path, body)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(content, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

func (c *Client) raw(ctx context.Context, method, path string, body any) ([]byte, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://aggregator"+path, bytes.NewReader(encoded))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w (%s): start it with tadpole up, or name its directory with --dir: %w", ErrNotRunning, c.dir, err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode == http.StatusOK {
		return content, nil
	}
	var f fault
	if err := json.Unmarshal(content, &f); err != nil || f.Error == "" {
		return nil, fmt.Errorf("%s %s: %s", method, path, response.Status)
	}
	return nil, remoteError{f.Error, kinds[f.Kind]}
}

// remoteError has the aggregator's words and the sentinel that they stood for.
type remoteError struct {
	text string
	kind error
}

func (e remoteError) Error() string { return e.text }
func (e remoteError) Unwrap() error { return e.kind }

func at(name string) string { return "/federations/" + url.PathEscape(name) }

// Submit starts a federation.
func (c *Client) Submit(ctx context.Context, f federation.Federation) error {
	return c.do(ctx, "POST", "/federations", f, nil)
}

// List gives every federation.
func (c *Client) List(ctx context.Context) (list []aggregator.Status, err error) {
	err = c.do(ctx, "GET", "/federations", nil, &list)
	return list, err
}

// Status gives one federation.
func (c *Client) Status(ctx context.Context, name string) (s aggregator.Status, err error) {
	err = c.do(ctx, "GET", at(name), nil, &s)
	return s, err
}

// History gives up to 100 rounds after the given one.
func (c *Client) History(ctx context.Context, name string, after uint32) (rounds []aggregator.Round, err error) {
	err = c.do(ctx, "GET", fmt.Sprintf("%s/history?after=%d", at(name), after), nil, &rounds)
	return rounds, err
}

// Pause, Resume and Stop steer a federation.
func (c *Client) Pause(ctx context.Context, name string) error {
	return c.do(ctx, "POST", at(name)+"/pause", nil, nil)
}

// Resume goes on after a Pause.
func (c *Client) Resume(ctx context.Context, name string) error {
	return c.do(ctx, "POST", at(name)+"/resume", nil, nil)
}

// Stop ends a federation for good.
func (c *Client) Stop(ctx context.Context, name string) error {
	return c.do(ctx, "POST", at(name)+"/stop", nil, nil)
}

// Model gives the model file: the best so far, or the latest.
func (c *Client) Model(ctx context.Context, name string, best bool) ([]byte, error) {
	return c.raw(ctx, "GET", fmt.Sprintf("%s/model?best=%t", at(name), best), nil)
}

// AddDevice makes a one-time token.
func (c *Client) AddDevice(ctx context.Context, o devices.AddOptions) (token string, err error) {
	err = c.do(ctx, "POST", "/devices", o, &token)
	return token, err
}

// Devices lists the fleet.
func (c *Client) Devices(ctx context.Context) (list []devices.Device, err error) {
	err = c.do(ctx, "GET", "/devices", nil, &list)
	return list, err
}

// Presence tells which devices have said hello, and what of.
func (c *Client) Presence(ctx context.Context) (list []aggregator.Presence, err error) {
	err = c.do(ctx, "GET", "/presence", nil, &list)
	return list, err
}

// RemoveDevice revokes a device.
func (c *Client) RemoveDevice(ctx context.Context, device key.Address) error {
	return c.do(ctx, "DELETE", "/devices/"+device.String(), nil, nil)
}

// Deposit puts coins of the server's account into the ledger, once an id.
func (c *Client) Deposit(ctx context.Context, amount config.Amount, id string) (b market.Balance, err error) {
	err = c.do(ctx, http.MethodPost, "/deposits", Deposit{id, amount}, &b)
	return b, err
}
