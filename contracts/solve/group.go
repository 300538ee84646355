package solve

import (
	"context"
	"errors"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// group names the replicas of a job: the group's id is in their description, and
// counts for their creator alone.
type group struct {
	creator key.Address
	spec    blob.Hash
}

// takers are the providers that have a replica; nil = the job has none.
type takers map[key.Address]bool

func (t takers) add(provider key.Address) {
	if t != nil {
		t[provider] = true
	}
}

// groups are those that one look has met.
type groups map[group]takers

// takers finds the providers that have a replica of a job, by this solver or by
// another: the chain knows, so a solver that was killed gives no provider two.
func (s *Solver) takers(ctx context.Context, met groups, j market.JobOffer, spec deal.Spec) (takers, error) {
	if spec.Replicas == 0 {
		return nil, nil
	}
	g := group{j.Creator, j.Spec}
	if met[g] != nil {
		return met[g], nil
	}
	found := takers{}
	matches, _, err := s.config.Market.Matches(ctx, 0, market.Party{Creator: j.Creator})
	if err != nil {
		return nil, err
	}
	for _, m := range matches {
		d, err := s.config.Market.Offers(ctx, m)
		if errors.Is(err, market.ErrNoDeal) {
			continue // made by a contract: its offers cannot be read
		}
		if err != nil {
			return nil, err
		}
		if d.Job.Spec == j.Spec {
			found.add(m.Provider)
		}
	}
	met[g] = found
	return found, nil
}
