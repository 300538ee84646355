// Package recheck runs again what a round claims: one device's update, or the
// fold of all of them.
//
// A Subject flows in, which says what is disputed; evidence, blobs and disclosed
// data are fetched by their hashes, so that whoever serves them cannot lie; the
// digest that the contracts compare flows out. The same code serves a mediator
// and an aggregator that wants to know before it pays.
package recheck

import (
	"context"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/commitment"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
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

// Runner runs a job as a device does, and gives what it wrote and the fuel that
// it used. An error of the job itself (a trap, a limit) is an ErrJob.
type Runner interface {
	Run(ctx context.Context, j Job) (outputs map[string][]byte, fuel uint64, err error)
}

// ErrJob marks a job that ran and failed, which is a finding and no accident.
var ErrJob = errors.New("the job failed")

// Data gives the dataset that a device discloses for a case, decrypted.
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
		return [32]byte{}, nil // by parameters of its own: no honest run gives this claim
	}
	data, err := c.Data.Dataset(ctx, caseID, l.Device)
	if err != nil {
		return [32]byte{}, err
	}
	return c.run(ctx, round, l, training, data)
}

func (c Checker) run(ctx context.Context, round evidence.Round, l leaf.Leaf, training plan.Training, data []byte) (digest [32]byte, err error) {
	dataset, err := tensor.Decode(data)
	if err != nil {
		return digest, fmt.Errorf("%w: %v", ErrData, err)
	}
	if committed, err := commitment.Of(dataset); err != nil || committed != l.Data {
		return digest, fmt.Errorf("data of %s: %w", l.Device, ErrData)
	}
	model, err := c.Blobs.Get(ctx, l.BaseModel)
	if err != nil {
		return digest, err
	}
	module, err := c.Blobs.Get(ctx, l.Module)
	if err != nil {
		return digest, err
	}
	architecture, err := round.Federation.Architecture()
	if err != nil {
		return digest, err
	}
	lowered, err := plan.Lower(architecture, training, plan.Train, model, data)
	if err != nil {
		return digest, err
	}
	size := uint64(round.Federation.Form(architecture).FileSize())
	outputs, fuel, err := c.Runner.Run(ctx, Job{Module: module, Hash: l.Module, Memory: round.Federation.Training.Memory << 20, Output: size + 4096,
		Inputs: map[string][]byte{"plan.bin": lowered, "model.safetensors": model, "data.safetensors": data}})
	if errors.Is(err, ErrJob) {
		return digest, nil // an honest run claims nothing
	}
	if err != nil {
		return digest, err
	}
	samples := uint64(dataset.Tensors[0].Shape[0])
	if samples != l.Samples || fuel != l.Fuel {
		return digest, nil // the leaf is paid by these, whatever its commitment says
	}
	return leaf.Answer(blob.Sum(outputs["update.bin"]), samples, fuel), nil
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
