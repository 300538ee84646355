package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/edge/fuel/seal"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// cluster is a Bacalhau cluster as commands name it.
type cluster struct {
	url, key string
	serve    string // address at which nodes fetch what a submission cannot carry
}

func (c *cluster) flags(f *pflag.FlagSet, usage string) {
	f.StringVar(&c.url, "bacalhau", "", usage)
	f.StringVar(&c.key, "bacalhau-key", "", "API key of the cluster, where it wants one")
	f.StringVar(&c.serve, "serve", "127.0.0.1:0", "address of this machine at which the cluster's nodes fetch inputs over 7 MB")
}

// resultsKey is the file, in the directory of whoever sends jobs to a cluster, with
// the identity that opens what comes back.
const resultsKey = "heavy.age"

// open connects, and serves large inputs until the returned function is called.
// Results are sealed to the identity in the directory, which is made on first use.
func (c *cluster) open(dir string) (heavy.Runner, func(), error) {
	identity, err := sealed.LoadOrCreate(filepath.Join(dir, resultsKey))
	if err != nil {
		return heavy.Runner{}, nil, err
	}
	h, err := heavy.New(heavy.Config{URL: c.url, Key: c.key})
	if err != nil {
		return heavy.Runner{}, nil, fmt.Errorf("%w: --bacalhau: %w", errUsage, err)
	}
	l, err := net.Listen("tcp", c.serve)
	if err != nil {
		return heavy.Runner{}, nil, fmt.Errorf("serve inputs: %w", err)
	}
	origin := heavy.NewOrigin("http://" + l.Addr().String())
	server := &http.Server{Handler: origin, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	return heavy.Runner{Cluster: h, Prepare: supervise, Identity: identity, Origin: origin}, func() {
		_ = server.Close()
		<-done
		h.Close()
	}, nil
}

// trainer runs on the cluster what devices hand over, with their data sealed to the
// identity to which results are.
func (c *cluster) trainer(dir string) (heavy.Trainer, func(), error) {
	r, end, err := c.open(dir)
	return heavy.Trainer{Runner: r, Identity: r.Identity}, end, err
}

// supervise makes a module ready for a node, which knows nothing of fuel and shows
// results to everybody.
func supervise(module []byte, limit, memory uint64, recipient string) (heavy.Prepared, error) {
	receiver, err := sealed.PublicKey(recipient)
	if err != nil {
		return heavy.Prepared{}, err
	}
	s, err := seal.Supervise(module, limit, receiver, fuel.Options{MaxPages: uint32(max(1, min(memory>>16, 1<<16)))})
	if err != nil {
		return heavy.Prepared{}, err
	}
	p := heavy.Prepared{Files: map[string][]byte{}, Sealed: fuel.MeterDirectory + "/" + seal.ResultFile, Meter: fuel.MeterDirectory + "/" + fuel.MeterFile, Used: s.Used}
	for _, m := range s.Modules {
		p.Files[m.Name], p.Imports = m.Binary, append(p.Imports, m.Name)
	}
	p.Imports, p.Entry = p.Imports[:len(p.Imports)-1], p.Imports[len(p.Imports)-1]
	return p, nil
}

// clusterRunner runs a deal's job on a cluster, under the deal's name: a provider
// that was killed finds it there again.
type clusterRunner struct{ heavy.Runner }

var _ deal.Runner = clusterRunner{}

func (r clusterRunner) Run(ctx context.Context, j deal.Job) (map[string][]byte, uint64, error) {
	task := heavy.Task{Name: "tadpole-" + j.Name, Module: j.Module, Fuel: j.Limits.Fuel, Memory: j.Limits.Memory, Output: j.Limits.Output,
		GPU: j.Limits.GPU, Timeout: time.Hour, Queue: time.Hour}
	for name, content := range j.Inputs {
		task.Inputs = append(task.Inputs, heavy.Input{Target: "/inputs/" + name, Content: content})
	}
	report, err := r.Runner.Run(ctx, task)
	if errors.Is(err, heavy.ErrJob) {
		err = fmt.Errorf("%w: %w", deal.ErrJob, err)
	}
	return report.Outputs, report.Fuel, err
}

// capacity is what a cluster's nodes take: the largest job, and how many of them
// at a time.
func capacity(ctx context.Context, c *heavy.Cluster) (deal.Capabilities, int, error) {
	nodes, err := c.Nodes(ctx)
	if err != nil {
		return deal.Capabilities{}, 0, err
	}
	var most deal.Capabilities
	slots := 0
	for _, n := range nodes {
		most.Memory, most.GPU = max(most.Memory, n.Max.Memory), max(most.GPU, n.Max.GPU)
		slots += max(1, int(n.Max.CPU))
	}
	if slots == 0 {
		return most, 0, fmt.Errorf("offer the cluster's capacity: %w: none is connected", heavy.ErrNoNode)
	}
	return most, slots, nil
}
