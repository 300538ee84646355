package deliver_test

import (
	"context"
	"encoding/binary"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/contracts/deliver"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/mediate"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/contracts/town"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// sulker is the code of a contract that makes a call as it is deployed, with the
// coins sent along, and refuses every call from then on.
func sulker(to key.Address, call []byte) []byte {
	const head = 57 // bytes before the call's data
	size := binary.BigEndian.AppendUint16(nil, uint16(len(call)))
	code := []byte{0x61, size[0], size[1], 0x60, head, 0x5f, 0x39} // CODECOPY(0, head, size)
	code = append(code, 0x5f, 0x5f, 0x61, size[0], size[1], 0x5f, 0x34, 0x73)
	code = append(code, to[:]...)
	code = append(code, 0x5a, 0xf1, 0x60, 43, 0x57, 0x5f, 0x5f, 0xfd) // CALL; where it failed, REVERT
	code = append(code, 0x5b, 0x64, 0x5f, 0x5f, 0xfd, 0x00, 0x00)     // runtime code: PUSH0 PUSH0 REVERT
	code = append(code, 0x5f, 0x52, 0x60, 3, 0x60, 27, 0xf3)
	return append(code, call...)
}

// honest finds the right answer of every case.
type honest [32]byte

func (h honest) Digest(context.Context, market.Case) ([32]byte, error) { return h, nil }

// The outcome of a request whose callback fails can be asked for, and the
// solver's own requests alone are served.
func TestFailedCallbackIsKept(t *testing.T) {
	w := town.New(t)
	payer, provider, solver, other := w.Party(), w.Party(), w.Party(), w.Party()
	result := market.Result{Digest: blob.Sum([]byte("outputs")), Fuel: 3}
	for _, p := range w.Mediators(3) { // a draw hits one in a hundred
		w.Run(mediate.New(mediate.Config{Key: p.Key, Market: p.Market, Executor: honest(result.Answer()), Poll: 100 * time.Millisecond}).Run)
	}
	w.Stake(provider)
	ctx := t.Context()
	pool, err := payer.Market.ActiveMediators(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fee := (town.Coin / 1000).Wei()
	deposit, err := payer.Market.LeastDeposit(ctx, 3, 3, fee)
	if err != nil {
		t.Fatal(err)
	}
	expiry := uint64(time.Now().Add(48 * time.Hour).Unix())
	job := bindings.JobOffer{Price: (town.Coin / 100).Wei(), Rate: new(big.Int), MatchFee: big.NewInt(5), MediatorFee: fee, MediatorDeposit: deposit, CheckRate: 100, Multiple: 99, N: 3,
		SubmitWindow: 7200, JudgeWindow: 5, CommitWindow: 7200, RevealWindow: 7200, Mediators: pool, Nonce: new(big.Int), Expiry: expiry}
	most := market.JobOffer{Price: job.Price, MatchFee: job.MatchFee, MediatorFee: fee, Mediation: 3}.Most()
	builder := w.Party()
	deploy(t, w, builder, sulker(w.Addresses.Requests, bindings.NewRequests().PackRequestJob(job, 50_000)), most)

	list, _, err := solver.Market.Requested(ctx, 0)
	if err != nil || len(list) != 1 {
		t.Fatalf("requests %v, %v", list, err)
	}
	offer := market.ResourceOffer{Provider: provider.Key.Address(), Price: (town.Coin / 200).Wei(), Rate: new(big.Int), MatchFee: new(big.Int), Multiple: 99, Mediators: pool,
		Nonce: new(big.Int), Expiry: expiry}
	id, _, err := solver.Market.MatchEscrowed(ctx, list[0].Job, offer.Sign(provider.Key, w.Addresses))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Market.Submit(ctx, id, result); err != nil {
		t.Fatal(err)
	}
	serve := func(p *town.Party) func() {
		return w.Run(deliver.New(deliver.Config{Market: p.Market, Grace: time.Second, Poll: 20 * time.Millisecond, Logger: w.Log}).Run)
	}
	stop := serve(other)
	serve(solver)
	var s market.RequestStatus
	w.Await("the delivery", func() bool {
		s, err = payer.Market.RequestStatus(ctx, list[0].ID)
		return err == nil && s.Delivered
	})
	stop()
	want := market.RequestStatus{CallbackGas: 50_000, Delivered: true, State: market.DealAccepted, Digest: result.Digest}
	if s.State == market.DealUpheld {
		want.State = market.DealUpheld
	}
	if s != want {
		t.Errorf("the request: %+v, want %+v", s, want)
	}
	if coins, err := payer.Market.Coins(ctx, other.Key.Address()); err != nil || coins.Cmp((1000*town.Coin).Wei()) != 0 {
		t.Errorf("a stranger to the deal has %v wei left, %v; it was to spend none", coins, err)
	}
}

// deploy puts a contract on the chain.
func deploy(t *testing.T, w *town.Town, p *town.Party, code []byte, value *big.Int) {
	t.Helper()
	p.End() // its journal is this function's
	node, err := market.Dial(t.Context(), w.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	s, err := sender.Open(t.Context(), sender.Config{Path: filepath.Join(p.Dir, "journal.db"), Key: p.Key, Node: node, Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stop := w.Run(s.Run)
	defer stop()
	r, err := s.Send(t.Context(), sender.Intent{ID: "deploy", Data: code, Value: value})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := node.CodeAt(t.Context(), common.Address(r.Contract), nil); err != nil || len(found) != 3 {
		t.Fatalf("code %x, %v", found, err)
	}
}
