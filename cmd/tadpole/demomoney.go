package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/exchange"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/service"
	"github.com/tadpole-edge/tadpole/aggregator/settle"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// money is the demonstration's market: an embedded chain whose coins are worth
// nothing, three mediators as processes, and an owner for each edge.
type money struct {
	demo
	mediators []mediatorAccount
	owners    []*key.Key
	log       *slog.Logger
}

type mediatorAccount struct {
	dir       string
	address   key.Address
	recipient string
}

const (
	demoMediators = 3
	// Edges whose data nobody but their owners sees, if there are others beside them.
	canaryEdge     = 0
	secondDeviceOf = 1

	cheatName = "mnist-cheat" // the federation in which the last edge cheats

	mediatorCoins = config.Amount(200 * 1_000_000_000)
	mediatorStake = "100"
	ownerStake    = config.Amount(1_000_000_000) // an owner's, a gift of the demonstration's server
	demoDeposit   = config.Amount(100 * 1_000_000_000)
)

const demoFees = `
[fees]
per_update = "0.001"
budget = "5"
check_rate = %g
check_fee = "0.0005"
challenge_window = "5s"
checks = ["disclose", "canary", "second-device"]
`

// newMoney makes the parties' keys, once.
func (d demo) newMoney(log *slog.Logger) (*money, error) {
	m := &money{demo: d, log: log}
	for i := range demoMediators {
		dir := filepath.Join(d.dir, fmt.Sprintf("mediator-%d", i))
		k, err := key.LoadOrCreate(filepath.Join(dir, keyFile))
		if err != nil {
			return nil, err
		}
		identity, err := sealed.LoadOrCreate(filepath.Join(dir, identityFile))
		if err != nil {
			return nil, err
		}
		m.mediators = append(m.mediators, mediatorAccount{dir, k.Address(), identity.Recipient()})
	}
	for i := range d.devices {
		k, err := key.LoadOrCreate(filepath.Join(d.dir, fmt.Sprintf("owner-%02d", i), keyFile))
		if err != nil {
			return nil, err
		}
		m.owners = append(m.owners, k)
	}
	return m, nil
}

// bank is the market of the demonstration's server. Its chain's clock may run
// ahead, so that windows do not make people wait.
func (m *money) bank() *service.MarketConfig {
	alloc := map[key.Address]config.Amount{}
	for _, a := range m.mediators {
		alloc[a.address] = mediatorCoins
	}
	return &service.MarketConfig{Listen: "127.0.0.1:0", Alloc: alloc, Lead: 24 * time.Hour, Idle: time.Second, VoteWindow: 10 * time.Minute,
		Parameters: market.Parameters{WindowFloor: time.Second, UnstakeDelay: 30 * 24 * time.Hour}}
}

// policy is the policy.toml of an edge of d.edgeNames.
func (m *money) policy(i int, keys []*key.Key) string {
	var recipients []string
	for _, a := range m.mediators {
		recipients = append(recipients, fmt.Sprintf("%q", a.recipient))
	}
	terms := fmt.Sprintf("max_collateral = \"0.5\"\nmediators = [%s]\n", strings.Join(recipients, ", "))
	owner := i
	switch {
	case i == m.devices:
		owner = secondDeviceOf
		terms = fmt.Sprintf("second_device_of = [%q]\n", keys[secondDeviceOf].Address())
	case len(keys) == m.devices:
	case i == secondDeviceOf:
		terms = fmt.Sprintf("max_collateral = \"0.5\"\ncheck = \"second-device\"\nsecond_device = %q\n", keys[m.devices].Address())
	case i == canaryEdge:
		terms = "max_collateral = \"0.5\"\ncheck = \"canary\"\n"
	}
	return fmt.Sprintf("owner = %q\n%s\n[market]\n%s", m.owners[owner].Address(), demoPolicy, terms)
}

// begin starts the mediators and provides everybody with what they stake. The
// returned function ends it all.
func (m *money) begin(ctx context.Context, s *service.Service) (end func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	end = func() { cancel(); running.Wait() }
	for _, a := range m.mediators {
		running.Go(func() { m.keepMediator(ctx, a, s.Exchange()) })
	}
	bank := s.Market()
	if err := bank.Deposit(ctx, "demo/deposit", bank.Account(), demoDeposit.Wei()); err != nil {
		return end, err
	}
	faults := make([]error, len(m.owners))
	var gifts sync.WaitGroup
	for i, o := range m.owners {
		gifts.Go(func() { faults[i] = bank.Stake(ctx, "demo/stake/"+o.Address().String(), o.Address(), ownerStake.Wei()) })
	}
	gifts.Wait()
	if err := errors.Join(faults...); err != nil {
		return end, err
	}
	if err := m.awaitMediators(ctx, bank); err != nil {
		return end, err
	}
	running.Go(func() { m.signFor(ctx, s.Exchange()) })
	return end, nil
}

func (m *money) awaitMediators(ctx context.Context, bank *market.Market) error {
	waiting, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		seated := 0
		for _, a := range m.mediators {
			is, _, err := bank.Seat(waiting, a.address)
			if err != nil {
				return err
			}
			if is {
				seated++
			}
		}
		if seated == len(m.mediators) {
			return nil
		}
		select {
		case <-waiting.Done():
			return fmt.Errorf("the mediators did not join the market (see mediator.log in %s): %w", m.dir, context.Cause(waiting))
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// keepMediator runs a mediator process, and starts it again should it die.
func (m *money) keepMediator(ctx context.Context, a mediatorAccount, url string) {
	for ctx.Err() == nil {
		if err := m.runMediator(ctx, a, url); err != nil && ctx.Err() == nil {
			m.log.Warn("mediator ended", "mediator", a.address, "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

func (m *money) runMediator(ctx context.Context, a mediatorAccount, url string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(a.dir, "mediator.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	c := exec.CommandContext(ctx, self, "mediator", "--party-dir", a.dir, "--exchange", url, "--stake", mediatorStake, "--poll", "200ms")
	c.Stdout, c.Stderr = log, log
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 5 * time.Second
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	runtime.LockOSThread() // Pdeathsig is the death of the thread that started it
	defer runtime.UnlockOSThread()
	return c.Run()
}

// signFor plays the owners: each signs for its own device, as `tadpole owner join`
// does.
func (m *money) signFor(ctx context.Context, url string) {
	client, err := exchange.NewClient(url)
	if err != nil {
		return
	}
	for ctx.Err() == nil {
		for _, k := range m.owners {
			o := owner{key: k, client: client}
			if _, err := o.join(ctx, ownerStake/2); err != nil && ctx.Err() == nil {
				m.log.Warn("owner did not sign", "owner", k.Address(), "error", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// cheated is a federation of one round in which every update is checked, and the
// last edge falsifies its own.
func (m *money) cheated() (federation.Federation, error) {
	text := fmt.Sprintf("name = %q\nseed = %d\n[model]\npreset = \"2nn\"\n[data]\ndataset = \"mnist\"\nscale = 0.00392156862745098\n[cohort]\nsize = %d\nover_selection = 1.0\n[stop]\nrounds = 1\n",
		cheatName, demoSeed, m.devices) + fmt.Sprintf(demoFees, 1.0)
	return federation.Parse("the demonstration's second federation", []byte(text))
}

// finish runs the second federation, waits until all is settled, has every owner
// claim, and shows who has what.
func (m *money) finish(ctx context.Context, out io.Writer, s *service.Service) error {
	if m.cheat {
		f, err := m.cheated()
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "\none more round as %s: every update is checked, and %s falsifies its own\n", cheatName, edgeName(m.devices-1))
		if err := s.Aggregator().Submit(ctx, f); err != nil && !errors.Is(err, aggregator.ErrExists) {
			return err
		}
		if _, err := follow(ctx, out, localSource{s.Aggregator()}, cheatName); err != nil {
			return err
		}
	}
	list, err := m.awaitSettlement(ctx, out, s)
	if err != nil {
		return err
	}
	faults := make([]error, len(m.owners))
	var claims sync.WaitGroup
	for i, o := range m.owners {
		claims.Go(func() { faults[i] = s.Settler().Claim(ctx, o.Address()) })
	}
	claims.Wait()
	if err := errors.Join(faults...); err != nil {
		return err
	}
	return m.show(ctx, out, s, list)
}

// awaitSettlement waits until every round is settled and its claims can be made.
func (m *money) awaitSettlement(ctx context.Context, out io.Writer, s *service.Service) ([]settle.Status, error) {
	said := ""
	for {
		list := s.Settler().Statuses()
		rounds, settled, checks, waiting := 0, 0, uint64(0), false
		for _, st := range list {
			for _, r := range st.Rounds {
				rounds++
				checks += r.Checks
				if r.State == market.Settled.String() {
					settled++
				}
			}
		}
		if line := fmt.Sprintf("on the chain: %d of %d rounds settled, %d updates executed again", settled, rounds, checks); line != said {
			fmt.Fprintln(out, line)
			said = line
		}
		if rounds > 0 && settled == rounds {
			for _, o := range m.owners {
				earned, err := s.Settler().Earnings(ctx, o.Address())
				if err != nil {
					return nil, err
				}
				for _, e := range earned {
					waiting = waiting || e.Waiting.Sign() != 0
				}
			}
			if !waiting {
				return list, nil
			}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// show prints the accounts, and whether every coin is accounted for.
func (m *money) show(ctx context.Context, out io.Writer, s *service.Service, list []settle.Status) error {
	bank := s.Market()
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nFEDERATION\tROUNDS\tUPDATES\tCHECKED\tREFUTED\tSLASHED\tGAS A ROUND\tA DEVICE")
	for _, st := range list {
		rounds, leaves, checks, refuted, gas := 0, 0, uint64(0), 0, uint64(0)
		slashed := new(big.Int)
		for _, r := range st.Rounds {
			rounds, leaves, checks, refuted, gas = rounds+1, leaves+r.Leaves, checks+r.Checks, refuted+len(r.Refuted), gas+r.Gas
			if r.Slashed != nil {
				slashed.Add(slashed, r.Slashed)
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\t%d\t%d\n", st.Federation, rounds, leaves, checks, refuted, config.FromWei(slashed), gas/uint64(max(rounds, 1)), gas/uint64(max(leaves, 1)))
	}
	fmt.Fprintln(w, "\nACCOUNT\tFREE\tESCROWED\tSTAKED\t")
	total, err := bank.Burnt(ctx)
	if err != nil {
		return err
	}
	burnt := config.FromWei(total)
	row := func(name string, account key.Address) error {
		b, err := bank.Balance(ctx, account)
		if err != nil {
			return err
		}
		total.Add(total, b.Free).Add(total, b.Locked).Add(total, b.Staked)
		if b.Free.Sign()+b.Locked.Sign()+b.Staked.Sign() > 0 {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", name, config.FromWei(b.Free), config.FromWei(b.Locked), config.FromWei(b.Staked), account)
		}
		return nil
	}
	faults := []error{row("aggregator", bank.Account())}
	for i, o := range m.owners {
		faults = append(faults, row(fmt.Sprintf("owner-%02d", i), o.Address()))
	}
	for i, a := range m.mediators {
		faults = append(faults, row(fmt.Sprintf("mediator-%d", i), a.address))
	}
	for name, contract := range map[string]key.Address{"Rounds": bank.Addresses.Rounds, "Mediation": bank.Addresses.Mediation, "Deals": bank.Addresses.Deals} {
		faults = append(faults, row(name, contract))
	}
	fmt.Fprintf(w, "burnt\t%s\n", burnt)
	held, err := bank.Held(ctx)
	faults = append(faults, err, w.Flush())
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if held.Cmp(total) != 0 {
		return fmt.Errorf("the accounts sum to %s wei, the ledger contract holds %s", total, held)
	}
	fmt.Fprintf(out, "the accounts sum to the %s coins that the ledger contract holds (on a chain of this machine's, worth nothing)\n", config.FromWei(held))
	return nil
}
