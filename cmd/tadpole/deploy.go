package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/twin"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// withDeployments adds what is done with jobs on the fleet's own devices.
func withDeployments(command *cobra.Command, dir *string) *cobra.Command {
	command.AddCommand(deployCommand(dir), deploymentsCommand(dir), rollbackCommand(dir))
	return command
}

// deployed is a job as the flags of `tadpole job deploy` tell it.
type deployed struct {
	name, on, file         string
	input, channels, sinks []string
	config                 string
	window, every, trial   time.Duration
	at                     string
}

func deployCommand(dir *string) *cobra.Command {
	var d deployed
	command := &cobra.Command{
		Use:   "deploy MODULE",
		Short: "Deploy a WASM job to the devices that a selector means",
		Long: `Deploy a WASM job to the devices that a selector means.

A selector is all, label=drone, site=north, a device's name or its address; several with
commas between mean the devices that fit all. Devices that join later, or get a label that
fits, get the job too. Deploying under the same name again is a new version.

What the job reads and makes is told by flags, or by a file with its [[job]] table: that of
--job, or MODULE's with .toml in place of .wasm.

Each device checks a version before it runs it, and goes back to what ran before if it
does not reach the server any more, or if the job fails, within --trial. Where MODULE.sig
lies beside the module it is sent along.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			request, err := d.read(arguments[0])
			if err != nil {
				return err
			}
			client := control.NewClient(*dir)
			r, err := client.Deploy(c.Context(), request)
			if err != nil {
				return err
			}
			return printDeployed(c, client, d.name, r)
		},
	}
	f := command.Flags()
	f.StringVar(&d.on, "on", "", "selector of the devices")
	f.StringVar(&d.name, "name", "", "the job's name, which its readings carry (default the module's file name)")
	f.StringSliceVar(&d.input, "input", nil, "sources or jobs that it reads")
	f.StringSliceVar(&d.channels, "channels", nil, "values that it makes")
	f.StringVar(&d.config, "config", "", "what the module is told, in its own words")
	f.DurationVar(&d.window, "window", 0, "run it over windows of this length (default: it is fed readings as they come)")
	f.DurationVar(&d.every, "every", 0, "run it by the clock, so often, over what came since it ran last")
	f.StringVar(&d.at, "at", "", "run it by the clock once a day, at this time of UTC, as 03:30")
	f.StringArrayVar(&d.sinks, "sink", nil, "where its readings go: a file on the device, or tcp://broker:1883/topic; may be given often")
	f.StringVar(&d.file, "job", "", "a file with the [[job]] table, and [[sink]] tables, in place of these flags")
	f.DurationVar(&d.trial, "trial", 0, "in which a device must have proven that it still reaches the server (default 5m)")
	_ = command.MarkFlagRequired("on") // fails for flags that are not there
	return command
}

// read gives what the flags and files say.
func (d *deployed) read(module string) (request control.Deploy, err error) {
	if d.name == "" {
		d.name = strings.TrimSuffix(filepath.Base(module), ".wasm")
	}
	r := twin.Revision{Selector: d.on, Trial: uint64(d.trial.Milliseconds())}
	if beside := strings.TrimSuffix(module, ".wasm") + ".toml"; d.file == "" && len(d.input)+len(d.channels) == 0 && beside != module {
		if _, err := os.Stat(beside); err == nil {
			d.file = beside
		}
	}
	if r.Text, err = d.text(); err != nil {
		return request, err
	}
	request = control.Deploy{Name: d.name}
	if request.Module, err = os.ReadFile(module); err != nil {
		return request, fmt.Errorf("read module: %w", err)
	}
	r.Signature, err = os.ReadFile(module + ".sig")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return request, fmt.Errorf("read signature: %w", err)
	}
	request.Revision = r
	return request, nil
}

// text writes the job's tables.
func (d *deployed) text() (string, error) {
	if d.file != "" {
		if len(d.input)+len(d.channels)+len(d.sinks) > 0 || d.config != "" || d.window != 0 || d.every != 0 || d.at != "" {
			return "", fmt.Errorf("%w: --job has all that --input, --channels, --config, --window, --every, --at and --sink say", errUsage)
		}
		text, err := os.ReadFile(d.file)
		if err != nil {
			return "", fmt.Errorf("read job: %w", err)
		}
		return string(text), nil
	}
	if len(d.input) == 0 || len(d.channels) == 0 {
		return "", fmt.Errorf("%w: say what the job reads and makes by --input and --channels, by --job FILE.toml, or by such a file beside the module", errUsage)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[[job]]\ninput = [%s]\nchannels = [%s]\n", join(d.input, strconv.Quote), join(d.channels, strconv.Quote))
	if d.config != "" {
		fmt.Fprintf(&b, "config = %q\n", d.config)
	}
	if d.window != 0 {
		fmt.Fprintf(&b, "window = {size = %q}\n", d.window)
	}
	if d.every != 0 {
		fmt.Fprintf(&b, "every = %q\n", d.every)
	}
	if d.at != "" {
		fmt.Fprintf(&b, "at = %q\n", d.at)
	}
	for i, sink := range d.sinks {
		fmt.Fprintf(&b, "[[sink]]\nname = %q\ninput = [%q]\n", fmt.Sprintf("%s-sink-%d", d.name, i+1), d.name)
		scheme, rest, remote := strings.Cut(sink, "://")
		if !remote {
			fmt.Fprintf(&b, "kind = \"file\"\npath = %q\n", sink)
			continue
		}
		host, topic, found := strings.Cut(rest, "/")
		if !found {
			return "", fmt.Errorf("%w: --sink %q: write the topic behind the broker, as tcp://broker:1883/topic", errUsage, sink)
		}
		fmt.Fprintf(&b, "kind = \"mqtt\"\nurl = %q\ntopic = %q\n", scheme+"://"+host, topic)
	}
	return b.String(), nil
}

// join writes values with commas between.
func join[T any](values []T, write func(T) string) string {
	text := make([]string, len(values))
	for i, v := range values {
		text[i] = write(v)
	}
	return strings.Join(text, ", ")
}

// printDeployed says which devices a revision concerns.
func printDeployed(c *cobra.Command, client *control.Client, name string, r twin.Revision) error {
	if r.Removed {
		fmt.Fprintf(c.OutOrStdout(), "%s is removed: there was nothing before it\n", name)
		return nil
	}
	all, err := client.Twins(c.Context(), "all")
	if err != nil && !errors.Is(err, twin.ErrNoDevice) {
		return err
	}
	n := len(slices.DeleteFunc(all, func(s twin.Status) bool { _, has := deployment(s, name); return !has }))
	what := ""
	if r.Of != r.Number {
		what = fmt.Sprintf(", which is version %d again,", r.Of)
	}
	fmt.Fprintf(c.OutOrStdout(), "%s version %d%s goes to %d devices on %s: watch it with tadpole job deployments %s --watch\n", name, r.Number, what, n, r.Selector, name)
	return nil
}

func rollbackCommand(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "rollback NAME",
		Short: "Go back to what was deployed under a name before, or remove it",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			client := control.NewClient(*dir)
			r, err := client.RollBack(c.Context(), arguments[0])
			if err != nil {
				return err
			}
			return printDeployed(c, client, arguments[0], r)
		},
	}
}

func deploymentsCommand(dir *string) *cobra.Command {
	watch := false
	command := &cobra.Command{
		Use:   "deployments [NAME]",
		Short: "Say which jobs are deployed, and how each device is with them",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			client := control.NewClient(*dir)
			for last := ""; ; {
				var b strings.Builder
				if err := printDeployments(c, client, strings.Join(arguments, ""), &b); err != nil {
					return err
				}
				if b.String() != last {
					last = b.String()
					fmt.Fprint(c.OutOrStdout(), last)
				}
				if !watch {
					return nil
				}
				select {
				case <-time.After(time.Second):
				case <-c.Context().Done():
					return nil
				}
			}
		},
	}
	command.Flags().BoolVar(&watch, "watch", false, "go on, and print what changes")
	return command
}

// deployment finds a deployment among what a device is to have.
func deployment(s twin.Status, name string) (wire.Deployment, bool) {
	i := slices.IndexFunc(s.Desired.Deployments, func(d wire.Deployment) bool { return d.Name == name })
	if i < 0 {
		return wire.Deployment{}, false
	}
	return s.Desired.Deployments[i], true
}

// printDeployments writes a table of one deployment or all, and below it what is wrong.
func printDeployments(c *cobra.Command, client *control.Client, name string, out io.Writer) error {
	list, err := client.Deployments(c.Context())
	if err != nil {
		return err
	}
	all, err := client.Twins(c.Context(), "all")
	if err != nil && !errors.Is(err, twin.ErrNoDevice) {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DEPLOYMENT\tVERSION\tON\tDEVICE\tSTATE\tDONE\tSKIPPED\tFAULT")
	var notes []string
	found := name == ""
	for _, d := range list {
		if name != "" && d.Name != name || len(d.Revisions) == 0 {
			continue
		}
		found = true
		newest := d.Revisions[len(d.Revisions)-1]
		if newest.Removed {
			fmt.Fprintf(w, "%s\t%d\t%s\t\tremoved\t\t\t\n", d.Name, newest.Number, newest.Selector)
			continue
		}
		devices := 0
		for _, s := range all {
			if _, has := deployment(s, d.Name); !has {
				continue
			}
			devices++
			var part wire.PartReport
			for _, p := range s.Reported.Parts {
				if p.Kind == "job" && p.Name == d.Name {
					part = p
				}
			}
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%d\t%d\t%s\n", d.Name, newest.Number, newest.Selector, called(s), s.State(), part.Count, part.Skipped, firstLine(part.Fault))
			if s.Reported.Reason != "" && s.Reported.Version == s.Desired.Version {
				notes = append(notes, fmt.Sprintf("%s: %s: %s", called(s), s.Reported.Outcome, s.Reported.Reason))
			}
		}
		if devices == 0 {
			fmt.Fprintf(w, "%s\t%d\t%s\tno device yet\t\t\t\t\n", d.Name, newest.Number, newest.Selector)
		}
	}
	if !found {
		return fmt.Errorf("%q: %w", name, twin.ErrNoDeployment)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	slices.Sort(notes)
	for _, note := range slices.Compact(notes) {
		fmt.Fprintln(out, note)
	}
	return nil
}

// called is a device's name, or its address if it has none.
func called(s twin.Status) string {
	if s.Name != "" {
		return s.Name
	}
	return s.Device.String()
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
