package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// bazaar is a market on an embedded chain, and processes that live there.
type bazaar struct {
	t                   *testing.T
	dir, exchange, node string
	look                *market.Market
}

// newBazaar begins a market in which the named parties have coins.
func newBazaar(t *testing.T, parties ...string) *bazaar {
	return newBazaarOf(t, market.Parameters{}, parties...)
}

func newBazaarOf(t *testing.T, terms market.Parameters, parties ...string) *bazaar {
	b := &bazaar{t: t, dir: t.TempDir()}
	const coin = config.Amount(1_000_000_000)
	alloc := map[key.Address]*big.Int{}
	deployer, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	alloc[deployer.Address()] = (1000 * coin).Wei()
	for _, name := range parties {
		k, err := key.LoadOrCreate(filepath.Join(b.dir, name, keyFile))
		if err != nil {
			t.Fatal(err)
		}
		alloc[k.Address()] = (1000 * coin).Wei()
	}
	c, err := chain.Open(chain.Config{Dir: t.TempDir(), Alloc: alloc, Gap: 50 * time.Millisecond, Idle: 200 * time.Millisecond, Lead: 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	node, err := market.Dial(t.Context(), c.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
	sending, stop := context.WithCancel(context.Background())
	s, err := sender.Open(sending, sender.Config{Path: filepath.Join(b.dir, "deployer.db"), Key: deployer, Node: node, Poll: 20 * time.Millisecond, Confirmations: 2})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(sending) }()
	addresses, err := market.Deploy(t.Context(), node, s, filepath.Join(b.dir, "market.json"), terms)
	stop()
	<-done
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	b.node = c.URL()
	b.look = market.New(node, nil, addresses)
	exchange := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(peer.About{Addresses: addresses, Node: c.URL()})
	}))
	t.Cleanup(exchange.Close)
	b.exchange = exchange.URL
	return b
}

// process starts a tadpole; the function that it gives kills it at once.
func (b *bazaar) process(arguments ...string) (kill func()) {
	b.t.Helper()
	return b.processTo(b.t.Output(), arguments...)
}

func (b *bazaar) processTo(log io.Writer, arguments ...string) (kill func()) {
	b.t.Helper()
	c := exec.Command(os.Args[0], arguments...)
	c.Env, c.Dir = append(os.Environ(), "BE_TADPOLE=1"), b.dir
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		b.t.Fatal(err)
	}
	kill = func() { _ = c.Process.Signal(syscall.SIGKILL); _ = c.Wait() }
	b.t.Cleanup(kill)
	return kill
}

func (b *bazaar) tadpole(arguments ...string) (string, error) {
	out, _, err := b.tadpoleWithin(50*time.Second, arguments...)
	return out, err
}

// tadpoleWithin runs one to its end, and gives what it wrote to both streams.
func (b *bazaar) tadpoleWithin(limit time.Duration, arguments ...string) (out, log string, err error) {
	ctx, cancel := context.WithTimeout(b.t.Context(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0], arguments...)
	var stdout, stderr strings.Builder
	c.Env, c.Dir, c.Stdout, c.Stderr = append(os.Environ(), "BE_TADPOLE=1"), b.dir, &stdout, io.MultiWriter(b.t.Output(), &stderr)
	err = c.Run()
	return stdout.String(), stderr.String(), err
}

func (b *bazaar) until(what string, holds func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatal(what + " did not come about")
		}
	}
}

// solver starts one at an address; the function that it gives kills it.
func (b *bazaar) solver(at string) (kill func()) {
	b.t.Helper()
	return b.process("solver", "--party-dir", "solver", "--exchange", b.exchange, "--listen", at, "--poll", "100ms")
}

// mediating starts mediators, and waits until they and the solver are there.
func (b *bazaar) mediating(url string, mediators ...string) *solve.Client {
	b.t.Helper()
	for _, name := range mediators {
		b.process("mediator", "--party-dir", name, "--exchange", b.exchange, "--solver", url, "--poll", "100ms")
	}
	client, err := solve.NewClient(url)
	if err != nil {
		b.t.Fatal(err)
	}
	b.until("a solver and a pool of mediators", func() bool {
		pool, err := b.look.ActiveMediators(b.t.Context())
		_, down := client.About(b.t.Context())
		count := 0
		for i := 0; err == nil && i < pool.BitLen(); i++ {
			count += int(pool.Bit(i))
		}
		return down == nil && count == len(mediators)
	})
	return client
}

// trading starts a solver and mediators, and gives the solver's URL.
func (b *bazaar) trading(mediators ...string) (url string, client *solve.Client) {
	b.t.Helper()
	at := freePort(b.t)
	b.solver(at)
	url = "http://" + at
	return url, b.mediating(url, mediators...)
}

// guest is a module that writes what it reads, and its inputs, as arguments of
// `market job`.
func (b *bazaar) guest() []string {
	b.t.Helper()
	guest, err := filepath.Abs("../../edge/job/testdata/guest.wasm")
	if err != nil {
		b.t.Fatal(err)
	}
	for name, content := range map[string]string{"do": "e", "data": "what comes in goes out"} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(content), 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	return []string{guest, "--input", "do", "--input", "data"}
}

// Processes of every role: a job is offered, run in a child process, checked by
// mediators who run it again, and found right; solver and provider are killed in
// between.
func TestJobByProcesses(t *testing.T) {
	t.Parallel()
	b := newBazaar(t, "solver", "provider", "creator", "m1", "m2", "m3")
	at := freePort(t)
	url := "http://" + at
	killSolver := b.solver(at)
	client := b.mediating(url, "m1", "m2", "m3")
	provider := func() func() {
		return b.process("provider", "--party-dir", "provider", "--solver", url, "--poll", "100ms")
	}
	killProvider := provider()
	b.until("an offer of the provider's", func() bool {
		w, err := client.Offers(t.Context())
		return err == nil && len(w.Resources) == 1
	})
	killProvider()
	killSolver()
	b.solver(at)
	b.until("the solver with its book", func() bool {
		w, err := client.Offers(t.Context())
		return err == nil && len(w.Resources) == 1
	})
	provider()

	out, err := b.tadpole(append([]string{"market", "job", "--party-dir", "creator", "--solver", url, "--poll", "100ms", "--price", "0.01"}, b.guest()...)...)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got, err := os.ReadFile(filepath.Join(b.dir, "outputs", "out")); err != nil || string(got) != "what comes in goes out" {
		t.Errorf("output %q, %v", got, err)
	}
	matches, _, err := b.look.Matches(t.Context(), 0, market.Party{})
	if err != nil || len(matches) != 1 {
		t.Fatalf("deals: %v, %v", matches, err)
	}
	id := matches[0].ID.String()
	out, err = b.tadpole("market", "check", id, "--party-dir", "creator", "--solver", url, "--poll", "100ms")
	if err != nil || !strings.Contains(out, "upheld") {
		t.Errorf("checked: %v: %s", err, out)
	}
	out, err = b.tadpole("market", "deals", "--solver", url)
	if err != nil || !strings.Contains(out, id+"  upheld") {
		t.Errorf("deals: %v: %s", err, out)
	}
}
