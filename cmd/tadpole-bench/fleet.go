package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/edge/virtual"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// roundCost runs real processes whose devices have ten samples each, so that a
// round is little but its own cost: 10 edges, the 2NN's 800 kB model down, updates
// of the default width up, no central evaluation. All processes share this
// machine's cores, which real devices would not.
func roundCost(ctx context.Context, s settings) (results []Result, err error) {
	const edges, rounds = 10, 40
	dir := filepath.Join(s.dir, "fleet")
	x, y, err := tensor.Load(filepath.Join(s.mnist, "t10k-images-idx3-ubyte.gz"), filepath.Join(s.mnist, "t10k-labels-idx1-ubyte.gz"))
	if err != nil {
		return nil, err
	}
	shards, err := virtual.Partition(x, y, 1000, 0, 1)
	if err != nil {
		return nil, err
	}
	server := exec.CommandContext(ctx, filepath.Join(s.bin, "tadpole"), "up", "--dir", dir, "--listen", "127.0.0.1:0", "--listen-claim", "127.0.0.1:0")
	server.Cancel = func() error { return server.Process.Signal(syscall.SIGTERM) }
	if err := server.Start(); err != nil {
		return nil, err
	}
	defer func() { server.Process.Signal(syscall.SIGTERM); server.Wait() }()
	client := control.NewClient(dir)
	if err := until(ctx, func() bool { _, err := client.List(ctx); return err == nil }); err != nil {
		return nil, err
	}
	var processes []*exec.Cmd
	for i := range edges {
		p, err := startEdge(ctx, s, client, filepath.Join(s.dir, fmt.Sprint("edge-", i)), shards[i].Encode())
		if err != nil {
			return nil, err
		}
		processes = append(processes, p)
		defer func() { p.Process.Signal(syscall.SIGTERM); p.Wait() }()
	}
	f, err := federation.Parse("bench", fmt.Appendf(nil, "name = \"cost\"\nseed = 1\n[model]\npreset = \"2nn\"\n[data]\ndataset = \"mnist\"\nscale = 0.0039\n[cohort]\nsize = %d\nover_selection = 1.0\n[stop]\nrounds = %d\n", edges, rounds))
	if err != nil {
		return nil, err
	}
	serverBefore, edgesBefore := cpu(fmt.Sprint(server.Process.Pid)), edgesCPU(processes)
	if err := client.Submit(ctx, f); err != nil {
		return nil, err
	}
	if err := until(ctx, func() bool { s, err := client.Status(ctx, "cost"); return err == nil && s.Ended() }); err != nil {
		return nil, err
	}
	history, err := client.History(ctx, "cost", 0)
	if err != nil || len(history) != rounds {
		return nil, errors.Join(err, fmt.Errorf("%d rounds in the history, want %d", len(history), rounds))
	}
	var took, whole []float64
	for _, h := range history[5:] {
		took = append(took, float64(h.Ended-h.Began)-float64(h.JobMillis))
		whole = append(whole, float64(h.Ended-h.Began))
	}
	slices.Sort(took)
	slices.Sort(whole)
	serverCPU := float64(cpu(fmt.Sprint(server.Process.Pid))-serverBefore) / rounds
	edgeCPU := float64(edgesCPU(processes)-edgesBefore) / rounds / edges
	training := peakOf(processes)
	// Runners leave after a minute without work; then the device is idle.
	time.Sleep(65 * time.Second)
	idle := 0.0
	for _, p := range processes {
		idle = max(idle, float64(withChildren(p.Process.Pid, resident))/1e6)
	}
	return []Result{
		{"a round's own cost, 10 edges, 800 kB, median", took[len(took)/2], "ms", 100, "lower"},
		{"the same, fastest", took[0], "ms", 0, "lower"},
		{"the same with the slowest device's job of 10 samples, median", whole[len(whole)/2], "ms", 0, "lower"},
		{"of it, the server's CPU time", serverCPU, "ms a round", 0, "lower"},
		{"of it, one edge's CPU time, its job included", edgeCPU, "ms a round", 0, "lower"},
		{"edge after training, daemon and runner", training, "MB RSS", 64, "lower"},
		{"edge idle, daemon and runners", idle, "MB RSS", 16, "lower"},
	}, nil
}

// cpu is the time in ms that a process has used (proc(5): utime and stime, at the
// kernel's fixed 100 ticks a second).
func cpu(pid string) int64 {
	content, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return 10 * (user + system)
}

func edgesCPU(processes []*exec.Cmd) (sum int64) {
	for _, p := range processes {
		sum += withChildren(p.Process.Pid, cpu)
	}
	return sum
}

func peakOf(processes []*exec.Cmd) (most float64) {
	for _, p := range processes {
		most = max(most, float64(withChildren(p.Process.Pid, peak))/1e6)
	}
	return most
}

// withChildren sums a figure over a process and its children.
func withChildren(pid int, figure func(string) int64) int64 {
	sum := figure(strconv.Itoa(pid))
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, path := range tasks {
		content, _ := os.ReadFile(path)
		for _, child := range strings.Fields(string(content)) {
			sum += figure(child)
		}
	}
	return sum
}

func startEdge(ctx context.Context, s settings, client *control.Client, dir string, shard []byte) (*exec.Cmd, error) {
	binary := filepath.Join(s.bin, "tadpole-edge")
	err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "mnist.safetensors"), shard, 0o600),
		os.WriteFile(filepath.Join(dir, "policy.toml"), []byte("[limits]\nmemory_mib = 256\n[[dataset]]\nname = \"mnist\"\nfeatures = \"mnist.safetensors\"\n[[allow]]\nfederation = \"*\"\ndataset = \"mnist\"\nmodule = \"any\"\n"), 0o600))
	if err != nil {
		return nil, err
	}
	token, err := client.AddDevice(ctx, devices.AddOptions{})
	if err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, binary, "enroll", "--dir", dir, token).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("enrol: %w: %s", err, out)
	}
	p := exec.CommandContext(ctx, binary, "run", "--dir", dir)
	return p, p.Start()
}

// until polls for at most five minutes.
func until(ctx context.Context, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}
