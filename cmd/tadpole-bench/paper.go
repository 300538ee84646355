package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// row is one cell of the FedAvg paper's table 1 (McMahan et al. 2017), or a
// target of the design beside it: rounds to an accuracy, 100 clients.
type row struct {
	name, model string
	shards      int // a client; 0 = IID
	cohort      int
	epochs      int
	target      float64
	strategy    string
	rates       []float64 // the grid over which the rate is tuned, the best one known first: without --full it alone is run
	server      string    // further lines of [strategy]
	limit       int       // rounds after which a rate is given up
	paper       int       // rounds in the paper; 0 = it has no such row
	aim         float64   // our target
	full        bool      // only with --full
}

var rows = []row{
	{name: "2NN E=1 B=10 C=0.1 IID, FedAvg", model: "2nn", cohort: 10, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.3, 0.2, 0.1, 0.4}, limit: 90, paper: 87, aim: 45},
	{name: "2NN E=1 B=10 C=0.1 non-IID, FedAvg", model: "2nn", shards: 2, cohort: 10, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.2, 0.1, 0.05, 0.3}, limit: 400, paper: 664, aim: 200},
	{name: "2NN E=1 B=10 C=0.1 IID, FedAvgM", model: "2nn", cohort: 10, epochs: 1, target: 0.97, strategy: "fedavgm", rates: []float64{0.2, 0.1, 0.3}, server: "momentum = 0.5", limit: 60, aim: 28},
	{name: "2NN E=1 B=10 C=0.1 non-IID, FedAvgM", model: "2nn", shards: 2, cohort: 10, epochs: 1, target: 0.97, strategy: "fedavgm", rates: []float64{0.15, 0.1, 0.05, 0.2}, server: "momentum = 0.9\nserver_rate = 0.3", limit: 250, aim: 110},

	{name: "2NN E=1 B=10 C=0 IID", model: "2nn", cohort: 1, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.1, 0.05, 0.2, 0.3}, limit: 400, paper: 316, full: true},
	{name: "2NN E=1 B=10 C=0.2 IID", model: "2nn", cohort: 20, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.2, 0.1, 0.3}, limit: 100, paper: 77, full: true},
	{name: "2NN E=1 B=10 C=0.5 IID", model: "2nn", cohort: 50, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.2, 0.3, 0.1, 0.4}, limit: 100, paper: 75, full: true},
	{name: "2NN E=1 B=10 C=1 IID", model: "2nn", cohort: 100, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.2, 0.3, 0.1, 0.4}, limit: 100, paper: 70, full: true},
	{name: "2NN E=1 B=10 C=0 non-IID", model: "2nn", shards: 2, cohort: 1, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.03, 0.05, 0.1, 0.2}, limit: 3300, paper: 3275, full: true},
	{name: "2NN E=1 B=10 C=0.2 non-IID", model: "2nn", shards: 2, cohort: 20, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.2, 0.1, 0.05, 0.3}, limit: 620, paper: 619, full: true},
	{name: "2NN E=1 B=10 C=0.5 non-IID", model: "2nn", shards: 2, cohort: 50, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.2, 0.1, 0.05, 0.3}, limit: 450, paper: 443, full: true},
	{name: "2NN E=1 B=10 C=1 non-IID", model: "2nn", shards: 2, cohort: 100, epochs: 1, target: 0.97, strategy: "fedavg", rates: []float64{0.2, 0.1, 0.05, 0.3}, limit: 400, paper: 380, full: true},
	{name: "CNN E=5 B=10 C=0.1 IID", model: "cnn", cohort: 10, epochs: 5, target: 0.99, strategy: "fedavg", rates: cnnGrid, limit: 40, paper: 20, full: true},
	{name: "CNN E=5 B=10 C=0.1 non-IID", model: "cnn", shards: 2, cohort: 10, epochs: 5, target: 0.99, strategy: "fedavg", rates: cnnGrid, limit: 250, paper: 206, full: true},
}

var cnnGrid = []float64{0.1, 0.05}

// paper runs the rows over virtual devices; each gives the rounds that the best
// rate of its grid took.
func paper(ctx context.Context, s settings) ([]Result, error) {
	var results []Result
	for _, r := range rows {
		if s.row != nil && !s.row.MatchString(r.name) || s.row == nil && r.full && !s.full {
			continue
		}
		rates := r.rates
		if !s.full {
			rates = rates[:1]
		}
		best := 0
		for _, rate := range rates {
			if best > 0 { // a slower rate need not be followed to its end
				r.limit = best
			}
			rounds, err := r.run(ctx, s, rate)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(os.Stderr, "  %s at rate %g: %d rounds\n", r.name, rate, rounds)
			if rounds > 0 && (best == 0 || rounds < best) {
				best = rounds
			}
		}
		if best == 0 {
			best = r.limit + 1 // not reached
		}
		name := fmt.Sprintf("%s to %.0f %%", r.name, 100*r.target)
		if r.paper > 0 {
			name += fmt.Sprintf(" (paper %d)", r.paper)
		}
		results = append(results, Result{name, float64(best), "rounds", r.aim, "lower"})
	}
	return results, nil
}

// run gives the rounds to the target, or 0 if it was not reached.
func (r row) run(ctx context.Context, s settings, rate float64) (int, error) {
	path := filepath.Join(s.dir, "row.toml")
	text := fmt.Sprintf("name = \"row\"\nseed = 1\n[model]\npreset = %q\n[data]\ndataset = \"mnist\"\nscale = 0.00392156862745098\n"+
		"[training]\nepochs = %d\nlearning_rate = %g\n[strategy]\nname = %q\n%s\n[cohort]\nsize = %d\nover_selection = 1.0\n"+
		"[stop]\nrounds = %d\ntarget_accuracy = %g\n[evaluation]\nfeatures = %q\nlabels = %q\n",
		r.model, r.epochs, rate, r.strategy, r.server, r.cohort, r.limit, r.target,
		filepath.Join(s.mnist, "t10k-images-idx3-ubyte.gz"), filepath.Join(s.mnist, "t10k-labels-idx1-ubyte.gz"))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return 0, err
	}
	out, _, err := sim(ctx, s, path, 100, r.shards)
	if err != nil {
		return 0, err
	}
	if !strings.Contains(out, "target accuracy reached") {
		return 0, nil
	}
	return strings.Count("\n"+out, "\nround"), nil
}

// sim runs tadpole sim over MNIST's training set and gives what it printed and
// its peak memory in bytes.
func sim(ctx context.Context, s settings, path string, devices, shards int) (string, int64, error) {
	c := exec.CommandContext(ctx, filepath.Join(s.bin, "tadpole"), "sim", path, "--devices", fmt.Sprint(devices), "--shards", fmt.Sprint(shards),
		"--features", filepath.Join(s.mnist, "train-images-idx3-ubyte.gz"), "--labels", filepath.Join(s.mnist, "train-labels-idx1-ubyte.gz"))
	out, err := c.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		return "", 0, fmt.Errorf("tadpole sim: %w", err)
	}
	usage, _ := c.ProcessState.SysUsage().(*syscall.Rusage)
	return string(out), usage.Maxrss << 10, nil
}

// simulation measures the memory of 1 000 virtual devices, 100 of them a round.
func simulation(ctx context.Context, s settings) ([]Result, error) {
	path := filepath.Join(s.dir, "sim.toml")
	text := "name = \"sim\"\nseed = 1\n[model]\npreset = \"2nn\"\n[data]\ndataset = \"mnist\"\nscale = 0.00392156862745098\n" +
		"[training]\nlearning_rate = 0.1\n[cohort]\nsize = 100\n[stop]\nrounds = 3\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, err
	}
	_, rss, err := sim(ctx, s, path, 1000, 0)
	return []Result{{"simulation of 1000 devices, 100 a round", float64(rss) / 1e6, "MB RSS", 1000, "lower"}}, err
}
