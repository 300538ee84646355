// Package daemon is the whole device in one process and one directory: identity,
// policy, datasets, journal, runners, uplink and the device itself, put together.
//
// A directory flows in; Run serves the fleet until its context ends. In the
// directory lie the identity (package enrol), policy.toml, edge.toml, device.db, blobs/,
// data/, cache/, checkpoints/, readings.db and recordings/ (package pipeline), modules/ and twin.toml
// (package twin), and while it runs status.sock, tail.sock and reload.sock.
package daemon

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/edge"
	"github.com/tadpole-edge/tadpole/edge/dataset"
	"github.com/tadpole-edge/tadpole/edge/enrol"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/edge/power"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/edge/twin"
	"github.com/tadpole-edge/tadpole/edge/uplink"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Names within the device's directory.
const (
	PolicyFile   = "policy.toml"
	DatabaseFile = "device.db"
	StatusSocket = "status.sock"
)

// Config of a Daemon. Dir is needed.
type Config struct {
	Dir     string
	Setup   string // path of edge.toml; "" = in Dir, if it is there
	Version string

	Builtins map[string][]byte                             // modules that come with the binary, by name
	Runners  job.PoolConfig                                // CacheDir and limits are filled in
	Every    time.Duration                                 // of training, between two checkpoints; 0 = 5 min
	Retry    time.Duration                                 // upper bound of the waits between connects; 0 = 10 min
	Tamper   func(federation string, update []byte) []byte // to play a cheat; nil = none
	Logger   *slog.Logger                                  // nil = discard
}

// Daemon is a device that has opened its directory.
type Daemon struct {
	config   Config
	log      *slog.Logger
	identity *enrol.Identity
	store    *store.Store
	blobs    *blob.Dir
	pool     *job.Pool
	link     *uplink.Link
	device   *edge.Device
	rules    policy.Policy
	twin     *twin.Keeper
	stage    *stage
	power    guard
}

// LoadPolicy reads the owner's policy.
func LoadPolicy(dir string) (policy.Policy, error) {
	path := filepath.Join(dir, PolicyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return policy.Policy{}, fmt.Errorf("there is no %s: `tadpole-edge enroll` writes one to fill in: %w", path, err)
	}
	if err != nil {
		return policy.Policy{}, fmt.Errorf("read policy: %w", err)
	}
	return policy.Parse(path, text)
}

// Datasets prepares all datasets of a policy. One that cannot be read is left
// out, and its error is among those returned.
func Datasets(dir string, p policy.Policy) (sets []edge.Dataset, faults []error) {
	for _, d := range p.Datasets {
		if d.Recorded {
			copies, errs := dataset.Snapshots(filepath.Join(dir, pipeline.SnapshotsDir), d.Name)
			faults = append(faults, errs...)
			for _, c := range copies {
				sets = append(sets, offered(c))
			}
			continue
		}
		prepared, err := dataset.Prepare(filepath.Join(dir, "data"), d)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		sets = append(sets, offered(prepared))
	}
	return sets, faults
}

func offered(p dataset.Prepared) edge.Dataset {
	return edge.Dataset{Name: p.Name, Records: p.Records, Commitment: p.Commitment, Path: p.Path}
}

// New opens the directory. Run serves; a Daemon that will not run must be closed.
func New(c Config) (d *Daemon, err error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	d = &Daemon{config: c, log: c.Logger, stage: newStage(), power: guard{changed: make(chan struct{})}}
	defer func() {
		if err != nil {
			d.Close()
			err = fmt.Errorf("start device in %s: %w", c.Dir, err)
		}
	}()
	if d.identity, err = enrol.Load(c.Dir); err != nil {
		return d, err
	}
	rules, err := LoadPolicy(c.Dir)
	if err != nil {
		return d, err
	}
	d.rules = rules
	sets, faults := Datasets(c.Dir, rules)
	for _, fault := range faults {
		d.log.Error("dataset left out", "error", fault)
	}
	if d.store, err = store.Open(filepath.Join(c.Dir, DatabaseFile), store.Options{}); err != nil {
		return d, err
	}
	if set := d.store.Recovered(); set != "" {
		d.log.Error("the database was damaged: a new one was begun", "set_aside", set)
	}
	if d.blobs, err = blob.OpenDir(filepath.Join(c.Dir, "blobs")); err != nil {
		return d, err
	}
	c.Runners.CacheDir = cmp.Or(c.Runners.CacheDir, filepath.Join(c.Dir, "cache"))
	c.Runners.MaxMemoryBytes = rules.Limits.MemoryBytes
	c.Runners.MaxOutputBytes = rules.Limits.OutputBytes
	d.pool = job.NewPool(c.Runners)
	e := d.identity.Enrolment()
	d.link, err = uplink.New(uplink.Config{URL: e.Broker, TLS: d.identity.TLSConfig(), Fleet: e.Fleet, Device: d.identity.Key().Address(),
		OnConnect: func(ctx context.Context) { d.device.Connected(ctx) }, RetryMax: c.Retry, Logger: d.log})
	if err != nil {
		return d, err
	}
	if err := d.openTwin(); err != nil {
		return d, err
	}
	d.device, err = edge.New(edge.Config{Version: c.Version, Fleet: e.Fleet, Key: d.identity.Key(), Aggregator: e.Aggregator, Link: d.link,
		Runner: d.pool, Engine: job.Engine(), Journal: journal{d.store}, Blobs: d.blobs, Policy: rules, Datasets: sets, Clock: d.identity.Clock(), Twin: d.twin,
		Checkpoint: edge.Checkpoint{Dir: filepath.Join(c.Dir, "checkpoints"), Every: c.Every},
		Renewed:    func(m wire.Certificate) error { return d.identity.Install(m.Chain) }, Tamper: c.Tamper, Logger: d.log})
	if err != nil {
		return d, err
	}
	s, _ := d.twin.First()
	d.govern(s.Power)
	if m, _ := d.power.current(); m != nil {
		d.obey(m.State()) // before the first hello
	}
	return d, nil
}

// journal is the store as the device wants it.
type journal struct{ *store.Store }

func (j journal) Update(change func(edge.Records) error) error {
	return j.Store.Update(func(tx *store.Tx) error { return change(tx) })
}

// Close frees what New opened.
func (d *Daemon) Close() error {
	var faults []error
	if d.pool != nil {
		faults = append(faults, d.pool.Close())
	}
	if d.store != nil {
		faults = append(faults, d.store.Close())
	}
	return errors.Join(faults...)
}

// Run serves until the context ends, then stops every part.
func (d *Daemon) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var parts sync.WaitGroup
	part := func(name string, run func(context.Context) error) {
		parts.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				cancel(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	part("device", d.device.Run)
	part("uplink", func(ctx context.Context) error {
		return d.link.Run(ctx, func(kind wire.Kind, payload []byte) { d.device.Deliver(ctx, kind, payload) })
	})
	part("certificate", d.renew)
	part("status", d.serveStatus)
	part("receipts", d.serveReceipts)
	part("memory", d.release)
	part("power", d.watchPower)
	part("twin", d.twin.Run)
	part("reload", d.serveReload)
	part("pipeline", d.runPipelines)
	part("tail", d.serveTail)
	<-ctx.Done()
	parts.Wait()
	err := context.Cause(ctx)
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// release gives memory back to the system when the last task has been answered:
// a device is idle most of the time, and other programs want it then.
func (d *Daemon) release(ctx context.Context) error {
	giveBack() // what starting took is not needed again
	ticker := time.NewTicker(10 * time.Second)
	defer ticker.Stop()
	var released uint64
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if s := d.device.Status(ctx); s.Tasks == 0 && s.Ended != released {
			released = s.Ended
			giveBack()
		}
	}
}

// renewEvery is how often the certificate's age is looked at.
const renewEvery = time.Hour

// renew asks for a new certificate when two thirds of the old one's life are
// over: from the claim server, which answers even after it has expired.
func (d *Daemon) renew(ctx context.Context) error {
	ticker := time.NewTicker(renewEvery)
	defer ticker.Stop()
	for {
		if d.identity.NeedsRenewal(d.identity.Clock().Now()) {
			if err := d.identity.Renew(ctx); err != nil && ctx.Err() == nil {
				d.log.Warn("certificate not renewed", "error", err, "again in", renewEvery)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Status is what a running daemon says of itself.
type Status struct {
	Device      string    `json:"device"`
	Fleet       string    `json:"fleet"`
	Broker      string    `json:"broker"`
	Online      bool      `json:"online"`
	Certificate time.Time `json:"certificate_expires"`
	edge.Status
	Power    *power.State     `json:"power"`    // nil = nothing that is set up has a [power] table
	Pipeline *pipeline.Status `json:"pipeline"` // nil = nothing is set up
	Twin     wire.Reported    `json:"twin"`     // without parts
}

// serveStatus answers each connection to the status socket.
func (d *Daemon) serveStatus(ctx context.Context) error {
	e := d.identity.Enrolment()
	return d.serve(ctx, StatusSocket, func() any {
		s := Status{Device: d.identity.Key().Address().String(), Fleet: e.Fleet, Broker: e.Broker, Online: d.link.Online(), Certificate: d.identity.Expires(), Status: d.device.Status(ctx), Twin: d.twin.Status()}
		if m, _ := d.power.current(); m != nil {
			p := m.State()
			s.Power = &p
		}
		if running, _ := d.stage.current(); running != nil {
			p := running.Status()
			s.Pipeline = &p
		}
		return s
	})
}

// serve answers each connection to a socket with one JSON value.
func (d *Daemon) serve(ctx context.Context, socket string, answer func() any) error {
	listener, err := d.listen(socket)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
		json.NewEncoder(conn).Encode(answer())
		conn.Close()
	}
}

// listen opens a socket in the directory, in place of one that a killed daemon left.
func (d *Daemon) listen(socket string) (net.Listener, error) {
	path := filepath.Join(d.config.Dir, socket)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}

// ErrNotRunning says that no daemon answers in the directory.
var ErrNotRunning = errors.New("no device is running here")

// ReadStatus asks the daemon that runs in a directory.
func ReadStatus(ctx context.Context, dir string) (s Status, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", filepath.Join(dir, StatusSocket))
	if err != nil {
		return s, fmt.Errorf("%w (%s): start it with tadpole-edge run: %w", ErrNotRunning, dir, err)
	}
	defer conn.Close()
	if err := json.NewDecoder(conn).Decode(&s); err != nil {
		return s, fmt.Errorf("read status: %w", err)
	}
	return s, nil
}
