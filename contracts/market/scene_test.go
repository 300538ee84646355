package market_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/recheck"
	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/mediate"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/merkle"
)

// coin is one of the chain's own in gwei.
const coin = config.Amount(1_000_000_000)

// node is a chain to test on.
type node struct {
	t   *testing.T
	url string
}

// embedded is the chain that `tadpole up` runs.
func embedded(t *testing.T, rich ...key.Address) node {
	alloc := map[key.Address]*big.Int{}
	for _, a := range rich {
		alloc[a] = (1000 * coin).Wei()
	}
	c, err := chain.Open(chain.Config{Dir: t.TempDir(), Alloc: alloc, Gap: 50 * time.Millisecond, Idle: 200 * time.Millisecond, Lead: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return node{t, c.URL()}
}

// anvil is a node of another make, from npm.
func anvil(t *testing.T, rich ...key.Address) node {
	binary := "../node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
	if _, err := os.Stat(binary); err != nil {
		t.Skip("anvil is not installed: run make -C contracts install")
	}
	c := exec.CommandContext(t.Context(), binary, "--port", "0", "--block-time", "1", "--mixed-mining", "--chain-id", "31337")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	url := ""
	for lines := bufio.NewScanner(out); url == "" && lines.Scan(); {
		if _, address, found := strings.Cut(lines.Text(), "Listening on "); found {
			url = "http://" + strings.TrimSpace(address)
		}
	}
	go func() { // or it would stand still with a full pipe
		for lines := bufio.NewScanner(out); lines.Scan(); {
		}
	}()
	client, err := market.Dial(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, a := range rich {
		if err := client.Client().Call(nil, "anvil_setBalance", a.String(), fmt.Sprintf("%#x", (1000*coin).Wei())); err != nil {
			t.Fatal(err)
		}
	}
	return node{t, url}
}

func newKey(t *testing.T) *key.Key {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// party opens a market for a key; a nil addresses deploys one.
func (n node) party(k *key.Key, a *market.Addresses) *market.Market {
	n.t.Helper()
	client, err := market.Dial(n.t.Context(), n.url)
	if err != nil {
		n.t.Fatal(err)
	}
	dir := n.t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := sender.Open(ctx, sender.Config{Path: filepath.Join(dir, "journal.db"), Key: k, Node: client, Poll: 20 * time.Millisecond, Confirmations: 3})
	if err != nil {
		n.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	n.t.Cleanup(func() { cancel(); <-done; _ = s.Close(); client.Close() })
	if a == nil {
		deployed, err := market.Deploy(n.t.Context(), client, s, filepath.Join(dir, "market.json"), market.Parameters{WindowFloor: time.Second, UnstakeDelay: time.Hour})
		if err != nil {
			n.t.Fatal(err)
		}
		again, err := market.Deploy(n.t.Context(), client, s, filepath.Join(dir, "market.json"), market.Parameters{})
		if err != nil || again != deployed {
			n.t.Errorf("deployed again: %+v, %v", again, err)
		}
		a = &deployed
	}
	return market.New(client, s, *a)
}

// truth is an honest executor: it knows what each device's job gives and what each
// round folds to; claims it works out as mediators do.
type truth struct {
	market  *market.Market
	answers map[key.Address][32]byte
	models  map[uint32][32]byte // by round, what its fold gives
	blobs   *shelf
}

func (x truth) Digest(ctx context.Context, c market.Case) ([32]byte, error) {
	about, _, err := x.market.RoundCase(ctx, c.ID)
	if err != nil {
		return [32]byte{}, err
	}
	answer, found := x.answers[about.Device]
	switch about.Kind {
	case market.FoldCase:
		answer, found = x.models[about.Round]
	case market.ClaimsCase:
		course, err := x.market.Course(ctx, about.Federation)
		if err != nil {
			return [32]byte{}, err
		}
		return recheck.Checker{Blobs: x.blobs}.ClaimsDigest(ctx, course)
	}
	if !found {
		return answer, mediate.ErrUnavailable
	}
	return answer, nil
}

// shelf is blobs that anyone can fetch.
type shelf struct{ all sync.Map }

func (s *shelf) put(content []byte) blob.Hash {
	h := blob.Sum(content)
	s.all.Store(h, content)
	return h
}

func (s *shelf) Get(_ context.Context, h blob.Hash) ([]byte, error) {
	content, found := s.all.Load(h)
	if !found {
		return nil, blob.ErrMissing
	}
	return content.([]byte), nil
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// retry repeats what comes too early.
func retry(t *testing.T, what string, do func() error) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err = do(); err == nil {
			return
		}
		if !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) {
			break
		}
	}
	t.Fatalf("%s: %v", what, err)
}

// scene is a federation with four devices whose owners staked, and three mediators
// who vote by what they find.
type scene struct {
	node       node
	market     *market.Market // the aggregator's
	aggregator *key.Key
	owners     []*key.Key
	rich       []key.Address
	terms      market.Terms
	id         blob.Hash
	devices    []*key.Key // sorted by address
	ownerOf    map[key.Address]key.Address
	answers    truth
}

func newScene(t *testing.T, start func(*testing.T, ...key.Address) node, change ...func(*market.Terms)) *scene {
	t.Helper()
	aggregator, mediators, owners := newKey(t), []*key.Key{newKey(t), newKey(t), newKey(t)}, []*key.Key{newKey(t), newKey(t), newKey(t), newKey(t)}
	rich := []key.Address{aggregator.Address()}
	for _, k := range append(slices.Clone(mediators), owners...) {
		rich = append(rich, k.Address())
	}
	n := start(t, rich...)
	m := n.party(aggregator, nil)
	ctx := t.Context()
	must(t, "deposit", m.Deposit(ctx, "deposit", m.Account(), (100*coin).Wei()))
	must(t, "stake", m.Stake(ctx, "stake", m.Account(), (20*coin).Wei()))

	// Mediators stake, join and vote by what they find.
	answers := truth{answers: map[key.Address][32]byte{}, models: map[uint32][32]byte{}, blobs: &shelf{}}
	for _, k := range mediators {
		mine := n.party(k, &m.Addresses)
		must(t, "deposit", mine.Deposit(ctx, "deposit", k.Address(), (100*coin).Wei()))
		must(t, "stake", mine.Stake(ctx, "stake", k.Address(), (100*coin).Wei()))
		must(t, "register", mine.Register(ctx, market.MediatorRole, "age1test"))
		must(t, "join mediators", mine.JoinMediators(ctx))
		mediating, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = mediate.New(mediate.Config{Key: k, Market: mine, Executor: truth{mine, answers.answers, answers.models, answers.blobs}, Poll: 50 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}).Run(mediating)
		}()
		t.Cleanup(func() { cancel(); <-done })
	}
	pool, err := m.ActiveMediators(ctx)
	must(t, "active mediators", err)

	terms := market.Terms{Name: blob.Sum([]byte("test")), Fee: coin / 100, Collateral: coin / 10, AggregatorStake: coin, Module: blob.Sum([]byte("module")),
		Model: blob.Sum([]byte("model 0")), Pool: pool, MediatorFee: coin / 1000, CheckRate: 10000, Mediators: 3,
		CheckWindow: 30 * time.Second, SettleWindow: time.Hour, ClaimsWindow: time.Second, CommitWindow: 5 * time.Minute, RevealWindow: 5 * time.Minute, Budget: 10 * coin}
	for _, c := range change {
		c(&terms)
	}
	id, err := m.Create(ctx, terms)
	must(t, "create", err)
	if again, err := m.Create(ctx, terms); err != nil || again != id {
		t.Errorf("created again: %v, %v", again, err)
	}

	// Devices join with both signatures; their owners staked.
	var devices []*key.Key
	for i, owner := range owners {
		theirs := n.party(owner, &m.Addresses)
		must(t, "deposit", theirs.Deposit(ctx, "deposit", owner.Address(), coin.Wei()))
		must(t, "stake", theirs.Stake(ctx, "stake", owner.Address(), coin.Wei()))
		device := newKey(t)
		j := member.Membership{Chain: m.Addresses.Chain, Contract: m.Addresses.Rounds, Federation: id, Device: device.Address(), Owner: owner.Address(),
			Data: blob.Hash{byte(i)}, Collateral: terms.Collateral, Expiry: uint64(time.Now().Add(time.Hour).Unix())}
		must(t, "join", m.Join(ctx, j, device.Sign(j.Digest()), owner.Sign(j.Digest())))
		devices = append(devices, device)
	}
	forged := member.Membership{Chain: m.Addresses.Chain, Contract: m.Addresses.Rounds, Federation: id, Device: newKey(t).Address(), Owner: owners[0].Address(),
		Collateral: terms.Collateral, Expiry: uint64(time.Now().Add(time.Hour).Unix())}
	if err := m.Join(ctx, forged, aggregator.Sign(forged.Digest()), owners[0].Sign(forged.Digest())); !errors.Is(err, market.ErrRefused) {
		t.Errorf("a device joined without its signature: %v", err)
	}

	slices.SortFunc(devices, func(a, b *key.Key) int { return slices.Compare(addressOf(a), addressOf(b)) })
	s := &scene{node: n, market: m, aggregator: aggregator, owners: owners, rich: rich, terms: terms, id: id, devices: devices,
		ownerOf: map[key.Address]key.Address{}, answers: answers}
	for i, d := range devices {
		on, err := m.Member(ctx, terms.Name, d.Address())
		must(t, "member", err)
		if !on.Joined {
			t.Fatalf("device %d is no member: %+v", i, on)
		}
		s.ownerOf[d.Address()] = on.Owner
	}
	return s
}

// leaf is what a device claims of round 1: an update that its job gives.
func (s *scene) leaf(t *testing.T, i int) leaf.Leaf {
	t.Helper()
	d, a := s.devices[i].Address(), s.market.Addresses
	on, err := s.market.Member(t.Context(), s.terms.Name, d)
	must(t, "member", err)
	update := blob.Hash{0xaa, byte(i)}
	s.answers.answers[d] = leaf.Answer(update, 600, 1000)
	return leaf.Leaf{Chain: a.Chain, Contract: a.Rounds, Federation: s.terms.Name, Round: 1, Device: d, Owner: on.Owner,
		BaseModel: s.terms.Model, Module: s.terms.Module, Data: on.Data, Update: leaf.Commit(update, 600, 1000), Samples: 600, Fuel: 1000}
}

// round is round 1 over leaves.
func (s *scene) round(t *testing.T, leaves []leaf.Leaf) (r market.Round, encoded [][]byte) {
	for _, l := range leaves {
		encoded = append(encoded, l.Encode())
	}
	return s.over(t, 1, encoded), encoded
}

// over is a round over whatever stands as its leaves.
func (s *scene) over(t *testing.T, n uint32, leaves [][]byte) market.Round {
	t.Helper()
	var hashes []merkle.Hash
	for _, encoded := range leaves {
		hashes = append(hashes, leaf.HashOf(encoded))
	}
	record, err := evidence.Round{Round: n, Leaves: leaves}.Encode()
	must(t, "encode evidence", err)
	f, err := s.market.Federation(t.Context(), s.id)
	must(t, "federation", err)
	return market.Round{Federation: s.id, Round: n, Base: f.Head, Model: blob.Sum(fmt.Appendf(nil, "model %d", n)), Root: merkle.Root(hashes),
		Count: uint32(len(leaves)), Evidence: s.answers.blobs.put(record)}
}

// quiet waits until no case of a round is open.
func (s *scene) quiet(t *testing.T, round uint32) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		status, err := s.market.RoundStatus(t.Context(), s.id, round)
		must(t, "status", err)
		if status.OpenCases == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("mediators did not end the cases of round %d", round)
		}
	}
}

// decided waits until no root is disputed.
func (s *scene) decided(t *testing.T) market.Federation {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		f, err := s.market.Federation(t.Context(), s.id)
		must(t, "federation", err)
		if !f.Disputed {
			return f
		}
		if time.Now().After(deadline) {
			t.Fatal("mediators did not decide about the claims")
		}
	}
}

// stranger is another owner than the given one, with a deposit to challenge with.
func (s *scene) stranger(t *testing.T, not key.Address) *key.Key {
	t.Helper()
	i := slices.IndexFunc(s.owners, func(k *key.Key) bool { return k.Address() != not })
	must(t, "deposit", s.market.Deposit(t.Context(), "deposit for a challenger", s.owners[i].Address(), coin.Wei()))
	return s.owners[i]
}

func addressOf(k *key.Key) []byte { a := k.Address(); return a[:] }
