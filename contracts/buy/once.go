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

// Order is a job that is bought once.
type Order struct {
	Nonce  *big.Int // the job's name: the contract takes no second deal of it
	Module []byte
	Inputs map[string][]byte
	Terms  Terms
	Check  bool // have mediators run the job again before its result counts
}

// Once has a job run, and gives its outputs as they were handed in. Asked again,
// by a buyer that was ended at whatever moment, it goes on with the deal that was
// made, and buys no second one. Without Check the provider is paid when the judge
// window is over and the draw has spared it; with it, once mediators have found
// the same. An outage is waited out. Report is told of each state of the deal.
func (b Buyer) Once(ctx context.Context, o Order, report func(Done)) (done Done, err error) {
	posted := uint64(0) // until when the offer stands; 0 = it is not posted
	for {
		before := done
		err := b.once(ctx, o, &posted, &done)
		if report != nil && done.ID != (market.DealID{}) && (before.ID != done.ID || before.State != done.State) {
			report(done)
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
func (b Buyer) once(ctx context.Context, o Order, posted *uint64, done *Done) error {
	now, err := b.Market.Now(ctx)
	if err != nil {
		return err
	}
	if done.ID == (market.DealID{}) {
		if err := b.named(ctx, o.Nonce, done); err != nil {
			return err
		}
	}
	switch {
	case done.ID != (market.DealID{}):
	case *posted == 0:
		if *posted, err = b.postNamed(ctx, o); err != nil {
			return err
		}
		return market.ErrNotYet
	case now.Unix() > int64(*posted):
		return fmt.Errorf("the job's offer expired: %w: %w", ErrUnmatched, ErrOver)
	default:
		return market.ErrNotYet
	}
	s, err := b.follow(ctx, now, done)
	switch {
	case err != nil:
		return err
	case o.Check && s.State == market.DealSubmitted:
		return b.check(ctx, done)
	case o.Check && s.State == market.DealAccepted:
		return fmt.Errorf("deal %s is %s: %w: %w", done.ID, s.State, ErrUnchecked, ErrOver)
	}
	return b.judge(ctx, s, false, done)
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

// postNamed offers a job under its nonce, and tells until when the offer stands.
func (b Buyer) postNamed(ctx context.Context, o Order) (until uint64, err error) {
	offers, err := b.offersOf(ctx, o.Terms, o.Nonce)
	if err != nil {
		return 0, err
	}
	if err := b.fill(ctx, offers, o.Module, o.Inputs, o.Terms.Spec); err != nil {
		return 0, err
	}
	if err = b.Solver.PostJob(ctx, offers[0].Sign(b.Key, b.Addresses)); err == nil {
		return offers[0].Expiry, nil
	}
	// An earlier offer, of a buyer that was ended, may have been matched meanwhile.
	if used, fault := b.Market.NonceUsed(ctx, b.Market.Account(), o.Nonce); fault == nil && used {
		err = market.ErrNotYet
	}
	return 0, err
}
