// Command tadpole-edge is the device: it runs jobs beside the data and takes
// part in federations, as its owner's policy allows.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/edge/daemon"
	"github.com/tadpole-edge/tadpole/edge/doctor"
	"github.com/tadpole-edge/tadpole/edge/enrol"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/policy"
)

// Exit codes.
const (
	exitFault = 1 // it did not work
	exitUsage = 2 // it was called wrongly
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
	fmt.Fprintln(os.Stderr, "tadpole-edge:", err)
	if errors.Is(err, errUsage) || strings.HasPrefix(err.Error(), "unknown ") || strings.Contains(err.Error(), "arg(s)") {
		return exitUsage
	}
	return exitFault
}

func root() *cobra.Command {
	var dir string
	r := &cobra.Command{
		Use:           "tadpole-edge",
		Short:         "Run jobs beside the data, as the data's owner allows",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	r.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", errUsage, err) })
	r.PersistentFlags().StringVar(&dir, "dir", defaultDir(), "the device's directory")
	r.AddCommand(runCommand(&dir), enrollCommand(&dir), statusCommand(&dir), doctorCommand(&dir), runnerCommand())
	return r
}

func defaultDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/tadpole-edge"
	}
	if base, err := os.UserConfigDir(); err == nil {
		return filepath.Join(base, "tadpole-edge")
	}
	return "tadpole-edge"
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}

func runCommand(dir *string) *cobra.Command {
	var verbose, tamper bool
	var retry time.Duration
	c := &cobra.Command{
		Use:   "run",
		Short: "Serve the fleet until interrupted",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			level := slog.LevelInfo
			if verbose {
				level = slog.LevelDebug
			}
			config := daemon.Config{Dir: *dir, Version: version(), Retry: retry, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))}
			if tamper {
				config.Tamper = flip
			}
			d, err := daemon.New(config)
			if err != nil {
				return err
			}
			// What starting took is not needed again.
			debug.FreeOSMemory()
			return d.Run(c.Context())
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "log everything")
	c.Flags().DurationVar(&retry, "retry-max", 0, "longest wait between connects (default 10m)")
	c.Flags().BoolVar(&tamper, "tamper", false, "falsify every update, to see a cheat being caught")
	c.Flags().MarkHidden("tamper")
	return c
}

// flip changes the last value of an update, which leaves its form intact.
func flip(update []byte) []byte {
	update[len(update)-1] ^= 0x20
	return update
}

func enrollCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "enroll TOKEN",
		Short: "Join a fleet with a one-time token of `tadpole device add`",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			id, err := enrol.Claim(c.Context(), *dir, args[0])
			if err != nil {
				return err
			}
			path := filepath.Join(*dir, daemon.PolicyFile)
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				if err := os.WriteFile(path, []byte(policy.Template), 0o600); err != nil {
					return fmt.Errorf("write policy: %w", err)
				}
				fmt.Fprintf(c.OutOrStdout(), "wrote %s: it allows nothing until you fill it in\n", path)
			}
			fmt.Fprintf(c.OutOrStdout(), "device %s belongs to fleet %s\n", id.Key().Address(), id.Enrolment().Fleet)
			return nil
		},
	}
}

func statusCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say what the running device does",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := daemon.ReadStatus(c.Context(), *dir)
			if err != nil {
				return err
			}
			state := "offline, trying to connect"
			if s.Online {
				state = "online"
			}
			out := c.OutOrStdout()
			fmt.Fprintf(out, "device       %s\nfleet        %s\nbroker       %s, %s\ncertificate  until %s\ntasks        %d, of which %d wait for an answer\n",
				s.Device, s.Fleet, s.Broker, state, s.Certificate.UTC().Format(time.RFC3339), s.Tasks, s.Offered)
			if s.Running != "" {
				fmt.Fprintf(out, "training     %s\n", s.Running)
			}
			return nil
		},
	}
}

func doctorCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Examine the device and say what to do about each finding",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			bad := 0
			for _, f := range doctor.Examine(c.Context(), *dir) {
				fmt.Fprintf(c.OutOrStdout(), "%-4s  %-12s  %s\n", f.Grade, f.About, f.Found)
				if f.Remedy != "" {
					fmt.Fprintf(c.OutOrStdout(), "%20s-> %s\n", "", f.Remedy)
				}
				if f.Grade == doctor.Bad {
					bad++
				}
			}
			if bad > 0 {
				return fmt.Errorf("%d findings keep this device from working", bad)
			}
			return nil
		},
	}
}

// runnerCommand is what the daemon starts to run jobs in.
func runnerCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "runner",
		Short:  "Run jobs for the daemon that started this",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE:   func(*cobra.Command, []string) error { return job.Serve(os.Stdin, os.Stdout) },
	}
}
