package main

import (
	"context"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// venture is a market in which one provider offers a cluster.
type venture struct {
	*bazaar
	t         *testing.T
	nodes     *bacalhautest.Cluster
	cluster   *heavy.Cluster
	url       string
	client    *solve.Client
	deposited *big.Int // by the creator, before it offered anything
	staked    market.Balance
}

func newVenture(t *testing.T, o bacalhautest.Options) *venture {
	t.Helper()
	v := &venture{t: t, nodes: bacalhautest.Start(t, o)}
	v.bazaar = newBazaarOf(t, market.Parameters{WindowFloor: time.Second}, "solver", "provider", "creator", "m1")
	v.url, v.client = v.trading("m1")
	v.process("provider", "--party-dir", "provider", "--solver", v.url, "--poll", "100ms", "--bacalhau", v.nodes.URL(), "--slots", "1")
	v.until("an offer of the cluster's", func() bool {
		w, err := v.client.Offers(t.Context())
		return err == nil && len(w.Resources) > 0
	})
	var err error
	if v.cluster, err = heavy.New(heavy.Config{URL: v.nodes.URL(), Poll: 50 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.cluster.Close)
	v.staked = v.balance("provider")
	v.deposited = most
	return v
}

// most is what a job with the command's defaults and one mediator can cost.
var most = market.JobOffer{Price: config.Amount(10_000_000).Wei(), MatchFee: fee, MediatorFee: config.Amount(1_000_000).Wei(), Mediation: 1}.Most()

// Defaults of the commands.
var (
	price = config.Amount(5_000_000).Wei() // the provider's
	fee   = config.Amount(100_000).Wei()   // to the solver, of each side
)

// buy has the creator buy a job that computes for seconds.
func (v *venture) buy(arguments ...string) (out, log string, err error) {
	v.t.Helper()
	return v.tadpoleWithin(2*time.Minute, append([]string{"market", "job", guestOf(v.t, "busy.wasm"), "--party-dir", "creator", "--solver", v.url, "--poll", "100ms", "--mediators", "1", "--accept"}, arguments...)...)
}

// guestOf is the path of a module of this package's.
func guestOf(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// meanwhile has the creator buy a job, and gives the deal once its job runs, and
// the node on which it does.
func (v *venture) meanwhile(arguments ...string) (bought chan error, task string, node int) {
	v.t.Helper()
	bought = make(chan error, 1)
	go func() {
		out, _, err := v.buy(arguments...)
		v.t.Log(out)
		bought <- err
	}()
	task = "tadpole-deal-" + v.deal().String()
	name := v.runs(task, "")
	for i := range 3 {
		if v.nodes.ID(i) == name {
			return bought, task, i
		}
	}
	v.t.Fatalf("it runs on %q", name)
	return nil, "", 0
}

// deal waits for the market's only deal.
func (v *venture) deal() (id market.DealID) {
	v.t.Helper()
	v.until("a deal", func() bool {
		matches, _, err := v.look.Matches(v.t.Context(), 0, market.Party{})
		if err == nil && len(matches) == 1 {
			id = matches[0].ID
		}
		return id != market.DealID{}
	})
	return id
}

// runs waits until a task runs on another node than one, and gives its name.
func (v *venture) runs(task, not string) (node string) {
	v.t.Helper()
	ctx, found := context.WithTimeout(v.t.Context(), time.Minute)
	defer found()
	v.until("a job in the cluster", func() bool {
		_, err := v.cluster.Watch(ctx, task, func(p heavy.Progress) {
			if len(p.Nodes) > 0 && p.Nodes[len(p.Nodes)-1] != not {
				node = p.Nodes[len(p.Nodes)-1]
				found()
			}
		})
		return !errors.Is(err, heavy.ErrUnknown)
	})
	if node == "" {
		v.t.Fatalf("%s does not run", task)
	}
	return node
}

// ended checks how the market's only deal ended, and who has the money.
func (v *venture) ended(want market.DealState) {
	v.t.Helper()
	s, err := v.look.DealStatus(v.t.Context(), v.deal())
	if err != nil || s.State != want {
		v.t.Errorf("the deal is %s, %v; want %s", s.State, err, want)
	}
	sum := func(a *big.Int, b ...*big.Int) *big.Int {
		a = new(big.Int).Set(a)
		for _, x := range b {
			a.Add(a, x)
		}
		return a
	}
	minus := func(a *big.Int) *big.Int { return new(big.Int).Neg(a) }
	free, earned, staked := sum(v.deposited, minus(fee), minus(price)), sum(v.staked.Free, minus(fee), price), v.staked.Staked
	if want == market.DealExpired { // lateness costs the provider the price, of which a fifth is burnt
		damages := new(big.Int).Div(new(big.Int).Mul(price, big.NewInt(8000)), big.NewInt(10_000))
		free, earned, staked = sum(v.deposited, minus(fee), damages), sum(v.staked.Free, minus(fee)), sum(v.staked.Staked, minus(price))
	}
	creator, provider := v.balance("creator"), v.balance("provider")
	if creator.Free.Cmp(free) != 0 || creator.Locked.Sign() != 0 {
		v.t.Errorf("the creator has %v free and %v locked, want %v and none", creator.Free, creator.Locked, free)
	}
	if provider.Free.Cmp(earned) != 0 || provider.Staked.Cmp(staked) != 0 || provider.Exposed.Sign() != 0 {
		v.t.Errorf("the provider has %v free, %v staked and %v exposed; want %v, %v and none", provider.Free, provider.Staked, provider.Exposed, earned, staked)
	}
}

// unmatched checks that a job found nobody, and why, and that all money is free.
func (v *venture) unmatched(out, log string, err error, why string) {
	v.t.Helper()
	if err == nil || !strings.Contains(log, why) || !strings.Contains(log, "No money was locked") {
		v.t.Errorf("%v: %s\n%s\nwant it to end because %q", err, out, log, why)
	}
	if matches, _, err := v.look.Matches(v.t.Context(), 0, market.Party{}); err != nil || len(matches) != 0 {
		v.t.Errorf("deals %v, %v", matches, err)
	}
	if b := v.balance("creator"); b.Free.Cmp(v.deposited) != 0 || b.Locked.Sign() != 0 {
		v.t.Errorf("the creator has %v free and %v locked, want %v and none", b.Free, b.Locked, v.deposited)
	}
}

// Whatever happens to a deal whose provider is a cluster of real nodes ends in a
// state of which the creator is told, with everybody's money where it belongs.
func TestDealsOnAClusterEndClearly(t *testing.T) {
	t.Parallel()

	t.Run("no node has a GPU", func(t *testing.T) {
		v := newVenture(t, bacalhautest.Options{})
		out, log, err := v.buy("--gpu", "1", "--valid", "20s")
		v.unmatched(out, log, err, "it takes 0 GPUs, the job wants 1")
	})

	t.Run("none that the budget can pay", func(t *testing.T) {
		v := newVenture(t, bacalhautest.Options{})
		v.deposited = market.JobOffer{Price: config.Amount(1_000_000).Wei(), MatchFee: fee, MediatorFee: config.Amount(1_000_000).Wei(), Mediation: 1}.Most()
		out, log, err := v.buy("--price", "0.001", "--valid", "20s")
		v.unmatched(out, log, err, "the price is above the creator's")
	})

	t.Run("no node is free", func(t *testing.T) {
		v := newVenture(t, bacalhautest.Options{GPUStandIns: 1})
		endless, err := os.ReadFile(guestOf(t, "endless.wasm"))
		if err != nil {
			t.Fatal(err)
		}
		// Somebody else's job has the cluster's only GPU, for longer than the deal may take.
		other := heavy.Job{Name: "somebody-elses", Resources: heavy.Resources{GPU: 1}, Timeout: 10 * time.Minute, WASM: &heavy.WASM{Entry: "/endless.wasm"},
			Inputs: []heavy.Input{{Target: "/endless.wasm", Content: endless}}}
		if err := v.cluster.Submit(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		v.runs(other.Name, "")
		out, log, err := v.buy("--gpu", "1", "--submit-within", "30s")
		if err == nil || !strings.Contains(log, "is expired") || !strings.Contains(log, "damages") {
			t.Errorf("%v: %s\n%s", err, out, log)
		}
		v.ended(market.DealExpired)
		if _, err := v.cluster.Await(t.Context(), "tadpole-deal-"+v.deal().String()); !errors.Is(err, heavy.ErrStopped) {
			t.Errorf("what waited in the cluster's queue: %v, want it cancelled", err)
		}
	})

	t.Run("a node dies and another goes on", func(t *testing.T) {
		v := newVenture(t, bacalhautest.Options{Compute: 2})
		bought, task, first := v.meanwhile("--submit-within", "2h")
		v.nodes.Kill(first)
		v.runs(task, v.nodes.ID(first))
		if err := <-bought; err != nil {
			t.Error(err)
		}
		v.ended(market.DealAccepted)
	})

	t.Run("the only node dies", func(t *testing.T) {
		v := newVenture(t, bacalhautest.Options{Compute: 1})
		bought, task, only := v.meanwhile("--submit-within", "60s")
		v.nodes.Kill(only)
		if err := <-bought; err == nil {
			t.Error("a job was done by a dead node")
		}
		v.ended(market.DealExpired)
		if _, err := v.cluster.Await(t.Context(), task); err == nil {
			t.Error("the cluster says that the job ended well")
		}
	})

	t.Run("the orchestrator starts again", func(t *testing.T) {
		v := newVenture(t, bacalhautest.Options{Compute: 1})
		bought, task, _ := v.meanwhile("--submit-within", "2h")
		v.nodes.Kill(0)
		time.Sleep(time.Second)
		v.nodes.Restart(0)
		if err := <-bought; err != nil {
			t.Error(err)
		}
		v.ended(market.DealAccepted)
		if r, err := v.nodes.Record(t.Context(), task); err != nil || !r.Completed || r.Executions != 1 {
			t.Errorf("%+v, %v: want the same execution to go on", r, err)
		}
	})
}
