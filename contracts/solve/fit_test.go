package solve

import (
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

func n(v int64) *big.Int { return big.NewInt(v) }

// fitting gives a job and an offer that fit; every test alters one thing.
func fitting() (market.JobOffer, market.ResourceOffer) {
	j := market.JobOffer{Creator: key.Address{1}, Price: n(100), Rate: n(0), MatchFee: n(5), MediatorFee: n(2), MediatorDeposit: n(10), CheckRate: 500, Multiple: 19,
		Mediation: 3, Mediators: n(0b1111), Nonce: n(1), Expiry: 1000}
	r := market.ResourceOffer{Provider: key.Address{2}, Price: n(100), Rate: n(0), MatchFee: n(3), Multiple: 19, Mediators: n(0b10111), Nonce: n(1), Expiry: 1000}
	return j, r
}

func TestFit(t *testing.T) {
	for what, c := range map[string]struct {
		alter func(*market.JobOffer, *market.ResourceOffer)
		fits  bool
	}{
		"as they are":         {func(*market.JobOffer, *market.ResourceOffer) {}, true},
		"for itself":          {func(j *market.JobOffer, r *market.ResourceOffer) { r.Provider = j.Creator }, false},
		"too dear":            {func(_ *market.JobOffer, r *market.ResourceOffer) { r.Price = n(101) }, false},
		"not metered":         {func(j *market.JobOffer, _ *market.ResourceOffer) { j.Rate = n(7) }, false},
		"metered":             {func(j *market.JobOffer, r *market.ResourceOffer) { j.Rate, r.Rate = n(7), n(7) }, true},
		"a rate too high":     {func(j *market.JobOffer, r *market.ResourceOffer) { j.Rate, r.Rate = n(7), n(8) }, false},
		"a price of no use":   {func(j *market.JobOffer, r *market.ResourceOffer) { j.Rate, r.Rate, r.Price = n(7), n(7), n(1000) }, true},
		"little collateral":   {func(_ *market.JobOffer, r *market.ResourceOffer) { r.Multiple = 18 }, false},
		"seldom checked":      {func(j *market.JobOffer, _ *market.ResourceOffer) { j.CheckRate = 499 }, false},
		"no mediators wanted": {func(j *market.JobOffer, _ *market.ResourceOffer) { j.Mediation = 0 }, false},
		"too few in common":   {func(_ *market.JobOffer, r *market.ResourceOffer) { r.Mediators = n(0b10011) }, false},
	} {
		j, r := fitting()
		c.alter(&j, &r)
		if err := fit(j, r, n(0b11111)); (err == nil) != c.fits || err != nil && !errors.Is(err, errUnfit) {
			t.Errorf("%s: %v, want it to fit: %v", what, err, c.fits)
		}
	}
	j, r := fitting()
	if err := fit(j, r, n(0b11011)); !errors.Is(err, errUnfit) {
		t.Errorf("a mediator who is not active: %v", err)
	}
}

func TestAble(t *testing.T) {
	j, r := fitting()
	d := market.Deal{Job: j, Resource: r}
	most, collateral := int64(100+5+3*2), int64(19*100)
	for what, c := range map[string]struct {
		creator, provider funds
		able              bool
	}{
		"just enough":       {funds{n(most), n(0)}, funds{n(3), n(collateral)}, true},
		"a poor creator":    {funds{n(most - 1), n(0)}, funds{n(3), n(collateral)}, false},
		"too little stake":  {funds{n(most), n(0)}, funds{n(3), n(collateral - 1)}, false},
		"no fee to solvers": {funds{n(most), n(0)}, funds{n(2), n(collateral)}, false},
	} {
		if err := able(d, c.creator, c.provider); (err == nil) != c.able {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// The cheapest that fits comes first, of equals the one that pays the solver
// more, and then the older.
func TestCandidates(t *testing.T) {
	spec := deal.Spec{Memory: 10, Output: 10, Fuel: 10}
	strong, weak := blob.Hash{1}, blob.Hash{2}
	machines := map[[32]byte]deal.Capabilities{strong: {Memory: 10, Output: 10, Fuel: 10}, weak: {Memory: 9, Output: 10, Fuel: 10}}
	j, r := fitting()
	offer := func(name byte, price, fee int64, machine blob.Hash) resource {
		r := r
		r.Provider, r.Price, r.MatchFee, r.Capabilities = key.Address{name}, n(price), n(fee), machine
		return resource{market.SignedResource{Offer: r}, time.Unix(int64(name), 0)}
	}
	all := []resource{offer('a', 90, 3, strong), offer('b', 80, 3, strong), offer('c', 101, 3, strong), offer('d', 10, 3, weak), offer('e', 80, 4, strong),
		offer('f', 80, 3, strong), offer('g', 10, 3, blob.Hash{3})}
	got := ""
	for _, c := range candidates(job{SignedJob: market.SignedJob{Offer: j}}, spec, all, machines, n(0b11111)) {
		got += string(c.Offer.Provider[:1])
	}
	if got != "ebfa" {
		t.Errorf("in the order %s, want ebfa", got)
	}
}

// A sealed job goes only to a provider to whom it is sealed and that takes sealed
// jobs of its creator.
func TestCandidatesForASealedJob(t *testing.T) {
	j, r := fitting()
	named, stranger := key.Address{'a'}, key.Address{'b'}
	spec := deal.Spec{Memory: 10, Output: 10, Fuel: 10, Sealed: &deal.Sealed{Inputs: []string{"data"}, Providers: []key.Address{named, {'c'}}}}
	open, shut := blob.Hash{1}, blob.Hash{2}
	machines := map[[32]byte]deal.Capabilities{open: {Memory: 10, Output: 10, Fuel: 10, SealedFor: []key.Address{{9}, j.Creator}}, shut: {Memory: 10, Output: 10, Fuel: 10, SealedFor: []key.Address{{9}}}}
	for what, c := range map[string]struct {
		provider key.Address
		machine  blob.Hash
		why      string
	}{
		"named":                      {named, open, ""},
		"a stranger":                 {stranger, open, "the data are sealed to others"},
		"named, and does not want":   {named, shut, "it takes no sealed jobs of this creator (tadpole provider --sealed-for)"},
		"a stranger that would like": {stranger, shut, "the data are sealed to others"},
	} {
		r := r
		r.Provider, r.Capabilities = c.provider, c.machine
		all := []resource{{market.SignedResource{Offer: r}, time.Unix(1, 0)}}
		got := len(candidates(job{SignedJob: market.SignedJob{Offer: j}}, spec, all, machines, n(0b11111)))
		if (got == 1) != (c.why == "") {
			t.Errorf("%s: %d candidates", what, got)
		}
		if why := machines[c.machine].Closed(spec, j.Creator, c.provider); why != c.why {
			t.Errorf("%s: because %q, want %q", what, why, c.why)
		}
		if why := machines[c.machine].Closed(deal.Spec{}, j.Creator, c.provider); why != "" {
			t.Errorf("%s: a public job is closed to it: %s", what, why)
		}
	}
}
