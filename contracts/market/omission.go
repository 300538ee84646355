package market

import (
	"bytes"
	"context"
	"fmt"
	"sort"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// ProveOmission shows that a device whose update was accepted is not among a
// round's leaves: the aggregator's receipt for its leaf, and the neighbours
// between which it would stand. Its owner is paid from the aggregator's stake.
func (m *Market) ProveOmission(ctx context.Context, r Round, missing leaf.Leaf, receipt key.Signature, leaves [][]byte) error {
	var devices []key.Address
	for i, encoded := range leaves {
		l, err := leaf.Decode(encoded)
		if err != nil {
			return fmt.Errorf("prove omission: leaf %d: %w; refute that leaf", i, err)
		}
		devices = append(devices, l.Device)
	}
	at := sort.Search(len(devices), func(i int) bool { return bytes.Compare(devices[i][:], missing.Device[:]) >= 0 })
	var left, right bindings.Inclusion
	var err error
	switch {
	case at < len(devices) && devices[at] == missing.Device:
		// Another leaf of the device's than the receipt's: it was altered.
		if left, err = include(leaves, uint32(at)); err != nil {
			return err
		}
	default:
		if at > 0 {
			if left, err = include(leaves, uint32(at-1)); err != nil {
				return err
			}
		}
		if at < len(leaves) {
			if right, err = include(leaves, uint32(at)); err != nil {
				return err
			}
		}
	}
	data := m.challenges.PackProveOmission(r.bound(), missing.Encode(), receipt[:], left, right)
	_, err = m.attempt(ctx, fmt.Sprintf("%s/%s", r.id("omission"), missing.Device), m.Addresses.Rounds, data)
	return err
}

// DemandLeaf makes the aggregator show an accepted update's leaf in its place,
// where it withholds the others and no neighbour can be shown.
func (m *Market) DemandLeaf(ctx context.Context, r Round, l leaf.Leaf, receipt key.Signature) error {
	_, err := m.attempt(ctx, fmt.Sprintf("%s/%s", r.id("demand"), l.Device), m.Addresses.Rounds, m.challenges.PackDemandLeaf(r.bound(), l.Encode(), receipt[:]))
	return err
}

// AnswerDemand shows a demanded leaf in its place; anyone may.
func (m *Market) AnswerDemand(ctx context.Context, r Round, leaves [][]byte, index uint32) error {
	inclusion, err := include(leaves, index)
	if err != nil {
		return fmt.Errorf("answer a demand: %w", err)
	}
	_, err = m.attempt(ctx, fmt.Sprintf("%s/%d", r.id("answer-demand"), index), m.Addresses.Rounds, m.challenges.PackAnswerDemand(r.bound(), inclusion))
	return err
}

// CloseDemand pays the owner of a leaf whose demand was not answered in time.
func (m *Market) CloseDemand(ctx context.Context, r Round, l leaf.Leaf) error {
	_, err := m.attempt(ctx, fmt.Sprintf("%s/%s", r.id("close-demand"), l.Device), m.Addresses.Rounds, m.challenges.PackCloseDemand(r.bound(), l.Encode()))
	return err
}

// Demand is what was asked of an aggregator about one device of a round.
type Demand struct {
	Leaf  blob.Hash // zero = nothing was demanded
	Until time.Time // zero = answered, or closed
}

// Demand asks for one.
func (m *Market) Demand(ctx context.Context, federation blob.Hash, round uint32, device key.Address) (Demand, error) {
	d, err := view(ctx, m, m.Addresses.Rounds, m.challenges.PackDemands(federation, round, common.Address(device)), m.challenges.UnpackDemands)
	if err != nil {
		return Demand{}, err
	}
	out := Demand{Leaf: d.Leaf}
	if until := d.Until.Int64(); until != 0 {
		out.Until = time.Unix(until, 0)
	}
	return out, nil
}

// DemandMade is a demand as it was made.
type DemandMade struct {
	Round  uint32
	Device key.Address
	Leaf   blob.Hash
}

// Demands lists all that were made of a federation's aggregator.
func (m *Market) Demands(ctx context.Context, federation blob.Hash) (list []DemandMade, err error) {
	var until uint64
	err = m.events(ctx, m.Addresses.Rounds, 0, &until, []common.Hash{eventID(m.rounds, "Demanded")}, func(e event) error {
		d, err := m.rounds.UnpackDemandedEvent(e.log)
		if err == nil {
			list = append(list, DemandMade{Round: d.Round, Device: key.Address(d.Device), Leaf: d.Leaf})
		}
		return err
	}, []common.Hash{common.Hash(federation)})
	return list, err
}
