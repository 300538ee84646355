package market

import (
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
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
	requests := bindings.NewRequests()
	err = m.events(ctx, m.Addresses.Requests, since, &until, []common.Hash{eventID(requests, "Requested")}, func(e event) error {
		requested, err := requests.UnpackRequestedEvent(e.log)
		if err == nil {
			list = append(list, Request{requested.Id, jobOf(requested.Job)})
		}
		return err
	})
	return list, until, err
}

// Deliver calls a request's creator back with the outcome of its deal, once that
// is over; result is what was submitted.
func (m *Market) Deliver(ctx context.Context, r Request, result Result) (gas uint64, err error) {
	receipt, err := m.attempt(ctx, "deliver/"+r.ID.String(), m.Addresses.Requests, bindings.NewRequests().PackDeliver(r.ID, result.bound()))
	return receipt.Gas, err
}
