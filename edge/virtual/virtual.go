// Package virtual is a fleet of devices in this process: the same device code
// (package edge), with memory for flash and function calls for a network, so
// that thousands fit a laptop. It is a simulation, and says so in its hellos.
//
// Shards of data flow in; the fleet speaks to an aggregator through Publish and
// Deliver, frame by frame, as real devices do over MQTT.
package virtual

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/edge"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/internal/commitment"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Config of a Fleet. All fields without a stated zero meaning are needed.
type Config struct {
	Fleet      string
	Aggregator key.Address
	Dataset    string        // the name under which every device has its shard
	Shards     []tensor.File // one device each
	Keys       []*key.Key    // one a device; see Keys
	Jobs       int           // at a time; 0 = as many as there are cores
	Memory     uint64        // bytes that a job may use; 0 = 1 GiB
	Publish    func(ctx context.Context, device key.Address, kind wire.Kind, frame []byte)
	Logger     *slog.Logger // nil = discard
}

// Fleet is many devices. Its methods are safe for concurrent use.
type Fleet struct {
	devices map[key.Address]*edge.Device
	runner  *job.InProcess
}

// Keys derives n keys from a seed, the same at every call. Whoever knows the seed
// has the keys: they are for simulations and demonstrations alone.
func Keys(seed uint64, n int) ([]*key.Key, error) {
	keys := make([]*key.Key, n)
	for i := range keys {
		h := sha256.New()
		h.Write([]byte("tadpole/virtual-device/v1\x00"))
		h.Write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, seed), uint64(i)))
		k, err := key.FromBytes(h.Sum(nil))
		if err != nil {
			return nil, fmt.Errorf("derive key %d: %w", i, err)
		}
		keys[i] = k
	}
	return keys, nil
}

// New makes the fleet. Close it after Run.
func New(c Config) (*Fleet, error) {
	if len(c.Keys) != len(c.Shards) {
		return nil, fmt.Errorf("virtual fleet: %d keys for %d shards", len(c.Keys), len(c.Shards))
	}
	if c.Jobs == 0 {
		c.Jobs = runtime.NumCPU()
	}
	if c.Memory == 0 {
		c.Memory = 1 << 30
	}
	runner, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		return nil, fmt.Errorf("virtual fleet: %w", err)
	}
	f := &Fleet{devices: map[key.Address]*edge.Device{}, runner: runner}
	// One store for all: every device would keep the same model.
	blobs := &models{}
	shared := limited{runner, make(chan struct{}, c.Jobs)}
	for i, k := range c.Keys {
		content := c.Shards[i].Encode()
		committed, err := commitment.Of(c.Shards[i])
		if err != nil {
			runner.Close()
			return nil, fmt.Errorf("virtual device %d: %w", i, err)
		}
		device, err := edge.New(edge.Config{
			Version: "virtual", Fleet: c.Fleet, Key: k, Aggregator: c.Aggregator, Runner: shared, Engine: job.Engine() + ", simulated",
			Link: link{k.Address(), c.Publish}, Journal: &journal{}, Blobs: blobs, Shared: true, Workers: 1, Clock: wallClock{}, Logger: c.Logger,
			Policy: policy.Policy{Limits: policy.Limits{MemoryBytes: c.Memory, OutputBytes: 1 << 30, Deadline: 24 * time.Hour},
				Datasets: []policy.Dataset{{Name: c.Dataset}},
				Rules:    []policy.Rule{{Federation: "*", Dataset: c.Dataset, AnyModule: true, Outputs: policy.DefaultOutputs()}}},
			Datasets: []edge.Dataset{{Name: c.Dataset, Records: uint64(c.Shards[i].Tensors[0].Shape[0]), Commitment: committed, Content: content}},
		})
		if err != nil {
			runner.Close()
			return nil, fmt.Errorf("virtual device %d: %w", i, err)
		}
		f.devices[k.Address()] = device
	}
	return f, nil
}

// Run runs every device until the context ends.
func (f *Fleet) Run(ctx context.Context) error {
	var devices sync.WaitGroup
	for _, d := range f.devices {
		devices.Go(func() { d.Run(ctx) })
		devices.Go(func() { d.Connected(ctx) })
	}
	devices.Wait()
	return f.runner.Close()
}

// Deliver hands a frame to a device.
func (f *Fleet) Deliver(ctx context.Context, device key.Address, kind wire.Kind, frame []byte) error {
	d := f.devices[device]
	if d == nil {
		return fmt.Errorf("deliver %s: there is no virtual device %s", kind, device)
	}
	d.Deliver(ctx, kind, frame)
	return nil
}

// Allowed, Enrolled and Certificate make the fleet an aggregator's roster.
func (f *Fleet) Allowed(device key.Address) bool { return f.devices[device] != nil }

// Enrolled is the number of devices.
func (f *Fleet) Enrolled() int { return len(f.devices) }

// Certificate fails: there is no TLS within a process.
func (f *Fleet) Certificate(context.Context, key.Address, wire.Renew) (wire.Certificate, error) {
	return wire.Certificate{}, fmt.Errorf("virtual devices have no certificates")
}

type link struct {
	device  key.Address
	publish func(ctx context.Context, device key.Address, kind wire.Kind, frame []byte)
}

func (l link) Publish(ctx context.Context, kind wire.Kind, frame []byte) error {
	l.publish(ctx, l.device, kind, frame)
	return nil
}

// limited lets only so many jobs run at a time.
type limited struct {
	runner *job.InProcess
	slots  chan struct{}
}

func (l limited) Run(ctx context.Context, r job.Request) (job.Result, error) {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return job.Result{}, ctx.Err()
	}
	defer func() { <-l.slots }()
	return l.runner.Run(ctx, r)
}

type wallClock struct{}

func (wallClock) Now() time.Time          { return time.Now() }
func (wallClock) Observe(time.Time) error { return nil }
