package procure

import (
	"context"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// errNoUpdate marks a result in which there is no update: not here, not for this
// server, or none at all.
var errNoUpdate = errors.New("the provider gave no update")

func opened(reply deal.ReplyKey, done buy.Done) (map[string][]byte, error) {
	outputs, err := reply.OpenAll(done.Outputs)
	if err == nil && outputs == nil {
		err = deal.ErrJob
	}
	if err != nil {
		err = fmt.Errorf("deal %s, by %s: %w: %w", done.ID, done.Deal.Resource.Provider, errNoUpdate, err)
	}
	return outputs, err
}

// dispute brings a result without an update before mediators, rather than have it
// paid when its judge window is over. It adds to the error that it did.
func (b *Buyer) dispute(ctx context.Context, done buy.Done, cause error) error {
	if done.State != market.DealSubmitted || !errors.Is(cause, errNoUpdate) && !errors.Is(cause, blob.ErrMissing) {
		return cause
	}
	if _, _, err := b.config.Market.CheckResult(ctx, done.Deal, done.Result); err != nil {
		return fmt.Errorf("%w; it was not brought before mediators: %w", cause, err)
	}
	return fmt.Errorf("%w; mediators run the task again", cause)
}

// explain says why nobody took a task.
func (b *Buyer) explain(ctx context.Context, t wire.Task, over wire.HandOver, reply deal.ReplyKey, offer market.JobOffer) string {
	active, err := b.config.Market.ActiveMediators(ctx)
	var readers readers
	var has market.Balance
	if err == nil {
		has, err = b.config.Market.Balance(ctx, b.config.Market.Account())
	}
	if most := offer.Most(); err == nil && has.Free.Cmp(most) < 0 {
		return fmt.Sprintf("the server has %s coins free in the ledger, a task can cost %s: tadpole market deposit", config.FromWei(has.Free), config.FromWei(most))
	}
	if err == nil {
		readers, err = b.readers(ctx, over)
	}
	why := ""
	if err == nil {
		why, err = b.config.Solver.Explain(ctx, offer, b.spec(t, readers, reply), active)
	}
	if err != nil {
		return fmt.Sprintf("why is not known: %v", err)
	}
	return why
}
