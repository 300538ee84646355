package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/service"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

func upCommand(dir *string) *cobra.Command {
	var c service.Config
	var verbose, chain bool
	bank := service.MarketConfig{}
	var bacalhau cluster
	var bought purchase
	command := &cobra.Command{
		Use:   "up",
		Short: "Serve a fleet: broker, claim listener and aggregator",
		Long: `Serve a fleet: broker, claim listener and aggregator.

Tasks that devices are too small for ([training] heavy in federation.toml) run on
the cluster of --bacalhau, or are bought in the market: with --solver each is a deal,
offered there for --task-price at most, run by a provider and checked by mediators
whom the data's owner lets see them, and paid by the server's account. Its money
must be in the ledger: tadpole market deposit.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			level := slog.LevelInfo
			if verbose {
				level = slog.LevelDebug
			}
			c.Dir, c.Module = *dir, train.Module
			// Chunks make much garbage and little heap.
			debug.SetGCPercent(400)
			c.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
			if chain || bank.Node != "" {
				c.Market = &bank
			}
			if bacalhau.url != "" {
				trainer, end, err := bacalhau.trainer(*dir)
				if err != nil {
					return err
				}
				defer end()
				c.Heavy, c.Folder = trainer, heavy.NewFolder(trainer.Runner, c.Logger)
				if bought.solver == "" {
					fmt.Fprintf(command.OutOrStdout(), "heavy tasks run on the cluster at %s; owners who trust it put %q into providers of [heavy]\n", bacalhau.url, trainer.Recipient())
				}
			}
			var err error
			if c.Purchase, err = bought.config(c.Market != nil); err != nil {
				return err
			}
			s, err := service.New(c)
			if err != nil {
				return err
			}
			fmt.Fprintf(command.OutOrStdout(), "serving fleet %s from %s; devices connect to %s\n", s.Fleet(), *dir, s.Broker())
			if url := s.Exchange(); url != "" {
				fmt.Fprintf(command.OutOrStdout(), "the market's other parties connect to %s\n", url)
			}
			if c.Purchase != nil {
				fmt.Fprintf(command.OutOrStdout(), "heavy tasks are bought at %s for %s at most, for providers that run with --sealed-for %s; owners who trust one put its recipient into providers of [heavy]\n",
					bought.solver, bought.price, s.Market().Account())
			}
			return s.Run(command.Context())
		},
	}
	f := command.Flags()
	f.StringVar(&c.Fleet, "fleet", "tadpole", "the fleet's name")
	f.StringVar(&c.Host, "host", "127.0.0.1", "name or address under which devices reach this machine")
	f.StringVar(&c.Listen, "listen", ":8883", "host:port of the embedded broker")
	f.StringVar(&c.ListenClaim, "listen-claim", ":8884", "host:port at which devices enrol")
	f.StringVar(&c.Broker, "broker", "", "URL of an external broker instead of the embedded one, as tcp://user:password@host:1883")
	f.StringVar(&c.BrokerURL, "broker-for-devices", "", "its URL as devices reach it (default the same)")
	f.BoolVar(&chain, "chain", false, "settle federations that pay, on an embedded chain in the directory")
	f.StringVar(&bank.Node, "node", "", "the same, on the chain of this Ethereum node")
	f.StringVar(&bank.Addresses, "market", "", "market.json of a market that is deployed there (default DIR/market.json; deployed where it is missing)")
	f.StringVar(&bank.Listen, "listen-exchange", "127.0.0.1:8885", "host:port for owners, mediators and providers")
	f.DurationVar(&bank.VoteWindow, "vote-window", 0, "for mediators to execute and vote (default 10m)")
	bacalhau.flags(f, "URL of a Bacalhau cluster for tasks that devices are too small for, and for federations with shards")
	bought.flags(f)
	f.BoolVarP(&verbose, "verbose", "v", false, "log everything")
	return command
}
