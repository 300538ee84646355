package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/exchange"
	"github.com/tadpole-edge/tadpole/internal/config"
)

func marketCommand(dir *string) *cobra.Command {
	command := &cobra.Command{Use: "market", Short: "Escrow, rounds and deals on the chain, and agents that play them"}
	command.AddCommand(depositCommand(dir), roundsCommand(), jobCommand(), dealsCommand(), checkCommand(), challengeCommand(), requestCommand(), simulateCommand())
	return command
}

func depositCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "deposit COINS",
		Short: "Put coins of the server's account into the ledger, for budgets and stake",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			var amount config.Amount
			if err := amount.UnmarshalText([]byte(arguments[0])); err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			b, err := control.NewClient(*dir).Deposit(c.Context(), amount, fmt.Sprintf("deposit/%d", time.Now().UnixNano()))
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "ledger: %s free, %s in escrow, %s at stake\n", config.FromWei(b.Free), config.FromWei(b.Locked), config.FromWei(b.Staked))
			return nil
		},
	}
}

func roundsCommand() *cobra.Command {
	var url string
	command := &cobra.Command{
		Use:   "rounds",
		Short: "Show where each round of the federations that pay stands on the chain",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := exchange.NewClient(url)
			if err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			list, err := client.Status(c.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "FEDERATION\tROUND\tSTATE\tLEAVES\tCHECKS\tOPEN\tREFUTED\tUNRESOLVED\tGAS")
			for _, s := range list {
				if s.Fault != "" {
					fmt.Fprintf(w, "%s\t\t%s\n", s.Federation, s.Fault)
				}
				for _, r := range s.Rounds {
					fmt.Fprintf(w, "%s\t%d\t%s\t%d\t%d\t%d\t%d\t%d\t%d\n", s.Federation, r.Round, r.State, r.Leaves, r.Checks, r.Open, len(r.Refuted), len(r.Unresolved), r.Gas)
				}
			}
			return w.Flush()
		},
	}
	command.Flags().StringVar(&url, "exchange", "http://127.0.0.1:8885", "URL of the server's exchange")
	return command
}
