// Package heavy hands work to a Bacalhau cluster: what a device cannot do, jobs of
// the market, and big aggregations.
//
// A Job flows in and is submitted under its own name, so that submitting it again
// is the same job and not another; an Outcome flows out: what each execution left,
// by node, file by file. It is the one door to Bacalhau (v1.9.3).
//
// What is to be known of such clusters: a local publisher serves results to whoever
// asks, on every interface. A Runner's tasks therefore seal theirs to its Identity as
// they run (package seal of edge/fuel says what that holds against whom), and results
// are compared as they are when opened. A Job that is submitted as such is not
// sealed, nor can a container be from outside: what of its results is private, it
// must encrypt itself, and what it prints is for everybody. The node that ran a job
// sees all of it, and is believed nothing that replicas or mediators could not find
// wrong; a sealed result does not prove who sealed it.
package heavy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bacalhau-project/bacalhau/pkg/bacerrors"
	"github.com/bacalhau-project/bacalhau/pkg/models"
	"github.com/bacalhau-project/bacalhau/pkg/publicapi/apimodels"
	"github.com/bacalhau-project/bacalhau/pkg/publicapi/client/v2"
)

// Errors that callers branch on.
var (
	ErrUnreachable = errors.New("the cluster does not answer")        // it may later
	ErrRefused     = errors.New("the cluster refuses the job")        // as it is, for good
	ErrNoNode      = errors.New("no node can take the job")           // too few, too small or too busy
	ErrJob         = errors.New("the job failed")                     // it ran, and ended badly
	ErrNode        = errors.New("its nodes failed")                   // for reasons of their own
	ErrLate        = errors.New("the job took longer than it may")    // in the queue or running
	ErrStopped     = errors.New("the job was cancelled")              // by us or by somebody else
	ErrUnknown     = errors.New("the cluster knows no such job")      // never submitted, or forgotten
	ErrResult      = errors.New("the job's result cannot be had")     // not published, gone or too large
	ErrDissent     = errors.New("replicas disagree without majority") // see Outcome.Agree
)

// Config of a Cluster.
type Config struct {
	URL       string        // of the orchestrator's API, as http://host:1234
	Key       string        // API key; "" = the cluster wants none
	Poll      time.Duration // longest time between looks at a job; 0 = 1 s
	MaxResult int64         // bytes of one execution's results; 0 = 1 GiB
}

// Cluster is a Bacalhau cluster. It holds no state of its own and is safe for
// concurrent use: who knows a job's name can go on after a restart.
type Cluster struct {
	config   Config
	api      client.API
	http     *http.Client
	patience time.Duration // see patience
	requeue  time.Duration // that a job whose nodes failed may wait for another; 0 = as long as for the first
}

// patience is how long an orchestrator may be away while a job is watched: it
// comes back with all its jobs.
const patience = 5 * time.Minute

// WithPatience gives the same cluster for those who wait no longer than this for an
// orchestrator that is away, or for another node after those that took the job
// failed, because they have another way.
func (c *Cluster) WithPatience(d time.Duration) *Cluster {
	other := *c
	other.patience, other.requeue = d, d
	return &other
}

// New takes the cluster's address; it asks nothing yet.
func New(c Config) (*Cluster, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("cluster %q: want a URL as http://host:1234", c.URL)
	}
	c.Poll, c.MaxResult = cmp.Or(c.Poll, time.Second), cmp.Or(c.MaxResult, 1<<30)
	// The client's constructor applies no defaults: without these it would wait for
	// ever, and drop logs.
	plain := &http.Client{Timeout: 30 * time.Second, Transport: http.DefaultTransport.(*http.Transport).Clone()}
	options := []client.OptionFn{client.WithHTTPClient(plain), client.WithWebsocketChannelBuffer(16)}
	if c.Key != "" {
		options = append(options, client.WithHeaders(http.Header{"Authorization": {"Bearer " + c.Key}}))
	}
	return &Cluster{config: c, api: client.New(strings.TrimSuffix(c.URL, "/"), options...), http: plain, patience: patience}, nil
}

// Close ends idle connections.
func (c *Cluster) Close() { c.http.CloseIdleConnections() }

// Node is a machine of the cluster as it says itself.
type Node struct {
	ID        string
	Engines   []string // "wasm", "docker"
	Max, Free Resources
	GPUs      []string // names
}

// Nodes lists the connected compute nodes.
func (c *Cluster) Nodes(ctx context.Context) ([]Node, error) {
	list, err := c.api.Nodes().List(ctx, &apimodels.ListNodesRequest{})
	if err != nil {
		return nil, explain("list nodes", err)
	}
	var nodes []Node
	for _, s := range list.Nodes {
		if s == nil || s.ConnectionState.Status != models.NodeStates.CONNECTED || !s.Info.IsComputeNode() {
			continue
		}
		info := s.Info.ComputeNodeInfo
		n := Node{ID: s.Info.ID(), Engines: info.ExecutionEngines, Max: resources(info.MaxCapacity), Free: resources(info.AvailableCapacity)}
		for _, g := range info.MaxCapacity.GPUs {
			n.GPUs = append(n.GPUs, g.Name)
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

func resources(r models.Resources) Resources {
	return Resources{CPU: r.CPU, Memory: r.Memory, Disk: r.Disk, GPU: r.GPU}
}

// explain gives an error of the API its kind. The client answers with two types of
// errors, by endpoint.
func explain(what string, err error) error {
	status := 0 // no answer
	var api *apimodels.APIError
	var coded bacerrors.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", what, err)
	case errors.As(err, &api):
		status = api.HTTPStatusCode
	case errors.As(err, &coded) && coded.Code() == bacerrors.NotFoundError:
		status = http.StatusNotFound
	case errors.As(err, &coded) && coded.Code() != bacerrors.NetworkFailure:
		status = coded.HTTPStatusCode()
	}
	kind := ErrRefused
	switch {
	case status == http.StatusNotFound:
		kind = ErrUnknown
	case status < 400 || status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout:
		kind = ErrUnreachable
	}
	return fmt.Errorf("%s: %w: %w", what, kind, err)
}
