package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/provide"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// agora is a market, and a fleet whose server buys there what its devices hand over.
type agora struct {
	*bazaar
	*world
	t      *testing.T
	url    string // of the solver
	client *solve.Client
	server key.Address
}

var judges = []string{"m1", "m2", "m3"}

// newAgora starts a solver and mediators, and prepares a server and so many devices
// that are too small for their tasks; each may give its data to those judges and to
// the providers named.
func newAgora(t *testing.T, edges int, providers []string, up ...string) *agora {
	t.Helper()
	b := newBazaarOf(t, market.Parameters{WindowFloor: time.Second}, append([]string{"solver", "server", "provider", "other"}, judges...)...)
	a := &agora{bazaar: b, world: newWorld(t, edges), t: t}
	k, err := key.LoadOrCreate(filepath.Join(b.dir, "server", keyFile))
	if err != nil {
		t.Fatal(err)
	}
	a.server = k.Address()
	if err := os.MkdirAll(filepath.Join(a.world.dir, "server"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := k.Save(filepath.Join(a.world.dir, "server", "aggregator.key")); err != nil {
		t.Fatal(err)
	}
	a.url, a.client = b.trading(judges...)
	a.up = append(append(a.up, "--node", b.node, "--market", filepath.Join(b.dir, "market.json"), "--listen-exchange", freePort(t), "--solver", a.url, "--task-poll", "100ms",
		"--task-judge-within", "3s", "--task-vote-within", "20s"), up...)
	for i := range edges {
		a.policy(i, providers)
	}
	return a
}

// policy makes a device too small, and has its owner trust providers and the judges.
func (a *agora) policy(edge int, providers []string) {
	a.t.Helper()
	path := filepath.Join(a.edgeDir(edge), "policy.toml")
	rules, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	list := func(names []string) string {
		var quoted []string
		for _, name := range names {
			quoted = append(quoted, fmt.Sprintf("%q", a.recipient(name)))
		}
		return strings.Join(quoted, ", ")
	}
	a.write(path, append(fmt.Appendf(nil, "[limits]\nmemory_mib = 8\n[heavy]\nproviders = [%s]\nmediators = [%s]\n", list(providers), list(judges)), rules...))
}

// recipient is a party's age recipient.
func (a *agora) recipient(name string) string {
	a.t.Helper()
	i, err := sealed.LoadOrCreate(filepath.Join(a.bazaar.dir, name, identityFile))
	if err != nil {
		a.t.Fatal(err)
	}
	return i.Recipient()
}

// provider starts one that runs sealed jobs of the server's.
func (a *agora) provider(name string, arguments ...string) (kill func()) {
	a.t.Helper()
	return a.process(append([]string{"provider", "--party-dir", name, "--solver", a.url, "--poll", "100ms", "--slots", "2", "--sealed-for", a.server.String()}, arguments...)...)
}

// offers waits until so many offers of providers are at the solver.
func (a *agora) offers(count int) {
	a.t.Helper()
	a.until(fmt.Sprintf("%d offers of providers", count), func() bool {
		w, err := a.client.Offers(a.t.Context())
		return err == nil && len(w.Resources) == count
	})
}

// heavy begins the fleet, with money in the ledger, and runs a federation whose
// tasks its devices hand over.
func (a *agora) heavy(edges, rounds int) (path string) {
	a.t.Helper()
	path = a.federation("heavy", edges, rounds)
	text, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(path, bytes.Replace(text, []byte("memory_mib = 16"), []byte("memory_mib = 16\nheavy = \"auto\""), 1))
	a.begin(edges)
	dir := filepath.Join(a.world.dir, "server")
	a.world.tadpole("market", "deposit", "100", "--dir", dir)
	a.world.tadpole("run", path, "--detach", "--dir", dir)
	return path
}

func (a *agora) matches() []market.Match {
	a.t.Helper()
	list, _, err := a.look.Matches(a.t.Context(), 0, market.Party{})
	if err != nil {
		a.t.Fatal(err)
	}
	return list
}

// reached waits for a round of the federation.
func (a *agora) reached(n uint32) {
	a.t.Helper()
	a.poll(fmt.Sprintf("round %d", n), func() bool {
		s, err := a.world.client.Status(a.t.Context(), "heavy")
		return err == nil && s.Round >= n
	})
}

// public fails if anything that the solver keeps shows a device's data, the model
// or what a provider found.
func (a *agora) public(edges int) {
	a.t.Helper()
	var secrets [][]byte
	for i := range edges {
		data, err := os.ReadFile(filepath.Join(a.edgeDir(i), "points.safetensors"))
		if err != nil {
			a.t.Fatal(err)
		}
		for at := len(data) / 4; at+32 <= len(data); at += len(data) / 4 {
			secrets = append(secrets, data[at:at+32])
		}
	}
	dir := filepath.Join(a.bazaar.dir, "solver", "blobs")
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 5 {
		a.t.Fatalf("%d blobs at the solver, %v", len(entries), err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			a.t.Fatal(err)
		}
		for _, s := range secrets {
			if bytes.Contains(content, s) {
				a.t.Errorf("the solver's blob %s shows a device's data", e.Name())
			}
		}
		for what, mark := range map[string]string{"metrics": "TPM1", "an update": "TPU1", "a plan": "TPP1"} {
			if bytes.HasPrefix(content, []byte(mark)) {
				a.t.Errorf("the solver's blob %s is %s", e.Name(), what)
			}
		}
		if bytes.Contains(content, []byte(`"dtype"`)) {
			a.t.Errorf("the solver's blob %s is a model, or data", e.Name())
		}
	}
}

// Tasks that are too heavy for their devices are bought in the market, by a server
// that is killed in between: the model is the one of devices that are large enough,
// bit for bit, each task is one deal and paid once, and nobody at the solver sees
// data or updates.
func TestBoughtTasksGiveTheSame(t *testing.T) {
	t.Parallel()
	const edges, rounds = 2, 8
	a := newAgora(t, edges, []string{"provider"})
	kill := a.provider("provider")
	a.offers(2)
	before := a.balance("provider")
	path := a.heavy(edges, rounds)
	for n := range uint32(rounds - 1) {
		a.reached(n + 1)
		// Before its offers, while they wait, while the deals run, or after.
		time.Sleep(time.Duration(rand.IntN(600)) * time.Millisecond)
		a.kill("server")
		if n == rounds/2 { // it has earned what its next match fees cost, and deposits nothing
			kill()
			a.provider("provider")
		}
		a.start("server")
	}
	s := a.ended("heavy")
	if want := a.simulated(path, edges); s.Model.String() != want {
		t.Errorf("model with tasks bought %s, of the simulation %s", s.Model, want)
	}
	if out := a.world.tadpole("logs", "heavy", "--dir", filepath.Join(a.world.dir, "server"), "--members"); strings.Count(out, "accepted") != rounds*edges {
		t.Errorf("not every member of every round was accepted, or one twice:\n%s", out)
	}
	a.public(edges)
	if n := len(a.matches()); n != rounds*edges {
		t.Errorf("%d deals, want one of each of %d tasks", n, rounds*edges)
	}
	a.until("every deal to be over", func() bool {
		over, _, err := a.look.Outcomes(t.Context(), 0)
		return err == nil && len(over) == rounds*edges
	})
	earned := new(big.Int).Sub(a.balance("provider").Free, before.Free)
	if want := new(big.Int).Mul(new(big.Int).Sub(price, fee), big.NewInt(rounds*edges)); earned.Cmp(want) != 0 {
		t.Errorf("the provider earned %v, want %v: the price less its match fee for each task", earned, want)
	}
	if b := a.balance("server"); b.Locked.Sign() != 0 {
		t.Errorf("the server has %v locked when all is over", b.Locked)
	}
	out, err := a.bazaar.tadpole("market", "deals", "--solver", a.url)
	if err != nil || strings.Count(out, "0.005") != rounds*edges {
		t.Errorf("deals, %v:\n%s", err, out)
	}
}

// The same with a provider whose jobs run on a real Bacalhau node, and each of them
// run again by mediators before it counts.
func TestBoughtTasksAreCheckedOnACluster(t *testing.T) {
	t.Parallel()
	const edges, rounds = 1, 3
	cluster := bacalhautest.Start(t, bacalhautest.Options{})
	a := newAgora(t, edges, []string{"provider"}, "--task-check", "--task-judge-within", "1m")
	a.provider("provider", "--bacalhau", cluster.URL())
	a.offers(2)
	before := a.balance("provider")
	path := a.heavy(edges, rounds)
	s := a.ended("heavy")
	if want := a.simulated(path, edges); s.Model.String() != want {
		t.Errorf("model with tasks bought %s, of the simulation %s", s.Model, want)
	}
	a.public(edges)
	matches := a.matches()
	for _, m := range matches {
		if s, err := a.look.DealStatus(t.Context(), m.ID); err != nil || s.State != market.DealUpheld {
			t.Errorf("deal %s is %s, %v; want it upheld", m.ID, s.State, err)
		}
	}
	earned := new(big.Int).Sub(a.balance("provider").Free, before.Free)
	if want := new(big.Int).Mul(new(big.Int).Sub(price, fee), big.NewInt(rounds*edges)); len(matches) != rounds*edges || earned.Cmp(want) != 0 {
		t.Errorf("the provider earned %v by %d deals, want %v by one of each of %d tasks", earned, len(matches), want, rounds*edges)
	}
}

// A provider whom the owner does not name is never given a task, however cheap it
// is; the device hears why nobody else took it.
func TestATaskGoesToNoProviderWhomItsOwnerDoesNotTrust(t *testing.T) {
	t.Parallel()
	a := newAgora(t, 1, []string{"provider"}, "--task-valid", "4s")
	a.provider("provider", "--price", "0.02")
	a.provider("other", "--price", "0.001")
	a.offers(4)
	a.heavy(1, 1)
	a.said("edge-0", "the provider says: ", "nobody took the job", "the data are sealed to others", "the price is above the creator's")
	if list := a.matches(); len(list) != 0 {
		t.Errorf("deals %v", list)
	}
	a.public(1)
	if b := a.balance("server"); b.Locked.Sign() != 0 {
		t.Errorf("the server has %v locked", b.Locked)
	}
}

// said waits until a line of a process's log has all of the texts.
func (a *agora) said(name string, texts ...string) {
	a.t.Helper()
	a.poll(fmt.Sprintf("%s to say %q", name, texts), func() bool {
		log, err := os.ReadFile(filepath.Join(a.world.dir, name+".log"))
		if err != nil {
			a.t.Fatal(err)
		}
		for line := range strings.Lines(string(log)) {
			all := true
			for _, text := range texts {
				all = all && strings.Contains(line, text)
			}
			if all {
				return true
			}
		}
		return false
	})
}

// liar runs jobs, and hands in another update than it found.
type liar struct{ deal.Runner }

func (l liar) Run(ctx context.Context, j deal.Job) (map[string][]byte, uint64, error) {
	outputs, fuel, err := l.Runner.Run(ctx, j)
	if update := outputs["update.bin"]; len(update) > 0 {
		update[len(update)-1] ^= 1
	}
	return outputs, fuel, err
}

// running has a provider run jobs as a test wants it, until the test ends.
func (a *agora) running(name string, with func(honest deal.Runner) deal.Runner) {
	t := a.t
	t.Helper()
	p := party{dir: filepath.Join(a.bazaar.dir, name), exchange: a.url, poll: 100 * time.Millisecond}
	who, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	identity, err := sealed.LoadOrCreate(filepath.Join(p.dir, identityFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(who.stake(t.Context(), 10_000_000_000), who.fund(t.Context(), price), who.market.Register(t.Context(), market.Provider, identity.Recipient())); err != nil {
		t.Fatal(err)
	}
	pool := job.NewPool(job.PoolConfig{MaxMemoryBytes: 1 << 30, MaxOutputBytes: 1 << 30})
	machine := deal.Capabilities{Memory: 1 << 30, Output: 1 << 30, Fuel: 1 << 42, SealedFor: []key.Address{a.server}}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		_ = provide.New(provide.Config{Key: who.key, Addresses: who.market.Addresses, Market: who.market, Solver: a.client, Runner: with(dealRunner{pool}), Opener: identity,
			Terms: provide.Terms{Machine: machine, Price: price, Rate: new(big.Int), MatchFee: fee, Multiple: 19}, Poll: 100 * time.Millisecond, Logger: who.log}).Run(ctx)
	})
	t.Cleanup(func() { cancel(); running.Wait(); _ = errors.Join(pool.Close(), who.Close()) })
}

// idler says that jobs fail, and runs none.
type idler struct{}

func (idler) Run(context.Context, deal.Job) (map[string][]byte, uint64, error) {
	return nil, 0, deal.ErrJob
}

// A provider hands in an update that it did not find, which is checked because the
// operator wants all checked; or none, which is checked in any case. Mediators run
// the task again and refute it, the provider loses its collateral, and the device
// makes no use of what came.
func TestWhatNoRunGaveIsRefuted(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		runner func(honest deal.Runner) deal.Runner
		up     []string
		says   []string
	}{
		"another update": {func(honest deal.Runner) deal.Runner { return liar{honest} }, []string{"--task-check"}, []string{"is refuted", "mediators found another result than the provider's"}},
		"none":           {func(deal.Runner) deal.Runner { return idler{} }, nil, []string{"the provider gave no update", "mediators run the task again"}},
	} {
		t.Run(what, func(t *testing.T) {
			a := newAgora(t, 1, []string{"provider"}, append(c.up, "--task-judge-within", "1m")...)
			a.running("provider", c.runner)
			a.offers(1)
			before := a.balance("provider")
			a.heavy(1, 1)
			a.said("edge-0", append(c.says, "the provider says: ")...)
			list := a.matches()
			if len(list) != 1 {
				t.Fatalf("deals %v, want one", list)
			}
			a.until("the deal to be refuted", func() bool {
				s, err := a.look.DealStatus(t.Context(), list[0].ID)
				return err == nil && s.State == market.DealRefuted
			})
			after := a.balance("provider")
			if lost := new(big.Int).Sub(before.Staked, after.Staked); lost.Cmp(new(big.Int).Mul(price, big.NewInt(19))) != 0 || after.Exposed.Sign() != 0 {
				t.Errorf("it lost %v of its stake, want 19 times %v; %v is still exposed", lost, price, after.Exposed)
			}
			if out := a.world.tadpole("logs", "heavy", "--dir", filepath.Join(a.world.dir, "server"), "--members"); strings.Contains(out, "accepted") {
				t.Errorf("something was accepted:\n%s", out)
			}
		})
	}
}

// late never comes to an end by itself.
type late struct{}

func (late) Run(ctx context.Context, _ deal.Job) (map[string][]byte, uint64, error) {
	<-ctx.Done()
	return nil, 0, ctx.Err()
}

// A provider is late, while the server is away: begun again, the server finds the
// deal over, tells the device, buys the task no second time and has its money back.
func TestABoughtTaskThatIsLateCostsNothing(t *testing.T) {
	t.Parallel()
	a := newAgora(t, 1, []string{"provider"}, "--task-submit-within", "8s")
	a.running("provider", func(deal.Runner) deal.Runner { return late{} })
	a.offers(1)
	a.heavy(1, 1)
	a.until("a deal", func() bool { return len(a.matches()) == 1 })
	a.kill("server")
	a.until("the deal to be late", func() bool {
		s, err := a.look.DealStatus(t.Context(), a.matches()[0].ID)
		return err == nil && s.State == market.DealExpired
	})
	a.start("server")
	a.said("edge-0", "the provider says: ", "is expired", "handed in nothing in time")
	if list := a.matches(); len(list) != 1 {
		t.Errorf("deals %v, want one", list)
	}
	b, damages := a.balance("server"), new(big.Int).Div(new(big.Int).Mul(price, big.NewInt(8)), big.NewInt(10))
	want := new(big.Int).Add(config.Amount(100_000_000_000).Wei(), new(big.Int).Sub(damages, fee))
	if b.Free.Cmp(want) != 0 || b.Locked.Sign() != 0 {
		t.Errorf("the server has %v free and %v locked, want %v: what it had and damages, less the match fee", b.Free, b.Locked, want)
	}
}
