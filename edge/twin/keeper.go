package twin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// File is where the merged setup is written, for people to look at.
const File = "twin.toml"

// Journal keeps the state; each Put is one transaction.
type Journal interface {
	Twin() ([]byte, error) // nil = there is none yet
	PutTwin(state []byte) error
}

// Local is the operator's own file.
type Local struct {
	Path  string // relative paths in it, and in what is desired, start at its directory
	Text  []byte
	Found bool
}

// Config of a Keeper. Fields without a stated zero meaning are needed.
type Config struct {
	Dir     string
	Read    func() (Local, error) // the operator's file as it is now
	Journal Journal
	Blobs   blob.Store
	Fetch   func(ctx context.Context, wanted []blob.Manifest) // into Blobs, in place of what was asked for before
	Module  func(setup.Job) error                             // tells why a job's module must not run, or cannot be found
	Run     func(s setup.Setup, set bool)                     // runs a setup in place of the one that runs; set is false for nothing at all
	Parts   func() []wire.PartReport                          // of what runs
	Online  func() bool
	Hello   func(ctx context.Context) // asks the server for a sign of life, which Answered tells
	Report  func(ctx context.Context, r wire.Reported)
	Logger  *slog.Logger
}

// Keeper steps a twin's machine, and does what it says. Its methods are safe for concurrent
// use while Run runs.
type Keeper struct {
	config   Config
	log      *slog.Logger
	calls    chan func(context.Context)
	stopped  chan struct{}
	reported atomic.Pointer[wire.Reported]

	// Owned by Run's goroutine, and by New before.
	machine *Machine
	path    string // of the operator's file
	merged  Merged // that runs
	first   setup.Setup
	set     bool
	asked   time.Time // when the server was last asked for a sign of life
	started time.Time // what runs
	since   time.Time // from when on the server has answered without a gap; zero = it does not
	heard   time.Time // when it last did
	sent    []byte    // the last report, without counts
	sentAt  time.Time
}

// New takes a twin up where the journal says it stood, and reads the operator's file. It
// fails if there is nothing that can be run.
func New(c Config) (*Keeper, error) {
	k := &Keeper{config: c, log: c.Logger, calls: make(chan func(context.Context), 16), stopped: make(chan struct{}), started: time.Now()}
	kept, err := c.Journal.Twin()
	var s State
	if err == nil && kept != nil {
		err = wire.Unmarshal(kept, &s)
	}
	if err != nil { // a device that starts with its own file alone is told the rest again
		c.Logger.Error("what was set up from afar is lost", "error", err)
		s = State{}
	}
	k.machine = Restore(s)
	local, err := c.Read()
	if err != nil {
		return nil, err
	}
	k.path = local.Path
	if _, err := k.step(Booted{}); err != nil {
		return nil, err
	}
	if err := k.take(local); err != nil {
		return nil, err
	}
	k.first, k.merged, err = k.prepare(k.machine.State().Running)
	if err != nil && k.machine.State().Trial() {
		if _, stepErr := k.step(Failed{err.Error()}); stepErr != nil {
			return nil, stepErr
		}
		k.first, k.merged, err = k.prepare(k.machine.State().Running)
	}
	if err != nil { // as another version of this program may find
		k.log.Error("the setup cannot be run any more: only the device's own file is", "error", err)
		own := k.machine.State().Running
		own.Remote = wire.Desired{}
		if k.first, k.merged, err = k.prepare(own); err != nil {
			return nil, err
		}
	}
	if err := k.sign(k.machine.State().Running.Remote); err != nil {
		k.log.Error("modules may be refused", "error", err)
	}
	k.show()
	k.set = k.any(k.first)
	return k, nil
}

// First is what runs at the start; set is false for nothing at all.
func (k *Keeper) First() (s setup.Setup, set bool) { return k.first, k.set }

// take compares the operator's file with what was last taken of it.
func (k *Keeper) take(local Local) error {
	s := k.machine.State()
	edit := Edited{Local: string(local.Text), Found: local.Found}
	k.path = local.Path
	if edit.Local == s.Running.Local && edit.Found == s.Running.Found && s.Fault == "" {
		return nil
	}
	with := func(g Generation) (Merged, error) {
		g.Local, g.Found = edit.Local, edit.Found
		_, m, err := k.prepare(g)
		return m, err
	}
	m, err := with(s.Running)
	if !utf8.Valid(local.Text) {
		err = fmt.Errorf("%s is not UTF-8", local.Path)
	}
	switch {
	case err != nil && s.Edits == 0 && s.Running.Remote.Version == 0:
		return err // nothing ever ran
	case err != nil:
		k.log.Error("edit of the device's own file not taken: what was there before goes on", "error", err)
		edit.Fault = err.Error()
	case s.Trial():
		if _, err := with(s.Good); err != nil {
			edit.GoodFault = err.Error()
		}
	}
	edit.Conflicts = m.Conflicts
	_, err = k.step(edit)
	return err
}

// prepare parses what a generation sets up.
func (k *Keeper) prepare(g Generation) (setup.Setup, Merged, error) {
	m, err := Merge(k.path, g, k.modules(), k.machine.State().Base)
	if err != nil {
		return setup.Setup{}, m, err
	}
	s, err := setup.Parse(k.path, []byte(m.Text))
	return s, m, m.place(err)
}

// any tells whether there is something to run.
func (k *Keeper) any(s setup.Setup) bool {
	return k.machine.State().Running.Found || len(s.Sources)+len(s.Jobs)+len(s.Datasets)+len(s.Sinks) > 0
}

// step changes the state and keeps it; if that fails it stays as it was.
func (k *Keeper) step(e Event) ([]Action, error) {
	next := Restore(k.machine.State())
	actions := next.Step(e)
	before, err := wire.Marshal(k.machine.State())
	if err != nil {
		return nil, err
	}
	after, err := wire.Marshal(next.State())
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(before, after) {
		if err := k.config.Journal.PutTwin(after); err != nil {
			return nil, fmt.Errorf("keep twin: %w", err)
		}
		old, now := k.machine.State(), next.State()
		if old.Outcome != now.Outcome || old.Next.Version != now.Next.Version {
			k.log.Info("desired setup "+now.Outcome, "version", now.Next.Version, "reason", now.Reason)
		}
	}
	k.machine = next
	k.publish()
	return actions, nil
}

// Run serves until the context ends.
func (k *Keeper) Run(ctx context.Context) error {
	defer close(k.stopped)
	k.perform(ctx, k.machine.Pending())
	for {
		timer := time.NewTimer(k.pace())
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case call := <-k.calls:
			call(ctx)
		case <-timer.C:
			k.tick(ctx)
		}
		timer.Stop()
	}
}

// How often it looks: while something goes on, and otherwise.
const (
	busy = 200 * time.Millisecond
	idle = 15 * time.Second
)

func (k *Keeper) pace() time.Duration {
	if s := k.machine.State(); s.Trial() || s.Outcome == wire.TwinFetching {
		return busy
	}
	return idle
}

// do steps the machine and does what it says.
func (k *Keeper) do(ctx context.Context, e Event) {
	actions, err := k.step(e)
	if err != nil {
		k.log.Error("twin not changed", "error", err)
		return // the server sends again what it brought, and time comes again by itself
	}
	k.perform(ctx, actions)
}

func (k *Keeper) perform(ctx context.Context, actions []Action) {
	for _, a := range actions {
		switch a {
		case Fetch:
			k.fetch(ctx)
		case Judge:
			k.judge(ctx)
		case Run:
			k.run()
		case Sweep:
			k.sweep()
		case Report:
			k.report(ctx)
		}
	}
}

// fetch asks for modules that are not here, and goes on when all are.
func (k *Keeper) fetch(ctx context.Context) {
	next := k.machine.State().Next
	var wanted []blob.Manifest
	for _, d := range next.Deployments {
		if k.installed(d) {
			continue
		}
		if !k.config.Blobs.Has(d.Module.Hash) {
			wanted = append(wanted, d.Module)
		} else if err := k.install(d); err != nil {
			k.log.Error("module not installed", "error", err)
			return // tried again
		}
	}
	k.config.Fetch(ctx, wanted)
	if len(wanted) == 0 {
		k.do(ctx, Fetched{next.Version})
	}
}

// judge checks the next version as a whole.
func (k *Keeper) judge(ctx context.Context) {
	s := k.machine.State()
	g := s.Running
	g.Remote = s.Next
	parsed, m, err := k.prepare(g)
	if err == nil {
		if err = k.sign(s.Next); err == nil {
			var faults []error
			for _, j := range parsed.Jobs {
				if err := k.config.Module(j); err != nil {
					faults = append(faults, fmt.Errorf("job %s: %w", j.Name, err))
				}
			}
			err = errors.Join(faults...)
		}
		if err != nil {
			err = errors.Join(err, k.sign(s.Running.Remote))
		}
	}
	e := Judged{Version: s.Next.Version, Conflicts: m.Conflicts}
	if err != nil {
		e.Fault = err.Error()
	}
	k.do(ctx, e)
}

// run exchanges what runs, unless it is the same.
func (k *Keeper) run() {
	s, m, err := k.prepare(k.machine.State().Running)
	if err == nil {
		err = k.sign(k.machine.State().Running.Remote)
	}
	if err != nil {
		k.log.Error("setup not run: what runs goes on", "error", err)
		return
	}
	same := m.Text == k.merged.Text && k.any(s) == k.set
	k.merged, k.set, k.started, k.since, k.asked = m, k.any(s), time.Now(), time.Time{}, time.Time{}
	k.show()
	if !same {
		k.config.Run(s, k.set)
	}
}

// show writes what runs where people can see it.
func (k *Keeper) show() {
	path := filepath.Join(k.config.Dir, File)
	remote := k.machine.State().Running.Remote.Version
	err := remove(path)
	if remote > 0 {
		heading := fmt.Sprintf("# What runs here: the device's own file, and version %d of what the server desires.\n# It is written anew at each change; edit the device's own file instead.\n\n", remote)
		err = replace(path, strings.NewReader(heading+k.merged.Text))
	}
	if err != nil {
		k.log.Warn("setup not shown", "path", path, "error", err)
	}
}

// Heard takes what the server desires.
func (k *Keeper) Heard(d wire.Desired) {
	k.offer(func(ctx context.Context) { k.do(ctx, Heard{d}) })
}

// Answered hears that the server has answered a hello.
func (k *Keeper) Answered() {
	k.offer(func(ctx context.Context) {
		k.heard = time.Now()
		if k.since.IsZero() {
			k.since = k.heard
		}
		k.report(ctx)
	})
}

// Failed hears that the pipeline has ended with an error, and tells whether another one
// will run in its place.
func (k *Keeper) Failed(ctx context.Context, fault error) (handled bool) {
	k.wait(ctx, func(ctx context.Context) {
		if handled = k.machine.State().Trial(); handled {
			k.merged.Text = "" // nothing runs
			k.do(ctx, Failed{fault.Error()})
		}
	})
	return handled
}

// Reload reads the operator's file again, and tells why it is not taken.
func (k *Keeper) Reload(ctx context.Context) error {
	err := errors.New("the device is about to stop")
	k.wait(ctx, func(ctx context.Context) {
		var local Local
		if local, err = k.config.Read(); err != nil {
			return
		}
		before := k.machine.State()
		if err = k.take(local); err != nil {
			return
		}
		after := k.machine.State()
		if after.Edits != before.Edits {
			k.run()
		}
		if after.Fault != "" {
			err = errors.New(after.Fault)
		}
		k.report(ctx)
	})
	return err
}

// offer hands a call to the loop, or drops it while that is busy: the caller must not wait,
// and the server says again what was not reported.
func (k *Keeper) offer(call func(context.Context)) {
	select {
	case k.calls <- call:
	default:
	}
}

// post hands a call to the loop.
func (k *Keeper) post(ctx context.Context, call func(context.Context)) {
	select {
	case k.calls <- call:
	case <-k.stopped:
	case <-ctx.Done():
	}
}

// wait is post, and waits for the call.
func (k *Keeper) wait(ctx context.Context, call func(context.Context)) {
	done := make(chan struct{})
	k.post(ctx, func(ctx context.Context) { defer close(done); call(ctx) })
	select {
	case <-done:
	case <-k.stopped:
	case <-ctx.Done():
	}
}
