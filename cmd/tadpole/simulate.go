package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/contracts/agents"
	"github.com/tadpole-edge/tadpole/contracts/agents/live"
)

func simulateCommand() *cobra.Command {
	var picture, learner string
	var jobs, seeds, honest, mediators, providers int
	var readable, onChain bool
	command := &cobra.Command{
		Use:   "simulate",
		Short: "Play the market with agents that learn, and print who cheats at which terms",
		Long: `Play the market with agents that learn, and print who cheats at which terms.

Providers (each with its own costs), clients and mediators choose among honesty,
cheating, echoing and bribery by what it earned them. The table is the share of
jobs on which providers who have learned cheat, over the check rate and over the
collateral as a multiple of the threshold K*. It is a simulation; the rules are
those of the contracts.

With --chain each job is a real deal with the contracts, on an embedded chain: some
hundred of them in a minute or two, for each of a few collaterals. What everybody
gains is read off the ledger, and compared with the rules to the wei.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			learners := map[string]func(int) agents.Learner{"bandit": agents.NewBandit, "gradient": agents.NewGradient}
			makeLearner, known := learners[learner]
			if !known {
				return fmt.Errorf("%w: --learner %q: choose bandit or gradient", errUsage, learner)
			}
			if onChain {
				if readable || picture != "" || c.Flags().Changed("seeds") {
					return fmt.Errorf("%w: --readable-claims, --svg and --seeds are not for --chain", errUsage)
				}
				return simulateOnChain(c, makeLearner, learner)
			}
			s := agents.Standard(makeLearner)
			s.Jobs, s.Seeds = jobs, seeds
			s.World.Providers, s.World.Mediators, s.World.Honest, s.World.Terms.Blinded = providers, mediators, honest, !readable
			cells, err := s.Run(c.Context())
			if err != nil {
				return err
			}
			title := fmt.Sprintf("Cheat share, %s, %d of %d mediators always honest", learner, honest, mediators)
			fmt.Fprintln(c.OutOrStdout(), title)
			if err := s.Table(c.OutOrStdout(), cells); err != nil {
				return err
			}
			if picture == "" {
				return nil
			}
			f, err := os.Create(picture)
			if err != nil {
				return fmt.Errorf("draw the picture: %w", err)
			}
			defer f.Close()
			if err := s.SVG(f, title, cells); err != nil {
				return fmt.Errorf("draw the picture: %w", err)
			}
			return f.Close()
		},
	}
	f := command.Flags()
	f.StringVar(&learner, "learner", "bandit", "how agents learn: bandit or gradient")
	f.IntVar(&jobs, "jobs", 200_000, "jobs a cell and seed")
	f.IntVar(&seeds, "seeds", 3, "worlds a cell")
	f.IntVar(&providers, "providers", 60, "providers")
	f.IntVar(&mediators, "mediators", 20, "mediators in the pool")
	f.IntVar(&honest, "honest", 11, "of them, who execute whatever happens")
	f.BoolVar(&readable, "readable-claims", false, "let mediators read the claim, as earlier systems do")
	f.StringVar(&picture, "svg", "", "file to draw the table into")
	f.BoolVar(&onChain, "chain", false, "make each job a real deal on an embedded chain: by default 250 jobs a world of 4 providers, 2 clients and 9 mediators")
	return command
}

// chainRate is the share of checks in worlds on the chain, where a few hundred
// jobs must show agents what the draw does; the threshold is four fees then.
const chainRate = 0.2

// simulateOnChain plays worlds of several collaterals on the contracts.
func simulateOnChain(c *cobra.Command, makeLearner func(int) agents.Learner, learner string) error {
	size := func(flag string, otherwise int) int {
		if n, err := c.Flags().GetInt(flag); err == nil && c.Flags().Changed(flag) {
			return n
		}
		return otherwise
	}
	w := agents.World{Terms: agents.Defaults(), Providers: size("providers", 4), Clients: 2, Mediators: size("mediators", 9), Honest: size("honest", 5), Learner: makeLearner, Seed: 1}
	w.Terms.CheckRate = chainRate
	var worlds []agents.World
	for _, multiple := range []float64{0.5, 1, 1.5, 2, 3} {
		w.Terms.Collateral = multiple
		worlds = append(worlds, w)
	}
	dir, err := os.MkdirTemp("", "tadpole-simulate-")
	if err != nil {
		return fmt.Errorf("make a folder for the chain: %w", err)
	}
	defer os.RemoveAll(dir)
	rows, err := live.Play(c.Context(), live.Config{Dir: dir, Worlds: worlds}, size("jobs", 250))
	if err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "Cheat share of the last tenth of the jobs, %s, %d of %d mediators always honest, %g %% checked, on the contracts\n", learner, w.Honest, w.Mediators, 100*chainRate)
	return live.Table(c.OutOrStdout(), rows)
}
