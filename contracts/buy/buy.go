// Package buy is a job's creator: it has a job run by whoever does it cheapest,
// and pays for the result.
//
// A module, inputs and terms flow in; blobs and a signed offer flow out to a
// solver; the outputs flow back, each checked against the digest on the chain. A
// Buyer remembers nothing: the offer's nonce names the job, and a deal is found
// again by the offer's digest.
package buy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Errors that callers branch on.
var (
	ErrOver      = errors.New("the deal ended without a result")        // that was paid for
	ErrUnmatched = errors.New("nobody took the job")                    // no money was locked; also an ErrOver
	ErrDissent   = errors.New("replicas of the job agree on no result") // not even by mediators
	ErrMediators = errors.New("too few mediators")                      // who may be asked
)

// Market is what a Buyer asks of the contracts; *market.Market is one.
type Market interface {
	Account() key.Address
	FreeNonces(ctx context.Context, account key.Address, count int) ([]*big.Int, error)
	NonceUsed(ctx context.Context, account key.Address, nonce *big.Int) (bool, error)
	ActiveMediators(ctx context.Context) (*big.Int, error)
	LeastDeposit(ctx context.Context, n uint8, size uint16, fee *big.Int) (*big.Int, error)
	Matches(ctx context.Context, since uint64, of market.Party) ([]market.Match, uint64, error)
	Offers(ctx context.Context, match market.Match) (market.Deal, error)
	DealStatus(ctx context.Context, id market.DealID) (market.DealStatus, error)
	Submission(ctx context.Context, id market.DealID) (market.Result, bool, error)
	Accept(ctx context.Context, d market.Deal, result market.Result) (uint64, error)
	CheckResult(ctx context.Context, d market.Deal, result market.Result) (market.CaseID, uint64, error)
	Courts
	Expire(ctx context.Context, d market.Deal) (uint64, error)
	Now(ctx context.Context) (time.Time, error)
}

var _ Market = (*market.Market)(nil)

// Solver is where the job is posted; *solve.Client is one.
type Solver interface {
	deal.Store
	PostJob(ctx context.Context, offer market.SignedJob) error
}

// Terms of a job.
type Terms struct {
	Spec         deal.Spec
	Price        *big.Int      // wei, the most that is paid
	Rate         *big.Int      // wei per million units of fuel at most; 0 = a fixed price
	MatchFee     *big.Int      // wei, to the solver
	MediatorFee  *big.Int      // wei, to each mediator if the result is checked
	CheckRate    uint16        // basis points of results that are executed again
	Multiple     uint16        // least collateral, in multiples of the price
	Mediators    uint8         // asked first, of the Trusted
	Trusted      *big.Int      // bitmap of the mediators who may be asked; nil = all that are active
	SubmitWithin time.Duration // from the match
	JudgeWithin  time.Duration // from the result, until it is paid unless it was disputed
	VoteWithin   time.Duration // each, for mediators to run the job and to reveal
	Valid        time.Duration // of the offer; 0 = 1 h
}

// Buyer has jobs run.
type Buyer struct {
	Key       *key.Key // the account's
	Addresses market.Addresses
	Market    Market
	Solver    Solver
	Poll      time.Duration // 0 = 2 s
}

// Post offers a job and gives the offer, by which Await finds its deal.
func (b Buyer) Post(ctx context.Context, module []byte, inputs map[string][]byte, t Terms) (market.SignedJob, error) {
	offer, err := b.Prepare(ctx, module, inputs, t)
	if err != nil {
		return market.SignedJob{}, err
	}
	signed := offer.Sign(b.Key, b.Addresses)
	return signed, b.Solver.PostJob(ctx, signed)
}

// Prepare puts a job's blobs at the solver and gives the offer that names them,
// for a contract to ask with: nobody is bound by it yet.
func (b Buyer) Prepare(ctx context.Context, module []byte, inputs map[string][]byte, t Terms) (offer market.JobOffer, err error) {
	offers, err := b.offers(ctx, t, 1)
	if err != nil {
		return offer, err
	}
	return offers[0], b.fill(ctx, offers, module, inputs, t.Spec)
}

// fill puts a job's blobs at the solver and names them in its offers.
func (b Buyer) fill(ctx context.Context, offers []market.JobOffer, module []byte, inputs map[string][]byte, spec deal.Spec) error {
	files, err := deal.FilesOf(inputs)
	if err != nil {
		return err
	}
	for name, content := range inputs {
		if _, err := b.Solver.Put(ctx, content); err != nil {
			return fmt.Errorf("post input %q: %w", name, err)
		}
	}
	var named market.JobOffer
	if named.Module, err = b.Solver.Put(ctx, module); err != nil {
		return fmt.Errorf("post module: %w", err)
	}
	if named.Inputs, err = b.Solver.Put(ctx, files.Encode()); err != nil {
		return fmt.Errorf("post list of inputs: %w", err)
	}
	if named.Spec, err = b.Solver.Put(ctx, spec.Encode()); err != nil {
		return fmt.Errorf("post description: %w", err)
	}
	for i := range offers {
		offers[i].Module, offers[i].Inputs, offers[i].Spec = named.Module, named.Inputs, named.Spec
	}
	return nil
}

// offers gives so many equal offers without blobs, each with a nonce of its own.
func (b Buyer) offers(ctx context.Context, t Terms, count int) (list []market.JobOffer, err error) {
	nonces, err := b.Market.FreeNonces(ctx, b.Market.Account(), count)
	if err != nil {
		return nil, err
	}
	return b.offersOf(ctx, t, nonces...)
}

// offersOf gives equal offers without blobs with the given nonces.
func (b Buyer) offersOf(ctx context.Context, t Terms, nonces ...*big.Int) (list []market.JobOffer, err error) {
	trusted, err := b.Market.ActiveMediators(ctx)
	if err != nil {
		return nil, err
	}
	if t.Trusted != nil {
		trusted = new(big.Int).And(trusted, t.Trusted)
	}
	size := uint16(0)
	for i := range trusted.BitLen() {
		size += uint16(trusted.Bit(i))
	}
	if size < uint16(t.Mediators) {
		return nil, fmt.Errorf("%w: %d mediators are active, the job wants %d: wait for more, or ask for fewer", ErrMediators, size, t.Mediators)
	}
	deposit, err := b.Market.LeastDeposit(ctx, t.Mediators, size, t.MediatorFee)
	if err != nil {
		return nil, err
	}
	now, err := b.Market.Now(ctx)
	if err != nil {
		return nil, err
	}
	seconds := func(d time.Duration) uint32 { return uint32(d / time.Second) }
	offer := market.JobOffer{Creator: b.Market.Account(), Price: t.Price, Rate: t.Rate, MatchFee: t.MatchFee, MediatorFee: t.MediatorFee, MediatorDeposit: deposit,
		CheckRate: t.CheckRate, Multiple: t.Multiple, Mediation: t.Mediators, SubmitWindow: seconds(t.SubmitWithin), JudgeWindow: seconds(t.JudgeWithin),
		CommitWindow: seconds(t.VoteWithin), RevealWindow: seconds(t.VoteWithin), Mediators: trusted,
		Expiry: uint64(now.Add(cmp.Or(t.Valid, time.Hour)).Unix())}
	for _, n := range nonces {
		offer.Nonce = n
		list = append(list, offer)
	}
	return list, nil
}

// Done is a job that was run.
type Done struct {
	ID      market.DealID
	Deal    market.Deal
	Result  market.Result
	State   market.DealState
	Outputs map[string][]byte // nil = the job itself failed
	Gas     uint64            // of accept; 0 = it was paid otherwise
}

// Await waits for the result of a posted job, fetches its outputs, checks them
// against the digest on the chain and, unless accept is false, pays. An offer
// that nobody matched in time, and a deal that ended otherwise, are an ErrOver.
func (b Buyer) Await(ctx context.Context, offer market.JobOffer, accept bool) (done Done, err error) {
	digest := offer.Digest(b.Addresses)
	for {
		err := b.step(ctx, offer, digest, accept, &done)
		if err == nil || !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) {
			return done, err
		}
		select {
		case <-ctx.Done():
			return done, fmt.Errorf("wait for the job's result: %w", ctx.Err())
		case <-time.After(cmp.Or(b.Poll, 2*time.Second)):
		}
	}
}

// step looks once; ErrNotYet = look again.
func (b Buyer) step(ctx context.Context, offer market.JobOffer, digest [32]byte, accept bool, done *Done) error {
	s, err := b.look(ctx, offer, digest, done)
	if err != nil {
		return err
	}
	return b.judge(ctx, s, accept, done)
}

// judge takes a deal's result in, if it has one by now.
func (b Buyer) judge(ctx context.Context, s market.DealStatus, accept bool, done *Done) error {
	switch s.State {
	case market.DealAgreed, market.DealChecking:
		return market.ErrNotYet
	case market.DealSubmitted, market.DealAccepted, market.DealUpheld:
		return b.collect(ctx, s, accept, done)
	}
	return fmt.Errorf("deal %s is %s: %w: %s", done.ID, s.State, ErrOver, ends[s.State])
}

// ends say what became of the money, and what to do.
var ends = map[market.DealState]string{
	market.DealExpired:          "its provider handed in nothing in time; all that it could cost is free in the ledger again, and damages with it: offer the job again, or allow more time with --submit-within",
	market.DealRefuted:          "mediators found another result than the provider's; all that it could cost is free in the ledger again, and a part of the collateral with it: offer the job again",
	market.DealNonDeterministic: "mediators found no common result: the module is not deterministic, and its provider was paid for the work",
	market.DealUnresolved:       "too few mediators voted; what it could cost is free in the ledger again: offer the job again, with mediators that are there",
}

// look finds where an offer's deal stands, and does what anybody may so that it
// comes to its end: a buyer waits for nobody for ever. ErrNotYet = there is no deal.
func (b Buyer) look(ctx context.Context, offer market.JobOffer, digest [32]byte, done *Done) (s market.DealStatus, err error) {
	now, err := b.Market.Now(ctx)
	if err != nil {
		return s, err
	}
	if done.ID == (market.DealID{}) {
		if err := b.find(ctx, digest, done); err != nil {
			return s, err
		}
		if done.ID == (market.DealID{}) {
			if now.Unix() > int64(offer.Expiry) {
				return s, fmt.Errorf("the job's offer expired: %w: %w", ErrUnmatched, ErrOver)
			}
			return s, market.ErrNotYet
		}
	}
	return b.follow(ctx, now, done)
}

// follow finds where a deal stands that was made, and does what anybody may.
func (b Buyer) follow(ctx context.Context, now time.Time, done *Done) (s market.DealStatus, err error) {
	if s, err = b.Market.DealStatus(ctx, done.ID); err != nil {
		return s, err
	}
	done.State = s.State
	switch {
	case s.State == market.NoDeal: // its block was reorganised away
		done.ID = market.DealID{}
		return s, market.ErrNotYet
	case s.State == market.DealAgreed && now.After(s.SubmitBy):
		_, err = b.Market.Expire(ctx, done.Deal)
	case s.State == market.DealChecking:
		err = Push(ctx, b.Market, done.ID)
	}
	if errors.Is(err, market.ErrNotYet) || errors.Is(err, market.ErrRefused) {
		err = nil // somebody else was first, or it is too early: the next look tells
	}
	return s, err
}

// find looks for the deal that the offer was matched into.
func (b Buyer) find(ctx context.Context, digest [32]byte, done *Done) error {
	matches, _, err := b.Market.Matches(ctx, 0, market.Party{Creator: b.Market.Account()})
	if err != nil {
		return err
	}
	for _, m := range matches {
		d, err := b.Market.Offers(ctx, m)
		if errors.Is(err, market.ErrNoDeal) {
			continue
		}
		if err != nil {
			return err
		}
		if d.Job.Digest(b.Addresses) == digest {
			done.ID, done.Deal = m.ID, d
			return nil
		}
	}
	return nil
}

func (b Buyer) collect(ctx context.Context, s market.DealStatus, accept bool, done *Done) error {
	result, found, err := b.Market.Submission(ctx, done.ID)
	if err != nil {
		return err
	}
	if !found {
		return market.ErrNotYet
	}
	done.Result = result
	if done.Outputs, err = deal.Outputs(ctx, b.Solver, result); err != nil && !errors.Is(err, deal.ErrJob) {
		return fmt.Errorf("fetch the outputs of deal %s (have it checked with `tadpole market check` if they stay away): %w", done.ID, err)
	}
	if s.State != market.DealSubmitted || !accept {
		return nil
	}
	if done.Gas, err = b.Market.Accept(ctx, done.Deal, result); err == nil {
		done.State = market.DealAccepted
	}
	return err
}
