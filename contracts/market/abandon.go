package market

import (
	"context"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// Abandon ends a round whose aggregator has been silent past the last window.
func (m *Market) Abandon(ctx context.Context, r Round) error {
	_, err := m.attempt(ctx, r.id("abandon"), m.Addresses.Rounds, m.challenges.PackAbandon(r.bound()))
	return err
}

// ClaimAbandoned pays the owner of a leaf of an abandoned round.
func (m *Market) ClaimAbandoned(ctx context.Context, r Round, leaves [][]byte, index uint32) error {
	inclusion, err := include(leaves, index)
	if err != nil {
		return fmt.Errorf("claim of an abandoned round: %w", err)
	}
	_, err = m.attempt(ctx, fmt.Sprintf("%s/%d", r.id("claim-abandoned"), index), m.Addresses.Rounds, m.challenges.PackClaimAbandoned(r.bound(), inclusion))
	return err
}

// ClaimByReceipt pays the owner of an accepted update of an abandoned round whose
// leaves nobody can show.
func (m *Market) ClaimByReceipt(ctx context.Context, r Round, l leaf.Leaf, receipt key.Signature) error {
	_, err := m.attempt(ctx, fmt.Sprintf("%s/%s", r.id("claim-by-receipt"), l.Device), m.Addresses.Rounds, m.challenges.PackClaimByReceipt(r.bound(), l.Encode(), receipt[:]))
	return err
}

// CloseRound ends an abandoned round after the time for leaves, and frees what
// nobody asked for.
func (m *Market) CloseRound(ctx context.Context, r Round) error {
	_, err := m.attempt(ctx, r.id("close-round"), m.Addresses.Rounds, m.challenges.PackCloseRound(r.bound()))
	return err
}
