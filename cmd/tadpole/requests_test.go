package main

import (
	"context"
	"encoding/json"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// consumer is the example contract on a bazaar's chain, and who pays for its calls.
type consumer struct {
	t    *testing.T
	node *market.Node
	send func(sender.Intent) sender.Receipt
	at   common.Address
}

// newConsumer deploys one.
func (b *bazaar) newConsumer(payer string) consumer {
	t := b.t
	k, err := key.LoadOrCreate(filepath.Join(b.dir, payer, keyFile))
	if err != nil {
		t.Fatal(err)
	}
	node, err := market.Dial(t.Context(), b.node)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
	s, err := sender.Open(t.Context(), sender.Config{Path: filepath.Join(t.TempDir(), "journal.db"), Key: k, Node: node, Poll: 20 * time.Millisecond, Confirmations: 2})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done; _ = s.Close() })
	c := consumer{t: t, node: node, send: func(i sender.Intent) sender.Receipt {
		t.Helper()
		r, err := s.Send(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}}
	code := append(common.FromHex(bindings.ConsumerMetaData.Bin), bindings.NewConsumer().PackConstructor(common.Address(b.look.Addresses.Requests))...)
	c.at = common.Address(c.send(sender.Intent{ID: "deploy", Data: code}).Contract)
	return c
}

// ask has the contract ask for a job.
func (c consumer) ask(id string, offer market.JobOffer) {
	c.t.Helper()
	bound := bindings.JobOffer{Module: offer.Module, Inputs: offer.Inputs, Spec: offer.Spec, Price: offer.Price, Rate: offer.Rate, MatchFee: offer.MatchFee,
		MediatorFee: offer.MediatorFee, MediatorDeposit: offer.MediatorDeposit, CheckRate: offer.CheckRate, Multiple: offer.Multiple, N: offer.Mediation,
		SubmitWindow: offer.SubmitWindow, JudgeWindow: offer.JudgeWindow, CommitWindow: offer.CommitWindow, RevealWindow: offer.RevealWindow,
		Mediators: offer.Mediators, Nonce: new(big.Int), Expiry: offer.Expiry}
	c.send(sender.Intent{ID: id, To: key.Address(c.at), Data: bindings.NewConsumer().PackAsk(bound), Value: offer.Most()})
}

// heard is what came back to the contract.
func (c consumer) heard(id int64) (state market.DealState, digest [32]byte) {
	c.t.Helper()
	contract := bindings.NewConsumer()
	call := func(data []byte) []byte {
		c.t.Helper()
		out, err := c.node.CallContract(c.t.Context(), ethereum.CallMsg{To: &c.at, Data: data}, nil)
		if err != nil {
			c.t.Fatal(err)
		}
		return out
	}
	status, err := contract.UnpackStatusOf(call(contract.PackStatusOf(big.NewInt(id))))
	if err == nil {
		digest, err = contract.UnpackDigestOf(call(contract.PackDigestOf(big.NewInt(id))))
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return market.DealState(status), digest
}

// A contract asks for a job and is called back with its result; solver and
// provider are killed between any two steps.
func TestContractIsCalledBack(t *testing.T) {
	t.Parallel()
	b := newBazaar(t, "solver", "provider", "creator", "payer", "m1", "m2", "m3")
	at := freePort(t)
	url := "http://" + at
	provider := func() func() {
		return b.process("provider", "--party-dir", "provider", "--solver", url, "--poll", "100ms")
	}
	killSolver := b.solver(at)
	client := b.mediating(url, "m1", "m2", "m3")
	out, err := b.tadpole(append([]string{"market", "job", "--print-offer", "--party-dir", "creator", "--solver", url, "--judge-within", "1m", "--submit-within", "10h", "--valid", "24h"}, b.guest()...)...)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var offer market.JobOffer
	if err := json.Unmarshal([]byte(out), &offer); err != nil {
		t.Fatal(err)
	}
	c := b.newConsumer("payer")
	c.ask("one", offer)
	id := func() market.DealID {
		matches, _, err := b.look.Matches(t.Context(), 0, market.Party{Creator: key.Address(c.at)})
		if err != nil || len(matches) == 0 {
			return market.DealID{}
		}
		return matches[0].ID
	}
	killProvider := provider()
	b.until("a match of the contract's request", func() bool { return id() != market.DealID{} })
	killProvider()
	killSolver()
	killSolver = b.solver(at)
	b.until("the solver", func() bool { _, err := client.About(t.Context()); return err == nil })
	killProvider = provider()
	b.until("a result", func() bool {
		s, err := b.look.DealStatus(t.Context(), id())
		return err == nil && s.State >= market.DealSubmitted
	})
	killProvider()
	killSolver()
	b.solver(at)
	b.until("the solver", func() bool { _, err := client.About(t.Context()); return err == nil })
	provider()
	b.until("the callback", func() bool { state, _ := c.heard(1); return state.Over() })

	list, err := deal.FilesOf(map[string][]byte{"out": []byte("what comes in goes out")})
	if err != nil {
		t.Fatal(err)
	}
	want := market.Result{Digest: blob.Sum(list.Encode())}
	state, digest := c.heard(1)
	if digest != want.Digest || state != market.DealAccepted && state != market.DealUpheld {
		t.Errorf("the contract heard %s, digest %x; want it accepted, digest %s", state, digest, want.Digest)
	}
	if outputs, err := deal.Outputs(t.Context(), client, want); err != nil || string(outputs["out"]) != "what comes in goes out" {
		t.Errorf("outputs %q, %v", outputs, err)
	}
	out, err = b.tadpole("market", "request", "1", "--solver", url)
	if err != nil || !strings.Contains(out, "called back") || !strings.Contains(out, want.Digest.String()) || !strings.Contains(out, "uri "+client.URL(want.Digest)) {
		t.Errorf("the request: %v: %s", err, out)
	}
	if out, err = b.tadpole("market", "request", "1", "--deliver", "--party-dir", "creator", "--solver", url); err == nil {
		t.Errorf("delivered twice: %s", out)
	}
}
