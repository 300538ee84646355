package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/contracts/market"
)

// portable is a module that copies its input, and a directory with its inputs.
func (b *bazaar) portable(data string) (module, inputs string) {
	b.t.Helper()
	module, err := filepath.Abs("../../edge/job/testdata/portable.wasm")
	if err != nil {
		b.t.Fatal(err)
	}
	inputs = filepath.Join(b.dir, "in")
	if err := os.MkdirAll(inputs, 0o700); err != nil {
		b.t.Fatal(err)
	}
	for name, content := range map[string]string{"do": "r", "data": data} {
		if err := os.WriteFile(filepath.Join(inputs, name), []byte(content), 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	return module, inputs
}

// A Bacalhau cluster is a provider: it takes a deal and is killed in between; what
// its node found is what mediators find who run the job in their own sandbox.
func TestClusterProvides(t *testing.T) {
	t.Parallel()
	cluster := bacalhautest.Start(t, bacalhautest.Options{GPUStandIns: 1})
	b := newBazaar(t, "solver", "provider", "creator", "m1", "m2", "m3")
	url, client := b.trading("m1", "m2", "m3")
	provider := func() func() {
		return b.process("provider", "--party-dir", "provider", "--solver", url, "--poll", "100ms", "--bacalhau", cluster.URL())
	}
	kill := provider()
	b.until("an offer of the cluster's", func() bool {
		w, err := client.Offers(t.Context())
		return err == nil && len(w.Resources) > 0
	})
	module, inputs := b.portable("what comes in goes out")
	bought := make(chan error, 1)
	var out string
	go func() {
		var err error
		out, err = b.tadpole("market", "job", module, "--party-dir", "creator", "--solver", url, "--poll", "100ms", "--accept",
			"--input", filepath.Join(inputs, "do"), "--input", filepath.Join(inputs, "data"), "--gpu", "1")
		bought <- err
	}()
	b.until("a deal", func() bool {
		matches, _, err := b.look.Matches(t.Context(), 0, market.Party{})
		return err == nil && len(matches) == 1
	})
	kill()
	provider()
	if err := <-bought; err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got, err := os.ReadFile(filepath.Join(b.dir, "outputs", "out")); err != nil || !strings.HasPrefix(string(got), "what comes in goes out") {
		t.Errorf("output %q, %v", got, err)
	}
	if !strings.Contains(out, "accepted by") || strings.Contains(out, "fuel 0") {
		t.Errorf("the deal: %s", out)
	}

	out, err := b.tadpole("market", "job", module, "--party-dir", "creator", "--solver", url, "--poll", "100ms",
		"--input", filepath.Join(inputs, "do"), "--input", filepath.Join(inputs, "data"))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	matches, _, err := b.look.Matches(t.Context(), 0, market.Party{})
	if err != nil || len(matches) != 2 {
		t.Fatalf("deals: %v, %v", matches, err)
	}
	out, err = b.tadpole("market", "check", matches[1].ID.String(), "--party-dir", "creator", "--solver", url, "--poll", "100ms")
	if err != nil || !strings.Contains(out, "upheld") {
		t.Errorf("checked: %v: %s", err, out)
	}
}

// A person runs a job on a cluster without any market.
func TestJobOnACluster(t *testing.T) {
	t.Parallel()
	cluster := bacalhautest.Start(t, bacalhautest.Options{Compute: 3, GPUStandIns: 1})
	b := &bazaar{t: t, dir: t.TempDir()}
	module, inputs := b.portable("data")
	arguments := []string{"job", "run", module, "--in", inputs, "--gpu", "1", "--replicas", "3", "--bacalhau", cluster.URL()}
	out, err := b.tadpole(arguments...)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"job tadpole-job-", "completed, 3 of 3 done", filepath.Join("outputs", "out"), cluster.ID(1), cluster.ID(2), cluster.ID(3), ", fuel "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if got, err := os.ReadFile(filepath.Join(b.dir, "outputs", "out")); err != nil || !strings.HasPrefix(string(got), "data") {
		t.Errorf("output %q, %v", got, err)
	}
	if out, err := b.tadpole("job", "run", module, "--in", inputs, "--gpu", "2", "--queue", "1s", "--bacalhau", cluster.URL()); err == nil {
		t.Errorf("two GPUs where nodes have one: %s", out)
	}
	if out, err := b.tadpole("job", "run", module, "--in", inputs); err == nil {
		t.Errorf("without a cluster: %s", out)
	}
}
