package solve

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"slices"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
)

// errUnfit marks two offers that the contract would not join.
var errUnfit = errors.New("the offers do not fit")

// fit says why a job and a provider cannot be joined (Offers.sol, validate); nil =
// they can. Windows and deposits are left to the contract, which knows its floors.
func fit(j market.JobOffer, r market.ResourceOffer, active *big.Int) error {
	metered := j.Rate.Sign() != 0
	pool := new(big.Int).And(new(big.Int).And(j.Mediators, r.Mediators), active)
	switch {
	case j.Creator == r.Provider:
		return fmt.Errorf("%w: a creator cannot provide for itself", errUnfit)
	case metered && r.Rate.Sign() == 0:
		return fmt.Errorf("%w: the provider does not meter", errUnfit)
	case metered && r.Rate.Cmp(j.Rate) > 0, !metered && r.Price.Cmp(j.Price) > 0:
		return fmt.Errorf("%w: the price is above the creator's", errUnfit)
	case r.Multiple < j.Multiple, (uint64(r.Multiple)+1)*uint64(j.CheckRate) < 10_000:
		return fmt.Errorf("%w: the collateral is too small", errUnfit)
	case j.Mediation == 0 || count(pool) < int(j.Mediation):
		return fmt.Errorf("%w: they have %d active mediators in common, the job wants %d", errUnfit, count(pool), j.Mediation)
	}
	return nil
}

func count(bitmap *big.Int) (n int) {
	for _, w := range bitmap.Bits() {
		n += bits.OnesCount(uint(w))
	}
	return n
}

// cost is what a job pays a provider: its price, or its rate where it is metered.
func cost(j market.JobOffer, r market.ResourceOffer) *big.Int {
	if j.Rate.Sign() != 0 {
		return r.Rate
	}
	return r.Price
}

// fee is what a solver earns by a match, in wei.
func fee(j market.JobOffer, r market.ResourceOffer) *big.Int {
	return new(big.Int).Add(j.MatchFee, r.MatchFee)
}

// funds are what an account can still put into a deal, in wei.
type funds struct{ free, stake *big.Int }

// able says whether both parties have the money for a deal.
func able(d market.Deal, creator, provider funds) error {
	if most := d.Job.Most(); creator.free.Cmp(most) < 0 {
		return fmt.Errorf("%w: the creator has %v wei free, the job can cost %v", errUnfit, creator.free, most)
	}
	if k := d.Collateral(); provider.stake.Cmp(k) < 0 {
		return fmt.Errorf("%w: the provider has %v wei of stake left, the deal reserves %v", errUnfit, provider.stake, k)
	}
	if provider.free.Cmp(d.Resource.MatchFee) < 0 {
		return fmt.Errorf("%w: the provider has %v wei free, its match fee is %v", errUnfit, provider.free, d.Resource.MatchFee)
	}
	return nil
}

// candidates gives the offers that fit a job, the cheapest first, then the oldest.
func candidates(j job, spec deal.Spec, all []resource, machines map[[32]byte]deal.Capabilities, active *big.Int) (list []resource) {
	for _, r := range all {
		machine, known := machines[r.Offer.Capabilities]
		if known && machine.Fits(spec) && machine.Closed(spec, j.Offer.Creator, r.Offer.Provider) == "" && fit(j.Offer, r.Offer, active) == nil {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(x, y resource) int {
		return cmp.Or(cost(j.Offer, x.Offer).Cmp(cost(j.Offer, y.Offer)), -x.Offer.MatchFee.Cmp(y.Offer.MatchFee))
	})
	return list
}
