package buy_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/town"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// shop is a solver without a will: a test matches what is posted.
type shop struct {
	mu    sync.Mutex // guards the rest
	blobs map[blob.Hash][]byte
	jobs  []market.SignedJob
}

func (s *shop) Get(_ context.Context, h blob.Hash) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, found := s.blobs[h]
	if !found {
		return nil, fmt.Errorf("blob %s: %w", h.Short(), blob.ErrMissing)
	}
	return content, nil
}

func (s *shop) Put(_ context.Context, content []byte) (blob.Hash, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := blob.Sum(content)
	s.blobs[h] = content
	return h, nil
}

func (s *shop) PostJob(_ context.Context, offer market.SignedJob) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = append(s.jobs, offer)
	return nil
}

// trade is a buyer, a provider and a solver on a real market.
type trade struct {
	*town.Town
	t                         *testing.T
	creator, provider, solver *town.Party
	shop                      *shop
	buyer                     buy.Buyer
	nonce                     int64
	last                      market.ResourceOffer // that was matched
}

var terms = buy.Terms{Spec: deal.Spec{Memory: 1, Output: 1, Fuel: 1}, Price: (town.Coin / 100).Wei(), Rate: new(big.Int), MatchFee: big.NewInt(5), MediatorFee: (town.Coin / 1000).Wei(),
	CheckRate: 500, Multiple: 19, Mediators: 3, SubmitWithin: time.Hour, JudgeWithin: time.Hour, VoteWithin: time.Hour}

func (x *trade) post(alter func(*buy.Terms)) market.SignedJob {
	x.t.Helper()
	t := terms
	if alter != nil {
		alter(&t)
	}
	signed, err := x.buyer.Post(x.t.Context(), []byte("module"), map[string][]byte{"in": []byte("put")}, t)
	if err != nil {
		x.t.Fatal(err)
	}
	return signed
}

// match has the provider take a job.
func (x *trade) match(job market.SignedJob) market.DealID {
	x.t.Helper()
	x.nonce++
	offer := market.ResourceOffer{Provider: x.provider.Key.Address(), Price: (town.Coin / 200).Wei(), Rate: new(big.Int), MatchFee: new(big.Int), Multiple: 19,
		Mediators: job.Offer.Mediators, Nonce: big.NewInt(x.nonce), Expiry: job.Offer.Expiry}
	x.last = offer
	id, _, err := x.solver.Market.MatchOffers(x.t.Context(), job, offer.Sign(x.provider.Key, x.Addresses))
	if err != nil {
		x.t.Fatal(err)
	}
	return id
}

func (x *trade) submit(id market.DealID, outputs map[string][]byte) market.Result {
	x.t.Helper()
	if err := deal.Keep(x.t.Context(), x.shop, outputs); err != nil {
		x.t.Fatal(err)
	}
	result := market.Result{Digest: deal.Failed()}
	if outputs != nil {
		list, err := deal.FilesOf(outputs)
		if err != nil {
			x.t.Fatal(err)
		}
		result = market.Result{Digest: blob.Sum(list.Encode()), Fuel: 9}
	}
	if _, err := x.provider.Market.Submit(x.t.Context(), id, result); err != nil {
		x.t.Fatal(err)
	}
	return result
}

func (x *trade) await(job market.SignedJob, accept bool) (buy.Done, error) {
	ctx, cancel := context.WithTimeout(x.t.Context(), time.Minute)
	defer cancel()
	return x.buyer.Await(ctx, job.Offer, accept)
}

func (x *trade) free() *big.Int {
	x.t.Helper()
	b, err := x.creator.Market.Balance(x.t.Context(), x.creator.Key.Address())
	if err != nil {
		x.t.Fatal(err)
	}
	return b.Free
}

func TestBuyer(t *testing.T) {
	x := &trade{Town: town.New(t), t: t, shop: &shop{blobs: map[blob.Hash][]byte{}}}
	x.creator, x.provider, x.solver = x.Party(), x.Party(), x.Party()
	x.buyer = buy.Buyer{Key: x.creator.Key, Addresses: x.Addresses, Market: x.creator.Market, Solver: x.shop, Poll: 20 * time.Millisecond}
	x.Stake(x.creator, x.provider)
	if _, err := x.buyer.Prepare(t.Context(), nil, nil, terms); err == nil || !strings.Contains(err.Error(), "0 mediators are active") {
		t.Errorf("a job that nobody could check: %v", err)
	}
	x.Mediators(3)
	if _, err := x.buyer.Prepare(t.Context(), nil, map[string][]byte{"../up": nil}, terms); !errors.Is(err, deal.ErrFiles) {
		t.Errorf("an input outside of its folder: %v", err)
	}
	x.accepts()
	x.leavesItOpen()
	x.paysForFailure()
	x.distrusts()
	x.lateProvider()
	x.nobodyCame()
	x.nobodyJudges()
	x.once()
	x.onceUnmatched()
	x.onceChecked()
}

// accepts: the outputs are fetched and paid for, by a buyer that was begun again.
func (x *trade) accepts() {
	t, before := x.t, x.free()
	job := x.post(nil)
	if err := x.shop.jobs[0].Verify(x.Addresses); err != nil || x.shop.jobs[0].Offer.Digest(x.Addresses) != job.Offer.Digest(x.Addresses) {
		t.Errorf("posted %+v: %v", x.shop.jobs[0], err)
	}
	for what, h := range map[string]blob.Hash{"module": job.Offer.Module, "inputs": job.Offer.Inputs, "input": blob.Sum([]byte("put")), "description": job.Offer.Spec} {
		if _, err := x.shop.Get(t.Context(), h); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	id := x.match(job)
	result := x.submit(id, map[string][]byte{"out": []byte("come")})
	done, err := x.await(job, true)
	if err != nil || done.ID != id || done.State != market.DealAccepted || done.Result != result || string(done.Outputs["out"]) != "come" || done.Gas == 0 {
		t.Errorf("done %+v, %v", done, err)
	}
	cost := new(big.Int).Add((town.Coin / 200).Wei(), terms.MatchFee)
	if paid := new(big.Int).Sub(before, x.free()); paid.Cmp(cost) != 0 {
		t.Errorf("it cost %v, want %v", paid, cost)
	}
	if done, err = x.await(job, true); err != nil || done.State != market.DealAccepted || string(done.Outputs["out"]) != "come" {
		t.Errorf("asked again: %+v, %v", done, err)
	}
}

func (x *trade) leavesItOpen() {
	job := x.post(nil)
	x.submit(x.match(job), map[string][]byte{})
	done, err := x.await(job, false)
	if err != nil || done.State != market.DealSubmitted || done.Gas != 0 || done.Outputs == nil {
		x.t.Errorf("done %+v, %v", done, err)
	}
}

// paysForFailure: a job that fails by its own fault is work that was done.
func (x *trade) paysForFailure() {
	job := x.post(nil)
	x.submit(x.match(job), nil)
	done, err := x.await(job, true)
	if err != nil || done.State != market.DealAccepted || done.Outputs != nil {
		x.t.Errorf("done %+v, %v", done, err)
	}
}

// distrusts: a result without outputs is not paid for.
func (x *trade) distrusts() {
	job := x.post(nil)
	id := x.match(job)
	if _, err := x.provider.Market.Submit(x.t.Context(), id, market.Result{Digest: blob.Hash{3}, Fuel: 1}); err != nil {
		x.t.Fatal(err)
	}
	if _, err := x.await(job, true); !errors.Is(err, blob.ErrMissing) || !strings.Contains(err.Error(), "tadpole market check") {
		x.t.Errorf("outputs that nobody has: %v", err)
	}
	if s, err := x.creator.Market.DealStatus(x.t.Context(), id); err != nil || s.State != market.DealSubmitted {
		x.t.Errorf("the deal is %v, %v", s.State, err)
	}
}

// lateProvider: the buyer ends the deal and has its money back, and damages.
func (x *trade) lateProvider() {
	before := x.free()
	job := x.post(func(t *buy.Terms) { t.SubmitWithin = time.Second })
	x.match(job)
	done, err := x.await(job, true)
	if !errors.Is(err, buy.ErrOver) || done.State != market.DealExpired {
		x.t.Errorf("done %+v, %v", done, err)
	}
	if x.free().Cmp(before) <= 0 {
		x.t.Errorf("the buyer has %v, had %v", x.free(), before)
	}
}

func (x *trade) nobodyCame() {
	job := x.post(func(t *buy.Terms) { t.Valid = time.Second })
	if _, err := x.await(job, true); !errors.Is(err, buy.ErrOver) {
		x.t.Errorf("an offer that expired: %v", err)
	}
}

// nobodyJudges: where all mediators are away the buyer ends the case itself, and
// has its money back.
func (x *trade) nobodyJudges() {
	before := x.free()
	job := x.post(func(t *buy.Terms) { t.VoteWithin = time.Second })
	result := x.submit(x.match(job), map[string][]byte{"out": []byte("come")})
	d, err := x.creator.Market.Deal(x.t.Context(), market.Deal{Job: job.Offer, Resource: x.last}.ID(x.Addresses))
	if err != nil {
		x.t.Fatal(err)
	}
	if _, _, err := x.creator.Market.CheckResult(x.t.Context(), d, result); err != nil {
		x.t.Fatal(err)
	}
	done, err := x.await(job, true)
	if !errors.Is(err, buy.ErrOver) || done.State != market.DealUnresolved || !strings.Contains(err.Error(), "too few mediators voted") {
		x.t.Errorf("done %+v, %v", done, err)
	}
	if left := x.free(); new(big.Int).Sub(before, left).Cmp(terms.MatchFee) > 0 {
		x.t.Errorf("the buyer has %v, had %v", left, before)
	}
}
