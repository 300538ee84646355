package recheck

import (
	"context"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Claims works out what owners have earned over a federation's settled rounds, of
// the leaves in their evidence. Evidence of other leaves than a round's is an
// evidence.ErrEvidence.
func (c Checker) Claims(ctx context.Context, course *market.Course) (market.Claims, error) {
	leaves := make([][][]byte, len(course.Rounds))
	for i, r := range course.Rounds {
		found, err := Leaves(ctx, c.Blobs, r.Round)
		if err != nil {
			return market.Claims{}, err
		}
		leaves[i] = found
	}
	return course.Claims(leaves)
}

// ClaimsDigest is what a mediator votes with where a claims root is disputed:
// nothing, if the aggregator committed to evidence that is not its rounds'.
func (c Checker) ClaimsDigest(ctx context.Context, course *market.Course) ([32]byte, error) {
	claims, err := c.Claims(ctx, course)
	if errors.Is(err, evidence.ErrEvidence) {
		return [32]byte{}, nil
	}
	if err != nil {
		return [32]byte{}, err
	}
	return claims.Digest(), nil
}

// FoldDigest is what a mediator votes with where a committed round's model is
// challenged. Evidence of other leaves than the round's folds to nothing, or an
// aggregator could fold some updates and commit to others.
func (c Checker) FoldDigest(ctx context.Context, r market.Round, updates []blob.Hash) ([32]byte, error) {
	if _, err := Leaves(ctx, c.Blobs, r); errors.Is(err, evidence.ErrEvidence) {
		return [32]byte{}, nil
	} else if err != nil {
		return [32]byte{}, err
	}
	return c.Fold(ctx, r.Evidence, updates)
}

// UpdateDigest is what a mediator votes with about a device's update in a committed
// round. Evidence of other leaves than the round's gives an error and no answer: a
// device could lose its collateral for a leaf that it signed elsewhere.
func (c Checker) UpdateDigest(ctx context.Context, caseID [32]byte, r market.Round, device key.Address) ([32]byte, error) {
	if _, err := Leaves(ctx, c.Blobs, r); err != nil {
		return [32]byte{}, err
	}
	return c.Update(ctx, caseID, r.Evidence, device)
}

// Leaves fetches the leaves under a committed round's root, from its evidence.
func Leaves(ctx context.Context, blobs evidence.Blobs, r market.Round) ([][]byte, error) {
	encoded, err := blobs.Get(ctx, r.Evidence)
	if err != nil {
		return nil, fmt.Errorf("leaves of round %d: %w", r.Round, err)
	}
	leaves, err := evidence.Leaves(encoded)
	if err == nil {
		err = r.Match(leaves)
	}
	if errors.Is(err, market.ErrLeaves) {
		err = fmt.Errorf("%w: %w", evidence.ErrEvidence, err)
	}
	if err != nil {
		return nil, fmt.Errorf("evidence of round %d: %w", r.Round, err)
	}
	return leaves, nil
}
