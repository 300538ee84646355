package settle

import (
	"context"
	"errors"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/merkle"
)

// account opens one of an embedded chain.
func account(t *testing.T, k *key.Key, url string) (*market.Node, *sender.Sender) {
	t.Helper()
	node, err := market.Dial(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := sender.Open(ctx, sender.Config{Path: filepath.Join(t.TempDir(), "journal.db"), Key: k, Node: node, Poll: 20 * time.Millisecond, Confirmations: 2})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done; _ = s.Close(); node.Close() })
	return node, s
}

// A demanded leaf is shown; and when mediators do not decide about a root, which
// drops it, the same root is posted again, or the settled rounds would be lost.
func TestSettlerDefendsItsRounds(t *testing.T) {
	const coin = config.Amount(1_000_000_000)
	ctx := t.Context()
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	until := func(what string, do func() error) {
		t.Helper()
		err := do()
		for end := time.Now().Add(90 * time.Second); err != nil; err = do() {
			if time.Now().After(end) {
				t.Fatalf("%s: %v", what, err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	var keys [4]*key.Key // the aggregator, a mediator who never votes, two devices that own themselves
	alloc := map[key.Address]*big.Int{}
	for i := range keys {
		k, err := key.Generate()
		must("key", err)
		keys[i], alloc[k.Address()] = k, (1000 * coin).Wei()
	}
	if a, b := keys[2].Address(), keys[3].Address(); a.String() > b.String() {
		keys[2], keys[3] = keys[3], keys[2]
	}
	c, err := chain.Open(chain.Config{Dir: t.TempDir(), Alloc: alloc, Gap: 50 * time.Millisecond, Idle: 200 * time.Millisecond, Lead: 24 * time.Hour})
	must("chain", err)
	t.Cleanup(func() { _ = c.Close() })
	node, mine := account(t, keys[0], c.URL())
	addresses, err := market.Deploy(ctx, node, mine, filepath.Join(t.TempDir(), "market.json"), market.Parameters{WindowFloor: time.Second})
	must("deploy", err)
	m := market.New(node, mine, addresses)
	theirNode, theirs := account(t, keys[1], c.URL())
	mediator := market.New(theirNode, theirs, addresses)
	must("deposit", mediator.Deposit(ctx, "deposit", mediator.Account(), (200*coin).Wei()))
	must("stake", mediator.Stake(ctx, "stake", mediator.Account(), (100*coin).Wei()))
	must("register", mediator.Register(ctx, market.MediatorRole, "age1test"))
	must("join mediators", mediator.JoinMediators(ctx))
	must("deposit", m.Deposit(ctx, "deposit", m.Account(), (100*coin).Wei()))
	must("stake", m.Stake(ctx, "stake", m.Account(), (20*coin).Wei()))
	pool, err := m.ActiveMediators(ctx)
	must("pool", err)

	f := federation.Federation{Name: "f", Fees: federation.Fees{PerUpdate: coin / 100, CheckRate: 0.5}}
	terms := market.Terms{Name: f.ID(), Fee: coin / 100, Collateral: coin / 10, AggregatorStake: coin, Module: blob.Hash{3}, Model: blob.Hash{4}, Pool: pool,
		MediatorFee: coin / 1000, CheckRate: 5000, Mediators: 1, CheckWindow: time.Minute, SettleWindow: time.Hour, ClaimsWindow: 10 * time.Minute,
		CommitWindow: time.Second, RevealWindow: time.Minute, Budget: coin}
	id, err := m.Create(ctx, terms)
	must("create", err)
	h := aggregator.Round{Round: 1, Base: terms.Model, Model: blob.Hash{5}}
	var hashes []merkle.Hash
	for i, k := range keys[2:] {
		must("stake", m.Stake(ctx, "stake/"+k.Address().String(), k.Address(), coin.Wei()))
		j := member.Membership{Chain: addresses.Chain, Contract: addresses.Rounds, Federation: id, Device: k.Address(), Owner: k.Address(), Data: blob.Hash{byte(i)},
			Collateral: terms.Collateral, Expiry: uint64(time.Now().Add(100 * time.Hour).Unix())}
		must("join", m.Join(ctx, j, k.Sign(j.Digest()), k.Sign(j.Digest())))
		l := leaf.Leaf{Chain: j.Chain, Contract: j.Contract, Federation: terms.Name, Round: 1, Device: k.Address(), Owner: k.Address(), BaseModel: terms.Model,
			Module: terms.Module, Data: j.Data, Update: blob.Hash{6}}
		signature := k.Sign(l.Claim())
		hashes, h.Leaves, h.Signatures = append(hashes, l.Hash()), append(h.Leaves, l.Encode()), append(h.Signatures, signature[:])
	}
	r := market.Round{Federation: id, Round: 1, Base: h.Base, Model: h.Model, Root: merkle.Root(hashes), Count: 2, Evidence: blob.Hash{7}}
	_, err = m.CommitRound(ctx, r)
	must("commit", err)

	s := New(Config{Market: m})
	on := s.settlement(f)
	on.id, on.created = id, true
	record := &roundRecord{history: h, onChain: r, checked: map[uint32]bool{}}
	on.rounds = []*roundRecord{record}
	l, err := leaf.Decode(h.Leaves[1])
	must("decode", err)
	must("demand", mediator.DemandLeaf(ctx, r, l, keys[0].Sign(l.Receipt())))
	must("answer", s.answer(ctx, on, record))
	if d, err := m.Demand(ctx, id, 1, l.Device); err != nil || !d.Until.IsZero() {
		t.Fatalf("the demand is open still: %+v, %v", d, err)
	}

	// The drawn leaf is left unresolved, and so is the root, with the only mediator
	// absent; nobody who may judge is left then.
	starve := func() {
		t.Helper()
		ids, _, err := m.Opened(ctx, 0)
		must("cases", err)
		until("the end of a case", func() error {
			c, err := m.Case(ctx, ids[len(ids)-1])
			switch {
			case err != nil || c.Stage == market.Closed:
				return err
			case c.Stage == market.Seeding:
				_ = m.DrawMediators(ctx, c)
			default:
				_ = m.Tally(ctx, c)
			}
			return errors.New("it is open")
		})
	}
	step := func() {
		t.Helper()
		must("step", errors.Join(s.judge(ctx, on), ignoreEarly(s.step(ctx, source{}, on, record))))
	}
	until("the check", func() error {
		if step(); record.status.OpenCases == 0 {
			return errors.New("no case is open")
		}
		return nil
	})
	starve()
	until("the settlement", func() error {
		if step(); !record.settled {
			return errors.New("it is not settled")
		}
		return nil
	})
	posted, err := m.Federation(ctx, id)
	must("federation", err)
	must("nothing to defend", s.defend(ctx, on))
	must("dispute", mediator.DisputeClaims(ctx, id))
	starve()
	dropped, err := m.Federation(ctx, id)
	must("federation", err)
	must("defend", s.defend(ctx, on))
	again, err := m.Federation(ctx, id)
	must("federation", err)
	if posted.PendingRoot.IsZero() || !dropped.PendingUntil.IsZero() || again.PendingRoot != posted.PendingRoot || again.PendingTotal.Cmp(terms.Fee.Wei()) != 0 {
		t.Errorf("posted %s, dropped until %v, again %s over %v", posted.PendingRoot.Short(), dropped.PendingUntil, again.PendingRoot.Short(), again.PendingTotal)
	}
}

func ignoreEarly(err error) error {
	if errors.Is(err, market.ErrNotYet) {
		return nil
	}
	return err
}

// source is an aggregator of which a settled round's blobs are let go.
type source struct{ Source }

func (source) Release(context.Context, string, uint32) error { return nil }
