package buy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/outage"
)

// ErrUnchecked marks a result that was paid before mediators could be asked for
// theirs.
var ErrUnchecked = errors.New("the result was paid without a check")

// Order is a job as it is bought.
type Order struct {
	Module []byte
	Inputs map[string][]byte
	Terms  Terms
}

// Named is a job that is bought once.
type Named struct {
	Nonce *big.Int // its name: the contract takes no second deal of it
	Check bool     // have mediators run it again before its result counts
	// Order gives it, and is asked where there is no deal yet.
	Order func(context.Context) (Order, error)
	// Report is told of each state of the deal; nil = nobody wants to know.
	Report func(Done)
}

// Once has a job run, and gives its outputs as they were handed in. Asked again,
// by a buyer that was ended at whatever moment, it goes on with the deal that was
// made, and buys no second one. Without Check the provider is paid when the judge
// window is over and the draw has spared it; with it, once mediators have found
// the same. An outage is waited out. Of a job that nobody took, an ErrUnmatched,
// the offer is in the deal.
func (b Buyer) Once(ctx context.Context, n Named) (done Done, err error) {
	for {
		before := done
		err := b.once(ctx, n, &done)
		if n.Report != nil && done.ID != (market.DealID{}) && (before.ID != done.ID || before.State != done.State) {
			n.Report(done)
		}
		if err == nil || !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) && !outage.Is(err) {
			return done, err
		}
		select {
		case <-ctx.Done():
			return done, fmt.Errorf("wait for the job's result: %w", errors.Join(ctx.Err(), err))
		case <-time.After(cmp.Or(b.Poll, 2*time.Second)):
		}
	}
}

// once looks once; ErrNotYet = look again.
func (b Buyer) once(ctx context.Context, n Named, done *Done) error {
	now, err := b.Market.Now(ctx)
	if err != nil {
		return err
	}
	if done.ID == (market.DealID{}) {
		if err := b.named(ctx, n.Nonce, done); err != nil {
			return err
		}
	}
	switch {
	case done.ID != (market.DealID{}):
	case done.Deal.Job.Expiry == 0:
		if done.Deal.Job, err = b.postNamed(ctx, n); err != nil {
			done.Deal.Job = market.JobOffer{}
			return err
		}
		return market.ErrNotYet
	case now.Unix() > int64(done.Deal.Job.Expiry):
		return fmt.Errorf("the job's offer expired: %w: %w", ErrUnmatched, ErrOver)
	default:
		return market.ErrNotYet
	}
	s, err := b.follow(ctx, now, done)
	switch {
	case err != nil:
		return err
	case n.Check && s.State == market.DealSubmitted:
		return b.check(ctx, done)
	case n.Check && s.State == market.DealAccepted:
		return fmt.Errorf("deal %s is %s: %w: %w", done.ID, s.State, ErrUnchecked, ErrOver)
	}
	return b.judge(ctx, s, false, done)
}

// Tend does what anybody may so that a deal comes to its end, and tells its state:
// the money of one that nobody waits for would stay locked.
func (b Buyer) Tend(ctx context.Context, id market.DealID, d market.Deal) (market.DealState, error) {
	now, err := b.Market.Now(ctx)
	if err != nil {
		return market.NoDeal, err
	}
	done := Done{ID: id, Deal: d}
	s, err := b.follow(ctx, now, &done)
	if errors.Is(err, market.ErrNotYet) {
		err = nil // its block was reorganised away
	}
	return s.State, err
}

// check brings a deal's result before mediators.
func (b Buyer) check(ctx context.Context, done *Done) error {
	result, found, err := b.Market.Submission(ctx, done.ID)
	if err != nil || !found {
		return errors.Join(err, market.ErrNotYet)
	}
	if _, _, err = b.Market.CheckResult(ctx, done.Deal, result); err != nil {
		return err
	}
	return market.ErrNotYet
}

// named looks for the deal of this buyer's that has a nonce. While the contract
// has not seen the nonce there is none, and nothing is read.
func (b Buyer) named(ctx context.Context, nonce *big.Int, done *Done) error {
	used, err := b.Market.NonceUsed(ctx, b.Market.Account(), nonce)
	if err != nil || !used {
		return err
	}
	matches, _, err := b.Market.Matches(ctx, 0, market.Party{Creator: b.Market.Account()})
	if err != nil {
		return err
	}
	for _, m := range slices.Backward(matches) { // it is likely among the last
		d, err := b.Market.Offers(ctx, m)
		if errors.Is(err, market.ErrNoDeal) {
			continue
		}
		if err != nil {
			return err
		}
		if d.Job.Nonce.Cmp(nonce) == 0 {
			done.ID, done.Deal = m.ID, d
			return nil
		}
	}
	return market.ErrNotYet // its event comes, or its block goes
}

// postNamed offers a job under its nonce.
func (b Buyer) postNamed(ctx context.Context, n Named) (offer market.JobOffer, err error) {
	o, err := n.Order(ctx)
	if err != nil {
		return offer, err
	}
	offers, err := b.offersOf(ctx, o.Terms, n.Nonce)
	if err != nil {
		return offer, err
	}
	if err := b.fill(ctx, offers, o.Module, o.Inputs, o.Terms.Spec); err != nil {
		return offer, err
	}
	if err = b.Solver.PostJob(ctx, offers[0].Sign(b.Key, b.Addresses)); err == nil {
		return offers[0], nil
	}
	// An earlier offer, of a buyer that was ended, may have been matched meanwhile.
	if used, fault := b.Market.NonceUsed(ctx, b.Market.Account(), n.Nonce); fault == nil && used {
		err = market.ErrNotYet
	}
	return offer, err
}
