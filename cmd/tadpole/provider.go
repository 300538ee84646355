package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"net"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/deliver"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/provide"
	"github.com/tadpole-edge/tadpole/contracts/solve"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

func solverCommand() *cobra.Command {
	var p party
	listen, leastFee := "127.0.0.1:8886", "0"
	s := solve.Config{}
	var store, large int64
	command := &cobra.Command{
		Use:   "solver",
		Short: "Join jobs with providers, for the match fees of both",
		Long: `Join jobs with providers, for the match fees of both.

Creators and providers post signed offers and blobs to it; it brings the cheapest
pair that fits to the chain. Jobs that contracts ask for are matched too, and the
contracts called back with the outcome. The account needs coins for gas and nothing
else: a solver holds nobody's money. Ended or killed, it goes on where it was.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var least config.Amount
			if err := coins(map[string]string{"least-fee": leastFee}, map[string]*config.Amount{"least-fee": &least}); err != nil {
				return err
			}
			s.LeastFee, s.MaxBlob, s.MaxStore = least.Wei(), large<<20, store<<20
			return solveFor(c.Context(), c, p, listen, s)
		},
	}
	p.patient = true
	p.flags(command, "solver")
	command.Flags().StringVar(&listen, "listen", listen, "address at which offers are taken")
	command.Flags().StringVar(&leastFee, "least-fee", leastFee, "coins that a match must earn")
	command.Flags().Int64Var(&large, "max-blob", 256, "MiB of one blob at most")
	command.Flags().Int64Var(&store, "max-store", 16<<10, "MiB of all blobs at most")
	command.Flags().DurationVar(&s.Keep, "keep", 24*time.Hour, "how long a blob stays that no open offer or deal names")
	command.Flags().DurationVar(&s.Tidy, "tidy", 10*time.Minute, "time between deletions of blobs")
	command.Flags().Uint32Var(&s.Callback, "callback-gas", 500_000, "gas at most for the callback of a contract whose job is matched")
	return command
}

func solveFor(ctx context.Context, c *cobra.Command, p party, listen string, settings solve.Config) error {
	a, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	settings.Dir, settings.Addresses, settings.Node, settings.Market = p.dir, a.market.Addresses, p.node, a.market
	settings.Poll, settings.Logger = p.poll, a.log
	s, err := solve.Open(settings)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("take offers: %w", err)
	}
	fmt.Fprintf(c.OutOrStdout(), "solving as %s at http://%s\n", a.key.Address(), listener.Addr())
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	deliverer := deliver.New(deliver.Config{Market: a.market, Poll: p.poll, Logger: a.log})
	parts := []func(context.Context) error{func(ctx context.Context) error { return s.Serve(ctx, listener) }, s.Run, deliverer.Run}
	faults := make([]error, len(parts))
	var running sync.WaitGroup
	for i, part := range parts {
		running.Go(func() {
			defer cancel() // one that ends ends the others
			faults[i] = part(ctx)
		})
	}
	running.Wait()
	return errors.Join(faults...)
}

func providerCommand() *cobra.Command {
	var p party
	solver, price, rate, matchFee, stake := solverURL, "0.005", "0", "0.0001", "10"
	var memory, output, fuel uint64
	t := provide.Terms{}
	var c cluster
	slots := 0
	var sealedFor []string
	command := &cobra.Command{
		Use:   "provider",
		Short: "Run jobs of others on this machine, for pay",
		Long: `Run jobs of others on this machine, for pay.

The account needs coins of its own for gas and for its stake, from which each deal
reserves its collateral: that is lost if a result is found wrong. Jobs run as WASM
modules in a child process without network or files; with --bacalhau on a cluster,
whose nodes' capacity is what is offered. Ended or killed, it goes on where it was.

It registers with its age recipient. Owners of data who trust it put that into
providers of [heavy] in their policy.toml; servers that buy tasks for them are named
by --sealed-for. Such a job's data come encrypted, and are opened here, or for the
cluster. A creator who seals them to others costs it the price of a late result, so
name those whom you know.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			var fixed, perFuel, match, pledge config.Amount
			if err := coins(map[string]string{"price": price, "rate": rate, "match-fee": matchFee, "stake": stake},
				map[string]*config.Amount{"price": &fixed, "rate": &perFuel, "match-fee": &match, "stake": &pledge}); err != nil {
				return err
			}
			t.Machine = deal.Capabilities{Memory: memory << 20, Output: output << 20, Fuel: fuel}
			for _, text := range sealedFor {
				creator, err := key.ParseAddress(text)
				if err != nil {
					return fmt.Errorf("%w: --sealed-for: %w", errUsage, err)
				}
				t.Machine.SealedFor = append(t.Machine.SealedFor, creator)
			}
			t.Price, t.Rate, t.MatchFee = fixed.Wei(), perFuel.Wei(), match.Wei()
			p.exchange = solver
			return provideFor(command.Context(), command, p, c, t, slots, pledge)
		},
	}
	p.patient = true
	p.partyFlags(command, "provider")
	f := command.Flags()
	f.StringVar(&solver, "solver", solver, "URL of the solver")
	f.StringVar(&price, "price", price, "coins for a job of fixed price")
	f.StringVar(&rate, "rate", rate, "coins per million units of fuel, for metered jobs; 0 = takes none")
	f.StringVar(&matchFee, "match-fee", matchFee, "coins, to the solver")
	f.StringVar(&stake, "stake", stake, "coins at risk when a result is wrong")
	f.Uint16Var(&t.Multiple, "multiple", 19, "collateral of a deal, in multiples of its price")
	f.Uint64Var(&memory, "memory", 1024, "MiB that a job may use")
	f.Uint64Var(&output, "output", 256, "MiB that a job may write")
	f.Uint64Var(&fuel, "fuel", 1<<42, "units of work that a job may take")
	f.IntVar(&slots, "slots", 0, "deals at a time; 0 = 1, or as many as a cluster has cores")
	f.StringArrayVar(&sealedFor, "sealed-for", nil, "address of a creator whose sealed jobs it runs; may be given often")
	c.flags(f, "URL of a Bacalhau cluster that runs the jobs, in place of this machine")
	f.DurationVar(&t.Valid, "valid", time.Hour, "how long an offer stands before it is made again")
	command.AddCommand(identityCommand("provider"))
	return command
}

func provideFor(ctx context.Context, command *cobra.Command, p party, c cluster, t provide.Terms, slots int, stake config.Amount) error {
	a, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	client, err := solve.NewClient(p.exchange)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	identity, err := sealed.LoadOrCreate(filepath.Join(p.dir, identityFile))
	if err != nil {
		return err
	}
	settings := provide.Config{Opener: identity, Key: a.key, Addresses: a.market.Addresses, Market: a.market, Solver: client, Terms: t, Slots: max(1, slots), Poll: p.poll, Logger: a.log}
	where := ""
	if c.url == "" {
		pool := job.NewPool(job.PoolConfig{CacheDir: filepath.Join(p.dir, "cache"), MaxMemoryBytes: t.Machine.Memory, MaxOutputBytes: t.Machine.Output})
		defer pool.Close()
		settings.Runner = dealRunner{pool}
	} else {
		r, end, err := c.open(p.dir)
		if err != nil {
			return err
		}
		defer end()
		settings.Runner = dealCluster{clusterRunner{r}}
		// What the cluster takes is what its nodes have at that moment.
		settings.Machine = func(ctx context.Context) (deal.Capabilities, error) {
			now, _, err := capacity(ctx, r.Cluster)
			machine := t.Machine
			machine.Memory, machine.GPU = min(machine.Memory, now.Memory), now.GPU
			machine.Output = min(machine.Output, heavy.OutputWithin(now.Memory))
			return machine, err
		}
		var most deal.Capabilities
		if err := p.reach(ctx, a.log, "the cluster at "+c.url, func(ctx context.Context) (err error) {
			cores := 0
			most, cores, err = capacity(ctx, r.Cluster)
			settings.Slots = cmp.Or(slots, cores)
			return err
		}); err != nil {
			return err
		}
		settings.Workers = settings.Slots
		where = fmt.Sprintf(" by the cluster at %s: %d deals at a time, %d MiB and %d GPUs a job", c.url, settings.Slots, min(t.Machine.Memory, most.Memory)>>20, most.GPU)
	}
	if err := p.reach(ctx, a.log, p.chain(), func(ctx context.Context) error {
		if err := a.stake(ctx, stake); err != nil {
			return err
		}
		if err := a.fund(ctx, new(big.Int).Mul(t.MatchFee, big.NewInt(int64(settings.Slots)))); err != nil {
			return err
		}
		return a.market.Register(ctx, market.Provider, identity.Recipient())
	}); err != nil {
		return err
	}
	fmt.Fprintf(command.OutOrStdout(), "providing as %s, %s%s\n", a.key.Address(), identity.Recipient(), where)
	return provide.New(settings).Run(ctx)
}

// dealRunner runs a deal's job in a child process, with the limits of its
// description. The wall clock ends it only where fuel would take days to: that is
// an accident of this machine, and no result.
type dealRunner struct{ pool *job.Pool }

var _ deal.Runner = dealRunner{}

func (r dealRunner) Run(ctx context.Context, j deal.Job) (map[string][]byte, uint64, error) {
	request := job.Request{Module: j.Module, ModuleHash: j.Hash,
		Limits: job.Limits{MemoryBytes: j.Limits.Memory, OutputBytes: j.Limits.Output, Fuel: j.Limits.Fuel, Deadline: 24 * time.Hour}}
	for name, content := range j.Inputs {
		request.Inputs = append(request.Inputs, job.Input{Name: name, Content: content})
	}
	outputs, fuel, failed, err := runJob(ctx, r.pool, request)
	if failed {
		err = fmt.Errorf("%w: %w", deal.ErrJob, err)
	}
	return outputs, fuel, err
}

// runJob runs a job; failed tells that an error is the job's own, and would be
// the same anywhere.
func runJob(ctx context.Context, pool *job.Pool, request job.Request) (outputs map[string][]byte, fuel uint64, failed bool, err error) {
	result, err := pool.Run(ctx, request)
	for _, own := range []error{job.ErrModule, job.ErrTrap, job.ErrExit, job.ErrMemory, job.ErrOutputLimit, job.ErrFuel} {
		failed = failed || errors.Is(err, own)
	}
	if err != nil {
		return nil, 0, failed, err
	}
	outputs = map[string][]byte{}
	for _, o := range result.Outputs {
		outputs[o.Name] = o.Bytes
	}
	return outputs, result.Fuel, false, nil
}
