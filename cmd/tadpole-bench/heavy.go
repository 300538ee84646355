package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/edge/fuel/seal"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// heavyArea measures what is handed over to a real Bacalhau node: how long it takes
// beside Bacalhau's own command line, what our part of it is, whether many jobs at
// once are each done once, and whether a round folded there is the one folded here.
func heavyArea(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("heavy", flag.ContinueOnError)
	var s settings
	only := flags.String("only", "", "run one part only: handover, many or sharded")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return measure(ctx, "heavy", *only, "", s, []part{{"handover", handover}, {"many", manyJobs}, {"sharded", sharded}})
}

// onNode starts a node, and gives a runner on it.
func onNode(ctx context.Context, dir string) (nodes *bacalhautest.Nodes, r heavy.Runner, end func() error, err error) {
	if nodes, err = bacalhautest.Open(ctx, dir, bacalhautest.Options{}); err != nil {
		return nil, r, nil, err
	}
	cluster, err := heavy.New(heavy.Config{URL: nodes.URL()})
	if err != nil {
		return nil, r, nil, errors.Join(err, nodes.Stop())
	}
	identity, err := sealed.Generate()
	if err != nil {
		return nil, r, nil, errors.Join(err, nodes.Stop())
	}
	return nodes, heavy.Runner{Cluster: cluster, Prepare: supervise, Identity: identity}, func() error { cluster.Close(); return nodes.Stop() }, nil
}

// supervise makes a module ready for a node, as a server does.
func supervise(module []byte, limit, memory uint64, recipient string) (heavy.Prepared, error) {
	receiver, err := sealed.PublicKey(recipient)
	if err != nil {
		return heavy.Prepared{}, err
	}
	s, err := seal.Supervise(module, limit, receiver, fuel.Options{MaxPages: uint32(max(1, min(memory>>16, 1<<16)))})
	if err != nil {
		return heavy.Prepared{}, err
	}
	p := heavy.Prepared{Files: map[string][]byte{}, Sealed: fuel.MeterDirectory + "/" + seal.ResultFile, Meter: fuel.MeterDirectory + "/" + fuel.MeterFile, Used: s.Used}
	for _, m := range s.Modules {
		p.Files[m.Name], p.Imports = m.Binary, append(p.Imports, m.Name)
	}
	p.Imports, p.Entry = p.Imports[:len(p.Imports)-1], p.Imports[len(p.Imports)-1]
	return p, nil
}

// smallModule copies its input; it is the tests' own guest.
const smallModule = "edge/job/testdata/portable.wasm"

// smallTask is a job that takes no time itself, and what it must write first.
func smallTask(name string, number uint32) (t heavy.Task, data []byte, err error) {
	module, err := os.ReadFile(smallModule)
	data = binary.LittleEndian.AppendUint32(nil, number)
	return heavy.Task{Name: name, Module: module, Fuel: 1 << 30, Memory: 16 << 20, Output: 1 << 20, Timeout: time.Minute, Queue: 5 * time.Minute,
		Inputs: []heavy.Input{{Target: "/inputs/do", Content: []byte("r")}, {Target: "/inputs/data", Content: data}}}, data, err
}

// runSmall runs one, and gives the time from its submission to its result.
func runSmall(ctx context.Context, r heavy.Runner, name string, number uint32) (time.Duration, error) {
	t, data, err := smallTask(name, number)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	got, err := r.Run(ctx, t)
	took := time.Since(begin)
	if err == nil && !bytes.HasPrefix(got.Outputs["out"], data) {
		err = fmt.Errorf("job %s has another's outputs: %x", name, got.Outputs["out"])
	}
	return took, err
}

// handover runs one small job after another, by turns through our code and through
// Bacalhau's command line, on one node.
func handover(ctx context.Context, s settings) (results []Result, err error) {
	const turns = 21
	nodes, r, end, err := onNode(ctx, filepath.Join(s.dir, "handover"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	c, err := newCLI(ctx, nodes.URL(), filepath.Join(s.dir, "cli"))
	if err != nil {
		return nil, err
	}
	var ours, beside, whole, waited []time.Duration
	for turn := range turns + 1 {
		name := fmt.Sprintf("handover-%d", turn)
		took, err := runSmall(ctx, r, name, uint32(turn))
		if err != nil {
			return nil, err
		}
		record, err := nodes.Record(ctx, name)
		if err != nil {
			return nil, err
		}
		run, get, err := c.job(ctx, turn)
		if err != nil {
			return nil, err
		}
		if turn == 0 {
			continue // both sides warm up
		}
		ours, beside = append(ours, took), append(beside, took-record.Took)
		whole, waited = append(whole, run+get), append(waited, run)
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	o, w, a := median(ours), median(whole), median(waited)
	return []Result{
		{fmt.Sprintf("small WASM job, from submission to result, median of %d", turns), ms(o), "ms", 0, "lower"},
		{"the same by Bacalhau's command line, `job run` and `job get`", ms(w), "ms", 0, "lower"},
		{"the same by `job run` alone, without its result", ms(a), "ms", 0, "lower"},
		{"ours against `job run` and `job get`", float64(o) / float64(w), "times", 1.5, "lower"},
		{"ours against `job run` alone", float64(o) / float64(a), "times", 1.5, "lower"},
		{"hand-over besides the time from the job's creation to its end by the orchestrator's clock, median", ms(median(beside)), "ms", 50, "lower"},
		{"the same, the largest", ms(slices.Max(beside)), "ms", 0, "lower"},
	}, nil
}

func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// manyJobs runs many small jobs at once, and counts what was lost or done twice.
func manyJobs(ctx context.Context, s settings) (results []Result, err error) {
	const jobs = 100
	nodes, r, end, err := onNode(ctx, filepath.Join(s.dir, "many"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	faults := make([]error, jobs)
	name := func(i int) string { return fmt.Sprintf("many-%d", i) }
	begin := time.Now()
	var running sync.WaitGroup
	for i := range jobs {
		running.Go(func() { _, faults[i] = runSmall(ctx, r, name(i), uint32(i)) })
	}
	running.Wait()
	took := time.Since(begin)
	lost, doubled := 0, 0
	for i, fault := range faults {
		if fault != nil {
			fmt.Fprintln(os.Stderr, fault)
			lost++
		}
		record, err := nodes.Record(ctx, name(i))
		if err != nil {
			return nil, err
		}
		doubled += max(0, record.Executions-1)
	}
	return []Result{
		{fmt.Sprintf("of %d jobs at once, lost or with another's result", jobs), float64(lost), "jobs", 0, zero},
		{"executions beyond one a job", float64(doubled), "executions", 0, zero},
		{"all of them, on one node", took.Seconds(), "s", 0, "lower"},
	}, nil
}
