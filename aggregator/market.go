package aggregator

import (
	"context"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Market is where federations that pay are settled. Its methods are called from
// the loop and must not wait for anything.
type Market interface {
	// Contract is the one that rounds are committed to; leaves are bound to it.
	Contract() wire.Market
	// Member tells whether a device has joined a federation with this data: only
	// then would its updates be paid.
	Member(federation string, device key.Address, data blob.Hash) bool
	// Joined hears a device's answer to a Join.
	Joined(device key.Address, answer wire.Joined)
}

// ErrNoMarket marks a federation that pays, on a server without a chain.
var ErrNoMarket = errors.New("the federation pays fees, and this server has no chain: start it with --chain")

// heldRecord names the blobs of a round that must stay until it is settled.
type heldRecord struct {
	Round    uint32      `cbor:"1,keyasint"`
	Evidence blob.Hash   `cbor:"2,keyasint"`
	Blobs    []blob.Hash `cbor:"3,keyasint"` // the evidence and all that it names
}

// bind gives the contract to which a new federation's leaves are bound.
func (a *Aggregator) bind(f federation.Federation) (wire.Market, error) {
	switch {
	case !f.Fees.Paid():
		return wire.Market{}, nil
	case a.config.Market == nil:
		return wire.Market{}, ErrNoMarket
	}
	return a.config.Market.Contract(), nil
}

func (r *run) joined(device key.Address, data blob.Hash) bool {
	return !r.record.Config.Fees.Paid() || r.aggregator.config.Market != nil && r.aggregator.config.Market.Member(r.record.Config.Name, device, data)
}

// discard deletes a blob after the next transaction, or leaves it to the round
// just finished, if that is still to be settled.
func (r *run) discard(h blob.Hash) {
	if r.record.Config.Fees.Paid() {
		r.holding = append(r.holding, h)
	} else {
		r.garbage = append(r.garbage, h)
	}
}

// hold keeps the evidence of a finished round, and what it names, until Release.
func (r *run) hold(h Round) {
	encoded, err := r.evidence(h).Encode()
	var hash blob.Hash
	if err == nil {
		hash, err = r.aggregator.config.Blobs.Put(encoded)
	}
	if err != nil {
		r.aggregator.fatal = fmt.Errorf("keep the evidence of round %d: %w", h.Round, err)
		return
	}
	held := heldRecord{Round: h.Round, Evidence: hash, Blobs: append(r.holding, hash, h.Base, h.Model)}
	if !h.Optimiser.IsZero() {
		held.Blobs = append(held.Blobs, h.Optimiser)
	}
	r.holding = nil
	r.held[h.Round] = held
	r.changed = append(r.changed, h.Round)
}

func (r *run) evidence(h Round) evidence.Round {
	return evidence.Round{Federation: r.record.Config, Round: h.Round, Base: h.Base, Model: h.Model, Optimiser: h.Optimiser,
		Leaves: h.Leaves, Signatures: h.Signatures}
}

func (r *run) saveHeld(tx *store.Tx) error {
	for _, n := range r.changed {
		var err error
		if h, still := r.held[n]; still {
			err = tx.Put(bucketHeld(r.record.Config.Name), historyKey(n), h)
		} else {
			err = tx.Delete(bucketHeld(r.record.Config.Name), historyKey(n))
		}
		if err != nil {
			return err
		}
	}
	r.changed = nil
	return nil
}

// Evidence gives the hash of a finished round's evidence; all that it names stays
// until Release.
func (a *Aggregator) Evidence(ctx context.Context, name string, n uint32) (blob.Hash, error) {
	h, err := ask(ctx, a, func() (h blob.Hash) {
		if r := a.runs[name]; r != nil {
			h = r.held[n].Evidence // zero = none
		}
		return h
	})
	if err == nil && h.IsZero() {
		err = fmt.Errorf("evidence of federation %s, round %d: it is settled, or not finished: %w", name, n, ErrUnknown)
	}
	return h, err
}

// Release lets go of a settled round's blobs, save its evidence, of which claims
// can still be made again, and those that others need.
func (a *Aggregator) Release(ctx context.Context, name string, n uint32) error {
	return a.do(ctx, func() {
		r := a.runs[name]
		if r == nil {
			return
		}
		released, found := r.held[n]
		if !found || len(released.Blobs) == 1 {
			return
		}
		r.held[n] = heldRecord{Round: n, Evidence: released.Evidence, Blobs: []blob.Hash{released.Evidence}}
		needed := r.needed()
		for _, h := range released.Blobs {
			if !needed[h] {
				r.garbage = append(r.garbage, h)
			}
		}
		r.changed, r.dirty = append(r.changed, n), true
	})
}

// needed are the blobs that the federation or another round still needs.
func (r *run) needed() map[blob.Hash]bool {
	needed := map[blob.Hash]bool{r.record.Model: true, r.record.Best: true, r.record.Optimiser: true, r.aggregator.module.Hash: true}
	for _, h := range r.record.Recent {
		needed[h] = true
	}
	for _, h := range r.holding {
		needed[h] = true
	}
	for _, held := range r.held {
		for _, h := range held.Blobs {
			needed[h] = true
		}
	}
	return needed
}

// Blob reads a blob that a round to be settled names, or the training module.
func (a *Aggregator) Blob(ctx context.Context, h blob.Hash) ([]byte, error) {
	named := false
	err := a.do(ctx, func() {
		named = h == a.module.Hash
		for _, r := range a.runs {
			for _, held := range r.held {
				for _, b := range held.Blobs {
					named = named || b == h
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if !named {
		return nil, fmt.Errorf("blob %s: no round to be settled names it: %w", h.Short(), blob.ErrMissing)
	}
	return blob.ReadAll(a.config.Blobs, h)
}

// Candidate is an online device that could join a federation.
type Candidate struct {
	Device  key.Address
	Records uint64
	Data    blob.Hash // commitment
}

// Candidates lists the online devices that have a federation's dataset.
func (a *Aggregator) Candidates(ctx context.Context, name string) ([]Candidate, error) {
	return ask(ctx, a, func() (list []Candidate) {
		r := a.runs[name]
		if r == nil {
			return nil
		}
		for device, s := range a.sessions {
			for _, d := range s.hello.Datasets {
				if s.online && d.Name == r.record.Config.Data.Dataset && d.Records > 0 && a.config.Roster.Allowed(device) {
					list = append(list, Candidate{device, d.Records, d.Commitment})
					break // the first is the newest
				}
			}
		}
		return list
	})
}

// AskToJoin sends a device the terms; its answer goes to Market.Joined.
func (a *Aggregator) AskToJoin(ctx context.Context, device key.Address, m wire.Join) error {
	return a.do(ctx, func() {
		m.Module = a.module.Hash
		a.sender.Send(device, wire.KindJoin, m)
	})
}

func (a *Aggregator) joined(device key.Address, m wire.Joined) {
	if a.config.Market != nil {
		a.config.Market.Joined(device, m)
	}
}
