// Package deal is what the parties to a deal agree on off the chain: how a job's
// files and limits are named by the hashes in its offer, and what running it
// gives.
//
// A job offer flows in; module, inputs and description are fetched by their
// hashes, so that whoever serves them cannot lie; a Runner runs the job; the
// result that the contracts compare flows out, with the outputs. Provider and
// mediators use the same code, so honest ones find the same.
package deal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Blobs gives content by its hash, checked.
type Blobs interface {
	Get(ctx context.Context, h blob.Hash) ([]byte, error)
}

// Store also takes content.
type Store interface {
	Blobs
	Put(ctx context.Context, content []byte) (blob.Hash, error)
}

// Job is one run of a module.
type Job struct {
	Name   string // of the deal, or whatever else it is run for; the same name is the same job
	Module []byte
	Hash   blob.Hash // of the module
	Inputs map[string][]byte
	Limits Spec
}

// Runner runs a job, and gives what it wrote and the fuel that it used. An error
// of the job itself (a trap, an exit code, a limit of its Spec) is an ErrJob. A
// context that ends because of ErrOver ends the job wherever it runs; one that ends
// otherwise may leave it there, to be found again by its name.
type Runner interface {
	Run(ctx context.Context, j Job) (outputs map[string][]byte, fuel uint64, err error)
}

// ErrJob marks a job that ran and failed, which is a result and no accident.
var ErrJob = errors.New("the job failed")

// ErrOver is the cause of a context's end when nobody wants the result any more.
var ErrOver = errors.New("the deal is over")

// Inputs lists every blob that running an offer's job takes; the offer's own are
// read to find them.
func Inputs(ctx context.Context, from Blobs, offer market.JobOffer) (Spec, Files, error) {
	encoded, err := from.Get(ctx, offer.Spec)
	if err != nil {
		return Spec{}, nil, err
	}
	spec, err := DecodeSpec(encoded)
	if err != nil {
		return Spec{}, nil, fmt.Errorf("job's description %s: %w", offer.Spec.Short(), err)
	}
	if encoded, err = from.Get(ctx, offer.Inputs); err != nil {
		return Spec{}, nil, err
	}
	files, err := DecodeFiles(encoded)
	if err != nil {
		return Spec{}, nil, fmt.Errorf("job's inputs %s: %w", offer.Inputs.Short(), err)
	}
	if spec.Sealed != nil {
		for _, name := range spec.Sealed.Inputs {
			if _, found := files[name]; !found {
				return Spec{}, nil, fmt.Errorf("job's description %s: %w: there is no sealed input %q", offer.Spec.Short(), ErrSpec, name)
			}
		}
	}
	return spec, files, nil
}

// Execute runs an offer's job. One that fails, or is described by nothing that can
// be run, has the digest Failed, no outputs and no fuel. Sealed inputs are opened
// first (nil = they cannot be), which is an ErrClosed where they are sealed to
// others; outputs of such a job come sealed, as its description says.
func Execute(ctx context.Context, from Blobs, with Opener, run Runner, name string, offer market.JobOffer) (market.Result, map[string][]byte, error) {
	failure := market.Result{Digest: Failed()}
	spec, files, err := Inputs(ctx, from, offer)
	if errors.Is(err, ErrSpec) || errors.Is(err, ErrFiles) {
		return failure, nil, nil
	}
	if err != nil {
		return market.Result{}, nil, fmt.Errorf("fetch job: %w", err)
	}
	j := Job{Name: name, Hash: offer.Module, Inputs: map[string][]byte{}, Limits: spec}
	if j.Module, err = from.Get(ctx, offer.Module); err != nil {
		return market.Result{}, nil, fmt.Errorf("fetch module: %w", err)
	}
	for name, h := range files {
		if j.Inputs[name], err = from.Get(ctx, h); err != nil {
			return market.Result{}, nil, fmt.Errorf("fetch input %q: %w", name, err)
		}
	}
	var secret [32]byte
	if spec.Sealed != nil {
		if j.Inputs, secret, err = spec.Sealed.opened(j.Inputs, with); err != nil {
			return market.Result{}, nil, fmt.Errorf("open job: %w", err)
		}
	}
	outputs, fuel, err := run.Run(ctx, j)
	if errors.Is(err, ErrJob) {
		return failure, nil, nil
	}
	if err != nil {
		return market.Result{}, nil, fmt.Errorf("run job: %w", err)
	}
	if outputs == nil {
		outputs = map[string][]byte{} // no outputs are not a failure
	}
	if spec.Sealed != nil {
		if outputs, err = spec.Sealed.sealed(outputs, secret); err != nil {
			return failure, nil, nil // to a key that takes nothing, the same for everybody
		}
	}
	list, err := FilesOf(outputs)
	if errors.Is(err, ErrFiles) {
		return failure, nil, nil // it wrote files that nobody could fetch
	}
	return market.Result{Digest: blob.Sum(list.Encode()), Fuel: fuel}, outputs, err
}

// Keep stores the outputs that Execute gave and their list, the list last.
func Keep(ctx context.Context, in Store, outputs map[string][]byte) error {
	if outputs == nil {
		_, err := in.Put(ctx, []byte(failed))
		return err
	}
	list, err := FilesOf(outputs)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if _, err := in.Put(ctx, outputs[name]); err != nil {
			return fmt.Errorf("store output %q: %w", name, err)
		}
	}
	_, err = in.Put(ctx, list.Encode())
	return err
}

// Outputs fetches what a result names; those of a failed job are an ErrJob.
func Outputs(ctx context.Context, from Blobs, result market.Result) (map[string][]byte, error) {
	if result.Digest == Failed() {
		return nil, ErrJob
	}
	encoded, err := from.Get(ctx, result.Digest)
	if err != nil {
		return nil, err
	}
	list, err := DecodeFiles(encoded)
	if err != nil {
		return nil, err
	}
	outputs := map[string][]byte{}
	for name, h := range list {
		if outputs[name], err = from.Get(ctx, h); err != nil {
			return nil, fmt.Errorf("fetch output %q: %w", name, err)
		}
	}
	return outputs, nil
}
