package buy_test

import (
	"context"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/mediate"
	"github.com/tadpole-edge/tadpole/contracts/town"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// honest is what mediators find.
type honest struct{ market.Result }

func (h honest) Digest(context.Context, market.Case) ([32]byte, error) { return h.Answer(), nil }

// group is replicas that were posted, and who takes them.
type group struct {
	*trade
	offers []market.JobOffer
}

func (x *trade) group(count int, alter func(*buy.Terms)) group {
	x.t.Helper()
	t := terms
	if alter != nil {
		alter(&t)
	}
	x.shop.jobs = nil
	offers, err := x.buyer.PostReplicas(x.t.Context(), []byte("module"), nil, t, count)
	if err != nil || len(offers) != count {
		x.t.Fatalf("%d replicas, %v", len(offers), err)
	}
	return group{x, offers}
}

// take has a provider take a replica and hand in a result.
func (g group) take(i int, p *town.Party, content string) market.Result {
	g.t.Helper()
	g.trade.provider = p
	return g.submit(g.match(g.shop.jobs[i]), map[string][]byte{"out": []byte(content)})
}

func (g group) await() (buy.Replicas, error) {
	ctx, cancel := context.WithTimeout(g.t.Context(), time.Minute)
	defer cancel()
	return g.buyer.AwaitReplicas(ctx, g.offers, true, nil)
}

func TestReplicas(t *testing.T) {
	x := &trade{Town: town.New(t), t: t, shop: &shop{blobs: map[blob.Hash][]byte{}}}
	x.creator, x.solver = x.Party(), x.Party()
	a, b, c := x.Party(), x.Party(), x.Party()
	x.buyer = buy.Buyer{Key: x.creator.Key, Addresses: x.Addresses, Market: x.creator.Market, Solver: x.shop, Poll: 20 * time.Millisecond}
	x.Stake(x.creator, a, b, c)
	list, err := deal.FilesOf(map[string][]byte{"out": []byte("right")})
	if err != nil {
		t.Fatal(err)
	}
	right := market.Result{Digest: blob.Sum(list.Encode()), Fuel: 9}
	for _, m := range x.Mediators(3) {
		x.Run(mediate.New(mediate.Config{Key: m.Key, Market: m.Market, Executor: honest{right}, Poll: 50 * time.Millisecond, Logger: x.Log}).Run)
	}
	stake := func(p *town.Party) *big.Int {
		b, err := p.Market.Balance(t.Context(), p.Key.Address())
		if err != nil {
			t.Fatal(err)
		}
		return b.Staked
	}
	whole := stake(a)

	g := x.group(2, nil)
	spec, err := deal.DecodeSpec(x.shop.blobs[g.offers[0].Spec])
	if err != nil || spec.Replicas != 2 || spec.Group.IsZero() || g.offers[0].Spec != g.offers[1].Spec {
		t.Errorf("the description %+v, %v", spec, err)
	}
	g.take(0, a, "wrong")
	g.take(1, b, "right")
	got, err := g.await()
	if err != nil || got.Result != right || string(got.Outputs["out"]) != "right" || got.List[0].State != market.DealRefuted || got.List[0].Standing != buy.Dissents ||
		got.List[1].State != market.DealUpheld || stake(a).Cmp(whole) >= 0 || stake(b).Cmp(whole) != 0 {
		t.Errorf("two that differ: %+v, %v", got, err)
	}

	g = x.group(3, nil)
	less := stake(a)
	g.take(0, a, "wrong")
	g.take(1, c, "wrong")
	g.take(2, b, "right")
	got, err = g.await()
	if err != nil || got.Result != right || string(got.Outputs["out"]) != "right" || stake(a).Cmp(less) >= 0 || stake(c).Cmp(whole) >= 0 || stake(b).Cmp(whole) != 0 {
		t.Errorf("two that lie alike: %+v, %v", got, err)
	}

	g = x.group(3, func(t *buy.Terms) { t.Valid = 40 * time.Second })
	g.take(0, a, "right")
	got, err = g.await()
	if !errors.Is(err, buy.ErrDissent) || got.Outputs != nil || got.List[0].State != market.DealSubmitted || got.List[2].Standing != buy.Missing {
		t.Errorf("one of three: %+v, %v", got, err)
	}
	g = x.group(2, func(t *buy.Terms) { t.Valid = time.Second })
	if got, err = g.await(); !errors.Is(err, buy.ErrUnmatched) || !errors.Is(err, buy.ErrOver) {
		t.Errorf("none of two: %+v, %v", got, err)
	}
	if _, err := x.buyer.PostReplicas(t.Context(), nil, nil, terms, 1); err == nil {
		t.Error("one replica")
	}
}
