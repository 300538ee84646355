package provide_test

import (
	"bytes"
	"context"
	"errors"
	"math/big"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/provide"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/contracts/town"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
)

const coin = town.Coin

// upper writes its inputs in capitals, once it is let go.
type upper struct {
	started chan struct{} // nil = nobody wants to know
	held    chan struct{} // closed = runs; nil = runs
}

func (u upper) Run(ctx context.Context, j deal.Job) (map[string][]byte, uint64, error) {
	if u.started != nil {
		u.started <- struct{}{}
	}
	if u.held != nil {
		select {
		case <-u.held:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
	outputs := map[string][]byte{}
	for name, content := range j.Inputs {
		outputs[name+".out"] = bytes.ToUpper(content)
	}
	return outputs, 42, nil
}

func provider(w *town.Town, p *town.Party, c *solve.Client, r deal.Runner, price config.Amount) (stop func()) {
	return w.Run(provide.New(provide.Config{Key: p.Key, Addresses: w.Addresses, Market: p.Market, Solver: c, Runner: r, Poll: 50 * time.Millisecond, Logger: w.Log,
		Terms: provide.Terms{Machine: deal.Capabilities{Memory: 1 << 30, Output: 1 << 30, Fuel: 1 << 40}, Price: price.Wei(), Rate: new(big.Int), MatchFee: big.NewInt(1000), Multiple: 99}}).Run)
}

// A solver and a provider are ended while a job runs, and begin again in their
// directories: the job is done once and paid, by the cheaper of two providers.
func TestJobSurvivesRestarts(t *testing.T) {
	t.Parallel()
	w := town.New(t)
	creator, cheap, dear, solver := w.Party(), w.Party(), w.Party(), w.Party()
	w.Mediators(3)
	w.Stake(creator, cheap, dear)

	const keep = 5 * time.Second
	// The solver, at an address that outlives it.
	open := func(p *town.Party) *solve.Solver {
		s, err := solve.Open(solve.Config{Dir: p.Dir, Addresses: w.Addresses, Market: p.Market, Poll: 50 * time.Millisecond, Keep: keep, Tidy: 100 * time.Millisecond, Logger: w.Log})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := open(solver)
	front := httptest.NewServer(first.Handler())
	client, err := solve.NewClient(front.URL)
	if err != nil {
		t.Fatal(err)
	}

	// Offers wait in the book while nobody matches.
	started := make(chan struct{}, 16)
	endDear := provider(w, dear, client, upper{}, coin/50)
	endCheap := provider(w, cheap, client, upper{started: started, held: make(chan struct{})}, coin/100)
	buyer := buy.Buyer{Key: creator.Key, Addresses: w.Addresses, Market: creator.Market, Solver: client, Poll: 50 * time.Millisecond}
	terms := buy.Terms{Spec: deal.Spec{Memory: 1 << 20, Output: 1 << 20, Fuel: 1 << 30}, Price: (coin / 10).Wei(), Rate: new(big.Int), MatchFee: big.NewInt(5000), MediatorFee: (coin / 1000).Wei(),
		CheckRate: 100, Multiple: 99, Mediators: 3, SubmitWithin: time.Hour, JudgeWithin: time.Hour, VoteWithin: time.Hour, Valid: 24 * time.Hour}
	w.Await("two offers", func() bool {
		offers, err := client.Offers(t.Context())
		return err == nil && len(offers.Resources) == 2
	})
	signed, err := buyer.Post(t.Context(), []byte("module"), map[string][]byte{"a": []byte("one"), "b": []byte("two")}, terms)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.PostJob(t.Context(), market.SignedJob{Offer: signed.Offer}); err == nil {
		t.Error("an offer without a signature was taken")
	}

	// Killed before it matched anything, the solver begins again with its book.
	solver.End()
	solver = w.Again(solver)
	second := open(solver)
	address := front.Listener.Addr().String()
	front.Close()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	w.Run(func(ctx context.Context) error { return second.Serve(ctx, listener) })
	w.Run(second.Run)

	// Killed while it runs the job, the provider runs it again.
	<-started
	time.Sleep(keep + time.Second)
	if _, err := client.Get(t.Context(), signed.Offer.Module); err != nil {
		t.Errorf("the module, named by an open deal: %v", err)
	}
	endCheap()
	cheap.End()
	endDear()
	cheap = w.Again(cheap)
	before, err := cheap.Market.Balance(t.Context(), cheap.Key.Address())
	if err != nil {
		t.Fatal(err)
	}
	provider(w, cheap, client, upper{}, coin/100)

	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	done, err := buyer.Await(ctx, signed.Offer, true)
	if err != nil {
		t.Fatal(err)
	}
	if string(done.Outputs["a.out"]) != "ONE" || string(done.Outputs["b.out"]) != "TWO" || done.State != market.DealAccepted || done.Result.Fuel != 42 {
		t.Errorf("done: %+v", done)
	}
	if done.Deal.Resource.Provider != cheap.Key.Address() {
		t.Errorf("done by %s, the cheap provider is %s", done.Deal.Resource.Provider, cheap.Key.Address())
	}
	after, err := cheap.Market.Balance(t.Context(), cheap.Key.Address())
	if err != nil {
		t.Fatal(err)
	}
	// Beside the price only the match fee of later offers moves, and there are no later jobs.
	if paid := new(big.Int).Sub(after.Free, before.Free); paid.Cmp((coin / 100).Wei()) != 0 {
		t.Errorf("paid %v, want %v", paid, (coin / 100).Wei())
	}
	t.Logf("gas of accept: %d", done.Gas)
	for what, h := range map[string]blob.Hash{"module": signed.Offer.Module, "inputs": signed.Offer.Inputs, "an input": blob.Sum([]byte("one")),
		"outputs": done.Result.Digest, "an output": blob.Sum([]byte("ONE"))} {
		w.Await(what+" to be deleted", func() bool { _, err := client.Get(t.Context(), h); return errors.Is(err, blob.ErrMissing) })
	}
	if offers, err := client.Offers(t.Context()); err != nil || len(offers.Resources) == 0 {
		t.Errorf("offers %v, %v", offers, err)
	} else if _, err := client.Get(t.Context(), offers.Resources[0].Capabilities); err != nil {
		t.Errorf("the machine of an open offer: %v", err)
	}
}
