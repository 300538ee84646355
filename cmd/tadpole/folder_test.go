package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/aggregator/shard"
	"github.com/tadpole-edge/tadpole/internal/blob"
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

// large is a shard of more than a submission carries, and its sum.
func large(t *testing.T) (shard.Shard, blob.Store, combine.Partial) {
	t.Helper()
	f := combine.Form{Tensors: []int{200_000}, Width: 4, ScaleBits: 20, MaxSamples: 1 << 10, MaxUpdates: 64}
	sum, err := combine.NewSum(f)
	if err != nil {
		t.Fatal(err)
	}
	store := &blob.Memory{}
	r := rand.New(rand.NewPCG(1, 1))
	var updates []shard.Update
	for k := range 10 {
		samples := uint64(1 + k)
		b := append([]byte("TPU1"), 4, 0, 1, 0)
		b = binary.LittleEndian.AppendUint64(b, 200_000)
		b = binary.LittleEndian.AppendUint64(b, samples)
		b = append(b, 20, 0, 0, 0, 0, 0, 0, 0)
		for range 200_000 {
			b = binary.LittleEndian.AppendUint32(b, r.Uint32())
		}
		h, err := store.Put(b)
		if err != nil {
			t.Fatal(err)
		}
		u, err := sum.Begin(samples)
		if err == nil {
			err = u.Fold(b)
		}
		if err == nil {
			err = u.Finish()
		}
		if err != nil {
			t.Fatal(err)
		}
		updates = append(updates, shard.Update{Blob: h, Samples: samples})
	}
	return shard.Split("large", f, updates, 1)[0], store, sum.Partial()
}

// A large shard is fetched by the nodes, each of which finds the local sum; and when
// the cluster dies as it fetches, the folder says so within its patience.
func TestLargeShards(t *testing.T) {
	t.Parallel()
	nodes := bacalhautest.Start(t, bacalhautest.Options{Compute: 2})
	c := cluster{url: nodes.URL(), serve: "127.0.0.1:0"}
	runner, end, err := c.open()
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	f := newFolder(runner, slog.New(slog.DiscardHandler))
	s, store, want := large(t)
	if s.Size() < 8_000_000 {
		t.Fatalf("the shard has %d bytes only", s.Size())
	}
	outputs, err := f.Fold(t.Context(), s, s.File(store), 2)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Sum(outputs)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Encode(), want.Encode()) {
		t.Error("the cluster found another sum")
	}

	f.Cluster = f.Cluster.WithPatience(time.Second)
	s.Name += "-again"
	slow := &gate{ReaderAt: s.File(store), reached: make(chan struct{}), open: make(chan struct{})}
	failed := make(chan error, 1)
	go func() { _, err := f.Fold(t.Context(), s, slow, 1); failed <- err }()
	select {
	case <-slow.reached:
	case err := <-failed:
		t.Fatalf("it ended before a node fetched its input: %v", err)
	case <-time.After(time.Minute):
		t.Fatal("no node fetches its input")
	}
	for node := range 3 {
		nodes.Kill(node)
	}
	begin := time.Now()
	select {
	case err = <-failed:
	case <-time.After(time.Minute):
	}
	close(slow.open)
	if !errors.Is(err, heavy.ErrUnreachable) {
		t.Fatalf("of a dead cluster it says %v after %s", err, time.Since(begin))
	}
}

// gate is content whose readers wait at it.
type gate struct {
	io.ReaderAt
	once    sync.Once
	reached chan struct{} // closed by the first reader
	open    chan struct{} // lets all go on
}

func (g *gate) ReadAt(b []byte, at int64) (int, error) {
	g.once.Do(func() { close(g.reached) })
	<-g.open
	return g.ReaderAt.ReadAt(b, at)
}
