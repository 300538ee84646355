package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/daemon"
	"github.com/tadpole-edge/tadpole/edge/doctor"
	"github.com/tadpole-edge/tadpole/edge/enrol"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

func runVerb(flags *flag.FlagSet) action {
	verbose := flags.Bool("v", false, "log everything")
	retry := flags.Duration("retry-max", 0, "longest wait between connects (default 10m)")
	every := flags.Duration("checkpoint-every", 0, "of training, between two checkpoints: what a power cut may cost (default 5m)")
	edgeFile := edgeFileFlag(flags)
	tamper := flags.String("tamper", "", "falsify every update of federations that match this pattern, to see a cheat being caught")
	return func(ctx context.Context, dir string, _ []string, _ io.Writer) error {
		level := slog.LevelInfo
		if *verbose {
			level = slog.LevelDebug
		}
		config := daemon.Config{Dir: dir, Setup: *edgeFile, Version: version(), Retry: *retry, Every: *every, Builtins: builtins(), Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))}
		if *tamper != "" {
			if _, err := path.Match(*tamper, ""); err != nil {
				return fmt.Errorf("--tamper %q: %w", *tamper, err)
			}
			config.Tamper = func(federation string, update []byte) []byte {
				if matches, _ := path.Match(*tamper, federation); matches {
					return flip(update)
				}
				return update
			}
		}
		d, err := daemon.New(config)
		if err != nil {
			return err
		}
		return d.Run(ctx)
	}
}

func edgeFileFlag(flags *flag.FlagSet) *string {
	return flags.String("config", "", "what is set up here: sources, jobs, datasets, sinks (default edge.toml in the device's directory, or else in /etc/tadpole)")
}

// flip changes the last value of an update, which leaves its form intact.
func flip(update []byte) []byte {
	update[len(update)-1] ^= 0x20
	return update
}

func enrollVerb(*flag.FlagSet) action {
	return func(ctx context.Context, dir string, arguments []string, out io.Writer) error {
		id, err := enrol.Claim(ctx, dir, arguments[0])
		if err != nil {
			return err
		}
		for _, file := range []struct{ name, template, meaning string }{
			{daemon.PolicyFile, policy.Template, "it allows nothing until you fill it in"},
			{setup.File, setup.Template, "no sensor is read until you fill it in"},
		} {
			path := filepath.Join(dir, file.name)
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				if err := os.WriteFile(path, []byte(file.template), 0o600); err != nil {
					return fmt.Errorf("write %s: %w", file.name, err)
				}
				fmt.Fprintf(out, "wrote %s: %s\n", path, file.meaning)
			}
		}
		fmt.Fprintf(out, "device %s belongs to fleet %s\n", id.Key().Address(), id.Enrolment().Fleet)
		return nil
	}
}

func statusVerb(*flag.FlagSet) action {
	return func(ctx context.Context, dir string, _ []string, out io.Writer) error {
		s, err := daemon.ReadStatus(ctx, dir)
		if err != nil {
			return err
		}
		state := "offline, trying to connect"
		if s.Online {
			state = "online"
		}
		fmt.Fprintf(out, "device       %s\nfleet        %s\nbroker       %s, %s\ncertificate  until %s\ntasks        %d, of which %d wait for an answer\n",
			s.Device, s.Fleet, s.Broker, state, s.Certificate.UTC().Format(time.RFC3339), s.Tasks, s.Offered)
		if s.Running != "" {
			fmt.Fprintf(out, "training     %s\n", s.Running)
		}
		if s.Power != nil {
			printPower(out, *s.Power)
		}
		printTwin(out, s.Twin)
		if s.Pipeline != nil {
			printPipeline(out, *s.Pipeline)
		}
		return nil
	}
}

func receiptsVerb(*flag.FlagSet) action {
	return func(ctx context.Context, dir string, _ []string, out io.Writer) error {
		receipts, err := daemon.ReadReceipts(ctx, dir)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(receipts)
	}
}

func doctorVerb(flags *flag.FlagSet) action {
	edgeFile := edgeFileFlag(flags)
	return func(ctx context.Context, dir string, _ []string, out io.Writer) error {
		bad := 0
		for _, f := range doctor.Examine(ctx, dir, *edgeFile) {
			fmt.Fprintf(out, "%-4s  %-12s  %s\n", f.Grade, f.About, f.Found)
			if f.Remedy != "" {
				fmt.Fprintf(out, "%20s-> %s\n", "", f.Remedy)
			}
			if f.Grade == doctor.Bad {
				bad++
			}
		}
		if bad > 0 {
			return fmt.Errorf("%d findings keep this device from working", bad)
		}
		return nil
	}
}

func reloadVerb(*flag.FlagSet) action {
	return func(ctx context.Context, dir string, _ []string, _ io.Writer) error { return daemon.Reload(ctx, dir) }
}

// printTwin prints what was set up from afar, if anything was.
func printTwin(out io.Writer, t wire.Reported) {
	if t.Version > 0 {
		fmt.Fprintf(out, "twin         version %d %s; version %d runs\n", t.Version, t.Outcome, t.Running)
	}
	for _, text := range []string{t.Reason, t.Fault} {
		if text != "" {
			fmt.Fprintf(out, "%13s%s\n", "", strings.ReplaceAll(text, "\n", "\n             "))
		}
	}
	for _, c := range t.Conflicts {
		fmt.Fprintf(out, "%13sedge.toml overrules %s of %s\n", "", strings.Join(c.Keys, ", "), c.Table)
	}
}

// printPipeline prints a line a part, and what is wrong.
func printPipeline(out io.Writer, p pipeline.Status) {
	fmt.Fprintf(out, "buffer       %.1f MiB on disk, %d readings in memory\n", float64(p.Bytes)/(1<<20), p.Waiting)
	if p.Fault != "" {
		fmt.Fprintf(out, "%13s%s\n", "", p.Fault)
	}
	for _, part := range p.Parts {
		fmt.Fprintf(out, "%-12s %s: %d done, %d skipped, %d behind", part.Kind, part.Name, part.Count, part.Skipped, part.Lag)
		switch {
		case part.Fault != "":
			fmt.Fprintf(out, "; failed %d times in a row: %s", part.Faults, part.Fault)
		case part.Paused != "":
			fmt.Fprintf(out, "; paused: %s", part.Paused)
		case part.Ended:
			fmt.Fprint(out, "; ended")
		case !part.Next.IsZero():
			fmt.Fprint(out, "; runs at ", part.Next.UTC().Format(time.RFC3339))
		}
		fmt.Fprintln(out)
	}
	for _, d := range p.Dropped {
		fmt.Fprintf(out, "dropped      %d readings of %q for sink %q: %v\n", d.Readings, d.Source, d.Sink, d.Reason)
	}
}

func tailVerb(*flag.FlagSet) action {
	return func(ctx context.Context, dir string, arguments []string, out io.Writer) error {
		return daemon.Tail(ctx, dir, arguments[0], out)
	}
}

func versionVerb(*flag.FlagSet) action {
	return func(_ context.Context, _ string, _ []string, out io.Writer) error {
		_, err := fmt.Fprintln(out, "tadpole-edge", version())
		return err
	}
}

// runnerVerb is what the daemon starts to run jobs in.
func runnerVerb(*flag.FlagSet) action {
	return func(context.Context, string, []string, io.Writer) error { return job.Serve(os.Stdin, os.Stdout) }
}

// completionVerb completes verbs; their flags are few.
func completionVerb(*flag.FlagSet) action {
	return func(_ context.Context, _ string, arguments []string, out io.Writer) error {
		var names []string
		for _, v := range verbs() {
			if !v.hidden {
				names = append(names, v.name)
			}
		}
		words := strings.Join(names, " ")
		switch arguments[0] {
		case "bash":
			fmt.Fprintf(out, "complete -W %q tadpole-edge\n", words)
		case "zsh":
			fmt.Fprintf(out, "#compdef tadpole-edge\ncompdef '_arguments \"1:verb:(%s)\" \"*:file:_files\"' tadpole-edge\n", words)
		case "fish":
			fmt.Fprintf(out, "complete -c tadpole-edge -n __fish_use_subcommand -a %q\n", words)
		default:
			return fmt.Errorf("%w: no completion for shell %q: choose bash, zsh or fish", errUsage, arguments[0])
		}
		return nil
	}
}
