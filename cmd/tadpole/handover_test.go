package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// A device that is too small for a federation's tasks hands them over, encrypted,
// to a cluster; server and device are killed in between. The model is the one that
// devices large enough give, bit for bit.
func TestHeavyTasksGiveTheSame(t *testing.T) {
	t.Parallel()
	cluster := bacalhautest.Start(t, bacalhautest.Options{})
	const edges, rounds = 2, 12
	w := newWorld(t, edges)
	server := filepath.Join(w.dir, "server")
	provider, err := sealed.LoadOrCreate(filepath.Join(server, resultsKey))
	if err != nil {
		t.Fatal(err)
	}
	w.up = append(w.up, "--bacalhau", cluster.URL())
	path := w.federation("heavy", edges, rounds)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w.write(path, bytes.Replace(text, []byte("memory_mib = 16"), []byte("memory_mib = 16\nheavy = \"auto\""), 1))
	small := filepath.Join(w.edgeDir(0), "policy.toml")
	rules, err := os.ReadFile(small)
	if err != nil {
		t.Fatal(err)
	}
	w.write(small, append([]byte("[limits]\nmemory_mib = 8\n[heavy]\nproviders = [\""+provider.Recipient()+"\"]\n"), rules...))
	w.begin(edges)
	w.tadpole("run", path, "--detach", "--dir", server)
	reached := func(n uint32) func() bool {
		return func() bool {
			s, err := w.client.Status(t.Context(), "heavy")
			return err == nil && s.Round >= n
		}
	}
	w.poll("a round or two", reached(2))
	w.kill("edge-0")
	time.Sleep(100 * time.Millisecond)
	w.start("edge-0")
	w.poll("some rounds", reached(5))
	w.kill("server")
	w.start("server")
	s := w.ended("heavy")
	if want := w.simulated(path, edges); s.Model.String() != want {
		t.Errorf("model with tasks handed over %s, of the simulation %s", s.Model, want)
	}
	log, err := os.ReadFile(filepath.Join(w.dir, "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(log), "task run elsewhere"); n < rounds-2 {
		t.Errorf("%d tasks were run elsewhere, want one of each of %d rounds, save those that a kill cut off", n, rounds)
	}
	if out := w.tadpole("logs", "heavy", "--dir", server, "--members"); strings.Count(out, "accepted") != rounds*edges {
		t.Errorf("not every member of every round was accepted, or one twice:\n%s", out)
	}
}
