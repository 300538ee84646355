package main

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// solverURL is where a solver is looked for.
const solverURL = "http://127.0.0.1:8886"

// coins reads amounts by the names of their flags.
func coins(texts map[string]string, into map[string]*config.Amount) error {
	for name, amount := range into {
		if err := amount.UnmarshalText([]byte(texts[name])); err != nil {
			return fmt.Errorf("%w: --%s: %w", errUsage, name, err)
		}
	}
	return nil
}

func jobCommand() *cobra.Command {
	var p party
	var inputs []string
	var solver, out, price, rate, matchFee, mediatorFee string
	var memory, output, fuel, gpu uint64
	var accept, offerOnly bool
	replicas := 1
	t := buy.Terms{}
	command := &cobra.Command{
		Use:   "job MODULE",
		Short: "Have a WASM module run by a provider, and pay for the result",
		Long: `Have a WASM module run by a provider, and pay for the result.

The module sees each --input as a file in /inputs; what it writes to /outputs is
fetched, checked against the digest on the chain and put into --out. The money is
taken from what the account has in the ledger, and deposited from its coins where
that is too little. The provider is paid once the judge window is over, unless the
result is disputed by then (tadpole market check); --accept pays at once.

With --replicas it is bought as so many deals of different providers. What most of
them found is the result; a provider that found something else is brought before
mediators, and loses its collateral if they find it wrong. The money of all deals is
locked, and can be disputed until the last one is due.

With --print-offer only the job's files go to the solver, and the offer is printed
that a contract hands to requestJob (Requests.sol), which pays for it.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			var top, perFuel, match, mediator config.Amount
			if err := coins(map[string]string{"price": price, "rate": rate, "match-fee": matchFee, "mediator-fee": mediatorFee},
				map[string]*config.Amount{"price": &top, "rate": &perFuel, "match-fee": &match, "mediator-fee": &mediator}); err != nil {
				return err
			}
			t.Spec = deal.Spec{Memory: memory << 20, Output: output << 20, Fuel: fuel, GPU: gpu}
			t.Price, t.Rate, t.MatchFee, t.MediatorFee = top.Wei(), perFuel.Wei(), match.Wei(), mediator.Wei()
			module, err := os.ReadFile(arguments[0])
			if err != nil {
				return fmt.Errorf("read module: %w", err)
			}
			files := map[string][]byte{}
			for _, path := range inputs {
				name := filepath.Base(path)
				if before, after, found := strings.Cut(path, "="); found {
					name, path = before, after
				}
				if files[name], err = os.ReadFile(path); err != nil {
					return fmt.Errorf("read input: %w", err)
				}
			}
			if replicas < 1 || replicas > 255 || replicas > 1 && offerOnly {
				return fmt.Errorf("%w: --replicas takes 1 to 255, and a contract asks for one at a time", errUsage)
			}
			p.exchange = solver
			return buyJob(c.Context(), c, p, order{module, files, t, replicas, accept, offerOnly, out})
		},
	}
	p.partyFlags(command, "creator")
	f := command.Flags()
	f.StringVar(&solver, "solver", solverURL, "URL of the solver")
	f.StringArrayVar(&inputs, "input", nil, "file that the job sees, as PATH or NAME=PATH; may be given often")
	f.StringVar(&out, "out", "outputs", "directory for what the job writes")
	f.StringVar(&price, "price", "0.01", "coins, the most that is paid")
	f.StringVar(&rate, "rate", "0", "coins per million units of fuel at most; 0 = a fixed price")
	f.StringVar(&matchFee, "match-fee", "0.0001", "coins, to the solver")
	f.StringVar(&mediatorFee, "mediator-fee", "0.001", "coins, to each mediator if the result is checked")
	f.Uint64Var(&memory, "memory", 256, "MiB that the job may use")
	f.Uint64Var(&output, "output", 64, "MiB that the job may write")
	f.Uint64Var(&fuel, "fuel", 1<<40, "units of work that the job may take")
	f.Uint64Var(&gpu, "gpu", 0, "GPUs that the provider's machine must have")
	f.IntVar(&replicas, "replicas", 1, "providers that run it, and must agree")
	f.Uint16Var(&t.CheckRate, "check-rate", 500, "basis points of results that are executed again")
	f.Uint16Var(&t.Multiple, "multiple", 19, "least collateral, in multiples of the price")
	f.Uint8Var(&t.Mediators, "mediators", 3, "mediators asked first when a result is checked")
	f.DurationVar(&t.SubmitWithin, "submit-within", 10*time.Minute, "time for the provider, from the match")
	f.DurationVar(&t.JudgeWithin, "judge-within", 10*time.Minute, "time to dispute a result")
	f.DurationVar(&t.VoteWithin, "vote-within", 10*time.Minute, "time for mediators to commit, and again to reveal")
	f.DurationVar(&t.Valid, "valid", time.Hour, "how long the offer stands")
	f.BoolVar(&offerOnly, "print-offer", false, "print the offer for a contract to ask with, and make none")
	f.BoolVar(&accept, "accept", false, "pay as soon as the outputs are here")
	return command
}

// order is what a person says of a job.
type order struct {
	module            []byte
	files             map[string][]byte
	terms             buy.Terms
	replicas          int
	accept, offerOnly bool
	out               string // directory
}

func buyJob(ctx context.Context, c *cobra.Command, p party, o order) error {
	a, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	client, err := solve.NewClient(p.exchange)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	buyer := buy.Buyer{Key: a.key, Addresses: a.market.Addresses, Market: a.market, Solver: client, Poll: p.poll}
	t := o.terms
	if o.offerOnly {
		return printOffer(ctx, c, buyer, o.module, o.files, t)
	}
	most := market.JobOffer{Price: t.Price, MatchFee: t.MatchFee, MediatorFee: t.MediatorFee, Mediation: t.Mediators}.Most()
	if err := a.fund(ctx, most.Mul(most, big.NewInt(int64(o.replicas)))); err != nil {
		return err
	}
	if o.replicas > 1 {
		return buyReplicas(ctx, c, buyer, client, o)
	}
	offer, err := buyer.Post(ctx, o.module, o.files, t)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "job offered by %s\n", a.key.Address())
	done, err := buyer.Await(ctx, offer.Offer, o.accept)
	if err != nil {
		return explain(ctx, err, buyer, client, offer.Offer, t.Spec)
	}
	fmt.Fprintf(c.OutOrStdout(), "deal %s: %s by %s, fuel %d\n", done.ID, done.State, done.Deal.Resource.Provider, done.Result.Fuel)
	if done.Outputs == nil {
		return fmt.Errorf("deal %s: %w: it trapped, exited with a fault or met a limit", done.ID, deal.ErrJob)
	}
	return writeOutputs(c, o.out, done.Outputs)
}

// fund brings the account's free balance up to an amount, from its own coins.
func (a *account) fund(ctx context.Context, want *big.Int) error {
	if err := a.market.Finish(ctx, "deposit/"); err != nil {
		return err
	}
	b, err := a.market.Balance(ctx, a.key.Address())
	if err != nil || b.Free.Cmp(want) >= 0 {
		return err
	}
	return a.market.Deposit(ctx, fmt.Sprintf("deposit/fund/%d", time.Now().UnixNano()), a.key.Address(), new(big.Int).Sub(want, b.Free))
}

func dealsCommand() *cobra.Command {
	var solver, node string
	command := &cobra.Command{
		Use:   "deals",
		Short: "Show the deals on the chain and how they stand",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			m, done, err := watch(c.Context(), solver, node)
			if err != nil {
				return err
			}
			defer done()
			return showDeals(c, m)
		},
	}
	command.Flags().StringVar(&solver, "solver", solverURL, "URL of a solver, or of a server's exchange")
	command.Flags().StringVar(&node, "node", "", "URL of the chain's node (default as the solver says)")
	return command
}

// watch looks at a market without an account.
func watch(ctx context.Context, url, node string) (*market.Market, func(), error) {
	client, err := solve.NewClient(url)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	about, err := client.About(ctx)
	if err != nil {
		return nil, nil, err
	}
	if node == "" {
		node = about.Node
	}
	n, err := market.Dial(ctx, node)
	if err != nil {
		return nil, nil, err
	}
	return market.New(n, nil, about.Addresses), n.Close, nil
}

func showDeals(c *cobra.Command, m *market.Market) error {
	matches, _, err := m.Matches(c.Context(), 0, market.Party{})
	if err != nil {
		return err
	}
	outcomes, _, err := m.Outcomes(c.Context(), 0)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DEAL\tSTATE\tCREATOR\tPROVIDER\tPAID")
	for _, match := range matches {
		s, err := m.DealStatus(c.Context(), match.ID)
		if err != nil {
			return err
		}
		paid := ""
		if o, over := outcomes[match.ID]; over {
			paid = config.FromWei(o.Paid).String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", match.ID, s.State, match.Creator, match.Provider, paid)
	}
	return w.Flush()
}

func checkCommand() *cobra.Command {
	var p party
	var solver string
	var probe bool
	command := &cobra.Command{
		Use:   "check DEAL",
		Short: "Have mediators run a deal's job again",
		Long: `Have mediators run a deal's job again, before its judge window is over.

The account pays the mediators; if the result is wrong it gets that back, and as a
stranger to the deal a part of the provider's collateral. The provider itself may
ask with --probe whether its job gives one result at all.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			h, err := blob.ParseHash(arguments[0])
			if err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			p.exchange = solver
			return checkDeal(c, p, market.DealID(h), probe)
		},
	}
	p.partyFlags(command, "creator")
	command.Flags().StringVar(&solver, "solver", solverURL, "URL of a solver, or of a server's exchange")
	command.Flags().BoolVar(&probe, "probe", false, "as the provider: ask whether the job is deterministic")
	return command
}

func checkDeal(c *cobra.Command, p party, id market.DealID, probe bool) error {
	ctx := c.Context()
	a, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	d, err := a.market.Deal(ctx, id)
	if err != nil {
		return err
	}
	result, found, err := a.market.Submission(ctx, id)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("deal %s has no result to check yet", id)
	}
	ask := a.market.CheckResult
	if probe {
		ask = a.market.ProbeDeterminism
	}
	if a.key.Address() != d.Job.Creator {
		if err := a.fund(ctx, d.Job.CheckFund()); err != nil {
			return err
		}
	}
	opened, gas, err := ask(ctx, d, result)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "case %s opened, gas %d\n", opened, gas)
	for {
		s, err := a.market.DealStatus(ctx, id)
		if err != nil {
			return err
		}
		if s.State.Over() {
			fmt.Fprintf(c.OutOrStdout(), "deal %s: %s\n", id, s.State)
			return nil
		}
		if err := buy.Push(ctx, a.market, id); err != nil && !errors.Is(err, market.ErrNotYet) && !errors.Is(err, market.ErrRefused) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("the case goes on without you: see `tadpole market deals`")
		case <-time.After(p.poll):
		}
	}
}
