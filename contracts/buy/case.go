package buy

import (
	"context"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
)

// Courts are the cases of mediation; *market.Market asks them.
type Courts interface {
	CaseOf(ctx context.Context, id market.DealID) (market.CaseID, bool, error)
	Case(ctx context.Context, id market.CaseID) (market.Case, error)
	DrawMediators(ctx context.Context, c market.Case) error
	Tally(ctx context.Context, c market.Case) error
	Now(ctx context.Context) (time.Time, error)
}

// Push ends what anybody may end of a deal's case: mediators do that too, but not
// where all of them are away. Their windows over, the deal is unresolved then and
// its money free.
func Push(ctx context.Context, m Courts, id market.DealID) error {
	opened, found, err := m.CaseOf(ctx, id)
	if err != nil || !found {
		return err
	}
	c, err := m.Case(ctx, opened)
	if err != nil {
		return err
	}
	now, err := m.Now(ctx)
	switch {
	case err != nil:
		return err
	case c.Stage == market.Seeding:
		return m.DrawMediators(ctx, c)
	case c.Stage == market.Voting && now.After(c.RevealBy):
		return m.Tally(ctx, c)
	}
	return nil
}
