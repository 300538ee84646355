// Command tadpole-edge is the device: it runs jobs beside the data and takes
// part in federations, as its owner's policy allows.
//
// Its command line is the standard library's, for size: cobra costs the binary
// 250 kB.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
)

// Exit codes.
const (
	exitFault = 1 // it did not work
	exitUsage = 2 // it was called wrongly
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// errUsage marks wrong calls.
var errUsage = errors.New("wrong call")

// verb is one thing that the command does. Its flags are beside --dir, which all
// of them have.
type verb struct {
	name, arguments, short string
	hidden                 bool
	prepare                func(flags *flag.FlagSet) action
}

// action runs a verb once its flags are read.
type action func(ctx context.Context, dir string, arguments []string, out io.Writer) error

func verbs() []verb {
	return []verb{
		{name: "run", short: "Serve the fleet until interrupted", prepare: runVerb},
		{name: "enroll", arguments: "TOKEN", short: "Join a fleet with a one-time token of `tadpole device add`", prepare: enrollVerb},
		{name: "status", short: "Say what the running device does", prepare: statusVerb},
		{name: "tail", arguments: "SOURCE", short: "Print what a source reads, or a job makes, as it comes to the running device", prepare: tailVerb},
		{name: "reload", short: "Have the running device read its edge.toml anew; one with mistakes changes nothing", prepare: reloadVerb},
		{name: "receipts", short: "Print the aggregator's receipts for this device's updates, as JSON for `tadpole owner contest`", prepare: receiptsVerb},
		{name: "doctor", short: "Examine the device and say what to do about each finding", prepare: doctorVerb},
		{name: "profile", short: "Measure how fast jobs run on this device", prepare: profileVerb},
		{name: "completion", arguments: "bash|zsh|fish", short: "Print a completion script for a shell", prepare: completionVerb},
		{name: "version", short: "Print the version", prepare: versionVerb},
		{name: "runner", hidden: true, short: "Run jobs for the daemon that started this", prepare: runnerVerb},
	}
}

func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	err := dispatch(ctx, args, out)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		return 0
	}
	fmt.Fprintln(errOut, "tadpole-edge:", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFault
}

func dispatch(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		help(out)
		return nil
	}
	for _, v := range verbs() {
		if v.name != args[0] {
			continue
		}
		flags := flag.NewFlagSet("tadpole-edge "+v.name, flag.ContinueOnError)
		flags.SetOutput(out)
		dir := flags.String("dir", defaultDir(), "the device's directory")
		do := v.prepare(flags)
		flags.Usage = func() {
			fmt.Fprintf(out, "tadpole-edge %s [flags] %s\n\n%s.\n\nFlags:\n", v.name, v.arguments, v.short)
			flags.PrintDefaults()
		}
		if err := flags.Parse(args[1:]); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return err
			}
			return fmt.Errorf("%w: %w", errUsage, err)
		}
		wanted := 0
		if v.arguments != "" {
			wanted = 1
		}
		if flags.NArg() != wanted {
			return fmt.Errorf("%w: tadpole-edge %s takes %d arguments, not %d: see tadpole-edge %s --help", errUsage, v.name, wanted, flags.NArg(), v.name)
		}
		return do(ctx, *dir, flags.Args(), out)
	}
	return fmt.Errorf("%w: unknown verb %q: see tadpole-edge --help", errUsage, args[0])
}

func help(out io.Writer) {
	fmt.Fprint(out, "Run jobs beside the data, as the data's owner allows.\n\n")
	for _, v := range verbs() {
		if !v.hidden {
			fmt.Fprintf(out, "  tadpole-edge %-24s %s\n", v.name+" "+v.arguments, v.short)
		}
	}
	fmt.Fprint(out, "\nEach takes --dir and --help. Exit codes: 0 done, 1 failed, 2 called wrongly.\n")
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
