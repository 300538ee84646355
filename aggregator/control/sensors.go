package control

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Sensors has the verdicts on what devices measured.
type Sensors interface {
	List(group string, limit int) ([]consensus.Evidence, error)
	Find(root string) (consensus.Evidence, error)
	Crowding() map[key.Address]uint64
}

// maxVerdicts bounds a list.
const maxVerdicts = 1000

func (s *Server) handleSensors(mux *http.ServeMux) {
	mux.HandleFunc("GET /sensors", answer(func(r *http.Request) (any, error) {
		limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
		if err != nil || limit < 1 || limit > maxVerdicts {
			return nil, fmt.Errorf("list of %q verdicts: choose 1 to %d", r.URL.Query().Get("limit"), maxVerdicts)
		}
		if s.sensors == nil {
			return nil, errors.New("nobody compares sensors here")
		}
		return s.sensors.List(r.URL.Query().Get("group"), limit)
	}))
	mux.HandleFunc("GET /crowding", answer(func(*http.Request) (any, error) {
		if s.sensors == nil {
			return nil, errors.New("nobody compares sensors here")
		}
		return s.sensors.Crowding(), nil
	}))
	mux.HandleFunc("GET /sensors/{root}", answer(func(r *http.Request) (any, error) {
		if s.sensors == nil {
			return nil, errors.New("nobody compares sensors here")
		}
		return s.sensors.Find(r.PathValue("root"))
	}))
}

// Crowding gives the devices that had too many windows to themselves, and how many of their
// attestations were refused for it since the server started.
func (c *Client) Crowding(ctx context.Context) (refused map[key.Address]uint64, err error) {
	err = c.do(ctx, "GET", "/crowding", nil, &refused)
	return refused, err
}

// Verdicts gives the latest verdicts on a group's sensors, or on all groups' if it is "",
// with their evidence.
func (c *Client) Verdicts(ctx context.Context, group string, limit int) (list []consensus.Evidence, err error) {
	err = c.do(ctx, "GET", fmt.Sprintf("/sensors?group=%s&limit=%d", url.QueryEscape(group), limit), nil, &list)
	return list, err
}

// Verdict gives the evidence whose root begins with some hex digits.
func (c *Client) Verdict(ctx context.Context, root string) (e consensus.Evidence, err error) {
	err = c.do(ctx, "GET", "/sensors/"+url.PathEscape(root), nil, &e)
	return e, err
}
