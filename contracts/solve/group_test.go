package solve_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Of the replicas of a job no provider gets two, also by a solver that was begun
// anew; what is left over waits for another provider.
func TestNoProviderGetsTwoReplicas(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	first, second := h.Party(), h.Party()
	h.Stake(first, second)
	offer := func(i int64) market.ResourceOffer {
		o := h.offer(first)
		o.Nonce = big.NewInt(i)
		return o
	}
	for i := range int64(3) {
		if err := h.client.PostResource(ctx, offer(i).Sign(first.Key, h.Addresses)); err != nil {
			t.Fatal(err)
		}
	}
	j := h.ready
	j.Spec = h.put(deal.Spec{Memory: 1 << 20, Output: 1 << 20, Fuel: 1 << 20, Group: blob.Hash{1}, Replicas: 2}.Encode())
	for i := range int64(2) {
		j.Nonce = big.NewInt(i)
		if err := h.client.PostJob(ctx, j.Sign(h.creator.Key, h.Addresses)); err != nil {
			t.Fatal(err)
		}
	}
	matched := func(count int) []market.Match {
		var list []market.Match
		h.Await("matches", func() bool {
			list, _, _ = h.creator.Market.Matches(ctx, 0, market.Party{})
			return len(list) >= count
		})
		return list
	}
	stop := h.Run(h.open().Run)
	matched(1)
	time.Sleep(500 * time.Millisecond)
	stop()
	s := h.open()
	h.serve(s)
	h.Run(s.Run)
	time.Sleep(500 * time.Millisecond)
	if list := matched(1); len(list) != 1 || list[0].Provider != first.Key.Address() {
		t.Fatalf("one provider alone has %d replicas", len(list))
	}
	why, err := h.client.Explain(ctx, j, deal.Spec{Memory: 1 << 20, Output: 1 << 20, Fuel: 1 << 20}, h.pool)
	if err != nil || why != "2 of 2 that wait there: it fits, but came too late, has too little stake left or has a replica already" {
		t.Errorf("why: %q, %v", why, err)
	}
	why, err = h.client.Explain(ctx, j, deal.Spec{Memory: 1, Output: 1, Fuel: 1, GPU: 2}, h.pool)
	if err != nil || why != "2 of 2 that wait there: it takes 0 GPUs, the job wants 2" {
		t.Errorf("why: %q, %v", why, err)
	}
	if err := h.client.PostResource(ctx, h.offer(second).Sign(second.Key, h.Addresses)); err != nil {
		t.Fatal(err)
	}
	if list := matched(2); len(list) != 2 || list[1].Provider != second.Key.Address() {
		t.Errorf("matches %+v", list)
	}
}
