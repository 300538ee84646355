package market

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/sender"
)

// DealState is where a deal stands (enum Status).
type DealState uint8

// The states.
const (
	NoDeal DealState = iota
	DealAgreed
	DealSubmitted
	DealChecking
	DealAccepted
	DealExpired
	DealUpheld
	DealRefuted
	DealNonDeterministic
	DealUnresolved
)

func (s DealState) String() string {
	return [...]string{"none", "agreed", "submitted", "checking", "accepted", "expired", "upheld", "refuted", "non-deterministic", "unresolved"}[min(s, DealUnresolved)]
}

// Over tells whether a deal can change no more.
func (s DealState) Over() bool { return s >= DealAccepted }

// DealStatus is a deal as it stands.
type DealStatus struct {
	State     DealState
	SubmitBy  time.Time // Agreed: last second in which to submit
	Submitted time.Time // from Submitted on
	SeedBlock uint64    // Submitted: of the draw; 0 = it missed
}

// DealStatus asks for one.
func (m *Market) DealStatus(ctx context.Context, id DealID) (DealStatus, error) {
	d, err := view(ctx, m, m.Addresses.Deals, m.deals.PackDealAt(id), m.deals.UnpackDealAt)
	if err != nil {
		return DealStatus{}, err
	}
	s := DealStatus{State: DealState(d.Status), SeedBlock: uint64(d.SeedBlock)}
	if at := time.Unix(int64(d.Time), 0); s.State == DealAgreed {
		s.SubmitBy = at
	} else {
		s.Submitted = at
	}
	return s, nil
}

// MatchOffers joins two signed offers, for the match fees that both offer; gas is
// what it used.
func (m *Market) MatchOffers(ctx context.Context, job SignedJob, resource SignedResource) (id DealID, gas uint64, err error) {
	id = Deal{job.Offer, resource.Offer}.ID(m.Addresses)
	r, err := m.attempt(ctx, "match/"+id.String(), m.Addresses.Deals,
		m.deals.PackMatchOffers(job.Offer.bound(), job.Signature[:], resource.Offer.bound(), resource.Signature[:]))
	return id, r.Gas, err
}

// MatchEscrowed joins an offer whose money lies in escrow, a contract's request,
// with a resource offer.
func (m *Market) MatchEscrowed(ctx context.Context, job JobOffer, resource SignedResource) (id DealID, gas uint64, err error) {
	id = Deal{job, resource.Offer}.ID(m.Addresses)
	r, err := m.attempt(ctx, "match/"+id.String(), m.Addresses.Deals, m.deals.PackMatchOffers(job.bound(), nil, resource.Offer.bound(), resource.Signature[:]))
	return id, r.Gas, err
}

// Submit hands in the sender's result, until the last second of the submit window.
func (m *Market) Submit(ctx context.Context, id DealID, result Result) (gas uint64, err error) {
	r, err := m.attempt(ctx, "submit/"+id.String(), m.Addresses.Deals, m.deals.PackSubmit(id, result.Digest, result.Fuel))
	return r.Gas, err
}

// Expire ends a deal whose provider was late.
func (m *Market) Expire(ctx context.Context, d Deal) (gas uint64, err error) {
	r, err := m.attempt(ctx, m.dealIntent("expire", d), m.Addresses.Deals, m.deals.PackExpire(d.Job.bound(), d.Resource.bound()))
	return r.Gas, err
}

// Accept pays at once; the sender is the creator.
func (m *Market) Accept(ctx context.Context, d Deal, result Result) (gas uint64, err error) {
	r, err := m.attempt(ctx, m.dealIntent("accept", d), m.Addresses.Deals, m.deals.PackAccept(d.Job.bound(), d.Resource.bound(), result.bound()))
	return r.Gas, err
}

// DrawDeal lets chance decide whether the result is checked, once the seed block
// is there; ErrNotYet before.
func (m *Market) DrawDeal(ctx context.Context, d Deal, result Result, s DealStatus) (gas uint64, err error) {
	if s.SeedBlock == 0 {
		return 0, nil
	}
	return m.withSeed(ctx, "draw", d, s, func(header []byte) []byte {
		return m.deals.PackDraw(d.Job.bound(), d.Resource.bound(), result.bound(), header)
	})
}

// Finalize pays once the judge window is over; it draws first if nobody has, and
// where the draw hits, a check is opened instead.
func (m *Market) Finalize(ctx context.Context, d Deal, result Result, s DealStatus) (gas uint64, err error) {
	return m.withSeed(ctx, "finalize", d, s, func(header []byte) []byte {
		return m.deals.PackFinalize(d.Job.bound(), d.Resource.bound(), result.bound(), header)
	})
}

// withSeed makes a call that may need the header of the deal's seed block. One
// that the chain has lost is replaced by a later one first.
func (m *Market) withSeed(ctx context.Context, what string, d Deal, s DealStatus, call func(header []byte) []byte) (gas uint64, err error) {
	var header []byte
	if s.SeedBlock != 0 {
		number := new(big.Int).SetUint64(s.SeedBlock)
		gone, err := m.gone(ctx, number)
		if err != nil {
			return 0, err
		}
		if gone {
			// Refused where the chain keeps more hashes than the last 256: then it can still be used.
			id := d.ID(m.Addresses)
			_, err := m.attempt(ctx, fmt.Sprintf("rearm/deal/%s/%d", id, s.SeedBlock), m.Addresses.Deals, m.deals.PackRearm(id))
			if !errors.Is(err, ErrRefused) {
				return 0, errors.Join(err, ErrNotYet)
			}
		}
		if header, err = m.header(ctx, number); err != nil {
			return 0, err
		}
	}
	r, err := m.attempt(ctx, fmt.Sprintf("%s/%d", m.dealIntent(what, d), s.SeedBlock), m.Addresses.Deals, call(header))
	return r.Gas, err
}

// CheckResult has mediators execute the job again, paid by the sender, who wins a
// part of the collateral if the result is wrong.
func (m *Market) CheckResult(ctx context.Context, d Deal, result Result) (id CaseID, gas uint64, err error) {
	r, err := m.attempt(ctx, m.dealIntent("check", d), m.Addresses.Deals, m.deals.PackCheckResult(d.Job.bound(), d.Resource.bound(), result.bound()))
	return m.openedBy(r), r.Gas, err
}

// ProbeDeterminism has mediators find whether the job gives one result at all;
// the sender is the provider, and pays.
func (m *Market) ProbeDeterminism(ctx context.Context, d Deal, result Result) (id CaseID, gas uint64, err error) {
	r, err := m.attempt(ctx, m.dealIntent("probe", d), m.Addresses.Deals, m.deals.PackProbeDeterminism(d.Job.bound(), d.Resource.bound(), result.bound()))
	return m.openedBy(r), r.Gas, err
}

// Cancel makes the sender's offers with a nonce worthless.
func (m *Market) Cancel(ctx context.Context, nonce *big.Int) error {
	_, err := m.attempt(ctx, "cancel/"+nonce.String(), m.Addresses.Deals, m.deals.PackCancel(nonce))
	return err
}

func (m *Market) dealIntent(what string, d Deal) string {
	return what + "/deal/" + d.ID(m.Addresses).String()
}

// openedBy is the case that a transaction opened; zero = none.
func (m *Market) openedBy(r sender.Receipt) CaseID {
	for _, log := range r.Logs {
		if checked, err := m.deals.UnpackCheckedEvent(log); err == nil {
			return checked.CaseId
		}
	}
	return CaseID{}
}
