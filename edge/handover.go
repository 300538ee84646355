package edge

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// allowAway asks the policy whether a task may be run by the provider that it
// names, where the device cannot or is not to run it: cause says why.
func (d *Device) allowAway(w *work, cause error) error {
	if w.task.Heavy == "" {
		return cause
	}
	ask, err := d.question(w)
	if err != nil {
		return err
	}
	if w.task.Provider == wire.ProviderMarket {
		err = d.config.Policy.AllowBought(ask)
	} else {
		err = d.config.Policy.AllowAway(ask, w.task.Provider)
	}
	if err != nil {
		return errors.Join(cause, err)
	}
	return nil
}

// awayTo gives the age recipients who see the data of a task that is handed over.
func (d *Device) awayTo(w *work) ([]string, error) {
	if w.task.Provider != wire.ProviderMarket {
		return []string{w.task.Provider}, nil
	}
	providers, mediators, err := d.config.Policy.Bought()
	if err == nil && len(providers)+len(mediators) > wire.MaxRecipients {
		err = fmt.Errorf("%d providers and mediators may see data, at most %d", len(providers)+len(mediators), wire.MaxRecipients)
	}
	return slices.Concat(providers, mediators), err
}

// tooHeavy tells whether a job's end means that the device is too small for it.
func tooHeavy(err error) bool {
	return errors.Is(err, job.ErrMemory) || errors.Is(err, job.ErrDeadline) || errors.Is(err, job.ErrFuel)
}

// handOver offers the task's data, encrypted to the provider, and asks that it be
// run there; it is repeated until the answer has come.
func (d *Device) handOver(w *work) {
	if w.over.Data.Size == 0 {
		if err := d.sealFor(w); err != nil {
			d.refuse(w, "failed", err)
			return
		}
	}
	w.heard = d.config.Clock.Now()
	d.send(wire.KindHandOver, w.over)
}

// handOverAgain asks anew: an aggregator that was restarted knows nothing of its
// answer any more, nor of the update in it that was still on its way.
func (d *Device) handOverAgain(w *work) {
	if w.back != nil {
		d.dropModel(w.back.Update.Hash)
		w.back = nil
	}
	d.handOver(w)
}

func (d *Device) sealFor(w *work) error {
	set, found := d.datasetFor(w.task.Federation, w.task.Dataset)
	if !found {
		return fmt.Errorf("there is no dataset %q", w.task.Dataset)
	}
	w.set = set
	content, release, err := set.read()
	if err != nil {
		return err
	}
	defer release()
	to, err := d.awayTo(w)
	if err != nil {
		return err
	}
	over := wire.HandOver{Task: w.id}
	if w.task.Provider == wire.ProviderMarket {
		over.Providers, over.Mediators, _ = d.config.Policy.Bought()
		if over.Head, err = head(content); err != nil {
			return err
		}
		over.Size, over.Contents = uint64(len(content)), set.Commitment[:]
		if err := d.recordSealed(w, to); err != nil {
			return err
		}
	}
	file, err := sealed.Seal(bytes.NewReader(content), to)
	if err != nil {
		return err
	}
	if _, err := d.config.Blobs.Put(file); err != nil {
		return err
	}
	over.Data, err = blob.Describe(bytes.NewReader(file), 0)
	w.over = over
	return err
}

// recordSealed notes to whom a task's data are encrypted, one entry each, since
// the text of an entry is bounded. The policy may be another one than when the task
// was taken.
func (d *Device) recordSealed(w *work, to []string) error {
	now := d.config.Clock.Now().UnixMilli()
	return d.config.Journal.Update(func(r Records) error {
		for _, recipient := range to {
			if err := r.Append(store.Entry{At: now, Kind: "sealed", Dataset: w.task.Dataset, Detail: "to " + recipient, Task: w.id, Module: w.task.Module.Hash}); err != nil {
				return err
			}
		}
		return nil
	})
}

// head is what of a data file says how its tensors lie, and none of its values:
// whoever buys the task plans it by that, and sees no more.
func head(content []byte) ([]byte, error) {
	f, err := tensor.Decode(content)
	if err != nil {
		return nil, err
	}
	if len(f.Metadata) > 0 {
		return nil, errors.New("the data file has metadata, which the task's buyer would see: save it without")
	}
	end := tensor.DataOffset(content)
	if end > wire.MaxHead {
		return nil, fmt.Errorf("the data file has a header of %d bytes, at most %d", end, wire.MaxHead)
	}
	return bytes.Clone(content[:end]), nil // the file itself may be mapped
}

// handedBack takes in what the provider's run gave, or why there is nothing.
func (d *Device) handedBack(m wire.HandBack) {
	w := d.works[m.Task]
	if w == nil || w.state != away || w.back != nil {
		return // answered already
	}
	if m.Reason != "" {
		d.refuse(w, "failed", fmt.Errorf("the provider says: %s", m.Reason))
		return
	}
	if err := m.Update.Validate(); err != nil || m.Update.Size > w.task.MaxUpdate {
		d.refuse(w, "failed", fmt.Errorf("the provider offers an update of %d bytes, at most %d: %v", m.Update.Size, w.task.MaxUpdate, err))
		return
	}
	w.back = &m
}

// proceedAway goes on with a task whose answer has come, once its update is here.
// From there on the device does as if it had run the task itself.
func (d *Device) proceedAway(w *work) {
	there, err := d.need(w.back.Update)
	if err == nil && !there {
		return
	}
	var update []byte
	if err == nil {
		update, err = blob.ReadAll(d.config.Blobs, w.back.Update.Hash)
	}
	if err == nil {
		err = d.prepare(w, job.Result{Outputs: []job.Output{{Name: "metrics.bin", Bytes: w.back.Metrics}, {Name: updateFile, Bytes: update}}, Fuel: w.back.Fuel,
			Elapsed: time.Duration(w.back.Millis) * time.Millisecond})
	}
	if err != nil {
		d.refuse(w, "failed", err)
		return
	}
	d.dropSealed(w)
	d.offer(w)
}

// dropSealed deletes the encrypted copy of the data, and what came back unless it
// is the task's update now.
func (d *Device) dropSealed(w *work) {
	if w.over.Data.Size > 0 {
		d.delete(w.over.Data.Hash)
		w.over = wire.HandOver{}
	}
	if w.state == away && w.back != nil {
		d.dropModel(w.back.Update.Hash) // on its way, or not used
	}
}
