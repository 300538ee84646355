package market

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// ErrNoDeal marks a deal that the chain does not have, or whose offers are not to
// be found there.
var ErrNoDeal = errors.New("deal not found on the chain")

// Match is one deal as it was made.
type Match struct {
	ID                        DealID
	Creator, Provider, Solver key.Address
	SubmitBy                  time.Time
	Block                     uint64

	transaction common.Hash
}

// Party picks the deals of an account in a role; the zero value picks all.
type Party struct{ Creator, Provider key.Address }

func (p Party) topics() [][]common.Hash {
	pick := func(a key.Address) []common.Hash {
		if a.IsZero() {
			return nil
		}
		return []common.Hash{addressTopic(a)}
	}
	return [][]common.Hash{nil, pick(p.Creator), pick(p.Provider)}
}

func addressTopic(a key.Address) common.Hash { return common.Hash(addressWord(a)) }

// Matches lists the deals of a party made since a block, in order, and the block
// up to which it looked.
func (m *Market) Matches(ctx context.Context, since uint64, of Party) (list []Match, until uint64, err error) {
	list, until, err = m.matches(ctx, since, of.topics())
	return list, until, err
}

func (m *Market) matches(ctx context.Context, since uint64, topics [][]common.Hash) (list []Match, until uint64, err error) {
	err = m.events(ctx, m.Addresses.Deals, since, &until, []common.Hash{eventID(m.deals, "Matched")}, func(e event) error {
		matched, err := m.deals.UnpackMatchedEvent(e.log)
		if err == nil {
			list = append(list, Match{ID: matched.DealId, Creator: key.Address(matched.Creator), Provider: key.Address(matched.Provider), Solver: key.Address(matched.Solver),
				SubmitBy: time.Unix(matched.SubmitBy.Int64(), 0), Block: e.log.BlockNumber, transaction: e.log.TxHash})
		}
		return err
	}, topics...)
	return list, until, err
}

// MatchOf finds how a deal was made by its id.
func (m *Market) MatchOf(ctx context.Context, id DealID) (Match, error) {
	list, _, err := m.matches(ctx, 0, [][]common.Hash{{common.Hash(id)}})
	if err != nil {
		return Match{}, err
	}
	if len(list) == 0 {
		return Match{}, fmt.Errorf("deal %s: %w", id, ErrNoDeal)
	}
	return list[len(list)-1], nil
}

// Deal finds the offers of a deal by its id.
func (m *Market) Deal(ctx context.Context, id DealID) (Deal, error) {
	match, err := m.MatchOf(ctx, id)
	if err != nil {
		return Deal{}, err
	}
	return m.Offers(ctx, match)
}

// DealOf is the deal that an escrowed offer was matched into; false = none yet.
func (m *Market) DealOf(ctx context.Context, job JobOffer) (id DealID, matched bool, err error) {
	id, err = view(ctx, m, m.Addresses.Deals, m.deals.PackDealOf(job.Digest(m.Addresses)), m.deals.UnpackDealOf)
	return id, id != DealID{}, err
}

// Offers reads the offers of a match from the transaction that made it. Where a
// solver is a contract they are not in it, which is an ErrNoDeal.
func (m *Market) Offers(ctx context.Context, match Match) (Deal, error) {
	tx, _, err := m.node.TransactionByHash(ctx, match.transaction)
	if err != nil {
		return Deal{}, fmt.Errorf("read the transaction of deal %s: %w", match.ID, err)
	}
	d, err := m.unpackMatch(tx.Data())
	if err != nil {
		return Deal{}, fmt.Errorf("deal %s: read its offers: %w: %w", match.ID, ErrNoDeal, err)
	}
	if d.ID(m.Addresses) != match.ID {
		return Deal{}, fmt.Errorf("deal %s: its transaction has other offers: %w", match.ID, ErrNoDeal)
	}
	return d, nil
}

func (m *Market) unpackMatch(data []byte) (Deal, error) {
	contract := m.deals.GetABI()
	method, err := contract.MethodById(data)
	if err != nil || method.Name != "matchOffers" {
		return Deal{}, errors.New("the transaction is no call of matchOffers")
	}
	arguments, err := method.Inputs.Unpack(data[4:])
	if err != nil {
		return Deal{}, err
	}
	job := *abi.ConvertType(arguments[0], new(bindings.JobOffer)).(*bindings.JobOffer)
	resource := *abi.ConvertType(arguments[2], new(bindings.ResourceOffer)).(*bindings.ResourceOffer)
	return Deal{jobOf(job), resourceOf(resource)}, nil
}

// Submission is the result that was submitted for a deal; found is false while
// there is none.
func (m *Market) Submission(ctx context.Context, id DealID) (result Result, found bool, err error) {
	var until uint64
	err = m.events(ctx, m.Addresses.Deals, 0, &until, []common.Hash{eventID(m.deals, "Submitted")}, func(e event) error {
		submitted, err := m.deals.UnpackSubmittedEvent(e.log)
		if err == nil {
			result, found = Result{Digest: submitted.Digest, Fuel: submitted.Fuel}, true
		}
		return err
	}, []common.Hash{common.Hash(id)})
	return result, found, err
}

// CaseOf is the case of mediation that was opened about a deal, the last one;
// found is false while there is none.
func (m *Market) CaseOf(ctx context.Context, id DealID) (c CaseID, found bool, err error) {
	var until uint64
	err = m.events(ctx, m.Addresses.Deals, 0, &until, []common.Hash{eventID(m.deals, "Checked")}, func(e event) error {
		c, found = CaseID(e.topics[2]), true
		return nil
	}, []common.Hash{common.Hash(id)})
	return c, found, err
}

// Outcome is how a deal ended.
type Outcome struct {
	State DealState
	Paid  *big.Int // to the provider, after the protocol's fee
}

// Outcomes gives the deals that ended since a block.
func (m *Market) Outcomes(ctx context.Context, since uint64) (outcomes map[DealID]Outcome, until uint64, err error) {
	outcomes = map[DealID]Outcome{}
	err = m.events(ctx, m.Addresses.Deals, since, &until, []common.Hash{eventID(m.deals, "Settled")}, func(e event) error {
		settled, err := m.deals.UnpackSettledEvent(e.log)
		if err == nil {
			outcomes[settled.DealId] = Outcome{DealState(settled.Status), settled.Paid}
		}
		return err
	})
	return outcomes, until, err
}

// Escrowed tells whether the money of an offer waits for a match.
func (m *Market) Escrowed(ctx context.Context, job JobOffer) (bool, error) {
	return view(ctx, m, m.Addresses.Deals, m.deals.PackEscrowed(job.Digest(m.Addresses)), m.deals.UnpackEscrowed)
}
