package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

func heavyJobCommand(dir *string) *cobra.Command {
	command := &cobra.Command{Use: "job", Short: "Sign WASM jobs and deploy them to devices, or run them on a Bacalhau cluster of your own"}
	command.AddCommand(runJobCommand(dir), cancelJobCommand(dir), keygenCommand(), signCommand())
	return command
}

func cancelJobCommand(dir *string) *cobra.Command {
	var c cluster
	command := &cobra.Command{
		Use:   "cancel NAME",
		Short: "End a job on a cluster",
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			r, end, err := c.open(*dir)
			if err != nil {
				return err
			}
			defer end()
			return r.Cluster.Cancel(command.Context(), arguments[0], "by tadpole job cancel")
		},
	}
	c.flags(command.Flags(), "URL of the cluster's orchestrator, as http://host:1234")
	return command
}

func runJobCommand(dir *string) *cobra.Command {
	var c cluster
	var in []string
	var out, name string
	t := heavy.Task{}
	var memory, output uint64
	command := &cobra.Command{
		Use:   "run MODULE",
		Short: "Run a WASM module on a cluster, and fetch what it leaves",
		Long: `Run a WASM module on a cluster, and fetch what it leaves.

The module sees the files of --in in /inputs; what it writes to /outputs comes into
--out. With --replicas it runs on as many nodes, and what most of them found is the
result; nodes that found something else are named. The outputs and the fuel are
those that a device would have had. Ctrl-C leaves the job to the cluster: the same
call goes on with it, and "tadpole job cancel NAME" ends it.

Outputs and the last 64 KiB of what it prints on either stream come sealed to a key
in --dir, heavy.age; whoever goes on with a job elsewhere takes that file along.

A module gets nothing of a GPU; --gpu chooses nodes that have one.`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			if c.url == "" {
				return fmt.Errorf("%w: say which cluster by --bacalhau http://host:1234", errUsage)
			}
			var err error
			if t.Module, err = os.ReadFile(arguments[0]); err != nil {
				return fmt.Errorf("read module: %w", err)
			}
			if t.Inputs, err = readInputs(in); err != nil {
				return err
			}
			t.Memory, t.Output = memory<<20, output<<20
			t.Name = cmp.Or(name, jobName(t))
			return runJobOn(command.Context(), command, c, *dir, t, out)
		},
	}
	f := command.Flags()
	c.flags(f, "URL of the cluster's orchestrator, as http://host:1234")
	f.StringArrayVar(&in, "in", nil, "file or directory of files that the job sees; may be given often")
	f.StringVar(&out, "out", "outputs", "directory for what the job writes")
	f.StringVar(&name, "name", "", "the job's name in the cluster: the same name is the same job (default by its contents)")
	f.IntVar(&t.Replicas, "replicas", 1, "nodes that run it, and must agree")
	f.Uint64Var(&t.GPU, "gpu", 0, "GPUs that a node must have free")
	f.Uint64Var(&memory, "memory", 256, "MiB that the job may use")
	f.Uint64Var(&output, "output", 64, "MiB that the job may write")
	f.Uint64Var(&t.Fuel, "fuel", 1<<40, "units of work that the job may take")
	f.DurationVar(&t.Timeout, "timeout", 10*time.Minute, "that one run may take")
	f.DurationVar(&t.Queue, "queue", time.Minute, "that it may wait for a node")
	return command
}

// readInputs reads files, and the files right below directories.
func readInputs(paths []string) (inputs []heavy.Input, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("read input: %w", err)
		}
		files := []string{path}
		if info.IsDir() {
			entries, err := os.ReadDir(path)
			if err != nil {
				return nil, fmt.Errorf("read input: %w", err)
			}
			files = files[:0]
			for _, e := range entries {
				if e.Type().IsRegular() {
					files = append(files, filepath.Join(path, e.Name()))
				}
			}
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("read input: %w", err)
			}
			inputs = append(inputs, heavy.Input{Target: "/inputs/" + filepath.Base(file), Content: content})
		}
	}
	return inputs, nil
}

// jobName names a job by all that its result depends on.
func jobName(t heavy.Task) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %d %d %d %d %d\n", blob.Sum(t.Module), t.Fuel, t.Memory, t.Output, t.Replicas, t.GPU)
	for _, in := range t.Inputs {
		fmt.Fprintf(&b, "%s %s\n", blob.Sum(in.Content), in.Target)
	}
	return "tadpole-job-" + blob.Sum(b.Bytes()).String()[:20]
}

func runJobOn(ctx context.Context, command *cobra.Command, c cluster, dir string, t heavy.Task, out string) error {
	r, end, err := c.open(dir)
	if err != nil {
		return err
	}
	defer end()
	w := command.OutOrStdout()
	fmt.Fprintf(w, "job %s\n", t.Name)
	r.Progress = func(p heavy.Progress) {
		line := "  " + strings.ToLower(p.State)
		if len(p.Nodes) > 0 {
			line += " on " + strings.Join(p.Nodes, ", ")
		}
		if p.Done > 0 {
			line += fmt.Sprintf(", %d of %d done", p.Done, max(1, t.Replicas))
		}
		fmt.Fprintln(w, line)
	}
	report, err := r.Run(ctx, t)
	if len(report.Verdict.Dissent)+len(report.Verdict.Missing) > 0 {
		fmt.Fprintf(w, "  %d of %d nodes agree; %s found something else, of %s nothing could be fetched\n", len(report.Verdict.Agree), max(1, t.Replicas),
			nodeList(report.Verdict.Dissent), nodeList(report.Verdict.Missing))
	}
	for _, stream := range []string{heavy.StdoutFile, heavy.StderrFile} {
		if text := report.Verdict.Result.Files[stream]; len(text) > 0 {
			fmt.Fprintf(w, "--- %s\n%s\n", stream, bytes.TrimRight(text, "\n"))
		}
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(w, "  the job goes on without you; the same call finds it again\n")
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(report.Outputs)) {
		if err := os.WriteFile(filepath.Join(out, name), report.Outputs[name], 0o644); err != nil {
			return fmt.Errorf("write output: %w", err)
		}
		fmt.Fprintln(w, filepath.Join(out, name))
	}
	fmt.Fprintf(w, "done on %s, fuel %d\n", nodeList(report.Verdict.Agree), report.Fuel)
	return nil
}

func nodeList(nodes []string) string {
	if len(nodes) == 0 {
		return "none"
	}
	return strings.Join(nodes, ", ")
}
