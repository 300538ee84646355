// Package evidence is what a finished round leaves for those who check it: every
// claim with its signature, and the names of all blobs that went into it.
//
// A Round flows in, its encoding is a blob whose hash is committed on the chain.
// Whoever holds it and the blobs can run any update of the round again, and can
// fold the updates again (Fold) and compare the model.
package evidence

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/optimise"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// ErrEvidence marks a record that does not hold together.
var ErrEvidence = errors.New("invalid evidence of a round")

// Round is the evidence of one round.
type Round struct {
	Federation federation.Federation `cbor:"1,keyasint"`
	Round      uint32                `cbor:"2,keyasint"`
	Base       blob.Hash             `cbor:"3,keyasint"` // model it began with
	Model      blob.Hash             `cbor:"4,keyasint"` // model it ended with
	Optimiser  blob.Hash             `cbor:"5,keyasint"` // the server optimiser's state before; zero = none
	Leaves     [][]byte              `cbor:"6,keyasint"` // sorted by device
	Signatures [][]byte              `cbor:"7,keyasint"` // of the devices, in the same order
}

// Encode gives the blob.
func (r Round) Encode() ([]byte, error) { return wire.Marshal(r) }

// Decode reads a blob that Encode made, and makes sure that each leaf is of this
// round, signed by its device, and after the one before.
func Decode(b []byte) (Round, error) {
	var r Round
	if err := wire.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("%w: %v", ErrEvidence, err)
	}
	if len(r.Leaves) != len(r.Signatures) {
		return r, fmt.Errorf("%w: %d leaves and %d signatures", ErrEvidence, len(r.Leaves), len(r.Signatures))
	}
	var last key.Address
	for i := range r.Leaves {
		l, err := r.Leaf(i)
		if err != nil {
			return r, err
		}
		if l.Round != r.Round || l.Federation != r.Federation.ID() || l.BaseModel != r.Base {
			return r, fmt.Errorf("%w: leaf %d is of another round", ErrEvidence, i)
		}
		if i > 0 && slices.Compare(last[:], l.Device[:]) >= 0 {
			return r, fmt.Errorf("%w: leaf %d is not after the one before", ErrEvidence, i)
		}
		last = l.Device
		if len(r.Signatures[i]) != len(key.Signature{}) {
			return r, fmt.Errorf("%w: signature %d has %d bytes", ErrEvidence, i, len(r.Signatures[i]))
		}
		if signer, err := key.Signature(r.Signatures[i]).Recover(l.Claim()); err != nil || signer != l.Device {
			return r, fmt.Errorf("%w: leaf %d is not signed by its device %s", ErrEvidence, i, l.Device)
		}
	}
	return r, nil
}

// Leaves are the encoded leaves of a blob that Encode made, as they stand in the
// tree, whatever is wrong with them.
func Leaves(b []byte) ([][]byte, error) {
	var r Round
	if err := wire.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrEvidence, err)
	}
	return r.Leaves, nil
}

// Leaf decodes one.
func (r Round) Leaf(i int) (leaf.Leaf, error) {
	l, err := leaf.Decode(r.Leaves[i])
	if err != nil {
		return l, fmt.Errorf("%w: leaf %d: %v", ErrEvidence, i, err)
	}
	return l, nil
}

// Hashes are the leaves' hashes, over which the root stands.
func (r Round) Hashes() ([]merkle.Hash, error) {
	var hashes []merkle.Hash
	for i := range r.Leaves {
		l, err := r.Leaf(i)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, l.Hash())
	}
	return hashes, nil
}

// Of gives a device's leaf.
func (r Round) Of(device key.Address) (leaf.Leaf, bool) {
	for i := range r.Leaves {
		if l, err := r.Leaf(i); err == nil && l.Device == device {
			return l, true
		}
	}
	return leaf.Leaf{}, false
}

// Training is the parameters that the leaf's device was given, as its leaf binds
// them by their hash.
func (r Round) Training(l leaf.Leaf) (plan.Training, error) {
	t := r.Federation.DeviceTraining(r.Round, l.Device)
	encoded, err := wire.Marshal(t)
	if err != nil {
		return t, err
	}
	if blob.Sum(encoded) != l.Configuration {
		return t, fmt.Errorf("%w: device %s was trained by other parameters than the federation's", ErrEvidence, l.Device)
	}
	return t, nil
}

// Blobs gives content by its hash.
type Blobs interface {
	Get(ctx context.Context, h blob.Hash) ([]byte, error)
}

// Fold makes the round's next model again, of the updates that its leaves commit
// to. Their hashes come beside the evidence, once the drawn leaves are checked:
// before that they would tell mediators the answer.
func (r Round) Fold(ctx context.Context, updates []blob.Hash, blobs Blobs) ([]byte, error) {
	if len(updates) != len(r.Leaves) {
		return nil, fmt.Errorf("%w: %d updates for %d leaves", ErrEvidence, len(updates), len(r.Leaves))
	}
	architecture, err := r.Federation.Architecture()
	if err != nil {
		return nil, err
	}
	sum, err := combine.NewSum(r.Federation.Form(architecture))
	if err != nil {
		return nil, err
	}
	for i := range r.Leaves {
		l, err := r.Leaf(i)
		if err != nil {
			return nil, err
		}
		if leaf.Commit(updates[i], l.Samples, l.Fuel) != l.Update {
			return nil, fmt.Errorf("%w: update %s is not what leaf %d commits to", ErrEvidence, updates[i].Short(), i)
		}
		content, err := blobs.Get(ctx, updates[i])
		if err != nil {
			return nil, err
		}
		update, err := sum.Begin(l.Samples)
		if err == nil {
			err = update.Fold(content)
		}
		if err == nil {
			err = update.Finish()
		}
		if err != nil {
			return nil, fmt.Errorf("fold the update of %s: %w", l.Device, err)
		}
	}
	var state []byte
	if !r.Optimiser.IsZero() {
		if state, err = blobs.Get(ctx, r.Optimiser); err != nil {
			return nil, err
		}
	}
	optimiser, err := RestoreOptimiser(r.Federation, architecture, state)
	if err != nil {
		return nil, err
	}
	base, err := blobs.Get(ctx, r.Base)
	if err != nil {
		return nil, err
	}
	return Next(base, sum, optimiser)
}

// Next is the model that a round makes of its base model and the sum of its
// updates: a pure function of them and the optimiser's state, which it changes.
func Next(base []byte, sum *combine.Sum, optimiser *optimise.Optimiser) ([]byte, error) {
	file, err := tensor.Decode(base)
	if err != nil {
		return nil, err
	}
	var weights []float32
	for _, t := range file.Tensors {
		weights = append(weights, t.Floats()...)
	}
	delta := make([]float64, len(weights))
	if err := sum.Mean(delta); err != nil {
		return nil, err
	}
	if err := optimiser.Step(weights, delta); err != nil {
		return nil, err
	}
	next := tensor.File{Metadata: file.Metadata}
	at := 0
	for _, t := range file.Tensors {
		next.Tensors = append(next.Tensors, tensor.FromFloats(t.Name, t.Shape, weights[at:at+t.Elements()]))
		at += t.Elements()
	}
	return next.Encode(), nil
}

// SaveOptimiser writes the optimiser's state as a file; one without state gives
// none.
func SaveOptimiser(o *optimise.Optimiser) []byte {
	var f tensor.File
	for _, slot := range o.Slots() {
		values := o.State(slot)
		f.Tensors = append(f.Tensors, tensor.FromFloats(slot, []int{len(values)}, values))
	}
	if len(f.Tensors) == 0 {
		return nil
	}
	return f.Encode()
}

// RestoreOptimiser makes a federation's optimiser with the state that
// SaveOptimiser wrote; none = at its start.
func RestoreOptimiser(f federation.Federation, a plan.Architecture, state []byte) (*optimise.Optimiser, error) {
	o := optimise.New(f.Optimiser(), a.Parameters())
	if len(state) == 0 {
		return o, nil
	}
	file, err := tensor.Decode(state)
	if err != nil {
		return nil, err
	}
	for _, t := range file.Tensors {
		if err := o.Restore(t.Name, t.Floats()); err != nil {
			return nil, err
		}
	}
	return o, nil
}
