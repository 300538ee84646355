package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/service"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/edge/virtual"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// simulation is a federation over virtual devices.
type simulation struct {
	features, labels string
	devices, shards  int
	seed             uint64
	jobs             int
	output           string
	verbose          bool
}

func simCommand() *cobra.Command {
	var s simulation
	c := &cobra.Command{
		Use:   "sim FILE",
		Short: "Run a federation over virtual devices in this process",
		Long: `Run a federation over virtual devices in this process: the same rounds, the
same kernel, the same messages, without a network. With the same seed and data
the final model has the same hash as on real devices with the same keys.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := federation.Load(args[0])
			if err != nil {
				return err
			}
			return s.run(c.Context(), c.OutOrStdout(), f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&s.features, "features", "", "the samples to split over the devices: idx, .npy, .csv or .safetensors")
	flags.StringVar(&s.labels, "labels", "", "their labels: a file, or a column's name")
	flags.IntVar(&s.devices, "devices", 100, "virtual devices")
	flags.IntVar(&s.shards, "shards", 0, "by label: shards a device, 2 in the FedAvg paper (default IID)")
	flags.Uint64Var(&s.seed, "partition-seed", 1, "decides the split and the devices' keys")
	flags.IntVar(&s.jobs, "jobs", 0, "jobs at a time (default the number of cores)")
	flags.StringVarP(&s.output, "output", "o", "", "write the final model to this file")
	flags.BoolVarP(&s.verbose, "verbose", "v", false, "log everything")
	c.MarkFlagRequired("features")
	return c
}

// run puts a fleet and an aggregator together, each handing its frames to the
// other.
func (s simulation) run(ctx context.Context, out io.Writer, f federation.Federation) (err error) {
	log := slog.New(slog.DiscardHandler)
	if s.verbose {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	x, y, err := tensor.Load(s.features, s.labels)
	if err != nil {
		return err
	}
	shards, err := virtual.Partition(x, y, s.devices, s.shards, s.seed)
	if err != nil {
		return err
	}
	keys, err := virtual.Keys(s.seed, s.devices)
	if err != nil {
		return err
	}
	server, err := key.Generate()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tadpole-sim-")
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(filepath.Join(dir, "tadpole.db"), store.Options{NoSync: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	const fleetName = "simulation"
	var a *aggregator.Aggregator
	fleet, err := virtual.New(virtual.Config{Fleet: fleetName, Aggregator: server.Address(), Dataset: f.Data.Dataset, Shards: shards, Keys: keys,
		Jobs: s.jobs, Logger: log, Publish: func(ctx context.Context, device key.Address, kind wire.Kind, frame []byte) {
			a.Deliver(ctx, wire.Topic{Fleet: fleetName, Device: device, Direction: wire.Up, Kind: kind}, frame)
		}})
	if err != nil {
		return err
	}
	a, err = aggregator.New(aggregator.Config{Fleet: fleetName, Key: server, Store: db, Blobs: &blob.Memory{}, Link: fleetLink{fleet}, Roster: fleet,
		Module: train.Module, Evaluator: service.NewEvaluator, Logger: log})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var parts sync.WaitGroup
	faults := make(chan error, 2)
	parts.Go(func() { faults <- a.Run(ctx) })
	parts.Go(func() { faults <- fleet.Run(ctx) })
	// A cohort is drawn from whoever is there: so all are, before the first is.
	if err = present(ctx, a, len(keys)); err == nil {
		err = a.Submit(ctx, f)
	}
	var status aggregator.Status
	if err == nil {
		status, err = follow(ctx, out, localSource{a}, f.Name)
	}
	var model []byte
	if err == nil {
		model, err = a.Model(f.Name, false)
	}
	cancel()
	parts.Wait()
	if err := errors.Join(err, <-faults, <-faults); err != nil {
		return err
	}
	fmt.Fprintf(out, "model %s after %d rounds\n", status.Model, status.Round)
	if s.output != "" {
		if err := os.WriteFile(s.output, model, 0o644); err != nil {
			return fmt.Errorf("write model: %w", err)
		}
	}
	return nil
}

// present waits until so many devices have said hello.
func present(ctx context.Context, a *aggregator.Aggregator, devices int) error {
	for {
		all, err := a.Presence(ctx)
		if err != nil || len(all) >= devices {
			return err
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// fleetLink hands the aggregator's frames to the virtual devices.
type fleetLink struct{ fleet *virtual.Fleet }

func (l fleetLink) Publish(ctx context.Context, topic wire.Topic, frame []byte) error {
	return l.fleet.Deliver(ctx, topic.Device, topic.Kind, frame)
}
