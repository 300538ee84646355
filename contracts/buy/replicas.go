package buy

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Replica is one of the deals in which a job is bought several times over.
type Replica struct {
	Done            // without outputs; the zero ID = nobody took it
	Submitted  bool // Result is what its provider found
	Standing   Standing
	offer      market.JobOffer
	digest     [32]byte
	judgedFrom time.Time
	ended      bool // nothing more comes of it
}

// Standing is how a replica stands to the result that was found.
type Standing string

// The standings.
const (
	Missing  Standing = "missing"  // it came to no result
	Agrees   Standing = "agrees"   // with the result
	Dissents Standing = "dissents" // and was brought before mediators, if that was still possible
	Repeated Standing = "repeated" // a second deal of one provider's, which a solver should not make: it counts for nothing
)

// Replicas is a job that was bought several times over.
type Replicas struct {
	Result  market.Result     // of the majority, or what mediators upheld against it
	Outputs map[string][]byte // nil = the job itself failed
	List    []Replica
}

// PostReplicas offers a job so many times, as deals of one group: a solver gives
// no provider two of them. Results can be disputed until the last one is here.
func (b Buyer) PostReplicas(ctx context.Context, module []byte, inputs map[string][]byte, t Terms, count int) ([]market.JobOffer, error) {
	if count < 2 || count > 255 {
		return nil, fmt.Errorf("post replicas: %d of them: want 2 to 255", count)
	}
	t.Spec.Replicas = uint8(count)
	rand.Read(t.Spec.Group[:]) // never fails
	t.Valid = cmp.Or(t.Valid, time.Hour)
	t.JudgeWithin = max(t.JudgeWithin, t.Valid+t.SubmitWithin)
	offers, err := b.offers(ctx, t, count)
	if err != nil {
		return nil, err
	}
	if err := b.fill(ctx, offers, module, inputs, t.Spec); err != nil {
		return nil, err
	}
	for i, o := range offers {
		if err := b.Solver.PostJob(ctx, o.Sign(b.Key, b.Addresses)); err != nil {
			return nil, fmt.Errorf("post replica %d of %d: %w", i+1, count, err)
		}
	}
	return offers, nil
}

// AwaitReplicas waits until every replica has come to its end, compares the
// results, and brings each that dissents before mediators: they execute the job
// themselves, so that the provider of a wrong result loses its collateral, and a
// wrong majority is none. It fetches the outputs, and pays whoever found them
// unless accept is false. Report is told of each replica that changes.
func (b Buyer) AwaitReplicas(ctx context.Context, offers []market.JobOffer, accept bool, report func(Replica)) (Replicas, error) {
	list := make([]*Replica, len(offers))
	for i, o := range offers {
		list[i] = &Replica{offer: o, digest: o.Digest(b.Addresses)}
	}
	for {
		if err := b.observe(ctx, list, report); err != nil {
			return conclude(list), err
		}
		now, err := b.Market.Now(ctx)
		if err != nil {
			return conclude(list), err
		}
		dissent := disputed(list, now)
		for _, r := range dissent {
			_, _, err := b.Market.CheckResult(ctx, r.Deal, r.Result)
			if err != nil && !errors.Is(err, market.ErrRefused) && !errors.Is(err, market.ErrNotYet) {
				return conclude(list), fmt.Errorf("bring deal %s before mediators (try `tadpole market check`): %w", r.ID, err)
			}
		}
		if len(dissent) == 0 && settled(list) {
			return b.gather(ctx, list, accept)
		}
		select {
		case <-ctx.Done():
			return conclude(list), fmt.Errorf("wait for the job's replicas: %w", ctx.Err())
		case <-time.After(cmp.Or(b.Poll, 2*time.Second)):
		}
	}
}

// observe finds where each replica stands.
func (b Buyer) observe(ctx context.Context, list []*Replica, report func(Replica)) error {
	for _, r := range list {
		before := *r
		if r.ended {
			continue
		}
		s, err := b.look(ctx, r.offer, r.digest, &r.Done)
		switch {
		case errors.Is(err, market.ErrNotYet):
			continue
		case errors.Is(err, ErrUnmatched):
			r.ended = true
		case err != nil:
			return err
		}
		if s.State != market.DealAgreed && s.State != market.DealExpired && !r.ended && !r.Submitted {
			if r.Result, r.Submitted, err = b.Market.Submission(ctx, r.ID); err != nil {
				return err
			}
		}
		if s.State == market.DealSubmitted {
			r.judgedFrom = s.Submitted
		}
		r.ended = r.ended || s.State.Over()
		if report != nil && (before.ended != r.ended || before.ID != r.ID || before.State != r.State || before.Submitted != r.Submitted) {
			report(*r)
		}
	}
	return nil
}

// refuted are the results that mediators found wrong.
func refuted(list []*Replica) map[market.Result]bool {
	wrong := map[market.Result]bool{}
	for _, r := range list {
		if r.Submitted && r.State == market.DealRefuted {
			wrong[r.Result] = true
		}
	}
	return wrong
}

// consensus is the result that mediators upheld, or else that of most providers,
// counting those that have not answered.
func consensus(list []*Replica) (result market.Result, found bool) {
	votes, wrong := map[market.Result]int{}, refuted(list)
	for i, r := range list {
		if r.Submitted && r.State == market.DealUpheld {
			return r.Result, true
		}
		if r.Submitted && !wrong[r.Result] && !repeated(list, i) {
			votes[r.Result]++
		}
	}
	for result, count := range votes {
		if 2*count > len(list) {
			return result, true
		}
	}
	return market.Result{}, false
}

// repeated tells whether an earlier replica has the same provider.
func repeated(list []*Replica, at int) bool {
	providers := map[key.Address]bool{}
	for _, r := range list[:at] {
		if r.ID != (market.DealID{}) {
			providers[r.Deal.Resource.Provider] = true
		}
	}
	return list[at].ID != (market.DealID{}) && providers[list[at].Deal.Resource.Provider]
}

// disputed are the replicas to bring before mediators now: those against the
// consensus, and those with a result that was refuted for another. While there is
// no consensus but different results, it is all of them, once no more come or half
// of the time to dispute has gone by.
func disputed(list []*Replica, now time.Time) (dissent []*Replica) {
	result, found := consensus(list)
	results, wrong, awaited := map[market.Result]bool{}, refuted(list), false
	for _, r := range list {
		if r.Submitted {
			results[r.Result] = true
		}
		awaited = awaited || !r.Submitted && !r.ended || r.State == market.DealChecking
	}
	for _, r := range list {
		half := r.judgedFrom.Add(time.Duration(r.offer.JudgeWindow) * time.Second / 2)
		switch {
		case r.State != market.DealSubmitted || !r.Submitted:
		case wrong[r.Result], found && r.Result != result, !found && len(results) > 1 && (!awaited || now.After(half)):
			dissent = append(dissent, r)
		}
	}
	return dissent
}

// settled tells whether no replica is awaited.
func settled(list []*Replica) bool {
	for _, r := range list {
		if !r.ended && r.State != market.DealSubmitted {
			return false
		}
	}
	return true
}

// conclude tells how the replicas stand to the consensus.
func conclude(list []*Replica) (out Replicas) {
	result, found := consensus(list)
	out.Result = result
	for i, r := range list {
		c := *r
		switch {
		case !r.Submitted:
			c.Standing = Missing
		case repeated(list, i):
			c.Standing = Repeated
		case found && r.Result == result:
			c.Standing = Agrees
		default:
			c.Standing = Dissents
		}
		out.List = append(out.List, c)
	}
	return out
}

// gather fetches the outputs and pays for them.
func (b Buyer) gather(ctx context.Context, list []*Replica, accept bool) (Replicas, error) {
	out := conclude(list)
	result, found := consensus(list)
	if !found {
		submitted, unmatched := 0, 0
		for _, r := range list {
			if r.Submitted {
				submitted++
			}
			if r.ID == (market.DealID{}) {
				unmatched++
			}
		}
		if unmatched == len(list) {
			return out, fmt.Errorf("none of %d replicas found a provider: %w: %w", len(list), ErrUnmatched, ErrOver)
		}
		return out, fmt.Errorf("%d of %d replicas have a result: %w; what is not disputed is paid when its judge window is over, the rest is free again (see `tadpole market deals`)",
			submitted, len(list), ErrDissent)
	}
	var err error
	if out.Outputs, err = deal.Outputs(ctx, b.Solver, result); err != nil && !errors.Is(err, deal.ErrJob) {
		return out, fmt.Errorf("fetch the outputs that most replicas found (have the deals checked with `tadpole market check` if they stay away): %w", err)
	}
	for i, r := range list {
		if !accept || r.State != market.DealSubmitted || r.Result != result {
			continue
		}
		gas, err := b.Market.Accept(ctx, r.Deal, result)
		if err != nil && !errors.Is(err, market.ErrRefused) { // refused: it was paid, or drawn for a check, meanwhile
			return out, fmt.Errorf("pay deal %s: %w", r.ID, err)
		}
		if err == nil {
			out.List[i].State, out.List[i].Gas = market.DealAccepted, gas
		}
	}
	return out, nil
}
