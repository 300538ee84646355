package procure

import (
	"context"
	"errors"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/outage"
)

// Run follows who registers, and sees to it that deals end whose tasks nobody
// waits for any more, until ctx ends.
func (b *Buyer) Run(ctx context.Context) error {
	watch := outage.Watch{Peer: "the chain", Poll: b.config.Poll, Log: b.log}
	return watch.Repeat(ctx, nil, b.look)
}

func (b *Buyer) look(ctx context.Context) error {
	if err := b.lookForRegistrants(ctx); err != nil {
		return err
	}
	return b.tend(ctx)
}

func (b *Buyer) lookForRegistrants(ctx context.Context) error {
	// A copy is brought up to date: the loop that asks Takes must not wait.
	b.mu.Lock()
	next := b.registrants.Clone()
	b.mu.Unlock()
	if err := next.Look(ctx, b.config.Market); err != nil {
		return err
	}
	b.mu.Lock()
	b.registrants = next
	b.mu.Unlock()
	return nil
}

// overlap is how many blocks are looked at again, should some be reorganised.
const overlap = 64

// tend brings this account's deals to their ends.
func (b *Buyer) tend(ctx context.Context) error {
	matches, until, err := b.config.Market.Matches(ctx, b.since, market.Party{Creator: b.config.Market.Account()})
	if err != nil {
		return err
	}
	for _, m := range matches {
		if _, known := b.open[m.ID]; known || b.over[m.ID] {
			continue
		}
		s, err := b.config.Market.DealStatus(ctx, m.ID)
		if err != nil {
			return err
		}
		if s.State.Over() {
			b.over[m.ID] = true
			continue
		}
		d, err := b.config.Market.Offers(ctx, m)
		if errors.Is(err, market.ErrNoDeal) {
			continue
		}
		if err != nil {
			return err
		}
		b.open[m.ID] = d
	}
	b.since = max(until, overlap) - overlap
	for id, d := range b.open {
		state, err := b.buyer.Tend(ctx, id, d)
		if err != nil {
			return err
		}
		if state.Over() {
			delete(b.open, id)
			b.over[id] = true
			b.log.Info("task's deal is over", "deal", id, "state", state)
		}
	}
	return nil
}
