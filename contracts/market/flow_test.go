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
	"testing"
	"time"

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

// truth is an honest executor: it knows what each device's job gives.
type truth struct {
	market  *market.Market
	answers map[key.Address][32]byte
	models  map[uint32][32]byte // by round, what its fold gives
}

func (x truth) Digest(ctx context.Context, c market.Case) ([32]byte, error) {
	about, _, err := x.market.RoundCase(ctx, c.ID)
	if err != nil {
		return [32]byte{}, err
	}
	answer, found := x.answers[about.Device]
	if about.Kind == market.FoldCase {
		answer, found = x.models[about.Round]
	}
	if !found {
		return answer, mediate.ErrUnavailable
	}
	return answer, nil
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

func TestRoundFromEscrowToClaim(t *testing.T) {
	for name, start := range map[string]func(*testing.T, ...key.Address) node{"embedded": embedded, "anvil": anvil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roundFromEscrowToClaim(t, start)
		})
	}
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

func newScene(t *testing.T, start func(*testing.T, ...key.Address) node) *scene {
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
	answers := truth{answers: map[key.Address][32]byte{}, models: map[uint32][32]byte{}}
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
			_ = mediate.New(mediate.Config{Key: k, Market: mine, Executor: truth{mine, answers.answers, answers.models}, Poll: 50 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}).Run(mediating)
		}()
		t.Cleanup(func() { cancel(); <-done })
	}
	pool, err := m.ActiveMediators(ctx)
	must(t, "active mediators", err)

	terms := market.Terms{Name: blob.Sum([]byte("test")), Fee: coin / 100, Collateral: coin / 10, AggregatorStake: coin, Module: blob.Sum([]byte("module")),
		Model: blob.Sum([]byte("model 0")), Pool: pool, MediatorFee: coin / 1000, CheckRate: 10000, Mediators: 3,
		CheckWindow: 30 * time.Second, SettleWindow: time.Hour, ClaimsWindow: time.Second, CommitWindow: 5 * time.Minute, RevealWindow: 5 * time.Minute, Budget: 10 * coin}
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
func (s *scene) round(leaves []leaf.Leaf) (r market.Round, encoded [][]byte) {
	var hashes []merkle.Hash
	for _, l := range leaves {
		encoded, hashes = append(encoded, l.Encode()), append(hashes, l.Hash())
	}
	return market.Round{Federation: s.id, Round: 1, Base: s.terms.Model, Model: blob.Sum([]byte("model 1")), Root: merkle.Root(hashes), Count: uint32(len(leaves)), Evidence: blob.Hash{1}}, encoded
}

// A round of four leaves, all drawn, one of them false.
func roundFromEscrowToClaim(t *testing.T, start func(*testing.T, ...key.Address) node) {
	s := newScene(t, start)
	m, id, terms, ownerOf, owners, rich := s.market, s.id, s.terms, s.ownerOf, s.owners, s.rich
	ctx := t.Context()
	var all []leaf.Leaf
	var signatures []key.Signature
	for i, d := range s.devices {
		l := s.leaf(t, i)
		all, signatures = append(all, l), append(signatures, d.Sign(l.Claim()))
	}
	cheat := s.devices[2].Address()
	s.answers.answers[cheat] = leaf.Answer(blob.Hash{0xbb}, 600, 1000) // what its job really gives
	r, leaves := s.round(all)
	gas, err := m.CommitRound(ctx, r)
	must(t, "commit", err)
	t.Logf("gas of the round's commitment: %d", gas)
	if got, err := m.CommittedRound(ctx, id, 1); err != nil || got != r {
		t.Errorf("committed %+v, %v", got, err)
	}
	status := func() market.RoundStatus {
		s, err := m.RoundStatus(ctx, id, 1)
		must(t, "status", err)
		return s
	}
	retry(t, "draw", func() error { return m.DrawRound(ctx, r, status()) })
	for stratum, index := range market.Drawn(status().Seed, 4, terms.CheckRate) {
		must(t, "check", m.OpenCheck(ctx, r, leaves, index, signatures[index], uint32(stratum)))
	}
	for deadline := time.Now().Add(90 * time.Second); status().OpenCases > 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("mediators did not end the cases")
		}
	}
	fates, err := m.Fates(ctx, id)
	must(t, "fates", err)
	for _, f := range fates {
		if want := map[bool]market.Verdict{true: market.Refuted, false: market.Upheld}[f.Device == cheat]; f.Verdict != want {
			t.Errorf("device %s: %v, want %v", f.Device, f.Verdict, want)
		}
		if f.Device == cheat && f.Slashed.Cmp(terms.Collateral.Wei()) != 0 {
			t.Errorf("slashed %v of %v", f.Slashed, terms.Collateral.Wei())
		}
	}
	if len(fates) != 4 {
		t.Fatalf("%d fates of 4 leaves", len(fates))
	}

	// Settled and claimed by proof; the cheat's owner earns nothing.
	earned := map[key.Address]*big.Int{}
	for device, owner := range ownerOf {
		if device != cheat {
			earned[owner] = terms.Fee.Wei()
		}
	}
	claims := m.Addresses.NewClaims(id, earned)
	retry(t, "settle", func() error { return m.Settle(ctx, r, claims.Root, claims.Total) })
	for _, owner := range claims.Owners() {
		cumulative, proof := claims.Earned(owner)
		before, err := m.Balance(ctx, owner)
		must(t, "balance", err)
		retry(t, "claim", func() error {
			gas, err := m.Claim(ctx, id, owner, cumulative, proof)
			if err == nil {
				t.Logf("gas of a claim among 3: %d", gas)
			}
			return err
		})
		after, err := m.Balance(ctx, owner)
		must(t, "balance", err)
		if got := new(big.Int).Sub(after.Free, before.Free); got.Cmp(terms.Fee.Wei()) != 0 {
			t.Errorf("owner %s got %v, earned %v", owner, got, terms.Fee.Wei())
		}
	}
	if _, err := m.Claim(ctx, id, ownerOf[cheat], terms.Fee.Wei(), nil); !errors.Is(err, market.ErrRefused) {
		t.Errorf("the cheat claims: %v", err)
	}

	// An owner without coins for gas withdraws through the aggregator.
	honest := claims.Owners()[0]
	w := market.Withdrawal{Account: honest, To: key.Address{0x77}, Amount: terms.Fee.Wei(), Fee: big.NewInt(1000), Nonce: 1, Expiry: uint64(time.Now().Add(time.Hour).Unix())}
	for _, k := range owners {
		if k.Address() == honest {
			w.Sign(k, m.Addresses)
		}
	}
	must(t, "relay", m.Relay(ctx, w))
	if got, err := m.Coins(ctx, w.To); err != nil || got.Cmp(new(big.Int).Sub(terms.Fee.Wei(), w.Fee)) != 0 {
		t.Errorf("withdrawn %v, %v", got, err)
	}

	// Every coin is accounted for.
	held, err := m.Held(ctx)
	must(t, "held", err)
	total, err := m.Burnt(ctx)
	must(t, "burnt", err)
	if total.Sign() == 0 {
		t.Error("nothing was burnt of the cheat's collateral")
	}
	for _, a := range append(rich, m.Addresses.Rounds, m.Addresses.Mediation, m.Addresses.Deals) {
		b, err := m.Balance(ctx, a)
		must(t, "balance", err)
		total.Add(total, b.Free).Add(total, b.Locked).Add(total, b.Staked)
	}
	if total.Cmp(held) != 0 {
		t.Errorf("the ledgers sum to %v, the contract holds %v", total, held)
	}
}

// An aggregator that leaves an accepted update out pays its owner; one whose model
// is not the fold of its updates is slashed, and the round is void.
func TestOmissionAndFalseFoldAreChallenged(t *testing.T) {
	t.Parallel()
	s := newScene(t, embedded)
	ctx := t.Context()
	omitted := s.leaf(t, 1)
	receipt := s.aggregator.Sign(omitted.Receipt())
	r, leaves := s.round([]leaf.Leaf{s.leaf(t, 0), s.leaf(t, 2), s.leaf(t, 3)})
	_, err := s.market.CommitRound(ctx, r)
	must(t, "commit", err)

	owner := s.ownerOf[omitted.Device]
	theirs := s.node.party(s.stranger(t, owner), &s.market.Addresses)
	if err := theirs.ProveOmission(ctx, r, s.leaf(t, 2), receipt, leaves); !errors.Is(err, market.ErrRefused) {
		t.Errorf("a leaf that is there was proven missing: %v", err)
	}
	must(t, "omission", theirs.ProveOmission(ctx, r, omitted, receipt, leaves))
	b, err := s.market.Balance(ctx, owner)
	must(t, "balance", err)
	if b.Free.Cmp(s.terms.Fee.Wei()) != 0 {
		t.Errorf("the owner of the omitted update has %v, its fee is %v", b.Free, s.terms.Fee.Wei())
	}
	if err := s.market.ProveOmission(ctx, r, omitted, receipt, leaves); !errors.Is(err, market.ErrRefused) {
		t.Errorf("paid twice for one omission: %v", err)
	}

	s.answers.models[1] = blob.Sum([]byte("what the updates fold to"))
	before, err := s.market.Balance(ctx, s.market.Account())
	must(t, "balance", err)
	must(t, "challenge", theirs.ChallengeFold(ctx, r))
	var status market.RoundStatus
	for deadline := time.Now().Add(60 * time.Second); !status.Voided; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the round with a false fold stands: %+v", status)
		}
		status, err = s.market.RoundStatus(ctx, s.id, 1)
		must(t, "status", err)
	}
	after, err := s.market.Balance(ctx, s.market.Account())
	must(t, "balance", err)
	if after.Staked.Cmp(before.Staked) >= 0 {
		t.Error("the aggregator was not slashed")
	}
	f, err := s.market.Federation(ctx, s.id)
	must(t, "federation", err)
	if f.Head != s.terms.Model {
		t.Errorf("the next round must begin with %v, want the base model again", f.Head)
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
