package aggregator

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/optimise"
	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// run is one federation under way. The aggregator's loop owns it.
type run struct {
	aggregator   *Aggregator
	log          *slog.Logger
	record       federationRecord
	architecture plan.Architecture
	machine      *round.Machine
	model        blob.Manifest
	optimiser    *optimise.Optimiser
	evaluator    Evaluator

	sum      *combine.Sum
	incoming map[key.Address]*incoming   // updates on their way
	offers   map[key.Address]*wire.Offer // of accepted updates
	asked    map[key.Address]time.Time   // when each was last asked
	began    int64                       // Unix ms, the present round
	up, down uint64                      // the aggregator's counters then

	dirty   bool
	actions []round.Action        // to be performed once the state is kept
	history []Round               // finished by the present transaction
	garbage []blob.Hash           // to be deleted after it
	held    map[uint32]heldRecord // blobs of rounds that are not settled yet
	holding []blob.Hash           // blobs that the present round leaves to them
	changed []uint32              // rounds whose heldRecord the present transaction changes
	last    *Round                // the latest finished round; nil = none
	late    uint32                // updates for rounds that were over, since the last commit
}

// restore takes a federation up where its record says it stood: accepted updates
// are folded again from their files.
func (a *Aggregator) restore(record federationRecord, members []memberRecord) (*run, error) {
	r := &run{aggregator: a, log: a.log.With("federation", record.Config.Name), record: record}
	var err error
	if r.architecture, err = record.Config.Architecture(); err != nil {
		return nil, err
	}
	if r.model, err = blob.DescribeStored(a.config.Blobs, record.Model, 0); err != nil {
		return nil, err
	}
	if r.optimiser, err = a.restoreOptimiser(record, r.architecture); err != nil {
		return nil, err
	}
	if a.config.Evaluator != nil && record.Config.Evaluation.Features != "" {
		if r.evaluator, err = a.config.Evaluator(record.Config, r.architecture); err != nil {
			return nil, err
		}
	}
	var standing []round.Member
	for _, m := range members {
		standing = append(standing, m.Member)
	}
	r.machine = round.Restore(record.Config.Rules(), record.State, standing)
	if err := r.beginRound(); err != nil {
		return nil, err
	}
	for _, m := range members {
		if m.Member.Standing != round.Accepted {
			continue
		}
		if err := r.refold(r.sum, m.Offer); err != nil {
			return nil, fmt.Errorf("fold the update of %s again: %w", m.Member.Device, err)
		}
		r.offers[m.Member.Device] = m.Offer
	}
	if err := r.registerTasks(); err != nil {
		return nil, err
	}
	return r, nil
}

// beginRound empties what belongs to one round.
func (r *run) beginRound() error {
	sum, err := r.newSum()
	if err != nil {
		return err
	}
	r.sum = sum
	r.incoming = map[key.Address]*incoming{}
	r.offers = map[key.Address]*wire.Offer{}
	r.asked = map[key.Address]time.Time{}
	r.began = r.aggregator.config.Now().UnixMilli()
	r.up, r.down = r.aggregator.up.Load(), r.aggregator.down.Load()
	return nil
}

// refold adds an accepted update from its blob.
func (r *run) refold(sum *combine.Sum, offer *wire.Offer) error {
	l, err := leaf.Decode(offer.Leaf)
	if err != nil {
		return err
	}
	update, err := sum.Begin(l.Samples)
	if err != nil {
		return err
	}
	for i := range offer.Update.Chunks {
		data, err := blob.ReadChunk(r.aggregator.config.Blobs, offer.Update, uint32(i))
		if err != nil {
			return err
		}
		if err := update.Fold(data); err != nil {
			return err
		}
	}
	return update.Finish()
}

// task is what a device is asked in the present round; the same at every call.
func (r *run) task(device key.Address) (wire.Task, error) {
	return r.taskOf(r.machine.State().Round, device, r.model)
}

// taskOf is what a device is asked in any round, which began with the given model.
func (r *run) taskOf(n uint32, device key.Address, model blob.Manifest) (wire.Task, error) {
	c := r.record.Config
	training, err := wire.Marshal(c.DeviceTraining(n, device))
	if err != nil {
		return wire.Task{}, err
	}
	t := wire.Task{
		Federation: c.Name, Round: n, Device: device, Model: model, Module: r.aggregator.module, Training: training,
		Dataset: c.Data.Dataset, Timeout: uint64(time.Duration(c.Cohort.Deadline).Milliseconds()),
		MaxUpdate: uint64(c.Form(r.architecture).FileSize()), Memory: c.Training.Memory << 20, Market: r.record.Market,
	}
	if h := r.aggregator.config.Heavy; h != nil && c.Training.Heavy != "" {
		t.Heavy, t.Provider = c.Training.Heavy, h.Provider()
	}
	return t, nil
}

// registerTasks makes the present members' tasks known by their ids.
func (r *run) registerTasks() error {
	for _, m := range r.machine.Members() {
		if err := r.registerTask(m.Device); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) registerTask(device key.Address) error {
	t, err := r.task(device)
	if err != nil {
		return err
	}
	id, err := t.ID()
	if err != nil {
		return err
	}
	r.aggregator.tasks[id] = task{r, device, t.Round}
	return nil
}

// forgetTasks drops those of rounds before the last: that one's are kept so that
// late updates are known for what they are.
func (r *run) forgetTasks() {
	for id, t := range r.aggregator.tasks {
		if t.run == r && t.round+1 < r.machine.State().Round {
			delete(r.aggregator.tasks, id)
			r.aggregator.forgetHandover(id)
		}
	}
}

// step feeds the machine; what comes of it is kept and done at the next flush.
func (r *run) step(event round.Event) {
	r.act(r.machine.Step(r.aggregator.config.Now(), event))
	r.dirty = true
}

func (r *run) act(actions []round.Action) {
	if len(actions) > 0 {
		r.actions = append(r.actions, actions...)
		r.dirty = true
	}
}

// tick lets time pass: for the machine, for stalled transfers, and for devices
// that were asked and have not been heard of.
func (r *run) tick() {
	now := r.aggregator.config.Now()
	switch r.machine.State().Phase {
	case round.Select, round.Train:
		before := r.machine.State()
		r.act(r.machine.Step(now, round.Tick{Eligible: r.eligible(), Fleet: r.aggregator.config.Roster.Enrolled()}))
		if r.machine.State() != before {
			r.dirty = true
		}
	}
	for _, in := range r.incoming {
		if now.Sub(in.progress) > stalled {
			in.progress = now
			in.wanted = 0
			r.want(in)
		}
	}
	for device, at := range r.asked {
		member, _ := r.machine.Member(device)
		if member.Standing == round.Asked && r.incoming[device] == nil && now.Sub(at) > askAgain && r.aggregator.online(device) {
			r.ask(device)
		}
	}
}

// askAgain is how long a device may be silent before its task is sent again.
const askAgain = 30 * time.Second

// fits tells whether a device is large enough, or may hand tasks over.
func (r *run) fits(s *session) bool {
	training, heavy := r.record.Config.Training, r.aggregator.config.Heavy
	away := training.Heavy != "" && heavy != nil && heavy.Takes(s.hello.Providers)
	return away || training.Heavy != wire.HeavyAlways && s.hello.Memory >= training.Memory<<20
}

// eligible lists the devices that could train now.
func (r *run) eligible() []key.Address {
	var devices []key.Address
	c := r.record.Config
	for device, s := range r.aggregator.sessions {
		if !s.online || s.hello.Waiting != "" || !r.fits(s) || !r.aggregator.config.Roster.Allowed(device) {
			continue
		}
		for _, d := range s.hello.Datasets {
			if d.Name == c.Data.Dataset && d.Records > 0 && d.Records <= c.Training.MaxSamples && r.joined(device, d.Commitment) {
				devices = append(devices, device)
				break // it may have others of that name, which are older
			}
		}
	}
	return devices
}

// save keeps the run's state within a transaction.
func (r *run) save(tx *store.Tx) error {
	name := r.record.Config.Name
	r.record.State = r.machine.State()
	for _, h := range r.history {
		if err := tx.Put(bucketHistory(name), historyKey(h.Round), h); err != nil {
			return err
		}
		if err := tx.DeleteAll(bucketMembers(name)); err != nil {
			return err
		}
	}
	for _, m := range r.machine.Changed() {
		if err := tx.Put(bucketMembers(name), m.Device.String(), memberRecord{m, r.offers[m.Device]}); err != nil {
			return err
		}
	}
	if err := r.saveHeld(tx); err != nil {
		return err
	}
	return tx.Put(bucketFederations, name, r.record)
}

// perform does what the kept state calls for.
func (r *run) perform(ctx context.Context) {
	r.dirty, r.history = false, nil
	for _, h := range r.garbage {
		if err := r.aggregator.config.Blobs.Delete(h); err != nil {
			r.log.Warn("not deleted", "blob", h.Short(), "error", err)
		}
	}
	actions := r.actions
	r.actions, r.garbage = nil, nil
	for _, action := range actions {
		switch a := action.(type) {
		case round.Ask:
			if err := r.registerTask(a.Device); err != nil {
				r.aggregator.fatal = err
				return
			}
			r.ask(a.Device)
		case round.Accept:
			r.receipt(a.Device)
		case round.Dismiss:
			r.dismiss(a.Device, a.Reason)
		case round.Close:
			r.commit(ctx)
		case round.Finish:
			r.log.Info("federation ended", "reason", a.Reason, "round", r.machine.State().Round)
		}
	}
}

func (r *run) ask(device key.Address) {
	t, err := r.task(device)
	if err != nil {
		r.aggregator.fatal = err
		return
	}
	r.asked[device] = r.aggregator.config.Now()
	r.aggregator.sender.Send(device, wire.KindTask, t)
}

// dismiss tells a device that its work is not wanted, and forgets what of it has
// arrived.
func (r *run) dismiss(device key.Address, reason string) {
	t, err := r.task(device)
	if err != nil {
		return
	}
	id, err := t.ID()
	if err != nil {
		return
	}
	if in := r.incoming[device]; in != nil {
		r.drop(in)
		r.aggregator.sender.Send(device, wire.KindReject, wire.Reject{Task: id, Reason: reason})
		return
	}
	r.aggregator.sender.Send(device, wire.KindCancel, wire.Cancel{Task: id, Reason: reason})
}

// finite tells whether a device's metrics are numbers.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
