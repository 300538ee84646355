package edge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tadpole-edge/tadpole/edge/dataset"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/testimony"
	"github.com/tadpole-edge/tadpole/internal/typed"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// maxDisclosures are kept at a time; the oldest goes first. They are lost with a
// restart: whoever still needs one asks again.
const maxDisclosures = 4

// disclose answers for a drawn update in the way that the owner's policy sets:
// with the data themselves, or with the word of a device that runs the task again.
func (d *Device) disclose(m wire.Disclose) {
	if i := slices.IndexFunc(d.disclosed, func(o wire.Disclosed) bool { return o.Case == m.Case }); i >= 0 {
		d.send(wire.KindDisclosed, d.disclosed[i])
		return
	}
	if slices.ContainsFunc(d.reruns, func(r *rerun) bool { return r.ask.Case == m.Case }) {
		return // it is answered when it has run
	}
	var err error
	check := d.config.Policy.Market.Check
	switch {
	case len(m.Recipients) > wire.MaxRecipients:
		err = fmt.Errorf("%d recipients, at most %d", len(m.Recipients), wire.MaxRecipients)
	case len(m.Vouch) > 0:
		err = d.queue(m, testimony.SecondDevice)
	case check == testimony.Canary:
		err = d.queue(m, testimony.Canary)
	case check == testimony.SecondDevice:
		err = d.nameSecond(m)
	default:
		err = d.open(m)
	}
	if err != nil {
		d.keepClosed(m, err)
	}
}

func (d *Device) keepClosed(m wire.Disclose, err error) {
	d.log.Warn("data stay closed", "federation", m.Federation, "dataset", m.Dataset, "error", err)
	_ = d.note("not disclosed", m.Federation+": "+err.Error(), m.Dataset, m.Module)
	d.send(wire.KindDisclosed, wire.Disclosed{Case: m.Case, Reason: err.Error()})
}

// open encrypts the dataset to those of the drawn mediators whom the owner trusts.
func (d *Device) open(m wire.Disclose) error {
	set, found := d.datasetFor(m.Federation, m.Dataset)
	if !found {
		return fmt.Errorf("there is no dataset %q", m.Dataset)
	}
	recipients, err := d.config.Policy.AllowDisclosure(d.marketAsk(m.Federation, m.Dataset, m.Module), m.Recipients)
	if err != nil {
		return err
	}
	content, release, err := set.read()
	if err != nil {
		return err
	}
	defer release()
	return d.show(m, content, recipients, fmt.Sprintf("%s, case %s, to %v", m.Federation, m.Case.Short(), recipients))
}

// show offers content to be pulled, encrypted.
func (d *Device) show(m wire.Disclose, content []byte, recipients []string, detail string) error {
	file, err := sealed.Seal(bytes.NewReader(content), recipients)
	if err != nil {
		return err
	}
	// Noted before it can leave.
	if err := d.note("disclosed", detail, m.Dataset, m.Module); err != nil {
		return err
	}
	if _, err := d.config.Blobs.Put(file); err != nil {
		return err
	}
	manifest, err := blob.Describe(bytes.NewReader(file), 0)
	if err != nil {
		return err
	}
	answer := wire.Disclosed{Case: m.Case, Data: manifest}
	d.disclosed = append(d.disclosed, answer)
	if len(d.disclosed) > maxDisclosures {
		d.delete(d.disclosed[0].Data.Hash)
		d.disclosed = d.disclosed[1:]
	}
	d.send(wire.KindDisclosed, answer)
	return nil
}

func domain(m wire.Market) typed.Domain {
	return typed.Domain{Name: "Tadpole", Version: "1", Chain: m.Chain, Contract: m.Contract}
}

// nameSecond sends the asker on to the owner's second device.
func (d *Device) nameSecond(m wire.Disclose) error {
	set, found := d.datasetFor(m.Federation, m.Dataset)
	if !found {
		return fmt.Errorf("there is no dataset %q", m.Dataset)
	}
	second := d.config.Policy.Market.Second
	if err := d.note("second device named", fmt.Sprintf("%s, case %s, %s", m.Federation, m.Case.Short(), second), m.Dataset, m.Module); err != nil {
		return err
	}
	d.send(wire.KindDisclosed, wire.Disclosed{Case: m.Case, Second: second, Vouch: testimony.Vouch(d.config.Key, domain(m.Task.Market), second, set.Commitment)})
	return nil
}

// rerun is a task that the device runs again for a check.
type rerun struct {
	ask  wire.Disclose
	way  string
	work *work // stands for it while it runs
}

// queue takes a task to be run again; proceed starts it when its blobs are there
// and nothing else runs.
func (d *Device) queue(m wire.Disclose, way string) error {
	t := m.Task
	second := way == testimony.SecondDevice
	if err := errors.Join(t.Model.Validate(), t.Module.Validate()); err != nil {
		return err
	}
	if len(d.reruns) >= maxDisclosures {
		return fmt.Errorf("%d tasks wait to be run again already; ask later", len(d.reruns))
	}
	set, found := d.datasetFor(t.Federation, t.Dataset)
	switch {
	case !found:
		return fmt.Errorf("there is no dataset %q", t.Dataset)
	case !second && t.Device != d.config.Key.Address():
		return fmt.Errorf("the task was for %s", t.Device)
	case second && !testimony.Vouched(m.Vouch, domain(t.Market), t.Device, d.config.Key.Address(), set.Commitment):
		return fmt.Errorf("%s did not name this device with the data of %q as they are here", t.Device, t.Dataset)
	}
	w := &work{task: t, set: set}
	ask, err := d.question(w)
	if err != nil {
		return err
	}
	if err := d.config.Policy.AllowRerun(ask, t.Device, second); err != nil {
		return err
	}
	d.reruns = append(d.reruns, &rerun{ask: m, way: way, work: w})
	return nil
}

// rerunNext starts the first task to be run again whose blobs are there.
func (d *Device) rerunNext(ctx context.Context) {
	for _, r := range slices.Clone(d.reruns) {
		model, err := d.need(r.work.task.Model)
		module, err2 := d.need(r.work.task.Module)
		if err := errors.Join(err, err2); err != nil {
			d.endRerun(r)
			d.keepClosed(r.ask, err)
			continue
		}
		if !model || !module || d.running != nil || d.waiting != "" {
			continue
		}
		d.running = r.work
		ctx, cancel := context.WithCancel(ctx)
		d.workers.Go(func() {
			defer cancel()
			content, err := d.testify(ctx, r)
			d.post(context.WithoutCancel(ctx), func() {
				d.running = nil
				d.endRerun(r)
				if err == nil {
					err = d.show(r.ask, content, r.ask.Recipients, fmt.Sprintf("%s, case %s: a testimony by %s", r.ask.Federation, r.ask.Case.Short(), r.way))
				}
				if err != nil {
					d.keepClosed(r.ask, err)
				}
			})
		})
		return
	}
}

func (d *Device) endRerun(r *rerun) {
	d.reruns = slices.DeleteFunc(d.reruns, func(other *rerun) bool { return other == r })
	d.dropModel(r.work.task.Model.Hash)
}

// testify runs the task again and signs what it gave; it touches nothing that the
// loop owns.
func (d *Device) testify(ctx context.Context, r *rerun) ([]byte, error) {
	t := r.work.task
	set := r.work.set
	if r.way == testimony.Canary {
		var err error
		if set, err = d.canary(t, r.ask.Case); err != nil {
			return nil, err
		}
	}
	result, err := d.train(ctx, t, set, job.Checkpoint{})
	if err != nil {
		return nil, err
	}
	update, found := result.Output(updateFile)
	if !found {
		return nil, fmt.Errorf("the job left no %s", updateFile)
	}
	return testimony.Testimony{Case: r.ask.Case, Way: r.way, Device: d.config.Key.Address(), Data: set.Commitment, Update: blob.Sum(update),
		Samples: set.Records, Fuel: result.Fuel, Claimed: r.ask.Claimed, Vouch: r.ask.Vouch}.Sign(d.config.Key, domain(t.Market))
}

// canary makes the data of a case; its commitment stays zero, as nobody made one.
func (d *Device) canary(t wire.Task, caseID blob.Hash) (Dataset, error) {
	w, err := d.load(t)
	if err != nil {
		return Dataset{}, err
	}
	set := Dataset{Name: "canary", Content: plan.Canary(w.architecture, w.training, caseID)}
	file, err := tensor.Decode(set.Content)
	if err == nil {
		set.Records = uint64(file.Tensors[0].Shape[0])
	}
	return set, err
}

// read gives the dataset's content, until release is called.
func (s Dataset) read() (content []byte, release func(), err error) {
	if s.Path == "" {
		return s.Content, func() {}, nil
	}
	content, unmap, err := dataset.Map(s.Path)
	return content, func() { _ = unmap() }, err
}
