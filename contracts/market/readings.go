package market

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Measured is a window of something that devices measure (contract Readings).
type Measured struct {
	Subject    blob.Hash // of what was measured where
	Start, End int64     // nanoseconds since 1970; End is outside
}

// Commitment is what an account has committed itself to of a window.
type Commitment struct {
	Root blob.Hash // zero = to nothing
	Time time.Time // of its block
}

// What may be wrong with a commitment.
var (
	ErrNoReadings = errors.New("this market was deployed without a contract for readings: use one that was deployed since")
	ErrCommitted  = errors.New("the account has committed itself to another root of this window")
)

// Committed is what an account has committed itself to.
func (m *Market) Committed(ctx context.Context, account key.Address, of Measured) (c Commitment, err error) {
	if m.Addresses.Readings.IsZero() {
		return c, ErrNoReadings
	}
	out, err := view(ctx, m, m.Addresses.Readings, m.readings.PackCommitmentOf(common.Address(account), of.Subject, of.Start, of.End), m.readings.UnpackCommitmentOf)
	if err != nil || out.Root == (blob.Hash{}) {
		return c, err
	}
	return Commitment{out.Root, time.Unix(int64(out.Time), 0).UTC()}, nil
}

// CommitReading commits the sender to a root, once and for good. Again with the same root
// it tells since when.
func (m *Market) CommitReading(ctx context.Context, of Measured, root blob.Hash) (Commitment, error) {
	before, err := m.Committed(ctx, m.Account(), of)
	switch {
	case err != nil:
		return before, err
	case before.Root.IsZero():
	case before.Root == root:
		return before, nil
	default:
		return before, fmt.Errorf("%w: %s, at %s", ErrCommitted, before.Root, before.Time.Format(time.RFC3339))
	}
	id := fmt.Sprintf("commit-reading/%s/%d/%d/%s", of.Subject, of.Start, of.End, root)
	if _, err := m.attempt(ctx, id, m.Addresses.Readings, m.readings.PackCommit(of.Subject, of.Start, of.End, root)); err != nil {
		return Commitment{}, err
	}
	return m.Committed(ctx, m.Account(), of)
}
