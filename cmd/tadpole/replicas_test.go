package main

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// balance is what the ledger has of a party.
func (b *bazaar) balance(name string) market.Balance {
	b.t.Helper()
	k, err := key.LoadOrCreate(filepath.Join(b.dir, name, keyFile))
	if err != nil {
		b.t.Fatal(err)
	}
	balance, err := b.look.Balance(b.t.Context(), k.Address())
	if err != nil {
		b.t.Fatal(err)
	}
	return balance
}

func (b *bazaar) address(name string) string {
	b.t.Helper()
	k, err := key.LoadOrCreate(filepath.Join(b.dir, name, keyFile))
	if err != nil {
		b.t.Fatal(err)
	}
	return k.Address().String()
}

// Three providers, each with a real node of its own, run one job. What one of them
// hands in is not what its node found: the others are a majority, and mediators
// find it wrong.
func TestAWrongNodeIsFoundAndSlashed(t *testing.T) {
	t.Parallel()
	b := newBazaar(t, "solver", "p0", "p1", "p2", "creator", "m1", "m2", "m3")
	url, client := b.trading("m1", "m2", "m3")
	const liar = 1
	for i := range 3 {
		node := bacalhautest.Start(t, bacalhautest.Options{}).URL()
		if i == liar {
			node = cheat(t, node, filepath.Join(b.dir, fmt.Sprint("p", i), resultsKey))
		}
		b.process("provider", "--party-dir", fmt.Sprint("p", i), "--solver", url, "--poll", "100ms", "--bacalhau", node, "--slots", "2")
	}
	b.until("two offers of each provider's", func() bool {
		w, err := client.Offers(t.Context())
		return err == nil && len(w.Resources) == 6
	})
	before := map[string]market.Balance{}
	for _, name := range []string{"p0", "p1", "p2"} {
		before[name] = b.balance(name)
	}
	module, inputs := b.portable("what comes in goes out")
	out, err := b.tadpole("market", "job", module, "--replicas", "3", "--party-dir", "creator", "--solver", url, "--poll", "100ms", "--accept",
		"--input", filepath.Join(inputs, "do"), "--input", filepath.Join(inputs, "data"))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Log(out)
	if got, err := os.ReadFile(filepath.Join(b.dir, "outputs", "out")); err != nil || !strings.HasPrefix(string(got), "what comes in goes out") {
		t.Errorf("output %q, %v", got, err)
	}
	if !strings.Contains(out, "2 of 3 agree on ") || !strings.Contains(out, "refuted by "+b.address("p1")+", dissents") {
		t.Errorf("majority and dissent are not in\n%s", out)
	}
	price, fee := config.Amount(5_000_000).Wei(), config.Amount(100_000).Wei() // the provider's defaults
	for i := range 3 {
		name := fmt.Sprint("p", i)
		was, is := before[name], b.balance(name)
		earned := new(big.Int).Sub(new(big.Int).Add(is.Free, fee), was.Free)
		lost := new(big.Int).Sub(was.Staked, is.Staked)
		switch {
		case i == liar && (lost.Cmp(new(big.Int).Mul(price, big.NewInt(19))) != 0 || earned.Sign() != 0):
			t.Errorf("the liar lost %v of its stake and earned %v; want it to lose 19 times %v", lost, earned, price)
		case i != liar && (lost.Sign() != 0 || earned.Cmp(price) != 0):
			t.Errorf("the honest %s lost %v of its stake and earned %v, want %v", name, lost, earned, price)
		}
		if is.Exposed.Sign() != 0 {
			t.Errorf("%s still has %v exposed", name, is.Exposed)
		}
	}
	if b.balance("creator").Locked.Sign() != 0 {
		t.Errorf("the creator still has money locked: %+v", b.balance("creator"))
	}
}
