package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
)

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a commented federation.toml to start from",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			path := "federation.toml"
			if len(args) > 0 {
				path = args[0]
			}
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s exists: remove it first, or name another file", path)
			}
			if err != nil {
				return fmt.Errorf("write federation: %w", err)
			}
			_, err = f.WriteString(federation.Template)
			if err := errors.Join(err, f.Close()); err != nil {
				return fmt.Errorf("write federation: %w", err)
			}
			fmt.Fprintf(c.OutOrStdout(), "wrote %s: fill it in, then tadpole run %s\n", path, path)
			return nil
		},
	}
}

func runCommand(dir *string) *cobra.Command {
	var detach, check bool
	c := &cobra.Command{
		Use:   "run FILE",
		Short: "Submit a federation and watch it",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := federation.Load(args[0])
			if err != nil {
				return err
			}
			if check {
				fmt.Fprintf(c.OutOrStdout(), "%s is right\n", args[0])
				return nil
			}
			// The aggregator reads the test set from wherever it runs.
			if f.Evaluation.Features != "" {
				if f.Evaluation.Features, err = filepath.Abs(f.Evaluation.Features); err != nil {
					return err
				}
				if _, err := os.Stat(f.Evaluation.Labels); err == nil {
					if f.Evaluation.Labels, err = filepath.Abs(f.Evaluation.Labels); err != nil {
						return err
					}
				}
			}
			client := control.NewClient(*dir)
			if err := client.Submit(c.Context(), f); err != nil {
				return err
			}
			if detach {
				fmt.Fprintf(c.OutOrStdout(), "submitted %s: follow it with tadpole logs -f %s\n", f.Name, f.Name)
				return nil
			}
			_, err = follow(c.Context(), c.OutOrStdout(), clientSource{client}, f.Name)
			return err
		},
	}
	c.Flags().BoolVar(&detach, "detach", false, "do not watch")
	c.Flags().BoolVar(&check, "check", false, "only check the file")
	return c
}

func lsCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "ls",
		Short: "List federations",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			list, err := control.NewClient(*dir).List(c.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "NAME\tROUND\tPHASE\tBEST ACCURACY\tMODEL\tSINCE")
			for _, s := range list {
				phase := s.Phase
				if s.Paused {
					phase += ", paused"
				}
				fmt.Fprintf(w, "%s\t%d\t%s\t%.4f\t%s\t%s\n", s.Name, s.Round, phase, s.BestScore, s.Model.Short(), time.UnixMilli(s.Created).Format(time.DateTime))
			}
			return w.Flush()
		},
	}
}

func logsCommand(dir *string) *cobra.Command {
	var following, members bool
	c := &cobra.Command{
		Use:   "logs NAME",
		Short: "Show a federation's finished rounds",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			client := control.NewClient(*dir)
			if following {
				_, err := follow(c.Context(), c.OutOrStdout(), clientSource{client}, args[0])
				return err
			}
			after := uint32(0)
			for {
				rounds, err := client.History(c.Context(), args[0], after)
				if err != nil || len(rounds) == 0 {
					return err
				}
				for _, r := range rounds {
					fmt.Fprintln(c.OutOrStdout(), roundLine(r))
					for _, m := range r.Members {
						if members || m.Reason != "" {
							fmt.Fprintf(c.OutOrStdout(), "    %s %s %s\n", m.Device, m.Outcome, m.Reason)
						}
					}
					after = r.Round
				}
			}
		},
	}
	c.Flags().BoolVarP(&following, "follow", "f", false, "go on until the federation ends")
	c.Flags().BoolVar(&members, "members", false, "list every device of every round")
	return c
}

func steerCommand(dir *string, verb, short string, do func(*control.Client, context.Context, string) error) *cobra.Command {
	return &cobra.Command{
		Use:   verb + " NAME",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return do(control.NewClient(*dir), c.Context(), args[0])
		},
	}
}
