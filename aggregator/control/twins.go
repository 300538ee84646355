package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/tadpole-edge/tadpole/aggregator/twin"
)

// Twins is what may be done with how devices are set up.
type Twins interface {
	Label(ctx context.Context, selector string, set map[string]string, remove []string) ([]twin.Device, error)
	Deploy(ctx context.Context, name string, r twin.Revision, module []byte) (twin.Revision, error)
	RollBack(ctx context.Context, name string) (twin.Revision, error)
	Deployments() []twin.Deployment
	Configure(ctx context.Context, selector, text string, trial uint64) ([]twin.Device, error)
	Statuses(ctx context.Context, selector string) ([]twin.Status, error)
}

// Labels are to be set on, or taken from, the devices that a selector means.
type Labels struct {
	On     string            `json:"on"`
	Set    map[string]string `json:"set"`
	Remove []string          `json:"remove"`
}

// Deploy is a new revision of a deployment.
type Deploy struct {
	Name     string        `json:"name"`
	Revision twin.Revision `json:"revision"`
	Module   []byte        `json:"module"`
}

// Configure is a configuration for the devices that a selector means.
type Configure struct {
	On    string `json:"on"`
	Text  string `json:"text"`
	Trial uint64 `json:"trial"` // ms; 0 = wire.DefaultTrial
}

// twinRoutes adds what the command line asks of twins.
func (s *Server) twinRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /labels", answer(ask(func(ctx context.Context, m Labels) (any, error) {
		return s.twins.Label(ctx, m.On, m.Set, m.Remove)
	})))
	mux.HandleFunc("GET /deployments", answer(func(*http.Request) (any, error) { return s.twins.Deployments(), nil }))
	mux.HandleFunc("POST /deployments", answer(ask(func(ctx context.Context, m Deploy) (any, error) {
		return s.twins.Deploy(ctx, m.Name, m.Revision, m.Module)
	})))
	mux.HandleFunc("POST /deployments/{name}/rollback", answer(func(r *http.Request) (any, error) {
		return s.twins.RollBack(r.Context(), r.PathValue("name"))
	}))
	mux.HandleFunc("POST /configurations", answer(ask(func(ctx context.Context, m Configure) (any, error) {
		return s.twins.Configure(ctx, m.On, m.Text, m.Trial)
	})))
	mux.HandleFunc("GET /twins", answer(func(r *http.Request) (any, error) {
		return s.twins.Statuses(r.Context(), r.URL.Query().Get("on"))
	}))
}

// ask reads a question's body.
func ask[M any](handle func(context.Context, M) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		var m M
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			return nil, fmt.Errorf("%s: %w", r.URL.Path, err)
		}
		return handle(r.Context(), m)
	}
}

// Label changes labels, and gives the devices that were meant.
func (c *Client) Label(ctx context.Context, l Labels) (found []twin.Device, err error) {
	err = c.do(ctx, "POST", "/labels", l, &found)
	return found, err
}

// Deploy adds a revision of a deployment.
func (c *Client) Deploy(ctx context.Context, d Deploy) (r twin.Revision, err error) {
	err = c.do(ctx, "POST", "/deployments", d, &r)
	return r, err
}

// RollBack goes back to the revision of a deployment that was before.
func (c *Client) RollBack(ctx context.Context, name string) (r twin.Revision, err error) {
	err = c.do(ctx, "POST", "/deployments/"+url.PathEscape(name)+"/rollback", nil, &r)
	return r, err
}

// Deployments gives all, by name.
func (c *Client) Deployments(ctx context.Context) (list []twin.Deployment, err error) {
	err = c.do(ctx, "GET", "/deployments", nil, &list)
	return list, err
}

// Configure sets a configuration, and gives the devices that were meant.
func (c *Client) Configure(ctx context.Context, m Configure) (found []twin.Device, err error) {
	err = c.do(ctx, "POST", "/configurations", m, &found)
	return found, err
}

// Twins gives the twins of the devices that a selector means.
func (c *Client) Twins(ctx context.Context, selector string) (list []twin.Status, err error) {
	err = c.do(ctx, "GET", "/twins?on="+url.QueryEscape(selector), nil, &list)
	return list, err
}
