package market

import (
	"context"
	"fmt"
	"math/big"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// Digest is what mediators of a disputed root vote with (Claims.digestOf).
func (c Claims) Digest() [32]byte {
	var total [32]byte
	c.Total.FillBytes(total[:])
	return typed.Keccak(c.Root[:], total[:])
}

// DisputeClaims has mediators work a pending claims root out again, at the
// sender's expense unless it turns out to be another.
func (m *Market) DisputeClaims(ctx context.Context, federation blob.Hash) error {
	f, err := m.Federation(ctx, federation)
	if err != nil {
		return err
	}
	if f.PendingUntil.IsZero() {
		return fmt.Errorf("dispute the claims of federation %s: no root is pending: %w", federation.Short(), ErrNotYet)
	}
	// The same root can be posted, and disputed, again.
	id := fmt.Sprintf("dispute-claims/%s/%s/%d", federation, f.PendingRoot, f.PendingUntil.Unix())
	_, err = m.attempt(ctx, id, m.Addresses.Rounds, m.challenges.PackDisputeClaims(federation))
	return err
}

// CorrectClaims puts what mediators found in the place of a refuted root; it can
// be claimed against at once.
func (m *Market) CorrectClaims(ctx context.Context, federation blob.Hash, claims Claims) error {
	f, err := m.Federation(ctx, federation)
	if err != nil {
		return err
	}
	_, err = m.attempt(ctx, fmt.Sprintf("correct-claims/%s/%s/%d", federation, claims.Root, f.DisputeClosedAt.Unix()), m.Addresses.Rounds,
		m.challenges.PackCorrectClaims(federation, claims.Root, claims.Total))
	return err
}

// PostClaims posts a root anew where the last one was dropped; the aggregator
// alone can.
func (m *Market) PostClaims(ctx context.Context, federation, root blob.Hash, total *big.Int) error {
	f, err := m.Federation(ctx, federation)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("post-claims/%s/%s/%d", federation, root, f.DisputeClosedAt.Unix())
	_, err = m.attempt(ctx, id, m.Addresses.Rounds, m.challenges.PackPostClaims(federation, root, total))
	return err
}

// Bond makes good what was slashed of the aggregator's stake for a federation, so
// that it may commit and settle again.
func (m *Market) Bond(ctx context.Context, federation blob.Hash) error {
	f, err := m.Federation(ctx, federation)
	if err != nil || f.Bonded {
		return err
	}
	before, err := m.count(ctx, "Bonded", federation)
	if err != nil {
		return err
	}
	_, err = m.attempt(ctx, fmt.Sprintf("bond/%s/%d", federation, before), m.Addresses.Rounds, m.federations.PackBond(federation))
	return err
}
