package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/settle"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/internal/testimony"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// party is the market as an account of a bazaar sees it, and that account's key.
func (b *bazaar) party(name string) (*market.Market, *key.Key) {
	b.t.Helper()
	k, err := key.LoadOrCreate(filepath.Join(b.dir, name, keyFile))
	if err != nil {
		b.t.Fatal(err)
	}
	node, err := market.Dial(b.t.Context(), b.node)
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := sender.Open(ctx, sender.Config{Path: filepath.Join(b.dir, name, "test.db"), Key: k, Node: node, Poll: 20 * time.Millisecond, Confirmations: 2})
	if err != nil {
		b.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	b.t.Cleanup(func() { stop(); <-done; _ = s.Close(); node.Close() })
	return market.New(node, s, b.look.Addresses), k
}

// stall is what an exchange shows of a federation whose aggregator is the test.
type stall struct {
	mu    sync.Mutex
	blobs map[blob.Hash][]byte
	list  []settle.Status
	// data is what a case's device discloses.
	data func(caseID blob.Hash) ([]byte, error)
}

func (s *stall) put(content []byte) blob.Hash {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := blob.Sum(content)
	s.blobs[h] = content
	return h
}

// stall puts an exchange in the place of the bazaar's.
func (b *bazaar) stall(list ...settle.Status) *stall {
	s := &stall{blobs: map[blob.Hash][]byte{}, list: list}
	mux := http.NewServeMux()
	code := func(error) int { return http.StatusNotFound }
	peer.Route(mux, code, peer.About{Addresses: b.look.Addresses, Node: b.node}, func(_ context.Context, h blob.Hash) ([]byte, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if content, found := s.blobs[h]; found {
			return content, nil
		}
		return nil, blob.ErrMissing
	})
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) { peer.JSON(w, code, s.list, nil) })
	mux.HandleFunc("POST /v1/cases/{case}/data", func(w http.ResponseWriter, r *http.Request) {
		id, err := blob.ParseHash(r.PathValue("case"))
		var content []byte
		s.mu.Lock()
		data := s.data
		s.mu.Unlock()
		if err == nil {
			content, err = data(id)
		}
		peer.Bytes(w, code, content, err)
	})
	server := httptest.NewServer(mux)
	b.t.Cleanup(server.Close)
	b.exchange = server.URL
	return s
}

// An aggregator leaves an accepted update out and pays an owner too little, and
// processes of the others undo both: the owner of the update is paid from the
// aggregator's stake by its receipt, and mediators put the right claims in place.
func TestCheatingAggregatorIsFoundByProcesses(t *testing.T) {
	t.Parallel()
	const coin = config.Amount(1_000_000_000)
	b := newBazaarOf(t, market.Parameters{WindowFloor: time.Second}, "aggregator", "m1", "m2", "m3", "watcher", "owner")
	ctx := t.Context()
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	aggregator, aggregatorKey := b.party("aggregator")
	points := federation.Federation{Name: "points", Fees: federation.Fees{Checks: []string{testimony.SecondDevice}}}
	id, err := aggregator.FederationID(ctx, points.ID())
	must("federation's id", err)
	shown := b.stall(settle.Status{Federation: points.Name, ID: id})
	for _, name := range []string{"m1", "m2", "m3"} {
		b.process("mediator", "--party-dir", name, "--exchange", b.exchange, "--poll", "100ms")
	}
	var pool *big.Int
	b.until("a pool of mediators", func() bool {
		pool, err = b.look.ActiveMediators(ctx)
		return err == nil && pool.Uint64() == 7
	})
	must("deposit", aggregator.Deposit(ctx, "deposit", aggregator.Account(), (100*coin).Wei()))
	must("stake", aggregator.Stake(ctx, "stake", aggregator.Account(), (20*coin).Wei()))
	terms := market.Terms{Name: points.ID(), Fee: coin / 100, Collateral: coin / 10, AggregatorStake: coin, Module: blob.Sum([]byte("module")), Model: blob.Sum([]byte("model")),
		Pool: pool, MediatorFee: coin / 1000, CheckRate: 2500, Mediators: 3, CheckWindow: 4 * time.Minute, SettleWindow: time.Hour, ClaimsWindow: 15 * time.Minute,
		CommitWindow: 10 * time.Minute, RevealWindow: 10 * time.Minute, Budget: 10 * coin}
	_, err = aggregator.Create(ctx, terms)
	must("create", err)

	// Four devices, whose owners they are themselves save one.
	ownerKey, err := key.LoadOrCreate(filepath.Join(b.dir, "owner", keyFile))
	must("owner's key", err)
	var devices []*key.Key
	for range 4 {
		k, err := key.Generate()
		must("device's key", err)
		devices = append(devices, k)
	}
	slices.SortFunc(devices, func(a, b *key.Key) int { return strings.Compare(a.Address().String(), b.Address().String()) })
	const omitted = 2
	var all []leaf.Leaf
	for i, k := range devices {
		by := k
		if i == omitted {
			by = ownerKey
		}
		must("stake", aggregator.Stake(ctx, "stake/"+by.Address().String(), by.Address(), coin.Wei()))
		j := member.Membership{Chain: aggregator.Addresses.Chain, Contract: aggregator.Addresses.Rounds, Federation: id, Device: k.Address(), Owner: by.Address(),
			Data: blob.Hash{byte(i)}, Collateral: terms.Collateral, Expiry: uint64(time.Now().Add(100 * time.Hour).Unix())}
		must("join", aggregator.Join(ctx, j, k.Sign(j.Digest()), by.Sign(j.Digest())))
		training, err := wire.Marshal(points.DeviceTraining(1, k.Address()))
		must("training", err)
		all = append(all, leaf.Leaf{Configuration: blob.Sum(training), Chain: j.Chain, Contract: j.Contract, Federation: terms.Name, Round: 1, Device: k.Address(), Owner: by.Address(), BaseModel: terms.Model,
			Module: terms.Module, Data: j.Data, Update: leaf.Commit(blob.Hash{byte(i)}, 600, 7), Samples: 600, Fuel: 7})
	}
	signature := aggregatorKey.Sign(all[omitted].Receipt())
	receipts, err := json.Marshal([]leaf.Receipt{{Leaf: all[omitted].Encode(), Signature: signature[:]}})
	must("encode", err)
	must("write", os.WriteFile(filepath.Join(b.dir, "receipts.json"), receipts, 0o600))

	// The round, without the third.
	record := evidence.Round{Federation: points, Round: 1, Base: terms.Model, Model: blob.Sum([]byte("model 1"))}
	var hashes []merkle.Hash
	var signatures []key.Signature
	for i, l := range all {
		if i == omitted {
			continue
		}
		s := devices[i].Sign(l.Claim())
		record.Leaves, record.Signatures = append(record.Leaves, l.Encode()), append(record.Signatures, s[:])
		hashes, signatures = append(hashes, l.Hash()), append(signatures, s)
	}
	encoded, err := record.Encode()
	must("encode", err)
	r := market.Round{Federation: id, Round: 1, Base: record.Base, Model: record.Model, Root: merkle.Root(hashes), Count: 3, Evidence: shown.put(encoded)}
	_, err = aggregator.CommitRound(ctx, r)
	must("commit", err)
	status := func() market.RoundStatus {
		s, err := aggregator.RoundStatus(ctx, id, 1)
		must("status", err)
		return s
	}
	b.until("the draw", func() bool { return aggregator.DrawRound(ctx, r, status()) == nil })

	contest := []string{"owner", "contest", "receipts.json", "--party-dir", "owner", "--exchange", b.exchange, "--poll", "100ms"}
	out, err := b.tadpole(contest...)
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != exitFault || !strings.Contains(out, "left out") {
		t.Errorf("an omission that waits: %v\n%s", err, out)
	}
	before, err := b.look.Balance(ctx, ownerKey.Address())
	must("balance", err)
	out, err = b.tadpole(append(contest, "--send")...)
	if err != nil || !strings.Contains(out, "sent") {
		t.Errorf("contested: %v\n%s", err, out)
	}
	after, err := b.look.Balance(ctx, ownerKey.Address())
	must("balance", err)
	if got := new(big.Int).Sub(after.Free, before.Free); got.Cmp(terms.Fee.Wei()) != 0 {
		t.Errorf("the owner of the omitted update got %v", got)
	}
	if out, err = b.tadpole(contest...); err != nil || !strings.Contains(out, "paid by itself") {
		t.Errorf("contested again: %v\n%s", err, out)
	}

	// The second device of the drawn leaf's owner finds another update.
	drawn := market.Drawn(status().Seed, r.Count, terms.CheckRate)[0]
	l, err := leaf.Decode(record.Leaves[drawn])
	must("decode", err)
	first := devices[slices.IndexFunc(devices, func(k *key.Key) bool { return k.Address() == l.Device })]
	second, err := key.Generate()
	must("second device's key", err)
	var recipients []string
	for _, name := range []string{"m1", "m2", "m3"} {
		k, err := key.LoadOrCreate(filepath.Join(b.dir, name, keyFile))
		must("mediator's key", err)
		recipient, err := b.look.Recipient(ctx, k.Address())
		must("mediator's recipient", err)
		recipients = append(recipients, recipient)
	}
	shown.mu.Lock()
	shown.data = func(caseID blob.Hash) ([]byte, error) {
		said, err := testimony.Testimony{Case: caseID, Way: testimony.SecondDevice, Device: second.Address(), Data: l.Data, Update: blob.Hash{99}, Samples: l.Samples, Fuel: l.Fuel,
			Vouch: testimony.Vouch(first, l.Domain(), second.Address(), l.Data)}.Sign(second, l.Domain())
		if err != nil {
			return nil, err
		}
		return sealed.Seal(bytes.NewReader(said), recipients)
	}
	shown.mu.Unlock()
	must("check", aggregator.OpenCheck(ctx, r, record.Leaves, drawn, signatures[drawn], 0))
	b.until("a verdict about the drawn leaf", func() bool { return status().OpenCases == 0 })
	earned := map[key.Address]*big.Int{}
	for i, encoded := range record.Leaves {
		if l, err := leaf.Decode(encoded); err == nil && uint32(i) != drawn {
			earned[l.Owner] = terms.Fee.Wei()
		}
	}
	right := aggregator.Addresses.NewClaims(id, earned)
	for owner := range earned {
		earned[owner] = new(big.Int).Sub(terms.Fee.Wei(), big.NewInt(1_000_000_000))
		break
	}
	wrong := aggregator.Addresses.NewClaims(id, earned)
	b.until("the settlement", func() bool { return aggregator.Settle(ctx, r, wrong.Root, wrong.Total) == nil })

	staked, err := b.look.Federation(ctx, id)
	must("federation", err)
	challenge := []string{"market", "challenge", points.Name, "--claims", "--wait", "--party-dir", "watcher", "--exchange", b.exchange, "--poll", "100ms"}
	out, err = b.tadpole(challenge...)
	if err != nil || !strings.Contains(out, "is right") || !strings.Contains(out, "is in place") {
		t.Fatalf("challenged: %v\n%s", err, out)
	}
	f, err := b.look.Federation(ctx, id)
	must("federation", err)
	if f.ActiveRoot != right.Root || f.ActiveTotal.Cmp(right.Total) != 0 || f.Bond.Cmp(staked.Bond) >= 0 {
		t.Errorf("root %s over %v, bond %v of %v; the right root is %s over %v", f.ActiveRoot.Short(), f.ActiveTotal, f.Bond, staked.Bond, right.Root.Short(), right.Total)
	}
	out, err = b.tadpole(challenge...)
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != exitFault {
		t.Errorf("challenged what is active: %v\n%s", err, out)
	}
}
