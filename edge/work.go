package edge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// The states of a task on the device, as the journal has them. Fetching and
// training are one: both go on after a power cut from what is on disk (Checkpoint).
const (
	taken   uint8 = 1 // allowed by the policy; to be fetched and trained
	offered uint8 = 2 // trained; the update is offered until it is answered
	away    uint8 = 3 // handed over to a provider; asked for until it is answered
)

// work is one task on its way.
type work struct {
	id      blob.Hash
	task    wire.Task
	state   uint8
	set     Dataset // that it runs over
	offered wire.Offer
	heard   time.Time      // when the offer was made, or last served
	over    wire.HandOver  // away: offers the data, encrypted; without any = not yet
	back    *wire.HandBack // away: the answer
	cancel  context.CancelFunc
}

func restoreWork(record store.Task) (*work, error) {
	w := &work{id: record.ID, state: record.State}
	if err := wire.Unmarshal(record.Task, &w.task); err != nil {
		return nil, err
	}
	if w.state == offered {
		if err := wire.Unmarshal(record.Offer, &w.offered); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// keep writes the work's record.
func (d *Device) keep(w *work, r Records) error {
	record := store.Task{ID: w.id, State: w.state, Created: d.config.Clock.Now().UnixMilli()}
	var err error
	if record.Task, err = wire.Marshal(w.task); err != nil {
		return err
	}
	if w.state == offered {
		record.Update = w.offered.Update.Hash
		if record.Offer, err = wire.Marshal(w.offered); err != nil {
			return err
		}
	}
	return r.PutTask(record)
}

// take begins a task, unless it is known or the owner's policy refuses it.
func (d *Device) take(t wire.Task) {
	id, err := t.ID()
	if err != nil {
		return
	}
	if w := d.works[id]; w != nil {
		if w.state == offered {
			d.offer(w)
		}
		return
	}
	if r, known := d.refused[id]; known {
		d.send(wire.KindRefuse, r)
		return
	}
	w := &work{id: id, task: t, state: taken}
	if err := d.allow(w); err != nil {
		d.refuse(w, "refused", err)
		return
	}
	d.supersede(t)
	detail := fmt.Sprintf("%s, round %d", t.Federation, t.Round)
	if w.state == away {
		err = d.recordAway(w, detail)
	} else {
		err = d.record(w, "taken", detail, func(r Records) error { return d.keep(w, r) })
	}
	if err != nil {
		d.log.Error("task not taken", "task", id.Short(), "error", err)
		return // it will be asked again
	}
	d.works[id] = w
}

// allow asks the policy, and checks what no policy need say.
func (d *Device) allow(w *work) error {
	t := w.task
	if t.Device != d.config.Key.Address() {
		return fmt.Errorf("the task is for %s", t.Device)
	}
	if err := errors.Join(t.Model.Validate(), t.Module.Validate()); err != nil {
		return err
	}
	if _, found := d.datasetFor(t.Federation, t.Dataset); !found {
		return fmt.Errorf("there is no dataset %q, or not any more that with which %s was joined", t.Dataset, t.Federation)
	}
	ask, err := d.question(w)
	if err != nil {
		return err
	}
	if err = d.config.Policy.Allow(ask); err == nil && t.Heavy != wire.HeavyAlways {
		return nil
	}
	if err := d.allowAway(w, err); err != nil {
		return err
	}
	w.state = away
	return nil
}

// recordAway notes that a task's data leave for its provider. It is a use of them.
func (d *Device) recordAway(w *work, detail string) error {
	now := d.config.Clock.Now()
	return d.record(w, "handed over", detail+", to "+w.task.Provider, func(r Records) error {
		if err := r.AddRun(w.task.Dataset, now); err != nil {
			return err
		}
		return d.keep(w, r)
	})
}

func (d *Device) question(w *work) (policy.Ask, error) {
	now := d.config.Clock.Now()
	runs, err := d.config.Journal.Runs(w.task.Dataset, now.Add(-policy.MaxInterval))
	if err != nil {
		return policy.Ask{}, err
	}
	// The job gets what the owner's limit allows where the task asks for more time.
	deadline := min(time.Duration(w.task.Timeout)*time.Millisecond, d.config.Policy.Limits.Deadline)
	return policy.Ask{Federation: w.task.Federation, Dataset: w.task.Dataset, Module: w.task.Module.Hash,
		Memory: w.task.Memory, Deadline: deadline, Now: now, Runs: runs}, nil
}

// supersede drops what the device still has of the federation's earlier rounds,
// and, where the store is its own, their models.
func (d *Device) supersede(t wire.Task) {
	for id, w := range d.works {
		if w.task.Federation == t.Federation && w.task.Round < t.Round {
			d.forget(id, "superseded", fmt.Sprintf("by round %d", t.Round))
		}
	}
}

// forget ends a task, whatever its state.
func (d *Device) forget(id blob.Hash, kind, detail string) { d.conclude(id, kind, detail, nil) }

// conclude ends a task, and keeps a last record with the same write.
func (d *Device) conclude(id blob.Hash, kind, detail string, last func(Records) error) {
	w := d.works[id]
	if w == nil {
		d.noted(id)
		return
	}
	if w.cancel != nil {
		w.cancel()
	}
	err := d.record(w, kind, detail, func(r Records) error {
		if last != nil {
			if err := last(r); err != nil {
				return err
			}
		}
		return r.DeleteTask(id)
	})
	if err != nil {
		d.log.Error("task not forgotten", "task", id.Short(), "error", err)
		return
	}
	delete(d.works, id)
	d.ended++
	d.log.Info("task "+kind, "federation", w.task.Federation, "round", w.task.Round, "detail", detail)
	if w.state == offered {
		d.delete(w.offered.Update.Hash)
	}
	d.config.Checkpoint.remove(id)
	d.dropSealed(w)
	d.dropModel(w.task.Model.Hash)
}

// dropModel deletes a model that nothing needs any more, and what was on its way.
func (d *Device) dropModel(h blob.Hash) {
	if d.config.Shared || d.used(h) {
		return
	}
	if f := d.fetches[h]; f != nil {
		f.transfer.Close()
		delete(d.fetches, h)
	}
	d.delete(h)
}

func (d *Device) delete(h blob.Hash) {
	if err := d.config.Blobs.Delete(h); err != nil {
		d.log.Warn("not deleted", "blob", h.Short(), "error", err)
	}
}

func (d *Device) used(h blob.Hash) bool {
	for _, w := range d.works {
		if w.task.Model.Hash == h {
			return true
		}
	}
	return slices.ContainsFunc(d.reruns, func(r *rerun) bool { return r.work.task.Model.Hash == h })
}

// proceed moves every task on that can be: one trains at a time.
func (d *Device) proceed(ctx context.Context) {
	for _, w := range d.works {
		switch {
		case w.state == away && w.back != nil:
			d.proceedAway(w)
			continue
		case w.state == away && w.heard.IsZero():
			d.handOver(w)
			continue
		}
		if w.state != taken || w == d.running {
			continue
		}
		model, err := d.need(w.task.Model)
		module, err2 := d.need(w.task.Module)
		if err := errors.Join(err, err2); err != nil {
			d.refuse(w, "failed", err)
			continue
		}
		if model && module && d.running == nil && d.waiting == "" {
			d.start(ctx, w)
		}
	}
	d.rerunNext(ctx)
}
