package solve

import (
	"context"
	"errors"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
)

// overlap is how many blocks are looked at again, should some be reorganised.
const overlap = 64

// requests takes the jobs that contracts asked for into the book.
func (s *Solver) requests(ctx context.Context) error {
	list, until, err := s.config.Market.Requested(ctx, s.since)
	if err != nil {
		return err
	}
	for _, r := range list {
		err := s.request(ctx, r)
		if errors.Is(err, errFull) {
			s.log.Warn("a request waits outside of the book", "request", r.ID, "error", err)
			return nil // and looks from the same block on again
		}
		if err != nil {
			return err
		}
	}
	s.since = max(until, overlap) - overlap
	return nil
}

func (s *Solver) request(ctx context.Context, r market.Request) error {
	waits, err := s.config.Market.Escrowed(ctx, r.Job)
	if err != nil || !waits {
		return err
	}
	status, err := s.config.Market.RequestStatus(ctx, r.ID)
	if err != nil {
		return err
	}
	if status.CallbackGas > s.config.Callback {
		s.log.Debug("a request's callback is too dear", "request", r.ID, "gas", status.CallbackGas, "most", s.config.Callback)
		return nil
	}
	return s.book.addJob(job{SignedJob: market.SignedJob{Offer: r.Job}, Escrowed: true, Posted: time.Now()})
}
