package settle

import (
	"bytes"
	"context"
	"errors"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

// answer shows the leaves that were demanded of a round: one that is not shown in
// time is paid from the stake.
func (s *Settler) answer(ctx context.Context, on *settlement, r *roundRecord) error {
	demands, err := s.config.Market.Demands(ctx, on.id)
	if err != nil {
		return err
	}
	for _, d := range demands {
		if d.Round != r.history.Round {
			continue
		}
		open, err := s.config.Market.Demand(ctx, on.id, d.Round, d.Device)
		if err != nil {
			return err
		}
		if open.Until.IsZero() {
			continue
		}
		for index, encoded := range r.history.Leaves {
			if leaf.HashOf(encoded) != d.Leaf {
				continue
			}
			err := s.config.Market.AnswerDemand(ctx, r.onChain, r.history.Leaves, uint32(index))
			if err != nil && !errors.Is(err, market.ErrRefused) {
				return err
			}
			s.log.Info("demanded leaf shown", "federation", on.config.Name, "round", d.Round, "device", d.Device)
		}
	}
	return nil
}

// defend sees to it that there is a claims root after a dispute dropped the last:
// the one that mediators found, if it is the same that is found here, or else,
// where they found none, the same once more. Without one, settled rounds would be
// abandoned.
func (s *Settler) defend(ctx context.Context, on *settlement) error {
	settled := 0
	for settled < len(on.rounds) && on.rounds[settled].settled {
		settled++
	}
	if settled == 0 || on.closed {
		return nil
	}
	m := s.config.Market
	f, err := m.Federation(ctx, on.id)
	if err != nil || !f.PendingUntil.IsZero() || f.Allowance.Sign() == 0 {
		return err
	}
	claims := s.account(on, settled)
	digest := claims.Digest()
	switch {
	case bytes.Equal(f.Found[:], digest[:]):
		err = m.CorrectClaims(ctx, on.id, claims)
	case f.Found == [32]byte{}:
		err = m.PostClaims(ctx, on.id, claims.Root, claims.Total)
	default:
		s.log.Error("mediators found other claims than this server: its record of rounds is not the chain's", "federation", on.config.Name)
		return nil
	}
	if errors.Is(err, market.ErrRefused) {
		s.log.Warn("claims not posted again", "federation", on.config.Name, "error", err)
		return nil
	}
	if err == nil {
		s.log.Info("claims posted again", "federation", on.config.Name, "root", claims.Root.Short())
	}
	return err
}
