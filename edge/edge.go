// Package edge is the device: it takes tasks, asks its owner's policy, runs them
// beside the data, and offers the updates until the aggregator has answered.
//
//	uplink -> policy -> job -> update -> uplink
//
// Frames from the aggregator flow in through Deliver; frames to it flow out
// through a Link. One goroutine owns all state; each task is a record in the
// journal that says how far it has come, so that a device which was switched off
// at any instant goes on where it was. Updates and metrics leave once the policy
// has passed them. Data do not, save encrypted to those whom the owner's policy
// names: mediators who check an update, and a provider who runs what the device is
// too small for.
package edge

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/dispatch"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Link carries frames to the aggregator. Publish returns when the broker has
// taken the frame, or with an error while there is no connection.
type Link interface {
	Publish(ctx context.Context, kind wire.Kind, frame []byte) error
}

// Runner runs jobs; it holds their limits.
type Runner interface {
	Run(ctx context.Context, r job.Request) (job.Result, error)
}

// Clock knows the time by the aggregator's clock, which is the only one that
// the device need trust.
type Clock interface {
	Now() time.Time
	Observe(server time.Time) error // an error means that it could not be stored
}

// Journal is the device's memory (package store). What belongs together changes
// in one Update, which is one write to the flash.
type Journal interface {
	NextEpoch() (uint32, error)
	Tasks() ([]store.Task, error)
	Runs(dataset string, since time.Time) ([]time.Time, error)
	PendingOf(kind string, limit int) ([]store.Message, error)
	Pins() ([]store.Pin, error)
	Update(change func(Records) error) error
}

// Records is what an Update may change.
type Records interface {
	PutTask(t store.Task) error
	DeleteTask(id blob.Hash) error
	PutReceipt(task blob.Hash, receipt []byte) error
	AddRun(dataset string, at time.Time) error
	PutPin(p store.Pin) error
	Append(e store.Entry) error
	Enqueue(m store.Message) (dropped []store.Message, err error)
	Ack(id blob.Hash) error
	Attest(quantity string, end int64, m store.Message) (fresh bool, dropped []store.Message, err error)
}

// Dataset is data that the owner has named, ready for jobs.
type Dataset struct {
	Name       string
	Records    uint64
	Commitment blob.Hash // see package commitment
	Path       string    // of the safetensors file; "" = it is in Content
	Content    []byte
}

// Config of a Device. Fields without a stated zero meaning are needed.
type Config struct {
	Version    string
	Fleet      string
	Key        *key.Key
	Aggregator key.Address
	Link       Link
	Runner     Runner
	Engine     string // of the runner, for the hello
	Journal    Journal
	Blobs      blob.Store
	Shared     bool // the blob store is others' as well: delete none but own updates
	Policy     policy.Policy
	Datasets   []Dataset // of several with one name the first is the newest; the others serve federations that were joined with them
	Clock      Clock
	Twin       Twin                                          // follows what the server desires; nil = nothing does
	Renewed    func(wire.Certificate) error                  // a new TLS certificate has come; nil = there are none
	Tamper     func(federation string, update []byte) []byte // changes updates before they are offered, to play a cheat; nil = none
	Checkpoint Checkpoint                                    // of what trains
	Workers    int                                           // frames on their way at a time; 0 = 2
	Logger     *slog.Logger                                  // nil = discard
}

// Device is one member of a fleet. Its methods are safe for concurrent use while
// Run runs.
type Device struct {
	config  Config
	log     *slog.Logger
	sender  *dispatch.Sender
	calls   chan func()
	stopped chan struct{}
	workers sync.WaitGroup
	replays wire.Replays
	// welcomed is whether the aggregator has told the time since the start.
	welcomed atomic.Bool

	// Owned by the loop.
	datasets []Dataset
	pins     map[string]store.Pin      // by federation
	works    map[blob.Hash]*work       // by task id
	refused  map[blob.Hash]wire.Refuse // not yet noted by the aggregator; the outbox has them
	fetches  map[blob.Hash]*fetch      // by blob
	wanted   []blob.Manifest           // that Fetch is to bring
	running  *work
	ended    uint64
	waiting  string    // why no task must start; "" = they may
	attested time.Time // when attestations were sent that are not answered; zero = none are
	// disclosed are datasets and testimonies on offer to mediators, oldest first.
	disclosed []wire.Disclosed
	reruns    []*rerun // tasks to run again for a check, oldest first
}

// New takes up the tasks that the journal holds.
func New(c Config) (*Device, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Workers = cmp.Or(c.Workers, 2)
	d := &Device{config: c, log: c.Logger, calls: make(chan func(), 64), stopped: make(chan struct{}),
		datasets: c.Datasets, pins: map[string]store.Pin{}, works: map[blob.Hash]*work{}, refused: map[blob.Hash]wire.Refuse{}, fetches: map[blob.Hash]*fetch{}}
	epoch, err := c.Journal.NextEpoch()
	if err != nil {
		return nil, fmt.Errorf("start device: %w", err)
	}
	d.sender = dispatch.New(dispatch.Config{Key: c.Key, Fleet: c.Fleet, Counter: wire.NewCounter(epoch), Workers: c.Workers, Logger: d.log,
		Publish: func(ctx context.Context, _ key.Address, kind wire.Kind, frame []byte) error {
			return c.Link.Publish(ctx, kind, frame)
		},
		Expires: func() time.Time {
			if !d.welcomed.Load() {
				return time.Time{} // the clock may be far behind
			}
			return c.Clock.Now().Add(wire.Life)
		}})
	pins, err := c.Journal.Pins()
	if err != nil {
		return nil, fmt.Errorf("start device: %w", err)
	}
	for _, p := range pins {
		d.pins[p.Federation] = p
	}
	records, err := c.Journal.Tasks()
	if err != nil {
		return nil, fmt.Errorf("start device: %w", err)
	}
	for _, record := range records {
		w, err := restoreWork(record)
		if err != nil {
			d.log.Error("task set aside", "task", record.ID.Short(), "error", err)
			continue
		}
		d.works[w.id] = w
	}
	wanted := func(name string) bool {
		id, err := blob.ParseHash(name)
		return err == nil && d.works[id] != nil && d.works[id].state == taken
	}
	if err := c.Checkpoint.open(wanted); err != nil {
		return nil, fmt.Errorf("start device: open checkpoints: %w", err)
	}
	if err := d.restoreRefusals(); err != nil {
		return nil, fmt.Errorf("start device: %w", err)
	}
	return d, nil
}

// tick is how often unanswered messages are looked for.
const tick = time.Second

// Run runs until the context ends.
func (d *Device) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer d.workers.Wait()
	defer close(d.stopped)
	defer cancel()
	d.workers.Go(func() { d.sender.Run(ctx) })
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	d.proceed(ctx)
	for {
		select {
		case <-ctx.Done():
			for _, f := range d.fetches {
				f.transfer.Close()
			}
			return nil
		case call := <-d.calls:
			call()
		case <-ticker.C:
			d.retry()
		}
		d.proceed(ctx)
	}
}

// post hands a call to the loop, or drops it when the loop has ended.
func (d *Device) post(ctx context.Context, call func()) {
	select {
	case d.calls <- call:
	case <-d.stopped:
	case <-ctx.Done():
	}
}

// Connected is to be called after every connect: the device says who it is and
// what it has.
func (d *Device) Connected(ctx context.Context) { d.post(ctx, d.hello) }

func (d *Device) hello() {
	m := wire.Hello{Version: d.config.Version, Arch: arch(), Engine: d.config.Engine, Cores: cores(), Memory: d.config.Policy.Limits.MemoryBytes, Providers: d.config.Policy.Heavy.Providers, Waiting: d.waiting}
	for _, set := range d.datasets {
		m.Datasets = append(m.Datasets, wire.Dataset{Name: set.Name, Records: set.Records, Commitment: set.Commitment})
	}
	d.send(wire.KindHello, m)
}

func (d *Device) send(kind wire.Kind, message any) {
	d.sender.Send(d.config.Aggregator, kind, message)
}

// record changes the journal and notes in its audit log, with the same write, what
// was done with the owner's data. Work that cannot be noted is not done.
func (d *Device) record(w *work, kind, detail string, change func(Records) error) error {
	return d.config.Journal.Update(func(r Records) error {
		if change != nil {
			if err := change(r); err != nil {
				return err
			}
		}
		return r.Append(store.Entry{At: d.config.Clock.Now().UnixMilli(), Kind: kind, Dataset: w.task.Dataset,
			Detail: detail, Task: w.id, Module: w.task.Module.Hash})
	})
}

// Status is a device as it stands, for displays.
type Status struct {
	Tasks   int    `json:"tasks"`   // not yet answered
	Offered int    `json:"offered"` // of these, done and on offer
	Running string `json:"running"` // the federation being trained for; "" = none
	Waiting string `json:"waiting"` // why no task may start; "" = they may
	Ended   uint64 `json:"ended"`   // tasks that were answered or given up, since the start
}

// Status gives the device as it stands.
func (d *Device) Status(ctx context.Context) (s Status) {
	done := make(chan struct{})
	d.post(ctx, func() {
		defer close(done)
		s.Tasks, s.Ended, s.Waiting = len(d.works), d.ended, d.waiting
		for _, w := range d.works {
			if w.state == offered {
				s.Offered++
			}
		}
		if d.running != nil {
			s.Running = fmt.Sprintf("%s, round %d", d.running.task.Federation, d.running.task.Round)
		}
	})
	select {
	case <-done:
	case <-d.stopped:
	case <-ctx.Done():
	}
	return s
}
