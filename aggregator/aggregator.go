// Package aggregator is the server of Tadpole: it selects devices, sends them
// tasks, takes in and adds up their updates, and makes the next model of it,
// round after round, whatever crashes in between.
//
//	ingest -> round -> combine -> optimise -> evaluate -> store
//
// Frames from devices flow in through Deliver, in any order and more than once;
// frames to devices flow out through a Link; federations are submitted, watched
// and steered by the methods of Aggregator. One goroutine owns all state. It
// keeps what a step changed in one transaction before it acts on it, and at the
// start takes up every federation where it stood.
package aggregator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/dispatch"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Errors that callers branch on.
var (
	ErrUnknown = errors.New("no such federation")
	ErrExists  = errors.New("a federation of that name exists")
	ErrClosed  = errors.New("the aggregator is not running")
)

// Roster knows who belongs to the fleet.
type Roster interface {
	Allowed(device key.Address) bool
	Enrolled() int // devices that belong to it, online or not
	Certificate(ctx context.Context, device key.Address, renew wire.Renew) (wire.Certificate, error)
}

// Evaluator tests a model centrally.
type Evaluator interface {
	Evaluate(ctx context.Context, model []byte) (loss, accuracy float64, err error)
}

// Config of an Aggregator. Fields without a stated zero meaning are needed.
type Config struct {
	Fleet      string
	Key        *key.Key
	Store      *store.Store
	Blobs      blob.Store
	Link       Link
	Roster     Roster
	Twins      Twins                                                             // how devices are to be set up; nil = nobody cares
	Module     []byte                                                            // the training kernel
	Market     Market                                                            // where federations that pay are settled; nil = nowhere
	Sensors    Sensors                                                           // compares what devices attest to; nil = nobody
	Heavy      Heavy                                                             // runs what devices hand over; nil = nobody
	Evaluator  func(federation.Federation, plan.Architecture) (Evaluator, error) // nil = no central evaluation
	Folder     Folder                                                            // sums up the updates of federations with shards; nil = the aggregator does
	KeepModels int                                                               // models kept besides the best; 0 = 3
	Now        func() time.Time                                                  // nil = the wall clock
	Logger     *slog.Logger                                                      // nil = discard
}

// Aggregator runs federations. Its methods are safe for concurrent use while Run
// runs.
type Aggregator struct {
	config   Config
	log      *slog.Logger
	sender   *dispatch.Sender
	calls    chan func()
	stopped  chan struct{}
	replays  wire.Replays
	workers  sync.WaitGroup
	up, down atomic.Uint64 // bytes on the wire since the start
	refused  atomic.Uint64 // frames

	// Owned by the loop.
	module   blob.Manifest
	sessions map[key.Address]*session
	runs     map[string]*run
	tasks    map[blob.Hash]task
	answers  []chan struct{}         // to be closed at the next flush
	opening  map[blob.Hash]*opening  // disclosures on their way, by case
	handed   map[blob.Hash]*handover // tasks that devices handed over, by task
	// elsewhere has the updates that are handed back: apart from those that devices
	// offer, which come by the same hashes.
	elsewhere blob.Memory
	fatal     error
	heard     []consensus.Batch // attestations, to be kept at the next flush
	judged    time.Time         // when sensors were last looked at
}

// session is a device that said hello.
type session struct {
	hello  wire.Hello
	online bool
}

// task says to whom a task was given, and in which round.
type task struct {
	run    *run
	device key.Address
	round  uint32
}

const bucketEpochs = "epochs"

// New restores every federation from the store. The message counter starts in a
// new epoch, so that no counter is used twice.
func New(c Config) (*Aggregator, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.KeepModels = cmp.Or(c.KeepModels, 3)
	a := &Aggregator{config: c, log: c.Logger, calls: make(chan func(), 256), stopped: make(chan struct{}),
		sessions: map[key.Address]*session{}, runs: map[string]*run{}, tasks: map[blob.Hash]task{}, opening: map[blob.Hash]*opening{}, handed: map[blob.Hash]*handover{}}
	var epoch uint32
	err := c.Store.Update(func(tx *store.Tx) error {
		if _, err := tx.Get(bucketEpochs, "messages", &epoch); err != nil {
			return err
		}
		epoch++
		return tx.Put(bucketEpochs, "messages", epoch)
	})
	if err != nil {
		return nil, fmt.Errorf("start aggregator: %w", err)
	}
	a.sender = a.newSender(epoch)
	moduleHash, err := c.Blobs.Put(c.Module)
	if err == nil {
		a.module, err = blob.DescribeStored(c.Blobs, moduleHash, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("start aggregator: %w", err)
	}
	records, members, held, err := loadAll(c.Store)
	if err != nil {
		return nil, fmt.Errorf("start aggregator: %w", err)
	}
	a.sweep(records, members, held)
	for _, record := range records {
		r, err := a.restore(record, members[record.Config.Name])
		if err != nil {
			return nil, fmt.Errorf("restore federation %s: %w", record.Config.Name, err)
		}
		r.held = held[record.Config.Name]
		a.runs[record.Config.Name] = r
	}
	return a, nil
}

// tick is how often time alone may change something.
const tick = 200 * time.Millisecond

// Run runs until the context ends, or with an error when the disk fails: then
// nothing more may be promised to anyone.
func (a *Aggregator) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer a.workers.Wait()
	defer close(a.stopped)
	defer cancel()
	a.workers.Go(func() { a.sender.Run(ctx) })
	for _, r := range a.sorted() {
		r.act(r.machine.Pending())
	}
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	a.flush(ctx)
	for a.fatal == nil {
		select {
		case <-ctx.Done():
			a.closeTransfers()
			return nil
		case call := <-a.calls:
			call()
			a.drain()
		case <-ticker.C:
			a.tick()
		}
		a.flush(ctx)
	}
	a.closeTransfers()
	return a.fatal
}

// drain takes what else is waiting, so that one transaction serves it all.
func (a *Aggregator) drain() {
	for range cap(a.calls) {
		select {
		case call := <-a.calls:
			call()
		default:
			return
		}
	}
}

func (a *Aggregator) tick() {
	for _, r := range a.runs {
		r.tick()
	}
	a.judgeSensors()
}

func (a *Aggregator) sorted() []*run {
	var runs []*run
	for _, r := range a.runs {
		runs = append(runs, r)
	}
	slices.SortFunc(runs, func(x, y *run) int { return cmp.Compare(x.record.Config.Name, y.record.Config.Name) })
	return runs
}

// flush keeps what changed, then acts on it, and lets those go who wait for it.
func (a *Aggregator) flush(ctx context.Context) {
	a.keepAttestations()
	a.keep(ctx)
	if a.fatal == nil {
		for _, done := range a.answers {
			close(done)
		}
		a.answers = nil
	}
}

// keep runs transactions until nothing is dirty: actions may change more.
func (a *Aggregator) keep(ctx context.Context) {
	for a.fatal == nil {
		var changed []*run
		for _, r := range a.sorted() {
			if r.dirty {
				changed = append(changed, r)
			}
		}
		if len(changed) == 0 {
			return
		}
		err := a.config.Store.Update(func(tx *store.Tx) error {
			for _, r := range changed {
				if err := r.save(tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			a.fatal = fmt.Errorf("keep state: %w", err)
			return
		}
		for _, r := range changed {
			r.perform(ctx)
		}
	}
}

// do runs a call in the loop and waits until what it changed is kept.
func (a *Aggregator) do(ctx context.Context, call func()) error {
	done := make(chan struct{})
	if err := a.post(ctx, func() { call(); a.answers = append(a.answers, done) }); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-a.stopped:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask gives what the loop answers. Who gives up waiting gets nothing: the answer may
// just be being written.
func ask[T any](ctx context.Context, a *Aggregator, question func() T) (T, error) {
	var answer, none T
	if err := a.do(ctx, func() { answer = question() }); err != nil {
		return none, err
	}
	return answer, nil
}

// post hands a call to the loop.
func (a *Aggregator) post(ctx context.Context, call func()) error {
	select {
	case a.calls <- call:
		return nil
	case <-a.stopped:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Submit starts a federation.
func (a *Aggregator) Submit(ctx context.Context, f federation.Federation) error {
	var err error
	if failed := a.do(ctx, func() { err = a.submit(f) }); failed != nil {
		return fmt.Errorf("submit %s: %w", f.Name, failed)
	}
	if err != nil {
		return fmt.Errorf("submit %s: %w", f.Name, err)
	}
	return nil
}

func (a *Aggregator) submit(f federation.Federation) error {
	if _, exists := a.runs[f.Name]; exists {
		return ErrExists
	}
	architecture, err := f.Architecture()
	if err != nil {
		return err
	}
	model, err := a.config.Blobs.Put(plan.Init(architecture, f.Seed).Encode())
	if err != nil {
		return err
	}
	market, err := a.bind(f)
	if err != nil {
		return err
	}
	now := a.config.Now()
	r, err := a.restore(federationRecord{Config: f, Market: market, State: round.New(f.Rules(), now).State(), Model: model,
		Created: now.UnixMilli(), Recent: []blob.Hash{model}}, nil)
	if err != nil {
		return err
	}
	r.held = map[uint32]heldRecord{}
	r.dirty = true
	a.runs[f.Name] = r
	r.tick()
	return nil
}

// Pause, Resume and Stop steer a federation: after a pause the round under way
// still ends; a stop is for good.
func (a *Aggregator) Pause(ctx context.Context, name string) error {
	return a.steer(ctx, name, round.Pause{})
}

// Resume goes on after a Pause.
func (a *Aggregator) Resume(ctx context.Context, name string) error {
	return a.steer(ctx, name, round.Resume{})
}

// Stop ends a federation; its model and history stay.
func (a *Aggregator) Stop(ctx context.Context, name string) error {
	return a.steer(ctx, name, round.Stop{Reason: "stopped by hand"})
}

func (a *Aggregator) steer(ctx context.Context, name string, event round.Event) error {
	found := false
	err := a.do(ctx, func() {
		r := a.runs[name]
		if found = r != nil; found {
			r.step(event)
			r.tick()
		}
	})
	if err == nil && !found {
		err = ErrUnknown
	}
	if err != nil {
		return fmt.Errorf("federation %s: %w", name, err)
	}
	return nil
}
