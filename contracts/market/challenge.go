package market

import (
	"bytes"
	"context"
	"fmt"
	"sort"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
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
			return fmt.Errorf("prove omission: leaf %d: %w", i, err)
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

// ChallengeFold has mediators fold a round's updates again, at the sender's
// expense unless the model turns out to be another.
func (m *Market) ChallengeFold(ctx context.Context, r Round) error {
	_, err := m.attempt(ctx, r.id("challenge-fold"), m.Addresses.Rounds, m.challenges.PackChallengeFold(r.bound()))
	return err
}

// Abandon ends a round whose aggregator has been silent past the last window.
func (m *Market) Abandon(ctx context.Context, r Round) error {
	_, err := m.attempt(ctx, r.id("abandon"), m.Addresses.Rounds, m.challenges.PackAbandon(r.bound()))
	return err
}

// ClaimAbandoned pays the owner of a leaf of an abandoned round.
func (m *Market) ClaimAbandoned(ctx context.Context, r Round, leaves [][]byte, index uint32) error {
	inclusion, err := include(leaves, index)
	if err != nil {
		return err
	}
	_, err = m.attempt(ctx, fmt.Sprintf("%s/%d", r.id("claim-abandoned"), index), m.Addresses.Rounds, m.challenges.PackClaimAbandoned(r.bound(), inclusion))
	return err
}
