package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/service"
	"github.com/tadpole-edge/tadpole/edge/virtual"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// demo shows the whole path on one machine: a server in this process, and edges
// as processes of their own, each with its shard, key, directory and policy.
type demo struct {
	dir, mnist, edge string
	devices, shards  int
	target           float64
	rounds           uint32
	strategy         string
	rate             float64
	fresh            bool
	market, cheat    bool
}

const (
	demoName = "mnist-2nn"
	demoSeed = 1
)

func demoCommand() *cobra.Command {
	var d demo
	c := &cobra.Command{
		Use:   "demo",
		Short: "Train MNIST on real edge processes on this machine",
		Long: `Train MNIST on real edge processes on this machine: the embedded broker, the
aggregator, and edges as processes of their own. Each edge has an owner, who is
paid per update on an embedded chain; updates that a draw picks are executed
again by mediator processes, and one edge that cheats is caught. Two owners let
nobody see their data: the one's updates are checked by a canary, the other's on
its second device. Ctrl-C stops
everything; started again, it goes on where it stopped. The edges' keys are derived from a
published seed, so that every machine gets the same model, bit for bit: they are
for this demonstration only.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return d.run(c.Context(), c.OutOrStdout()) },
	}
	f := c.Flags()
	f.StringVar(&d.dir, "demo-dir", "demo", "where everything is kept")
	f.StringVar(&d.mnist, "mnist", "", "directory with the four MNIST files")
	f.StringVar(&d.edge, "edge", "", "the tadpole-edge binary (default beside this one)")
	f.IntVar(&d.devices, "devices", 10, "edge processes")
	f.IntVar(&d.shards, "shards", 0, "by label: shards a device, 2 in the FedAvg paper (default IID)")
	f.Float64Var(&d.target, "target", 0.97, "test accuracy at which it ends")
	f.Uint32Var(&d.rounds, "rounds", 200, "rounds at which it ends at the latest")
	f.StringVar(&d.strategy, "strategy", "fedavg", "server optimiser")
	f.Float64Var(&d.rate, "learning-rate", 0.05, "of the edges")
	f.BoolVar(&d.market, "market", true, "pay the edges' owners on an embedded chain, with mediators as processes")
	f.BoolVar(&d.cheat, "cheat", true, "at the end, let the last edge falsify an update and be caught (with --market)")
	f.BoolVar(&d.fresh, "fresh", false, "forget an earlier demonstration first")
	c.MarkFlagRequired("mnist")
	return c
}

func (d demo) run(ctx context.Context, out io.Writer) error {
	if d.edge == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		d.edge = filepath.Join(filepath.Dir(self), "tadpole-edge")
	}
	if d.fresh {
		if err := os.RemoveAll(d.dir); err != nil {
			return fmt.Errorf("forget the demonstration: %w", err)
		}
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return fmt.Errorf("demonstrate: %w", err)
	}
	log, err := os.OpenFile(filepath.Join(d.dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("demonstrate: %w", err)
	}
	defer log.Close()
	settings := service.Config{Dir: filepath.Join(d.dir, "server"), Fleet: "demo", Listen: "127.0.0.1:0", ListenClaim: "127.0.0.1:0",
		Module: train.Module, Logger: slog.New(slog.NewTextHandler(log, nil))}
	var m *money
	if d.market {
		if m, err = d.newMoney(settings.Logger); err != nil {
			return err
		}
		settings.Market = m.bank()
	}
	s, err := service.New(settings)
	if err != nil {
		return err
	}
	server, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- s.Run(server) }()
	status, err := d.federate(ctx, out, s, m)
	cancel()
	err = errors.Join(err, <-served)
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(out, "stopped; run it again to go on\n")
		return err
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nmodel    %s\n         in %s, for tadpole model export --dir %s %s\nhistory  tadpole logs --dir %s %s (while tadpole up --dir runs on it)\n",
		status.Model, filepath.Join(d.dir, "server", "blobs"), filepath.Join(d.dir, "server"), demoName, filepath.Join(d.dir, "server"), demoName)
	return nil
}

// federate starts the edges, submits the federation if it is not there yet, and
// shows it. When it returns, the edges have ended.
func (d demo) federate(ctx context.Context, out io.Writer, s *service.Service, m *money) (aggregator.Status, error) {
	if err := d.prepareEdges(m); err != nil {
		return aggregator.Status{}, err
	}
	if m != nil {
		fmt.Fprintf(out, "an embedded chain with %d mediator processes; %s coins in the server's ledger (they are worth nothing)\n", len(m.mediators), demoDeposit)
		end, err := m.begin(ctx, s)
		defer end()
		if err != nil {
			return aggregator.Status{}, err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var edges sync.WaitGroup
	defer edges.Wait()
	defer cancel()
	for _, name := range d.edgeNames() {
		if err := d.enrol(ctx, s.Registry(), name); err != nil {
			return aggregator.Status{}, err
		}
		edges.Go(func() { d.keepEdge(ctx, name) })
	}
	fmt.Fprintf(out, "%d edge processes, one broker and one aggregator in %s\n", len(d.edgeNames()), d.dir)
	f, err := d.federation()
	if err != nil {
		return aggregator.Status{}, err
	}
	a := s.Aggregator()
	switch err := a.Submit(ctx, f); {
	case errors.Is(err, aggregator.ErrExists):
		if err := a.Resume(ctx, demoName); err != nil {
			return aggregator.Status{}, err
		}
	case err != nil:
		return aggregator.Status{}, err
	}
	begin := time.Now()
	status, err := follow(ctx, out, localSource{a}, demoName)
	if err != nil {
		return status, err
	}
	fmt.Fprintf(out, "%d rounds, best accuracy %.2f %%, %s up and %s down in %v\n", status.Round, 100*status.BestScore,
		size(status.BytesUp), size(status.BytesDown), time.Since(begin).Round(100*time.Millisecond))
	if m != nil {
		err = m.finish(ctx, out, s)
	}
	return status, err
}

func (d demo) federation() (federation.Federation, error) {
	text := fmt.Sprintf(`
name = %q
seed = %d
[model]
preset = "2nn"
[data]
dataset = "mnist"
scale = 0.00392156862745098
[training]
learning_rate = %g
[strategy]
name = %q
[cohort]
size = %d
over_selection = 1.0
[stop]
rounds = %d
target_accuracy = %g
[evaluation]
features = %q
labels = %q
`, demoName, demoSeed, d.rate, d.strategy, d.devices, d.rounds, d.target,
		d.file("t10k-images-idx3-ubyte.gz"), d.file("t10k-labels-idx1-ubyte.gz"))
	if d.market {
		text += fmt.Sprintf(demoFees, 0.05)
	}
	return federation.Parse("the demonstration's federation", []byte(text))
}

func (d demo) file(name string) string {
	path, err := filepath.Abs(filepath.Join(d.mnist, name))
	if err != nil {
		return filepath.Join(d.mnist, name)
	}
	return path
}

func edgeName(i int) string { return fmt.Sprintf("edge-%02d", i) }

func (d demo) edgeDir(name string) string { return filepath.Join(d.dir, name) }

// edgeNames are all edge processes: those that train, and last the second device
// of an owner who lets nobody see data, which trains only for checks.
func (d demo) edgeNames() (names []string) {
	for i := range d.devices {
		names = append(names, edgeName(i))
	}
	if d.market && d.devices > 2 {
		names = append(names, edgeName(secondDeviceOf)+"-second")
	}
	return names
}

const demoPolicy = `# The owner's word: this device trains for the demonstration, and no other.
[limits]
memory_mib = 256
output_mib = 16
deadline = "10m"

[[dataset]]
name = "mnist"
features = "mnist.safetensors"

[[allow]]
federation = "mnist-*"
dataset = "mnist"
module = "any"
`

// prepareEdges gives each edge its key, its shard and its policy, once.
func (d demo) prepareEdges(m *money) error {
	names := d.edgeNames()
	marker := filepath.Join(d.dir, fmt.Sprintf("prepared-%d-%d-%v", len(names), d.shards, d.market))
	if _, err := os.Stat(marker); err == nil {
		return nil
	}
	x, y, err := tensor.Load(d.file("train-images-idx3-ubyte.gz"), d.file("train-labels-idx1-ubyte.gz"))
	if err != nil {
		return err
	}
	shards, err := virtual.Partition(x, y, d.devices, d.shards, demoSeed)
	if err != nil {
		return err
	}
	keys, err := virtual.Keys(demoSeed, len(names))
	if err != nil {
		return err
	}
	for i, name := range names {
		dir, rules, shard := d.edgeDir(name), demoPolicy, i
		if i == d.devices {
			shard = secondDeviceOf
		}
		if m != nil {
			rules = m.policy(i, keys)
		}
		// A preparation that was killed may have left a key, whole or not.
		if err := os.Remove(filepath.Join(dir, "device.key")); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("prepare %s: %w", name, err)
		}
		if err := errors.Join(os.MkdirAll(dir, 0o700), keys[i].Save(filepath.Join(dir, "device.key")),
			os.WriteFile(filepath.Join(dir, "mnist.safetensors"), shards[shard].Encode(), 0o600),
			os.WriteFile(filepath.Join(dir, "policy.toml"), []byte(rules), 0o600)); err != nil {
			return fmt.Errorf("prepare %s: %w", name, err)
		}
	}
	return os.WriteFile(marker, nil, 0o600)
}

// enrol joins an edge to the fleet, unless it has joined before. The server has
// other ports at every start, so an edge that has is told them by a new claim.
func (d demo) enrol(ctx context.Context, registry *devices.Registry, name string) error {
	token, err := registry.Add(ctx, devices.AddOptions{Name: name})
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, d.edge, "enroll", "--dir", d.edgeDir(name), token)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("enrol %s: %w: %s", name, err, strings.TrimSpace(string(output)))
	}
	return nil
}

// keepEdge runs an edge, and starts it again should it die, until ctx ends.
func (d demo) keepEdge(ctx context.Context, name string) {
	for ctx.Err() == nil {
		if err := d.runEdge(ctx, name); err != nil && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

func (d demo) runEdge(ctx context.Context, name string) error {
	log, err := os.OpenFile(filepath.Join(d.edgeDir(name), "edge.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	arguments := []string{"run", "--dir", d.edgeDir(name), "--retry-max", "2s"}
	if d.cheat && name == edgeName(d.devices-1) {
		arguments = append(arguments, "--tamper", cheatName)
	}
	command := exec.CommandContext(ctx, d.edge, arguments...)
	command.Stderr = log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 5 * time.Second
	// An edge must not outlive the demonstration, nor get its Ctrl-C twice.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	runtime.LockOSThread() // Pdeathsig is the death of the thread that started it
	defer runtime.UnlockOSThread()
	return command.Run()
}
