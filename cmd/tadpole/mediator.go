package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/exchange"
	"github.com/tadpole-edge/tadpole/aggregator/recheck"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/mediate"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

func mediatorCommand() *cobra.Command {
	var p party
	stake, solver := "10", solverURL
	command := &cobra.Command{
		Use:   "mediator",
		Short: "Execute disputed work again and vote on it, for a fee",
		Long: `Execute disputed work again and vote on it, for a fee.

The account needs coins of its own for its stake and for gas. It registers with
its age recipient, to which data owners who trust it disclose data when one of
their updates is checked, or seal them when a task of theirs is bought. Ended or
killed, it goes on where it was.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var amount config.Amount
			if err := amount.UnmarshalText([]byte(stake)); err != nil {
				return fmt.Errorf("%w: --stake: %w", errUsage, err)
			}
			return mediateFor(c.Context(), c, p, solver, amount)
		},
	}
	p.patient = true
	p.flags(command, "mediator")
	command.Flags().StringVar(&stake, "stake", stake, "coins at risk when it votes wrongly")
	command.Flags().StringVar(&solver, "solver", solver, "URL of the solver at which the blobs of deals lie")
	command.AddCommand(identityCommand("mediator"))
	return command
}

// identityFile is a mediator's or provider's age identity in its directory.
const identityFile = "identity.age"

// identityCommand prints who a party is.
func identityCommand(name string) *cobra.Command {
	var p party
	command := &cobra.Command{Use: "identity", Short: "Print the account's address and age recipient, made on first use", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			k, err := key.LoadOrCreate(filepath.Join(p.dir, keyFile))
			if err != nil {
				return err
			}
			i, err := sealed.LoadOrCreate(filepath.Join(p.dir, identityFile))
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s %s\n", k.Address(), i.Recipient())
			return nil
		}}
	p.flags(command, name)
	return command
}

func mediateFor(ctx context.Context, c *cobra.Command, p party, solver string, stake config.Amount) error {
	blobs, err := solve.NewClient(solver)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	a, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	identity, err := sealed.LoadOrCreate(filepath.Join(p.dir, identityFile))
	if err != nil {
		return err
	}
	if err := p.reach(ctx, a.log, p.chain(), func(ctx context.Context) error {
		if err := a.stake(ctx, stake); err != nil {
			return err
		}
		if err := a.market.Register(ctx, market.MediatorRole, identity.Recipient()); err != nil {
			return err
		}
		return a.market.JoinMediators(ctx)
	}); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "mediating as %s, %s\n", a.key.Address(), identity.Recipient())
	pool := job.NewPool(job.PoolConfig{CacheDir: filepath.Join(p.dir, "cache"), MaxMemoryBytes: 4 << 30, MaxOutputBytes: 1 << 30})
	defer pool.Close()
	executor := cases{market: a.market, client: a.client, solver: blobs, identity: identity, runner: dealRunner{pool},
		checker: recheck.Checker{Blobs: a.client, Data: disclosed{a.client, identity}, Runner: runner{pool}}}
	return mediate.New(mediate.Config{Key: a.key, Market: a.market, Executor: executor, Poll: p.poll, Logger: a.log}).Run(ctx)
}

// cases finds the answers of cases about rounds and deals.
type cases struct {
	market   *market.Market
	client   *exchange.Client
	checker  recheck.Checker
	solver   *solve.Client // where the blobs of deals lie
	identity sealed.Identity
	runner   deal.Runner
}

var _ mediate.Executor = cases{}

func (x cases) Digest(ctx context.Context, c market.Case) ([32]byte, error) {
	if c.Source == x.market.Addresses.Deals {
		return x.deal(ctx, c)
	}
	about, round, err := x.market.RoundCase(ctx, c.ID)
	if err != nil {
		return [32]byte{}, err
	}
	switch about.Kind {
	case market.ClaimsCase:
		course, err := x.market.Course(ctx, about.Federation)
		if err != nil {
			return [32]byte{}, err
		}
		return x.checker.ClaimsDigest(ctx, course)
	case market.LeafCase:
		return x.checker.UpdateDigest(ctx, c.ID, round, about.Device)
	case market.FoldCase:
		status, err := x.client.Status(ctx)
		if err != nil {
			return [32]byte{}, err
		}
		for _, s := range status {
			if s.ID == about.Federation {
				updates, err := x.client.Updates(ctx, s.Federation, about.Round)
				if err != nil {
					return [32]byte{}, err
				}
				return x.checker.FoldDigest(ctx, round, updates)
			}
		}
	}
	return [32]byte{}, fmt.Errorf("case %s: %w", c.ID, mediate.ErrUnavailable)
}

// deal runs a deal's job again, from the offers on the chain.
func (x cases) deal(ctx context.Context, c market.Case) ([32]byte, error) {
	d, err := x.market.Deal(ctx, market.DealID(c.Subject))
	if err != nil {
		return [32]byte{}, err
	}
	result, _, err := deal.Execute(ctx, x.solver, x.identity, x.runner, "case-"+c.ID.String(), d.Job)
	if err != nil {
		return [32]byte{}, fmt.Errorf("case %s: %w: %w", c.ID, mediate.ErrUnavailable, err)
	}
	return result.Answer(), nil
}

// disclosed decrypts what devices disclose to this mediator.
type disclosed struct {
	client   *exchange.Client
	identity sealed.Identity
}

func (d disclosed) Dataset(ctx context.Context, id [32]byte, _ key.Address) ([]byte, error) {
	file, err := d.client.Data(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.identity.Open(file, 1<<30)
}

// runner runs a job as a device does: in a child process, with its limits.
type runner struct{ pool *job.Pool }

func (r runner) Run(ctx context.Context, j recheck.Job) (map[string][]byte, uint64, error) {
	request := job.Request{Module: j.Module, ModuleHash: j.Hash, Limits: job.Limits{MemoryBytes: j.Memory, OutputBytes: j.Output, Deadline: time.Hour}}
	for name, content := range j.Inputs {
		request.Inputs = append(request.Inputs, job.Input{Name: name, Content: content})
	}
	outputs, fuel, failed, err := runJob(ctx, r.pool, request)
	if failed {
		err = fmt.Errorf("%w: %w", recheck.ErrJob, err)
	}
	return outputs, fuel, err
}

// runnerCommand is the child process in which a mediator's jobs run.
func runnerCommand() *cobra.Command {
	return &cobra.Command{Use: "runner", Hidden: true, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return job.Serve(os.Stdin, os.Stdout) }}
}
