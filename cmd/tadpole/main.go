// Command tadpole is what a person runs on the server's side: it serves a fleet,
// launches and watches federations, and shows it all on one machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// Exit codes.
const (
	exitFault       = 1   // it did not work
	exitUsage       = 2   // it was called wrongly, or a file has a mistake
	exitNotRunning  = 3   // no aggregator runs in the directory
	exitInterrupted = 130 // by Ctrl-C, as shells count
)

func main() { os.Exit(run(os.Args[1:])) }

// errUsage marks wrong calls.
var errUsage = errors.New("usage")

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	command := root()
	command.SetArgs(args)
	err := command.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if ctx.Err() != nil {
		return exitInterrupted
	}
	fmt.Fprintln(os.Stderr, "tadpole:", err)
	switch {
	case errors.Is(err, errUsage), errors.Is(err, config.ErrMistake), strings.HasPrefix(err.Error(), "unknown "), strings.HasPrefix(err.Error(), "required flag"), strings.Contains(err.Error(), "arg(s)"):
		return exitUsage
	case errors.Is(err, control.ErrNotRunning):
		return exitNotRunning
	}
	return exitFault
}

func root() *cobra.Command {
	var dir string
	r := &cobra.Command{
		Use:   "tadpole",
		Short: "Train models where the data is born",
		Long: `Train models where the data is born.

tadpole serves a fleet of devices, launches federated rounds over them and shows
how they go. Exit codes: 0 done, 1 failed, 2 called wrongly or a mistake in a
file, 3 no aggregator is running, 130 interrupted.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	r.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", errUsage, err) })
	r.PersistentFlags().StringVar(&dir, "dir", defaultDir(), "the aggregator's directory")
	r.AddCommand(demoCommand(), upCommand(&dir), initCommand(), runCommand(&dir), lsCommand(&dir), logsCommand(&dir),
		steerCommand(&dir, "stop", "End a federation for good", (*control.Client).Stop),
		steerCommand(&dir, "pause", "Stop a federation after the round under way", (*control.Client).Pause),
		steerCommand(&dir, "resume", "Go on with a paused federation", (*control.Client).Resume),
		modelCommand(&dir), withTwins(deviceCommand(&dir), &dir), sensorsCommand(&dir), simCommand(), withDeployments(heavyJobCommand(&dir), &dir), marketCommand(&dir), mediatorCommand(), solverCommand(), providerCommand(), ownerCommand(),
		runnerCommand())
	for _, c := range r.Commands() {
		if c.HasSubCommands() && !c.Runnable() {
			// Without this a subcommand with a typing error would print help, and succeed.
			c.Args, c.RunE = cobra.NoArgs, func(c *cobra.Command, _ []string) error { return c.Help() }
		}
	}
	return r
}

func defaultDir() string {
	if base, err := os.UserConfigDir(); err == nil {
		return filepath.Join(base, "tadpole")
	}
	return "tadpole"
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
