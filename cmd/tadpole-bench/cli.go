package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
)

// cli is Bacalhau's own command line, of the release that the nodes are.
type cli struct{ binary, host, port, dir string }

func newCLI(ctx context.Context, node, dir string) (cli, error) {
	u, err := url.Parse(node)
	if err != nil {
		return cli{}, err
	}
	c := cli{host: u.Hostname(), port: u.Port(), dir: dir}
	if c.binary, err = bacalhautest.Binary(ctx); err != nil {
		return c, err
	}
	return c, os.MkdirAll(filepath.Join(dir, "home"), 0o700)
}

// job submits the small job without our meter, waits for it and fetches its result.
func (c cli) job(ctx context.Context, number int) (run, get time.Duration, err error) {
	name := fmt.Sprintf("cli-%d", number)
	t, data, err := smallTask(name, uint32(number))
	if err != nil {
		return 0, 0, err
	}
	input := func(target string, content []byte) map[string]any {
		return map[string]any{"Target": target, "Source": map[string]any{"Type": "inline",
			"Params": map[string]any{"URL": "data:application/octet-stream;base64," + base64.StdEncoding.EncodeToString(content)}}}
	}
	inputs := []map[string]any{input("/module.wasm", t.Module)}
	for _, in := range t.Inputs {
		inputs = append(inputs, input(in.Target, in.Content))
	}
	spec, err := json.Marshal(map[string]any{"Name": name, "Type": "batch", "Count": 1, "Tasks": []map[string]any{{"Name": "main", "InputSources": inputs,
		"Engine":      map[string]any{"Type": "wasm", "Params": map[string]any{"EntryModule": "/module.wasm", "Entrypoint": "_start"}},
		"Publisher":   map[string]any{"Type": "local"},
		"ResultPaths": []map[string]any{{"Name": "outputs", "Path": "/outputs"}},
		"Network":     map[string]any{"Type": "None"},
		"Resources":   map[string]any{"CPU": "0.5", "Memory": fmt.Sprintf("%dB", t.Memory)},
		"Timeouts":    map[string]any{"ExecutionTimeout": 60, "QueueTimeout": 300, "TotalTimeout": 420}}}})
	if err != nil {
		return 0, 0, err
	}
	file := filepath.Join(c.dir, name+".json")
	if err := os.WriteFile(file, spec, 0o600); err != nil {
		return 0, 0, err
	}
	results := filepath.Join(c.dir, name)
	if err := os.Mkdir(results, 0o700); err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	if err := c.run(ctx, "job", "run", "--wait", file); err != nil {
		return 0, 0, err
	}
	run = time.Since(begin)
	if err := c.run(ctx, "job", "get", name, "--output-dir", results); err != nil {
		return 0, 0, err
	}
	get = time.Since(begin) - run
	got, err := os.ReadFile(filepath.Join(results, "outputs", "out"))
	if err == nil && !bytes.HasPrefix(got, data) {
		err = fmt.Errorf("job %s by the command line has the outputs %x", name, got)
	}
	return run, get, err
}

// run runs the command in a home of its own, and without calls home.
func (c cli) run(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, c.binary, append(args, "--api-host", c.host, "--api-port", c.port, "--data-dir", filepath.Join(c.dir, "data"))...)
	command.Env = []string{"HOME=" + filepath.Join(c.dir, "home"), "PATH=/usr/bin:/bin", "NO_COLOR=1", "BACALHAU_DISABLEANALYTICS=true", "BACALHAU_UPDATECONFIG_INTERVAL=-1ns"}
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("bacalhau %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}
