package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/agents"
)

// marketArea measures the market: gas and time on the embedded chain, what agents
// learn, what the meter costs, and whether re-execution ever disagrees.
func marketArea(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("market", flag.ContinueOnError)
	var s settings
	budget := flags.Duration("reexecute", 60*time.Second, "how long jobs are executed again")
	only := flags.String("only", "", "run one part only: deal, round, agents, fuel or reexecute")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return measure(ctx, "market", *only, "", s, []part{{"deal", dealGas}, {"round", marketRound}, {"agents", cheatShare}, {"fuel", fuelCost},
		{"reexecute", func(ctx context.Context, s settings) ([]Result, error) { return reexecutions(ctx, s, *budget) }}})
}

// cheatShare plays the market at twice the threshold, at every check rate of the
// standard sweep, and takes the worst of its worlds.
func cheatShare(ctx context.Context, _ settings) (results []Result, err error) {
	for _, learner := range []struct {
		name string
		make func(int) agents.Learner
	}{{"bandit", agents.NewBandit}, {"policy gradient", agents.NewGradient}} {
		sweep := agents.Standard(learner.make)
		sweep.Multiples = []float64{2}
		cells, err := sweep.Run(ctx)
		if err != nil {
			return nil, err
		}
		worst := 0.0
		for _, c := range cells {
			worst = max(worst, c.Worst)
		}
		results = append(results, Result{fmt.Sprintf("learned cheat share at twice the threshold, %s, worst of %d worlds of %d jobs", learner.name, 3*len(cells), sweep.Jobs), worst, "of jobs", 0, zero})
	}
	return results, nil
}

// fuelCost runs the meter's own benchmarks, which let the plain and the metered
// form of a module take turns, and takes the ratio of their fastest turns.
func fuelCost(ctx context.Context, _ settings) ([]Result, error) {
	c := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^Benchmark(Training|Fib)$", "-benchtime", "12x", "./edge/fuel")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	var results []Result
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		for i := 1; i < len(fields); i++ {
			if fields[i] != "ratio" {
				continue
			}
			ratio, err := strconv.ParseFloat(fields[i-1], 64)
			if err != nil {
				return nil, fmt.Errorf("read %q: %w", lines.Text(), err)
			}
			if strings.HasPrefix(fields[0], "BenchmarkTraining") {
				results = append(results, Result{"metered training kernel against the plain one", ratio, "times", 1.1, "lower"})
			} else {
				results = append(results, Result{"metered calls (fib) against plain ones", ratio, "times", 1.4, "lower"})
			}
		}
	}
	if len(results) != 2 {
		return nil, fmt.Errorf("two ratios are wanted of\n%s", out)
	}
	return results, nil
}
