package edge

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// updateFile is the output of a job that is its update.
const updateFile = "update.bin"

// start trains in a goroutine of its own; the loop goes on serving. A use of the
// data is counted before it begins.
func (d *Device) start(ctx context.Context, w *work) {
	now := d.config.Clock.Now()
	if err := d.record(w, "started", "", func(r Records) error { return r.AddRun(w.task.Dataset, now) }); err != nil {
		d.log.Error("task not started", "task", w.id.Short(), "error", err)
		return
	}
	ctx, w.cancel = context.WithCancel(ctx)
	d.running = w
	set, _ := d.datasetFor(w.task.Federation, w.task.Dataset)
	w.set = set
	d.workers.Go(func() {
		result, err := d.train(ctx, w.task, set, d.config.Checkpoint.of(w.id))
		// Not with ctx: the loop must hear of a cancelled job as well.
		d.post(context.WithoutCancel(ctx), func() { d.trained(w, result, err) })
	})
}

// loaded is what a task trains: its model and how.
type loaded struct {
	model        []byte
	architecture plan.Architecture
	training     plan.Training
}

func (d *Device) load(t wire.Task) (l loaded, err error) {
	if l.model, err = blob.ReadAll(d.config.Blobs, t.Model.Hash); err != nil {
		return l, err
	}
	file, err := tensor.Decode(l.model)
	if err != nil {
		return l, err
	}
	if l.architecture, err = plan.ParseArchitecture(file.Metadata[plan.MetadataKey]); err != nil {
		return l, err
	}
	return l, wire.Unmarshal(t.Training, &l.training)
}

// train runs the job over a dataset; it touches nothing that the loop owns.
func (d *Device) train(ctx context.Context, t wire.Task, set Dataset, keep job.Checkpoint) (job.Result, error) {
	l, err := d.load(t)
	if err != nil {
		return job.Result{}, err
	}
	content, release, err := set.read()
	if err != nil {
		return job.Result{}, err
	}
	defer release()
	lowered, err := plan.Lower(l.architecture, l.training, plan.Train, l.model, content)
	if err != nil {
		return job.Result{}, err
	}
	module, err := blob.ReadAll(d.config.Blobs, t.Module.Hash)
	if err != nil {
		return job.Result{}, err
	}
	return d.config.Runner.Run(ctx, job.Request{
		Module: module, ModuleHash: t.Module.Hash, Checkpoint: keep,
		Inputs: []job.Input{{Name: "plan.bin", Content: lowered}, {Name: "model.safetensors", Content: l.model}, {Name: "data.safetensors", Path: set.Path, Content: set.Content}},
		Limits: job.Limits{MemoryBytes: t.Memory, OutputBytes: min(t.MaxUpdate+4096, d.config.Policy.Limits.OutputBytes),
			Deadline: min(time.Duration(t.Timeout)*time.Millisecond, d.config.Policy.Limits.Deadline), Fuel: d.config.Policy.Limits.Fuel},
	})
}

// trained takes a job's end in: an offer, or a refusal with the reason.
func (d *Device) trained(w *work, result job.Result, err error) {
	if d.running != w {
		return
	}
	d.running = nil
	defer d.config.Checkpoint.remove(w.id)
	if d.works[w.id] != w {
		return // forgotten meanwhile
	}
	if result.Unkept != nil {
		d.log.Warn("training kept no checkpoint", "task", w.id.Short(), "error", result.Unkept)
	}
	if result.Resumed {
		d.log.Info("training went on from a checkpoint", "task", w.id.Short())
	}
	if err == nil {
		err = d.prepare(w, result)
	}
	if tooHeavy(err) && d.allowAway(w, err) == nil {
		d.log.Info("task too heavy", "federation", w.task.Federation, "round", w.task.Round, "error", err)
		w.state = away
		if fault := d.recordAway(w, err.Error()); fault != nil {
			err = fault
		} else {
			return // proceed hands it over
		}
	}
	if err != nil {
		d.refuse(w, "failed", err)
		return
	}
	d.offer(w)
}

// prepare passes the outputs through the policy, claims them in a signed leaf
// and keeps it all, so that from here on the update survives a power cut.
func (d *Device) prepare(w *work, result job.Result) error {
	ask, err := d.question(w)
	if err != nil {
		return err
	}
	var outputs []policy.Output
	for _, o := range result.Outputs {
		outputs = append(outputs, policy.Output{Name: o.Name, Size: uint64(len(o.Bytes))})
	}
	if err := d.config.Policy.AllowOutputs(ask, outputs); err != nil {
		return err
	}
	update, found := result.Output(updateFile)
	if !found || uint64(len(update)) > w.task.MaxUpdate {
		return fmt.Errorf("the job left an update of %d bytes, at most %d", len(update), w.task.MaxUpdate)
	}
	file, _ := result.Output("metrics.bin")
	metrics, err := decodeMetrics(file)
	if err != nil {
		return err
	}
	metrics.Millis = uint64(result.Elapsed.Milliseconds())
	if d.config.Tamper != nil {
		update = d.config.Tamper(w.task.Federation, update)
	}
	hash, err := d.config.Blobs.Put(update)
	if err != nil {
		return err
	}
	manifest, err := blob.Describe(bytes.NewReader(update), 0)
	if err != nil {
		return err
	}
	set := w.set
	l := leaf.Leaf{Chain: w.task.Market.Chain, Contract: w.task.Market.Contract, Federation: blob.Sum([]byte(w.task.Federation)), Round: w.task.Round, Device: w.task.Device, Owner: d.owner(),
		BaseModel: w.task.Model.Hash, Module: w.task.Module.Hash, Configuration: blob.Sum(w.task.Training), Data: set.Commitment,
		Update: leaf.Commit(hash, set.Records, result.Fuel), Samples: set.Records, Fuel: result.Fuel}
	signature := d.config.Key.Sign(l.Claim())
	w.offered = wire.Offer{Task: w.id, Update: manifest, Leaf: l.Encode(), Signature: signature[:], Metrics: metrics}
	w.state = offered
	return d.record(w, "offered", "update "+hash.String(), func(r Records) error { return d.keep(w, r) })
}

func (d *Device) offer(w *work) {
	w.heard = d.config.Clock.Now()
	d.send(wire.KindOffer, w.offered)
}

// decodeMetrics reads metrics.bin as wasm-jobs/train writes it: "TPM1", a zero
// word, then samples, steps and correct answers, and the sum of losses, 8 bytes
// each, little-endian.
func decodeMetrics(b []byte) (wire.Metrics, error) {
	if len(b) != 40 || string(b[:4]) != "TPM1" {
		return wire.Metrics{}, fmt.Errorf("the job left malformed metrics of %d bytes", len(b))
	}
	m := wire.Metrics{Samples: binary.LittleEndian.Uint64(b[8:]), Steps: binary.LittleEndian.Uint64(b[16:]),
		Correct: binary.LittleEndian.Uint64(b[24:]), Loss: math.Float64frombits(binary.LittleEndian.Uint64(b[32:]))}
	if math.IsNaN(m.Loss) || math.IsInf(m.Loss, 0) {
		return wire.Metrics{}, fmt.Errorf("the job's loss is %v", m.Loss)
	}
	return m, nil
}
