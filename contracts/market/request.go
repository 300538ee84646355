package market

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Request is a job that a contract asked for; its money lies in escrow.
type Request struct {
	ID  *big.Int
	Job JobOffer
}

// RequestJob asks for a job as a contract would: its money, sent along, lies in
// escrow from here on. Creator, callback and nonce of the offer are filled in by
// the contract. The id names the intent for good.
func (m *Market) RequestJob(ctx context.Context, id string, job JobOffer, callbackGas uint32) (Request, uint64, error) {
	requests := bindings.NewRequests()
	r, err := m.send(ctx, id, m.Addresses.Requests, requests.PackRequestJob(job.bound(), callbackGas), job.Most())
	if err != nil {
		return Request{}, r.Gas, err
	}
	for _, log := range r.Logs {
		if key.Address(log.Address) != m.Addresses.Requests {
			continue
		}
		if requested, err := requests.UnpackRequestedEvent(log); err == nil {
			return Request{requested.Id, jobOf(requested.Job)}, r.Gas, nil
		}
	}
	panic("BUG: market: a request without its event")
}

// Requested lists the jobs that contracts asked for since a block.
func (m *Market) Requested(ctx context.Context, since uint64) (list []Request, until uint64, err error) {
	return m.requested(ctx, since)
}

func (m *Market) requested(ctx context.Context, since uint64, topics ...[]common.Hash) (list []Request, until uint64, err error) {
	requests := bindings.NewRequests()
	err = m.events(ctx, m.Addresses.Requests, since, &until, []common.Hash{eventID(requests, "Requested")}, func(e event) error {
		requested, err := requests.UnpackRequestedEvent(e.log)
		if err == nil {
			list = append(list, Request{requested.Id, jobOf(requested.Job)})
		}
		return err
	}, topics...)
	return list, until, err
}

// Delivered lists the requests whose outcome was delivered since a block, by id.
func (m *Market) Delivered(ctx context.Context, since uint64) (ids []*big.Int, err error) {
	requests := bindings.NewRequests()
	var until uint64
	err = m.events(ctx, m.Addresses.Requests, since, &until, []common.Hash{eventID(requests, "Delivered")}, func(e event) error {
		delivered, err := requests.UnpackDeliveredEvent(e.log)
		if err == nil {
			ids = append(ids, delivered.Id)
		}
		return err
	})
	return ids, err
}

// RequestOf finds a contract's request by its id.
func (m *Market) RequestOf(ctx context.Context, id *big.Int) (Request, error) {
	list, _, err := m.requested(ctx, 0, []common.Hash{common.BigToHash(id)})
	if err != nil {
		return Request{}, err
	}
	if len(list) == 0 {
		return Request{}, fmt.Errorf("request %v: %w", id, ErrNoDeal)
	}
	return list[len(list)-1], nil
}

// RequestStatus is what a request asks for beside its offer, and its outcome.
type RequestStatus struct {
	CallbackGas uint32
	Delivered   bool
	Called      bool      // the callback returned; where not, the outcome is here all the same
	State       DealState // that was delivered, with the rest
	Digest      blob.Hash
	URI         string // where the provider says the outputs are
}

// RequestStatus asks for one; a request that was never made has none of it.
func (m *Market) RequestStatus(ctx context.Context, id *big.Int) (RequestStatus, error) {
	requests := bindings.NewRequests()
	r, err := view(ctx, m, m.Addresses.Requests, requests.PackResult(id), requests.UnpackResult)
	if err != nil {
		return RequestStatus{}, err
	}
	return RequestStatus{CallbackGas: r.CallbackGas, Delivered: r.Delivered, Called: r.Called, State: DealState(r.Status), Digest: r.Digest, URI: r.Uri}, nil
}

// firstRequest is the nonce of the request with id 0 (Requests.sol).
var firstRequest = new(big.Int).Lsh(big.NewInt(1), 255)

// RequestID is the id of the request that an offer claims to be; false = it is a
// creator's own. A creator may lie about it, which the contract finds out.
func (j JobOffer) RequestID() (*big.Int, bool) {
	if j.Callback.IsZero() || j.Nonce.Cmp(firstRequest) <= 0 {
		return nil, false
	}
	return new(big.Int).Sub(j.Nonce, firstRequest), true
}

// Publish says where the outputs of a request are; the sender is the deal's
// provider.
func (m *Market) Publish(ctx context.Context, id *big.Int, d Deal, uri string) (gas uint64, err error) {
	receipt, err := m.attempt(ctx, "publish/"+id.String(), m.Addresses.Requests, bindings.NewRequests().PackPublish(id, d.Job.bound(), d.Resource.bound(), uri))
	return receipt.Gas, err
}

// GiveUp gives the money of a request back that nobody matched before it expired,
// and calls its creator back with DealExpired.
func (m *Market) GiveUp(ctx context.Context, r Request) (gas uint64, err error) {
	receipt, err := m.attempt(ctx, "give-up/"+r.ID.String(), m.Addresses.Requests, bindings.NewRequests().PackGiveUp(r.ID, r.Job.bound()))
	return receipt.Gas, err
}

// Deliver calls a request's creator back with the outcome of its deal, once that
// is over; result is what was submitted, if anything was.
func (m *Market) Deliver(ctx context.Context, r Request, result Result) (gas uint64, err error) {
	receipt, err := m.attempt(ctx, "deliver/"+r.ID.String(), m.Addresses.Requests, bindings.NewRequests().PackDeliver(r.ID, result.bound()))
	return receipt.Gas, err
}
