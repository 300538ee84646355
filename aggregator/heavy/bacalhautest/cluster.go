//go:build unix

package bacalhautest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"github.com/bacalhau-project/bacalhau/pkg/config/types"
	"github.com/bacalhau-project/bacalhau/pkg/models"
	"github.com/bacalhau-project/bacalhau/pkg/publicapi/apimodels"
	"github.com/bacalhau-project/bacalhau/pkg/publicapi/client/v2"
)

// Options of a cluster. The zero value is one process, orchestrator and compute
// node at once.
type Options struct {
	Compute     int                               // compute nodes as processes beside the orchestrator's
	GPUStandIns int                               // that an nvidia-smi stand-in tells each node of
	Alter       func(node int, c *types.Bacalhau) // changes a node's configuration before it starts; nil = does not
	Environment []string                          // of each node, beside what it has anyway, as NAME=value
	Within      time.Duration                     // for all to be connected; 0 = a minute
}

// Nodes are a running cluster's. Node 0 is the orchestrator; the others, from 1 on,
// are its compute nodes. Their methods are for one goroutine.
type Nodes struct {
	options   Options
	binary    string
	natsPort  int
	nodes     []*node
	ids       map[int]string
	transport *http.Transport
	api       client.API
}

// Open starts a cluster in a directory and waits until its nodes are connected.
func Open(ctx context.Context, dir string, o Options) (*Nodes, error) {
	if o.Within == 0 {
		o.Within = time.Minute
	}
	binary, err := Binary(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(1 + 2*(o.Compute+1))
	if err != nil {
		return nil, err
	}
	c := &Nodes{options: o, binary: binary, natsPort: ports[0], ids: map[int]string{}, transport: &http.Transport{}}
	for i := range o.Compute + 1 {
		c.nodes = append(c.nodes, &node{cluster: c, index: i, dir: filepath.Join(dir, fmt.Sprint("node-", i)), apiPort: ports[1+2*i], publisherPort: ports[2+2*i]})
	}
	// A client with neither is one that waits for ever (v1.9.3's New sets no defaults).
	c.api = client.New(c.URL(), client.WithHTTPClient(&http.Client{Transport: c.transport, Timeout: 30 * time.Second}), client.WithWebsocketChannelBuffer(16))
	for _, n := range c.nodes {
		if err := n.start(); err != nil {
			return nil, errors.Join(err, c.Stop())
		}
		if n.index > 0 {
			continue
		}
		if err := c.await(ctx); err != nil { // a compute node that finds no orchestrator tries again after 10 s only
			return nil, errors.Join(err, c.Stop())
		}
	}
	if err := c.await(ctx); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// URL is where the orchestrator's API is.
func (c *Nodes) URL() string { return fmt.Sprintf("http://127.0.0.1:%d", c.nodes[0].apiPort) }

// API is a client to the orchestrator.
func (c *Nodes) API() client.API { return c.api }

// ID is what Bacalhau calls a compute node: executions name it.
func (c *Nodes) ID(node int) string { return c.ids[node] }

// Dir is where a node keeps its data, for tests that tamper with them.
func (c *Nodes) Dir(node int) string { return c.nodes[node].dir }

// Stop ends all nodes, as a terminal's user would. It may be called again.
func (c *Nodes) Stop() error {
	var faults []error
	for i := len(c.nodes) - 1; i >= 0; i-- {
		faults = append(faults, c.nodes[i].end(syscall.SIGTERM))
	}
	c.transport.CloseIdleConnections()
	return errors.Join(faults...)
}

// Kill ends a node at once, as a power cut would.
func (c *Nodes) Kill(node int) error { return c.nodes[node].end(syscall.SIGKILL) }

// Restart starts a node again, with its data, its ports and its id, after it was
// killed or else stopped; and waits until all that run are connected.
func (c *Nodes) Restart(ctx context.Context, node int) error {
	n := c.nodes[node]
	if err := errors.Join(n.end(syscall.SIGTERM), n.start()); err != nil {
		return err
	}
	return c.await(ctx)
}

// await waits until every node that runs is alive and connected.
func (c *Nodes) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.Within)
	defer cancel()
	for {
		err := c.ready(ctx)
		if err == nil {
			return nil
		}
		for _, n := range c.nodes {
			if n.process != nil && !n.running() && n.process.ProcessState.ExitCode() > 0 {
				return fmt.Errorf("bacalhau node %d ended with exit code %d; its log ends with\n%s", n.index, n.process.ProcessState.ExitCode(), n.tail())
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the bacalhau cluster was not ready within %s: %w", c.options.Within, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// ready tells what is missing.
func (c *Nodes) ready(ctx context.Context) error {
	if !c.nodes[0].running() {
		return nil // a cluster without its orchestrator answers nobody
	}
	list, err := c.api.Nodes().List(ctx, &apimodels.ListNodesRequest{})
	if err != nil {
		return err
	}
	connected := map[string]string{}
	for _, s := range list.Nodes {
		if s.ConnectionState.Status == models.NodeStates.CONNECTED {
			connected[s.Info.Labels[LabelNode]] = s.Info.ID()
		}
	}
	for _, n := range c.nodes {
		if !n.computes() || !n.running() {
			continue
		}
		id, is := connected[fmt.Sprint(n.index)]
		if !is {
			return fmt.Errorf("node %d is not connected", n.index)
		}
		c.ids[n.index] = id
	}
	return nil
}
