package solve

import (
	"context"
	"errors"
	"maps"

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

// takers are the providers that have a replica, and the block up to which they
// were looked for; nil = the job has no replicas.
type takers struct {
	providers map[key.Address]bool
	since     uint64
}

func (t *takers) has(provider key.Address) bool { return t != nil && t.providers[provider] }

func (t *takers) add(provider key.Address) {
	if t != nil {
		t.providers[provider] = true
	}
}

// takers finds the providers that have a replica of a job, by this solver or by
// another: the chain knows, so a solver that was killed gives no provider two.
// What it finds is in met for the other jobs of the same look.
func (s *Solver) takers(ctx context.Context, met map[group]*takers, j market.JobOffer, spec deal.Spec) (*takers, error) {
	if spec.Replicas == 0 {
		return nil, nil
	}
	g := group{j.Creator, j.Spec}
	if met[g] != nil {
		return met[g], nil
	}
	t := s.groups[g]
	if t == nil {
		t = &takers{providers: map[key.Address]bool{}}
	}
	matches, until, err := s.config.Market.Matches(ctx, t.since, market.Party{Creator: j.Creator})
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
			t.add(m.Provider)
		}
	}
	t.since = max(until, overlap) - overlap
	s.groups[g] = t
	// A pair of this look may yet be refused: only the chain's matches are remembered.
	met[g] = &takers{providers: maps.Clone(t.providers)}
	return met[g], nil
}
