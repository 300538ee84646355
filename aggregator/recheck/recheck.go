// Package recheck runs again what a round claims: one device's update, the fold of
// all of them, or what owners have earned.
//
// A committed round flows in, and what of it is disputed; evidence, blobs and
// disclosed data are fetched by their hashes and held to the committed root, so that
// whoever serves them cannot lie; the digest that the contracts compare flows out. The same code serves a mediator
// and an aggregator that wants to know before it pays.
package recheck

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/commitment"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/testimony"
)

// ErrData marks disclosed data that are not those the device committed to.
var ErrData = errors.New("disclosed data do not match their commitment")

// Job is one run of a module.
type Job struct {
	Module []byte
	Hash   blob.Hash // of the module
	Inputs map[string][]byte
	Memory uint64 // bytes at most
	Output uint64 // bytes at most
}

// ErrWay marks a check in a way that the federation does not take.
var ErrWay = errors.New("the federation does not take such a check")

// Runner runs a job as a device does, and gives what it wrote and the fuel that
// it used. An error of the job itself (a trap, a limit) is an ErrJob.
type Runner interface {
	Run(ctx context.Context, j Job) (outputs map[string][]byte, fuel uint64, err error)
}

// ErrJob marks a job that ran and failed, which is a finding and no accident.
var ErrJob = errors.New("the job failed")

// Data gives the dataset that a device discloses for a case, decrypted, or the
// testimony that stands for it.
type Data interface {
	Dataset(ctx context.Context, caseID [32]byte, device key.Address) ([]byte, error)
}

// Checker finds digests.
type Checker struct {
	Blobs  evidence.Blobs
	Data   Data
	Runner Runner
}

// Update runs a device's training again and gives the answer that it found.
func (c Checker) Update(ctx context.Context, caseID [32]byte, evidenceHash blob.Hash, device key.Address) ([32]byte, error) {
	round, err := c.round(ctx, evidenceHash)
	if err != nil {
		return [32]byte{}, err
	}
	l, found := round.Of(device)
	if !found {
		return [32]byte{}, fmt.Errorf("check case %x: the round's evidence has no leaf of %s", caseID[:6], device)
	}
	training, err := round.Training(l)
	if err != nil {
		// The aggregator accepted the leaf, so it is its evidence that is false: an
		// answer would cost the device its collateral.
		return [32]byte{}, err
	}
	data, err := c.Data.Dataset(ctx, caseID, l.Device)
	if err != nil {
		return [32]byte{}, err
	}
	way := testimony.Disclose
	var said testimony.Testimony
	if testimony.Is(data) {
		if said, err = testimony.Open(data, caseID, l); err != nil {
			return [32]byte{}, err
		}
		way = said.Way
	}
	if !slices.Contains(round.Federation.Fees.Ways(), way) {
		return [32]byte{}, fmt.Errorf("%w: %s is checked by %q, the federation takes %q", ErrWay, l.Device, way, round.Federation.Fees.Ways())
	}
	switch way {
	case testimony.SecondDevice:
		if said.Samples != l.Samples || said.Fuel != l.Fuel {
			return [32]byte{}, nil // the leaf is paid by these, whatever its commitment says
		}
		return leaf.Answer(said.Update, said.Samples, said.Fuel), nil
	case testimony.Canary:
		return c.canary(ctx, caseID, round, l, training, said)
	}
	return c.data(ctx, round, l, training, data)
}

// data runs the training over the device's own data.
func (c Checker) data(ctx context.Context, round evidence.Round, l leaf.Leaf, training plan.Training, data []byte) (digest [32]byte, err error) {
	dataset, err := tensor.Decode(data)
	if err != nil {
		return digest, fmt.Errorf("%w: %v", ErrData, err)
	}
	if committed, err := commitment.Of(dataset); err != nil || committed != l.Data {
		return digest, fmt.Errorf("data of %s: %w", l.Device, ErrData)
	}
	update, fuel, err := c.train(ctx, round, l, training, data)
	if err != nil || update.IsZero() {
		return digest, err
	}
	samples := uint64(dataset.Tensors[0].Shape[0])
	if samples != l.Samples || fuel != l.Fuel {
		return digest, nil // the leaf is paid by these, whatever its commitment says
	}
	return leaf.Answer(update, samples, fuel), nil
}

// canary runs the training over the case's canary, and upholds what the device
// claimed of its own data if it ran that one right.
func (c Checker) canary(ctx context.Context, caseID [32]byte, round evidence.Round, l leaf.Leaf, training plan.Training, said testimony.Testimony) (digest [32]byte, err error) {
	if blob.Sum(said.Claimed[:]) != l.Update {
		return digest, fmt.Errorf("%w: its answer is not what the leaf of %s commits to", testimony.ErrInvalid, l.Device)
	}
	architecture, err := round.Federation.Architecture()
	if err != nil {
		return digest, err
	}
	data := plan.Canary(architecture, training, caseID)
	dataset, err := tensor.Decode(data)
	if err != nil {
		return digest, err
	}
	update, fuel, err := c.train(ctx, round, l, training, data)
	if err != nil || update != said.Update || fuel != said.Fuel || uint64(dataset.Tensors[0].Shape[0]) != said.Samples {
		return digest, err
	}
	return said.Claimed, nil
}

// train runs a leaf's module over data; no update says that the job failed, and an
// honest run claims nothing then.
func (c Checker) train(ctx context.Context, round evidence.Round, l leaf.Leaf, training plan.Training, data []byte) (update blob.Hash, fuel uint64, err error) {
	model, err := c.Blobs.Get(ctx, l.BaseModel)
	if err != nil {
		return update, 0, err
	}
	module, err := c.Blobs.Get(ctx, l.Module)
	if err != nil {
		return update, 0, err
	}
	architecture, err := round.Federation.Architecture()
	if err != nil {
		return update, 0, err
	}
	lowered, err := plan.Lower(architecture, training, plan.Train, model, data)
	if err != nil {
		return update, 0, err
	}
	size := uint64(round.Federation.Form(architecture).FileSize())
	outputs, fuel, err := c.Runner.Run(ctx, Job{Module: module, Hash: l.Module, Memory: round.Federation.Training.Memory << 20, Output: size + 4096,
		Inputs: map[string][]byte{"plan.bin": lowered, "model.safetensors": model, "data.safetensors": data}})
	if errors.Is(err, ErrJob) {
		return update, 0, nil
	}
	if err != nil {
		return update, 0, err
	}
	return blob.Sum(outputs["update.bin"]), fuel, nil
}

// Fold folds a round's updates again and gives the hash of the model. Evidence
// that does not hold together folds to nothing.
func (c Checker) Fold(ctx context.Context, evidenceHash blob.Hash, updates []blob.Hash) ([32]byte, error) {
	round, err := c.round(ctx, evidenceHash)
	if errors.Is(err, evidence.ErrEvidence) {
		return [32]byte{}, nil
	}
	if err != nil {
		return [32]byte{}, err
	}
	model, err := round.Fold(ctx, updates, c.Blobs)
	if err != nil {
		return [32]byte{}, err
	}
	return blob.Sum(model), nil
}

func (c Checker) round(ctx context.Context, h blob.Hash) (evidence.Round, error) {
	encoded, err := c.Blobs.Get(ctx, h)
	if err != nil {
		return evidence.Round{}, err
	}
	return evidence.Decode(encoded)
}
