// Command tadpole-bench measures an area of Tadpole against its targets: it
// prints a table and writes .bench/AREA.json. Timings are ratios or minima of
// interleaved runs, since machines are noisy; it is never a test.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"text/tabwriter"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// Result is one figure beside its target.
type Result struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Target float64 `json:"target"` // 0 = there is none
	Better string  `json:"better"` // "higher" or "lower"; zero
}

// zero as Better is a target of nothing at all, which is written as "lower".
const zero = "zero"

// MarshalJSON writes what a reader of the file expects.
func (r Result) MarshalJSON() ([]byte, error) {
	type plain Result
	if r.Better == zero {
		r.Better = "lower"
	}
	return json.Marshal(plain(r))
}

// met tells whether the target was reached, if there is one.
func (r Result) met() string {
	switch {
	case r.Better == zero && r.Value == 0:
		return "met"
	case r.Better == zero:
		return "MISSED"
	case r.Target == 0:
		return ""
	case r.Better == "higher" && r.Value >= r.Target, r.Better == "lower" && r.Value <= r.Target:
		return "met"
	}
	return "MISSED"
}

// settings of a run.
type settings struct {
	mnist string         // directory of the four files
	bin   string         // directory of the release binaries
	full  bool           // all rows of the paper, each over its grid of rates: hours
	row   *regexp.Regexp // only the paper's rows whose names match, if set
	dir   string         // scratch
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tadpole-bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("usage: tadpole-bench rounds --mnist DIR [--full], tadpole-bench market, tadpole-bench heavy, or tadpole-bench sensors")
	}
	// The first argument may also be a role that this program plays for itself.
	switch args[0] {
	case "runner":
		return job.Serve(os.Stdin, os.Stdout)
	case "fold":
		return foldChild(args[1:])
	case "market":
		return marketArea(ctx, args[1:])
	case "heavy":
		return heavyArea(ctx, args[1:])
	case "sensors":
		return sensorsArea(ctx, args[1:])
	case "rounds":
	default:
		return fmt.Errorf("unknown area %q: want rounds, market, heavy or sensors", args[0])
	}
	flags := flag.NewFlagSet("rounds", flag.ContinueOnError)
	var s settings
	flags.StringVar(&s.mnist, "mnist", "", "directory of the four MNIST files")
	flags.StringVar(&s.bin, "bin", "bin", "directory of the release binaries")
	flags.BoolVar(&s.full, "full", false, "run all rows of the FedAvg paper, each over a grid of client rates: hours")
	row := flags.String("row", "", "run only the paper's rows whose names match this regular expression, in full or not")
	only := flags.String("only", "", "run one part only: kernel, fold, job, round, sim, size or paper")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if *row != "" {
		var err error
		if s.row, err = regexp.Compile(*row); err != nil {
			return fmt.Errorf("--row: %w", err)
		}
	}
	return measure(ctx, "rounds", *only, "", s, []part{{"kernel", kernel}, {"fold", fold}, {"job", jobStart}, {"size", binarySize}, {"round", roundCost}, {"sim", simulation}, {"paper", paper}})
}

// report prints the table and writes the file.
func report(area string, results []Result) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WHAT\tMEASURED\tTARGET\tUNIT\t")
	for _, r := range results {
		target := "-"
		if r.Target != 0 || r.Better == zero {
			target = fmt.Sprintf("%.4g", r.Target)
		}
		fmt.Fprintf(w, "%s\t%.4g\t%s\t%s\t%s\n", r.Name, r.Value, target, r.Unit, r.met())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := os.MkdirAll(".bench", 0o755); err != nil {
		return err
	}
	encoded, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(".bench", area+".json"), append(encoded, '\n'), 0o644)
}
