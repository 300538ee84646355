package provide_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/provide"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

const coin = config.Amount(1_000_000_000)

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

// town is a chain with a market, and directories in which its parties live.
type town struct {
	t         *testing.T
	url       string
	addresses market.Addresses
	log       *slog.Logger
}

// party is an account that can be ended and begun again in its directory.
type party struct {
	key    *key.Key
	dir    string
	market *market.Market
	end    func()
}

func (w *town) begin(k *key.Key, dir string) *party {
	w.t.Helper()
	client, err := market.Dial(w.t.Context(), w.url)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s, err := sender.Open(ctx, sender.Config{Path: filepath.Join(dir, "journal.db"), Key: k, Node: client, Poll: 20 * time.Millisecond, Confirmations: 3})
	if err != nil {
		w.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	if w.addresses.Chain == 0 {
		w.addresses, err = market.Deploy(w.t.Context(), client, s, filepath.Join(dir, "market.json"), market.Parameters{WindowFloor: time.Second, UnstakeDelay: time.Hour})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	p := &party{key: k, dir: dir, market: market.New(client, s, w.addresses)}
	p.end = sync.OnceFunc(func() { cancel(); <-done; _ = s.Close(); client.Close() })
	w.t.Cleanup(p.end)
	return p
}

// stake puts coins of a party into the ledger, and as many at stake.
func (w *town) stake(p *party) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := errors.Join(p.market.Deposit(ctx, "deposit", p.key.Address(), (200*coin).Wei()), p.market.Stake(ctx, "stake", p.key.Address(), (100*coin).Wei())); err != nil {
		w.t.Fatal(err)
	}
}

// run has something run until the function that it gives is called.
func run(t *testing.T, f func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(ctx); err != nil {
			t.Error(err)
		}
	}()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return stop
}

func (w *town) provider(p *party, c *solve.Client, r deal.Runner, price config.Amount) (stop func()) {
	return run(w.t, provide.New(provide.Config{Key: p.key, Addresses: w.addresses, Market: p.market, Solver: c, Runner: r, Poll: 50 * time.Millisecond, Logger: w.log,
		Terms: provide.Terms{Machine: deal.Capabilities{Memory: 1 << 30, Output: 1 << 30, Fuel: 1 << 40}, Price: price.Wei(), Rate: new(big.Int), MatchFee: big.NewInt(1000), Multiple: 99}}).Run)
}

// A solver and a provider are ended while a job runs, and begin again in their
// directories: the job is done once and paid, by the cheaper of two providers.
func TestJobSurvivesRestarts(t *testing.T) {
	t.Parallel()
	keys := make([]*key.Key, 7)
	alloc := map[key.Address]*big.Int{}
	for i := range keys {
		var err error
		if keys[i], err = key.Generate(); err != nil {
			t.Fatal(err)
		}
		alloc[keys[i].Address()] = (1000 * coin).Wei()
	}
	c, err := chain.Open(chain.Config{Dir: t.TempDir(), Alloc: alloc, Gap: 20 * time.Millisecond, Idle: 100 * time.Millisecond, Lead: 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	w := &town{t: t, url: c.URL(), log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	creator := w.begin(keys[0], t.TempDir())
	w.stake(creator)
	for _, k := range keys[4:] {
		m := w.begin(k, t.TempDir())
		w.stake(m)
		if err := errors.Join(m.market.Register(t.Context(), market.MediatorRole, "age1test"), m.market.JoinMediators(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	cheap, dear, solver := w.begin(keys[1], t.TempDir()), w.begin(keys[2], t.TempDir()), w.begin(keys[3], t.TempDir())
	w.stake(cheap)
	w.stake(dear)

	const keep = 5 * time.Second
	// The solver, at an address that outlives it.
	open := func(p *party) *solve.Solver {
		s, err := solve.Open(solve.Config{Dir: p.dir, Addresses: w.addresses, Market: p.market, Poll: 50 * time.Millisecond, Keep: keep, Tidy: 100 * time.Millisecond, Logger: w.log})
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
	endDear := w.provider(dear, client, upper{}, coin/50)
	endCheap := w.provider(cheap, client, upper{started: started, held: make(chan struct{})}, coin/100)
	buyer := buy.Buyer{Key: creator.key, Addresses: w.addresses, Market: creator.market, Solver: client, Poll: 50 * time.Millisecond}
	terms := buy.Terms{Spec: deal.Spec{Memory: 1 << 20, Output: 1 << 20, Fuel: 1 << 30}, Price: (coin / 10).Wei(), Rate: new(big.Int), MatchFee: big.NewInt(5000), MediatorFee: (coin / 1000).Wei(),
		CheckRate: 100, Multiple: 99, Mediators: 3, SubmitWithin: time.Hour, JudgeWithin: time.Hour, VoteWithin: time.Hour, Valid: 24 * time.Hour}
	await(t, func() bool {
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
	solver.end()
	solver = w.begin(solver.key, solver.dir)
	second := open(solver)
	address := front.Listener.Addr().String()
	front.Close()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	run(t, func(ctx context.Context) error { return second.Serve(ctx, listener) })
	run(t, second.Run)

	// Killed while it runs the job, the provider runs it again.
	<-started
	time.Sleep(keep + time.Second)
	if _, err := client.Get(t.Context(), signed.Offer.Module); err != nil {
		t.Errorf("the module, named by an open deal: %v", err)
	}
	endCheap()
	cheap.end()
	endDear()
	cheap = w.begin(cheap.key, cheap.dir)
	before, err := cheap.market.Balance(t.Context(), cheap.key.Address())
	if err != nil {
		t.Fatal(err)
	}
	w.provider(cheap, client, upper{}, coin/100)

	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	done, err := buyer.Await(ctx, signed.Offer, true)
	if err != nil {
		t.Fatal(err)
	}
	if string(done.Outputs["a.out"]) != "ONE" || string(done.Outputs["b.out"]) != "TWO" || done.State != market.DealAccepted || done.Result.Fuel != 42 {
		t.Errorf("done: %+v", done)
	}
	if done.Deal.Resource.Provider != cheap.key.Address() {
		t.Errorf("done by %s, the cheap provider is %s", done.Deal.Resource.Provider, cheap.key.Address())
	}
	after, err := cheap.market.Balance(t.Context(), cheap.key.Address())
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
		await(t, func() bool { _, err := client.Get(t.Context(), h); return errors.Is(err, blob.ErrMissing) })
		t.Logf("%s: deleted after the deal", what)
	}
	if offers, err := client.Offers(t.Context()); err != nil || len(offers.Resources) == 0 {
		t.Errorf("offers %v, %v", offers, err)
	} else if _, err := client.Get(t.Context(), offers.Resources[0].Capabilities); err != nil {
		t.Errorf("the machine of an open offer: %v", err)
	}
}

// await polls a condition.
func await(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not come about")
		}
	}
}
