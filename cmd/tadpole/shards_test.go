package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
)

// sharded is a federation.toml with shards.
func (w *world) sharded(name string, cohort, rounds, shards, replicas int) string {
	path := w.federation(name, cohort, rounds)
	text, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(path, fmt.Appendf(text, "[folding]\nshards = %d\nreplicas = %d\n", shards, replicas))
	return path
}

// history gives all rounds of a federation.
func (w *world) history(name string) []aggregator.Round {
	w.t.Helper()
	rounds, err := w.client.History(w.t.Context(), name, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return rounds
}

func (w *world) reaches(name string, n uint32) func() bool {
	return func() bool {
		s, err := w.client.Status(w.t.Context(), name)
		return err == nil && s.Round >= n
	}
}

// Rounds folded in shards on two nodes that must agree, by a server that is killed
// at random, give the model that one process gives.
func TestShardsOnAClusterGiveTheSameModel(t *testing.T) {
	t.Parallel()
	cluster := bacalhautest.Start(t, bacalhautest.Options{Compute: 2})
	const edges, rounds, shards = 3, 10, 2
	w := newWorld(t, edges)
	w.up = append(w.up, "--bacalhau", cluster.URL())
	path := w.sharded("sharded", edges, rounds, shards, 2)
	w.begin(edges)
	w.tadpole("run", path, "--detach", "--dir", filepath.Join(w.dir, "server"))
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	for _, n := range []uint32{2, 4, 6} {
		w.poll(fmt.Sprintf("round %d", n), w.reaches("sharded", n))
		time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
		w.kill("server")
		w.start("server")
	}
	s := w.ended("sharded")
	if want := w.simulated(path, edges); s.Model.String() != want {
		t.Errorf("model folded in shards %s, in one process %s", s.Model, want)
	}
	history := w.history("sharded")
	if len(history) != rounds {
		t.Errorf("%d rounds, want %d", len(history), rounds)
	}
	for _, h := range history {
		if h.Shards != shards || h.Unsharded != "" {
			t.Errorf("round %d was folded in %d shards: %s", h.Round, h.Shards, h.Unsharded)
		}
	}
}

// A cluster that dies in the middle of a federation costs no round.
func TestAClusterThatDiesLosesNoRound(t *testing.T) {
	t.Parallel()
	cluster := bacalhautest.Start(t, bacalhautest.Options{})
	const edges, rounds = 2, 12
	w := newWorld(t, edges)
	w.up = append(w.up, "--bacalhau", cluster.URL())
	path := w.sharded("dying", edges, rounds, 2, 1)
	w.begin(edges)
	w.tadpole("run", path, "--detach", "--dir", filepath.Join(w.dir, "server"))
	w.poll("some rounds", w.reaches("dying", 4))
	cluster.Kill(0)
	s := w.ended("dying")
	if want := w.simulated(path, edges); s.Model.String() != want {
		t.Errorf("model %s, in one process %s", s.Model, want)
	}
	history, here := w.history("dying"), 0
	for i, h := range history {
		if h.Shards == 0 {
			here++
			if h.Unsharded == "" {
				t.Errorf("round %d was folded on the server, and the history does not say why", h.Round)
			}
		} else if here > 0 || h.Shards != 2 {
			t.Errorf("round %d was folded in %d shards, after %d rounds on the server", i+1, h.Shards, here)
		}
	}
	if len(history) != rounds || here == 0 || here >= rounds-2 {
		t.Errorf("%d of %d rounds were folded on the server", here, len(history))
	}
}
