package market_test

import (
	"context"
	"errors"
	"log/slog"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/mediate"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// dealings is an honest executor: it knows what each deal's job gives.
type dealings struct {
	mu      sync.Mutex // guards answers
	answers map[market.DealID][32]byte
}

func (x *dealings) Digest(_ context.Context, c market.Case) ([32]byte, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	answer, found := x.answers[c.Subject]
	if !found {
		return answer, mediate.ErrUnavailable
	}
	return answer, nil
}

func (x *dealings) know(id market.DealID, r market.Result) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.answers[id] = r.Answer()
}

// bourse is a market with a creator, a provider, a solver and three mediators.
type bourse struct {
	node
	creatorKey, providerKey   *key.Key
	creator, provider, solver *market.Market
	truth                     *dealings
	rich                      []key.Address
	pool                      *big.Int
	nonce                     int64
}

func newBourse(t *testing.T, start func(*testing.T, ...key.Address) node) *bourse {
	b := &bourse{creatorKey: newKey(t), providerKey: newKey(t), truth: &dealings{answers: map[market.DealID][32]byte{}}}
	solver := newKey(t)
	mediators := []*key.Key{newKey(t), newKey(t), newKey(t)}
	b.rich = []key.Address{b.creatorKey.Address(), b.providerKey.Address(), solver.Address()}
	for _, k := range mediators {
		b.rich = append(b.rich, k.Address())
	}
	b.node = start(t, b.rich...)
	ctx := t.Context()
	b.creator = b.party(b.creatorKey, nil)
	a := &b.creator.Addresses
	b.provider, b.solver = b.party(b.providerKey, a), b.party(solver, a)
	must(t, "deposit", b.creator.Deposit(ctx, "deposit", b.creator.Account(), (10*coin).Wei()))
	must(t, "deposit", b.provider.Deposit(ctx, "deposit", b.provider.Account(), (100*coin).Wei()))
	must(t, "stake", b.provider.Stake(ctx, "stake", b.provider.Account(), (50*coin).Wei()))
	var joined sync.WaitGroup
	for _, k := range mediators {
		mine := b.party(k, a)
		joined.Go(func() {
			if err := errors.Join(mine.Deposit(ctx, "deposit", k.Address(), (100*coin).Wei()), mine.Stake(ctx, "stake", k.Address(), (100*coin).Wei()),
				mine.Register(ctx, market.MediatorRole, "age1test"), mine.JoinMediators(ctx)); err != nil {
				t.Error(err)
			}
		})
		mediating, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() {
			defer close(done)
			joined.Wait()
			_ = mediate.New(mediate.Config{Key: k, Market: mine, Executor: b.truth, Poll: 50 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))}).Run(mediating)
		}()
		t.Cleanup(func() { cancel(); <-done })
	}
	joined.Wait()
	pool, err := b.creator.ActiveMediators(ctx)
	must(t, "active mediators", err)
	b.pool = pool
	return b
}

// pair gives two offers that fit; alter changes the job's before it is signed.
func (b *bourse) pair(alter func(*market.JobOffer)) (market.SignedJob, market.SignedResource, market.Deal) {
	b.t.Helper()
	b.nonce++
	fee := (coin / 1000).Wei()
	deposit, err := b.creator.LeastDeposit(b.t.Context(), 3, 3, fee)
	must(b.t, "least deposit", err)
	expiry := uint64(time.Now().Add(24 * time.Hour).Unix())
	job := market.JobOffer{Creator: b.creatorKey.Address(), Module: blob.Sum([]byte("module")), Inputs: blob.Sum([]byte("inputs")), Spec: blob.Sum([]byte("spec")),
		Price: (coin / 100).Wei(), Rate: new(big.Int), MatchFee: (coin / 10000).Wei(), MediatorFee: fee, MediatorDeposit: deposit, CheckRate: 100, Multiple: 99, Mediation: 3,
		SubmitWindow: 300, JudgeWindow: 300, CommitWindow: 300, RevealWindow: 300, Mediators: b.pool, Nonce: big.NewInt(b.nonce), Expiry: expiry}
	if alter != nil {
		alter(&job)
	}
	resource := market.ResourceOffer{Provider: b.providerKey.Address(), Capabilities: blob.Sum([]byte("machine")), Price: (coin / 200).Wei(), Rate: new(big.Int),
		MatchFee: (coin / 20000).Wei(), Multiple: 99, Mediators: b.pool, Nonce: big.NewInt(b.nonce), Expiry: expiry}
	a := b.creator.Addresses
	return job.Sign(b.creatorKey, a), resource.Sign(b.providerKey, a), market.Deal{Job: job, Resource: resource}
}

func (b *bourse) match(alter func(*market.JobOffer)) (market.Deal, market.DealID) {
	b.t.Helper()
	job, resource, deal := b.pair(alter)
	id, gas, err := b.solver.MatchOffers(b.t.Context(), job, resource)
	must(b.t, "match", err)
	b.t.Logf("gas of a match: %d", gas)
	return deal, id
}

func (b *bourse) free(account key.Address) *big.Int {
	b.t.Helper()
	balance, err := b.creator.Balance(b.t.Context(), account)
	must(b.t, "balance", err)
	return balance.Free
}

func (b *bourse) state(id market.DealID) market.DealStatus {
	b.t.Helper()
	s, err := b.creator.DealStatus(b.t.Context(), id)
	must(b.t, "status", err)
	return s
}

func (b *bourse) ends(id market.DealID) market.DealState {
	b.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if s := b.state(id); s.State.Over() {
			return s.State
		}
	}
	b.t.Fatalf("deal %s does not end: it is %s", id, b.state(id).State)
	return 0
}

func TestDeals(t *testing.T) {
	for name, start := range map[string]func(*testing.T, ...key.Address) node{"embedded": embedded, "anvil": anvil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBourse(t, start)
			b.digests()
			b.paidByFinalize()
			b.paidByAccept()
			b.refuted()
			b.vanished()
			b.requested()
			b.requestsEnd()
			b.refusals()
			b.solvent()
		})
	}
}

// digests are those that the contract checks signatures over.
func (b *bourse) digests() {
	job, resource, deal := b.pair(func(j *market.JobOffer) {
		j.Project, j.Callback, j.Rate = blob.Sum([]byte("project")), key.Address{7}, big.NewInt(12345)
	})
	a := b.creator.Addresses
	must(b.t, "verify", errors.Join(job.Verify(a), resource.Verify(a)))
	if err := job.Verify(market.Addresses{Chain: a.Chain + 1, Deals: a.Deals}); !errors.Is(err, market.ErrOffer) {
		b.t.Errorf("an offer of another chain: %v", err)
	}
	client, err := market.Dial(b.t.Context(), b.url)
	must(b.t, "dial", err)
	defer client.Close()
	ask := func(data []byte) [32]byte {
		to := common.Address(a.Deals)
		out, err := client.CallContract(b.t.Context(), ethereum.CallMsg{To: &to, Data: data}, nil)
		must(b.t, "ask the contract", err)
		return [32]byte(out)
	}
	deals := bindings.NewDeals()
	j, r := deal.Bound()
	if got, want := deal.Job.Digest(a), ask(deals.PackHashJob(j)); got != want {
		b.t.Errorf("job's digest %x, the contract's %x", got, want)
	}
	if got, want := deal.Resource.Digest(a), ask(deals.PackHashResource(r)); got != want {
		b.t.Errorf("resource's digest %x, the contract's %x", got, want)
	}
	if got, want := [32]byte(deal.ID(a)), ask(deals.PackIdOf(j, r)); got != want {
		b.t.Errorf("deal's id %x, the contract's %x", got, want)
	}
}

func (b *bourse) paidByFinalize() {
	t, ctx := b.t, b.t.Context()
	solver := b.free(b.solver.Account())
	deal, id := b.match(func(j *market.JobOffer) { j.JudgeWindow = 1 })
	earned := new(big.Int).Sub(b.free(b.solver.Account()), solver)
	if want := new(big.Int).Add(deal.Job.MatchFee, deal.Resource.MatchFee); earned.Cmp(want) != 0 {
		t.Errorf("the solver earned %v, want %v", earned, want)
	}
	if found, err := b.provider.Deal(ctx, id); err != nil || found.ID(b.creator.Addresses) != id {
		t.Errorf("the deal's offers from the chain: %v, %v", found, err)
	}
	result := market.Result{Digest: blob.Sum([]byte("outputs")), Fuel: 1234}
	b.truth.know(id, result) // a draw hits one in a hundred
	gas, err := b.provider.Submit(ctx, id, result)
	must(t, "submit", err)
	t.Logf("gas of a submission: %d", gas)
	if got, found, err := b.creator.Submission(ctx, id); err != nil || !found || got != result {
		t.Errorf("submitted %+v, %v, %v", got, found, err)
	}
	before := b.free(b.provider.Account())
	retry(t, "finalize", func() error {
		gas, err := b.provider.Finalize(ctx, deal, result, b.state(id))
		if err == nil {
			t.Logf("gas of finalize with the draw: %d", gas)
		}
		return err
	})
	if s := b.ends(id); s != market.DealAccepted && s != market.DealUpheld {
		t.Errorf("the deal is %s", s)
	}
	if paid := new(big.Int).Sub(b.free(b.provider.Account()), before); paid.Cmp(deal.Resource.Price) != 0 {
		t.Errorf("paid %v, want %v", paid, deal.Resource.Price)
	}
	outcomes, _, err := b.creator.Outcomes(ctx, 0)
	must(t, "outcomes", err)
	if o := outcomes[id]; !o.State.Over() || o.Paid.Cmp(deal.Resource.Price) != 0 {
		t.Errorf("outcome %+v", o)
	}
}

func (b *bourse) paidByAccept() {
	t, ctx := b.t, b.t.Context()
	deal, id := b.match(nil)
	result := market.Result{Digest: blob.Sum([]byte("outputs")), Fuel: 1}
	_, err := b.provider.Submit(ctx, id, result)
	must(t, "submit", err)
	if _, err := b.provider.Accept(ctx, deal, result); !errors.Is(err, market.ErrRefused) {
		t.Errorf("the provider accepts its own result: %v", err)
	}
	if _, err := b.creator.Accept(ctx, deal, market.Result{Fuel: 1}); !errors.Is(err, market.ErrRefused) {
		t.Errorf("another result accepted: %v", err)
	}
	gas, err := b.creator.Accept(ctx, deal, result)
	must(t, "accept", err)
	t.Logf("gas of accept: %d", gas)
	if s := b.state(id).State; s != market.DealAccepted {
		t.Errorf("the deal is %s", s)
	}
}

func (b *bourse) refuted() {
	t, ctx := b.t, b.t.Context()
	deal, id := b.match(nil)
	b.truth.know(id, market.Result{Digest: blob.Sum([]byte("outputs")), Fuel: 99})
	lie := market.Result{Digest: blob.Sum([]byte("made up")), Fuel: 99}
	_, err := b.provider.Submit(ctx, id, lie)
	must(t, "submit", err)
	before, err := b.creator.Balance(ctx, b.provider.Account())
	must(t, "balance", err)
	opened, gas, err := b.creator.CheckResult(ctx, deal, lie)
	must(t, "check", err)
	t.Logf("gas of a check: %d", gas)
	if c, err := b.creator.Case(ctx, opened); err != nil || market.DealID(c.Subject) != id || c.Source != b.creator.Addresses.Deals {
		t.Errorf("case %+v, %v", c, err)
	}
	if s := b.ends(id); s != market.DealRefuted {
		t.Errorf("the deal is %s", s)
	}
	after, err := b.creator.Balance(ctx, b.provider.Account())
	must(t, "balance", err)
	if lost := new(big.Int).Sub(before.Staked, after.Staked); lost.Cmp(deal.Collateral()) != 0 {
		t.Errorf("the provider lost %v, want %v", lost, deal.Collateral())
	}
}

func (b *bourse) vanished() {
	t, ctx := b.t, b.t.Context()
	before := b.free(b.creator.Account())
	deal, id := b.match(func(j *market.JobOffer) { j.SubmitWindow = 1 })
	retry(t, "expire", func() error {
		gas, err := b.solver.Expire(ctx, deal)
		if err == nil {
			t.Logf("gas of expire: %d", gas)
		}
		return err
	})
	if _, err := b.provider.Submit(ctx, id, market.Result{Fuel: 1}); !errors.Is(err, market.ErrRefused) {
		t.Errorf("a late result: %v", err)
	}
	if s := b.state(id).State; s != market.DealExpired {
		t.Errorf("the deal is %s", s)
	}
	if b.free(b.creator.Account()).Cmp(before) <= 0 {
		t.Error("the creator has nothing for the delay")
	}
}

func (b *bourse) refusals() {
	t, ctx := b.t, b.t.Context()
	job, resource, deal := b.pair(nil)
	altered := job
	altered.Offer.MatchFee = coin.Wei()
	if _, _, err := b.solver.MatchOffers(ctx, altered, resource); !errors.Is(err, market.ErrRefused) {
		t.Errorf("a solver altered the offer: %v", err)
	}
	must(t, "cancel", b.creator.Cancel(ctx, deal.Job.Nonce))
	if _, _, err := b.solver.MatchOffers(ctx, job, resource); !errors.Is(err, market.ErrRefused) {
		t.Errorf("a cancelled offer: %v", err)
	}
	if used, err := b.creator.NonceUsed(ctx, b.creator.Account(), deal.Job.Nonce); err != nil || !used {
		t.Errorf("the cancelled nonce is used: %v, %v", used, err)
	}
	free, err := b.creator.FreeNonces(ctx, b.creator.Account(), 2)
	must(t, "free nonces", err)
	for _, n := range free {
		if used, err := b.creator.NonceUsed(ctx, b.creator.Account(), n); err != nil || used {
			t.Errorf("free nonce %v is used: %v, %v", n, used, err)
		}
	}
}

func (b *bourse) solvent() {
	t, ctx := b.t, b.t.Context()
	total, err := b.creator.Burnt(ctx)
	must(t, "burnt", err)
	a := b.creator.Addresses
	for _, account := range append(b.rich, a.Deals, a.Mediation, a.Rounds) {
		balance, err := b.creator.Balance(ctx, account)
		must(t, "balance", err)
		total.Add(total, balance.Free).Add(total, balance.Locked).Add(total, balance.Staked)
	}
	held, err := b.creator.Held(ctx)
	must(t, "held", err)
	if total.Cmp(held) != 0 {
		t.Errorf("the ledgers sum to %v, the contract holds %v", total, held)
	}
}
