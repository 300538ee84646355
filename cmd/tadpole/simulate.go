package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/contracts/agents"
)

func simulateCommand() *cobra.Command {
	var picture, learner string
	var jobs, seeds, honest, mediators, providers int
	var readable bool
	command := &cobra.Command{
		Use:   "simulate",
		Short: "Play the market with agents that learn, and print who cheats at which terms",
		Long: `Play the market with agents that learn, and print who cheats at which terms.

Providers (each with its own costs), clients and mediators choose among honesty,
cheating, echoing and bribery by what it earned them. The table is the share of
jobs on which providers who have learned cheat, over the check rate and over the
collateral as a multiple of the threshold K*. It is a simulation; the rules are
those of the contracts.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			learners := map[string]func(int) agents.Learner{"bandit": agents.NewBandit, "gradient": agents.NewGradient}
			makeLearner, known := learners[learner]
			if !known {
				return fmt.Errorf("%w: --learner %q: choose bandit or gradient", errUsage, learner)
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
	return command
}
