package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/merkle"
)

// dealGas settles deals between parties that have dealt before: match, submit and
// finalize with the draw in it.
func dealGas(ctx context.Context, s settings) ([]Result, error) {
	var keys []*key.Key
	for range 3 {
		k, err := key.Generate()
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	g, err := openGround(ctx, filepath.Join(s.dir, "deal"), keys...)
	if err != nil {
		return nil, err
	}
	defer g.end()
	var parties []*market.Market
	for _, k := range keys {
		m, err := g.party(ctx, k)
		if err != nil {
			return nil, err
		}
		if err := g.fund(ctx, m, 200*coin, 100*coin); err != nil {
			return nil, err
		}
		parties = append(parties, m)
	}
	creator, provider, solver := parties[0], parties[1], parties[2]
	fee := (coin / 1000).Wei()
	deposit, err := creator.LeastDeposit(ctx, 3, 3, fee)
	if err != nil {
		return nil, err
	}
	settled := 0
	for nonce := int64(1); nonce < 20; nonce++ {
		expiry := uint64(time.Now().Add(48 * time.Hour).Unix())
		job := market.JobOffer{Creator: creator.Account(), Module: blob.Sum([]byte("module")), Inputs: blob.Sum([]byte("inputs")), Spec: blob.Sum([]byte("spec")),
			Price: (coin / 100).Wei(), Rate: new(big.Int), MatchFee: (coin / 10000).Wei(), MediatorFee: fee, MediatorDeposit: deposit, CheckRate: 100, Multiple: 99, Mediation: 3,
			SubmitWindow: 300, JudgeWindow: 1, CommitWindow: 300, RevealWindow: 300, Mediators: g.pool, Nonce: big.NewInt(nonce), Expiry: expiry}
		resource := market.ResourceOffer{Provider: provider.Account(), Capabilities: blob.Sum([]byte("machine")), Price: (coin / 200).Wei(), Rate: new(big.Int),
			MatchFee: (coin / 20000).Wei(), Multiple: 99, Mediators: g.pool, Nonce: big.NewInt(nonce), Expiry: expiry}
		a := creator.Addresses
		id, sum, err := solver.MatchOffers(ctx, job.Sign(keys[0], a), resource.Sign(keys[1], a))
		if err != nil {
			return nil, err
		}
		result := market.Result{Digest: blob.Sum(big.NewInt(nonce).Bytes()), Fuel: 5_000_000}
		g.know(id, result.Answer())
		gas, err := provider.Submit(ctx, id, result)
		if err != nil {
			return nil, err
		}
		sum += gas
		deal := market.Deal{Job: job, Resource: resource}
		if err := retry(ctx, func() error {
			status, err := solver.DealStatus(ctx, id)
			if err == nil {
				gas, err = solver.Finalize(ctx, deal, result, status)
			}
			return err
		}); err != nil {
			return nil, err
		}
		status, err := solver.DealStatus(ctx, id)
		if err != nil {
			return nil, err
		}
		if status.State != market.DealAccepted {
			continue // one in a hundred is drawn for a check
		}
		if settled++; settled == 3 {
			return []Result{{"gas of a settled deal: match, submit, finalize", float64(sum + gas), "gas", 230_000, "lower"}}, nil
		}
	}
	return nil, errors.New("of 20 deals fewer than three were settled without a check")
}

const (
	marketDevices = 1000
	marketFee     = coin / 1000
	marketStake   = coin / 10
)

// fleet is a federation's devices on a ground, each with an owner of its own.
type marketFleet struct {
	*ground
	terms   market.Terms
	id      blob.Hash
	devices []*key.Key // sorted by address
	owners  []*key.Key
}

// marketRound brings a round of a thousand devices from its commitment to claims.
func marketRound(ctx context.Context, s settings) ([]Result, error) {
	g, err := openGround(ctx, filepath.Join(s.dir, "round"))
	if err != nil {
		return nil, err
	}
	defer g.end()
	f := &marketFleet{ground: g, terms: market.Terms{Name: blob.Sum([]byte("bench")), Fee: marketFee, Collateral: marketStake / 2, AggregatorStake: 10 * coin,
		Module: blob.Sum([]byte("module")), Model: blob.Sum([]byte("model 0")), Pool: g.pool, MediatorFee: coin / 2000, CheckRate: 500, Mediators: 3,
		CheckWindow: time.Second, SettleWindow: 24 * time.Hour, ClaimsWindow: time.Second, CommitWindow: time.Hour, RevealWindow: time.Hour, Budget: 100 * coin}}
	if err := f.join(ctx); err != nil {
		return nil, err
	}
	earned := map[key.Address]*big.Int{}
	first, err := f.settle(ctx, 1, f.devices, f.owners, earned)
	if err != nil {
		return nil, err
	}
	firstClaim, err := f.claim(ctx, first, 1)
	if err != nil {
		return nil, err
	}
	// Twenty of them train again: their owners' second claims.
	second, err := f.settle(ctx, 2, f.devices[:20], f.owners, earned)
	if err != nil {
		return nil, err
	}
	repeat, err := f.claim(ctx, second, 1)
	if err != nil {
		return nil, err
	}
	return []Result{
		{"gas of commitRound, 1000 devices, a federation's first", float64(first.gas), "gas", 95_000, "lower"},
		{"gas of commitRound, its second", float64(second.gas), "gas", 95_000, "lower"},
		{"gas of an owner's repeated claim among 1000 owners", float64(repeat), "gas", 75_000, "lower"},
		{"gas of an owner's first claim among 1000 owners", float64(firstClaim), "gas", 75_000, "lower"},
		{"gas of a claim that makes the root active for all", float64(first.activating), "gas", 0, "lower"},
		{"round of 1000 devices, embedded chain, windows of 1 s: committed", first.committed.Seconds(), "s", 0, "lower"},
		{"then drawn", (first.drawn - first.committed).Seconds(), "s", 0, "lower"},
		{"then 50 checks opened", (first.opened - first.drawn).Seconds(), "s", 0, "lower"},
		{"after mediation settled, claims window over, one owner's claim paid", first.settled.Seconds(), "s", 0, "lower"},
		{"the round from commit to claimable, without mediation", (first.opened + first.settled).Seconds(), "s", 3, "lower"},
	}, nil
}

// join escrows the budget and brings every device's membership to the chain.
func (f *marketFleet) join(ctx context.Context) (err error) {
	if f.id, err = f.market.Create(ctx, f.terms); err != nil {
		return err
	}
	for range marketDevices {
		device, err := key.Generate()
		if err != nil {
			return err
		}
		owner, err := key.Generate()
		if err != nil {
			return err
		}
		f.devices, f.owners = append(f.devices, device), append(f.owners, owner)
	}
	slices.SortFunc(f.devices, func(x, y *key.Key) int {
		a, b := x.Address(), y.Address()
		return bytes.Compare(a[:], b[:])
	})
	err = each(marketDevices, func(i int) error {
		return f.market.Stake(ctx, fmt.Sprint("stake/", i), f.owners[i].Address(), marketStake.Wei())
	})
	if err != nil {
		return err
	}
	return each(marketDevices, func(i int) error {
		j := member.Membership{Chain: f.market.Addresses.Chain, Contract: f.market.Addresses.Rounds, Federation: f.id, Device: f.devices[i].Address(),
			Owner: f.owners[i].Address(), Data: blob.Sum([]byte("data")), Collateral: f.terms.Collateral, Expiry: uint64(time.Now().Add(48 * time.Hour).Unix())}
		return f.market.Join(ctx, j, f.devices[i].Sign(j.Digest()), f.owners[i].Sign(j.Digest()))
	})
}

// settledRound is what one took.
type settledRound struct {
	gas, activating                   uint64
	committed, drawn, opened, settled time.Duration // the first three since the beginning, the last after mediation
	claims                            market.Claims
}

// settle takes one round from its commitment until claims can be made, and adds
// to what its owners earned.
func (f *marketFleet) settle(ctx context.Context, number uint32, devices, owners []*key.Key, earned map[key.Address]*big.Int) (out settledRound, err error) {
	m := f.market
	model := func(n uint32) blob.Hash { return blob.Sum(fmt.Appendf(nil, "model %d", n)) }
	var leaves [][]byte
	var hashes []merkle.Hash
	var signatures []key.Signature
	for i, d := range devices {
		update := blob.Sum(fmt.Appendf(nil, "update %d %d", number, i))
		l := leaf.Leaf{Chain: m.Addresses.Chain, Contract: m.Addresses.Rounds, Federation: f.terms.Name, Round: number, Device: d.Address(), Owner: owners[i].Address(),
			BaseModel: model(number - 1), Module: f.terms.Module, Data: blob.Sum([]byte("data")), Update: leaf.Commit(update, 600, 1000), Samples: 600, Fuel: 1000}
		f.know(d.Address(), leaf.Answer(update, 600, 1000))
		leaves, hashes, signatures = append(leaves, l.Encode()), append(hashes, l.Hash()), append(signatures, d.Sign(l.Claim()))
		if earned[l.Owner] == nil {
			earned[l.Owner] = new(big.Int)
		}
		earned[l.Owner].Add(earned[l.Owner], f.terms.Fee.Wei())
	}
	r := market.Round{Federation: f.id, Round: number, Base: model(number - 1), Model: model(number), Root: merkle.Root(hashes), Count: uint32(len(leaves)), Evidence: blob.Sum([]byte("evidence"))}
	begin := time.Now()
	if out.gas, err = m.CommitRound(ctx, r); err != nil {
		return out, err
	}
	out.committed = time.Since(begin)
	if err := retry(ctx, func() error {
		status, err := m.RoundStatus(ctx, f.id, number)
		if err != nil {
			return err
		}
		return m.DrawRound(ctx, r, status)
	}); err != nil {
		return out, err
	}
	status, err := m.RoundStatus(ctx, f.id, number)
	if err != nil {
		return out, err
	}
	out.drawn = time.Since(begin)
	drawn := market.Drawn(status.Seed, r.Count, f.terms.CheckRate)
	if err := each(len(drawn), func(i int) error { return m.OpenCheck(ctx, r, leaves, drawn[i], signatures[drawn[i]], uint32(i)) }); err != nil {
		return out, err
	}
	out.opened = time.Since(begin)
	if err := until(ctx, func() bool {
		status, err = m.RoundStatus(ctx, f.id, number)
		return err == nil && status.OpenCases == 0
	}); err != nil {
		return out, fmt.Errorf("%d cases are open: %w", status.OpenCases, err)
	}
	begin = time.Now()
	out.claims = m.Addresses.NewClaims(f.id, earned)
	if err := retry(ctx, func() error { return m.Settle(ctx, r, out.claims.Root, out.claims.Total) }); err != nil {
		return out, err
	}
	// Whoever is first after the claims window makes the root active.
	err = retry(ctx, func() error {
		out.activating, err = f.claim(ctx, out, 0)
		return err
	})
	out.settled = time.Since(begin)
	return out, err
}

// claim pays one owner, who is told by a device's index.
func (f *marketFleet) claim(ctx context.Context, r settledRound, i int) (gas uint64, err error) {
	cumulative, proof := r.claims.Earned(f.owners[i].Address())
	return f.market.Claim(ctx, f.id, f.owners[i].Address(), cumulative, proof)
}
