package solve

import (
	"context"
	"errors"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// deals are those that this solver made and that are not over. After a restart
// they are read anew from the chain.
type deals struct {
	since uint64
	open  map[market.DealID]market.Deal
	next  time.Time // to tidy
}

// tidy deletes the blobs that nothing has named for longer than they are kept. A
// chain that cannot be asked stops it, so that nothing is lost by an outage.
func (s *Solver) tidy(ctx context.Context, now time.Time) error {
	if now.Before(s.deals.next) {
		return nil
	}
	if err := s.follow(ctx); err != nil {
		return err
	}
	named, err := s.named(ctx)
	if err != nil {
		return err
	}
	deleted, bytes, err := s.blobs.tidy(named, now.Add(-s.config.Keep))
	if deleted > 0 {
		s.log.Info("blobs deleted that no open offer or deal names", "blobs", deleted, "bytes", bytes)
	}
	s.deals.next = now.Add(s.config.Tidy)
	return err
}

// follow takes new deals of this solver's in and lets go of those that are over.
func (s *Solver) follow(ctx context.Context) error {
	m := s.config.Market
	matches, until, err := m.Matches(ctx, s.deals.since, market.Party{})
	if err != nil {
		return err
	}
	over, _, err := m.Outcomes(ctx, s.deals.since)
	if err != nil {
		return err
	}
	for _, match := range matches {
		_, known := s.deals.open[match.ID]
		if _, ended := over[match.ID]; known || ended || match.Solver != m.Account() {
			continue
		}
		d, err := m.Offers(ctx, match)
		if errors.Is(err, market.ErrNoDeal) {
			continue // it was made by a contract that uses this account, and its offers never were here
		}
		if err != nil {
			return err
		}
		s.deals.open[match.ID] = d
	}
	for id := range over {
		delete(s.deals.open, id)
	}
	s.deals.since = max(until, overlap) - overlap
	return nil
}

// named gives every blob that an open offer or a deal names, directly or through
// a list.
func (s *Solver) named(ctx context.Context) (map[blob.Hash]bool, error) {
	named := map[blob.Hash]bool{}
	jobs, resources := s.book.lists()
	for _, j := range jobs {
		s.nameJob(ctx, j.Offer, named)
	}
	for _, r := range resources {
		named[r.Offer.Capabilities] = true
	}
	for id, d := range s.deals.open {
		s.nameJob(ctx, d.Job, named)
		named[d.Resource.Capabilities] = true
		result, found, err := s.config.Market.Submission(ctx, id)
		if err != nil {
			return nil, err
		}
		if found {
			s.nameFiles(ctx, result.Digest, named)
		}
	}
	return named, nil
}

func (s *Solver) nameJob(ctx context.Context, j market.JobOffer, named map[blob.Hash]bool) {
	named[j.Module], named[j.Spec] = true, true
	s.nameFiles(ctx, j.Inputs, named)
}

// nameFiles names a list and what is in it, if it is here and is one.
func (s *Solver) nameFiles(ctx context.Context, list blob.Hash, named map[blob.Hash]bool) {
	named[list] = true
	encoded, err := s.blobs.Get(ctx, list)
	if err != nil {
		return
	}
	files, err := deal.DecodeFiles(encoded)
	if err != nil {
		return
	}
	for _, h := range files {
		named[h] = true
	}
}
