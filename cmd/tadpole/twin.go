package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/twin"
)

// withTwins adds what is done with how devices are set up.
func withTwins(command *cobra.Command, dir *string) *cobra.Command {
	command.AddCommand(labelCommand(dir), configCommand(dir), twinCommand(dir))
	return command
}

func labelCommand(dir *string) *cobra.Command {
	var remove []string
	command := &cobra.Command{
		Use:   "label DEVICE [LABEL | NAME=VALUE]...",
		Short: "Give devices labels, by which jobs and configurations are sent to them",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			l := control.Labels{On: arguments[0], Set: map[string]string{}, Remove: remove}
			for _, text := range arguments[1:] {
				name, value, _ := strings.Cut(text, "=")
				l.Set[name] = value
			}
			if len(l.Set)+len(remove) == 0 {
				return fmt.Errorf("%w: name a label, as drone or site=north, or --remove one", errUsage)
			}
			found, err := control.NewClient(*dir).Label(c.Context(), l)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "labelled %d devices\n", len(found))
			return nil
		},
	}
	command.Flags().StringSliceVar(&remove, "remove", nil, "labels to take away")
	return command
}

func configCommand(dir *string) *cobra.Command {
	var trial time.Duration
	command := &cobra.Command{
		Use:   "config DEVICE get | set FILE.toml | history",
		Short: "Set up devices from here: [[source]], [[job]], [[dataset]], [[sink]] and [power] tables beside their own",
		Long: `Set up devices from here: [[source]], [[job]], [[dataset]], [[sink]] and [power] tables
beside those of their own edge.toml.

DEVICE is a name, an address or a selector, as label=drone: set is then for the devices that
fit now. In a table that edge.toml has too, edge.toml wins for the keys that it names. A
device checks the whole before it runs it, and goes back to what ran before if it does not
reach the server any more within --trial.`,
		Args: cobra.RangeArgs(2, 3),
		RunE: func(c *cobra.Command, arguments []string) error {
			client := control.NewClient(*dir)
			on, verb := arguments[0], arguments[1]
			switch {
			case verb == "set" && len(arguments) == 3:
				text, err := os.ReadFile(arguments[2])
				if err != nil {
					return fmt.Errorf("read configuration: %w", err)
				}
				found, err := client.Configure(c.Context(), control.Configure{On: on, Text: string(text), Trial: uint64(trial.Milliseconds())})
				if err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "goes to %d devices: see tadpole device twin %s\n", len(found), on)
				return nil
			case (verb == "get" || verb == "history") && len(arguments) == 2:
				list, err := client.Twins(c.Context(), on)
				if err != nil {
					return err
				}
				for _, s := range list {
					printConfigurations(c.OutOrStdout(), s, len(list) > 1, verb == "history")
				}
				return nil
			}
			return fmt.Errorf("%w: write tadpole device config %s get, set FILE.toml or history", errUsage, on)
		},
	}
	command.Flags().DurationVar(&trial, "trial", 0, "in which a device must have proven that it still reaches the server (default 5m)")
	return command
}

// printConfigurations writes a device's newest configuration, or all that are kept.
func printConfigurations(out io.Writer, s twin.Status, several, history bool) {
	list := s.Configurations
	if len(list) == 0 {
		fmt.Fprintf(out, "# %s: none\n", called(s))
		return
	}
	if !history {
		list = list[len(list)-1:]
	}
	for _, one := range list {
		if several || history {
			fmt.Fprintf(out, "# %s, version %d of %s\n", called(s), one.Number, time.UnixMilli(one.Created).Format(time.DateTime))
		}
		fmt.Fprintln(out, strings.TrimRight(one.Text, "\n"))
	}
}

func twinCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "twin DEVICE",
		Short: "Say how a device is to be set up, and how it says that it is",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			list, err := control.NewClient(*dir).Twins(c.Context(), arguments[0])
			if err != nil {
				return err
			}
			for _, s := range list {
				printTwin(c.OutOrStdout(), s)
			}
			return nil
		},
	}
}

func printTwin(out io.Writer, s twin.Status) {
	fmt.Fprintf(out, "device       %s %s\n", s.Device, s.Name)
	fmt.Fprintf(out, "desired      version %d\n", s.Desired.Version)
	if n := len(s.Configurations); n > 0 && s.Desired.Config != "" {
		fmt.Fprintf(out, "%13sconfiguration %d\n", "", s.Configurations[n-1].Number)
	}
	for _, d := range s.Desired.Deployments {
		fmt.Fprintf(out, "%13sjob %s, version %d, module %s\n", "", d.Name, d.Version, d.Module.Hash.Short())
	}
	r := s.Reported
	if s.Unsupported != "" {
		fmt.Fprintf(out, "reported     not supported: %s\n", s.Unsupported)
		return
	}
	if s.ReportedAt == 0 {
		fmt.Fprintln(out, "reported     nothing yet")
		return
	}
	fmt.Fprintf(out, "reported     version %d %s; version %d runs; edge.toml edited %d times (%s)\n", r.Version, r.Outcome, r.Running, r.Local, time.UnixMilli(s.ReportedAt).Format(time.DateTime))
	for _, text := range []string{r.Reason, r.Fault} {
		for line := range strings.Lines(text) {
			fmt.Fprintf(out, "%13s%s\n", "", strings.TrimSpace(line))
		}
	}
	for _, c := range r.Conflicts {
		both := ""
		if c.Both {
			both = ", and both sides were edited"
		}
		fmt.Fprintf(out, "conflict     %s: edge.toml overrules %s%s\n", c.Table, strings.Join(c.Keys, ", "), both)
	}
	for _, p := range r.Parts {
		fmt.Fprintf(out, "%-12s %s: %d done, %d skipped", p.Kind, p.Name, p.Count, p.Skipped)
		switch {
		case p.Fault != "":
			fmt.Fprintf(out, "; %s", firstLine(p.Fault))
		case p.Paused != "":
			fmt.Fprintf(out, "; paused: %s", p.Paused)
		}
		fmt.Fprintln(out)
	}
}
