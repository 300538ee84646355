package heavy_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/aggregator/shard"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

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

// A large shard is fetched by the nodes, each of which finds the local sum; nodes that
// disagree find none; and when the cluster dies as it fetches, the folder says so
// within its patience.
func TestLargeShards(t *testing.T) {
	nodes := bacalhautest.Start(t, bacalhautest.Options{Compute: 2})
	who := identity(t)
	server := httptest.NewUnstartedServer(nil)
	origin := heavy.NewOrigin("http://" + server.Listener.Addr().String())
	server.Config.Handler = origin
	server.Start()
	defer server.Close()
	runner := heavy.Runner{Cluster: open(t, nodes.URL()).WithPatience(time.Second), Prepare: prepare, Identity: who, Origin: origin}
	f := heavy.NewFolder(runner, slog.New(slog.DiscardHandler))
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

	// One of two nodes lies: nobody knows which, and there is no sum.
	o, err := runner.Cluster.Await(t.Context(), s.Name)
	if err != nil || len(o.Executions) != 2 {
		t.Fatalf("outcome %+v, %v", o, err)
	}
	liar := 1
	if o.Executions[0].Node == nodes.ID(2) {
		liar = 2
	}
	falsify(t, nodes.Dir(liar), o.Executions[0].ID, who)
	if _, err := f.Fold(t.Context(), s, s.File(store), 2); !errors.Is(err, heavy.ErrDissent) {
		t.Errorf("of two nodes that disagree it says %v", err)
	}

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

// A server that ends while a node fetches a shard from it, and comes back elsewhere,
// gets the shard's sum all the same.
func TestLargeShardsOutliveTheServer(t *testing.T) {
	nodes := bacalhautest.Start(t, bacalhautest.Options{})
	who := identity(t)
	s, store, want := large(t)
	serve := func() (heavy.Folder, func()) {
		server := httptest.NewUnstartedServer(nil)
		origin := heavy.NewOrigin("http://" + server.Listener.Addr().String())
		server.Config.Handler = origin
		server.Start()
		runner := heavy.Runner{Cluster: open(t, nodes.URL()).WithPatience(time.Second), Prepare: prepare, Identity: who, Origin: origin}
		return heavy.NewFolder(runner, slog.New(slog.DiscardHandler)), func() { server.CloseClientConnections(); server.Close() }
	}
	f, end := serve()
	ctx, cancel := context.WithCancel(t.Context())
	slow := &gate{ReaderAt: s.File(store), reached: make(chan struct{}), open: make(chan struct{})}
	failed := make(chan error, 1)
	go func() { _, err := f.Fold(ctx, s, slow, 1); failed <- err }()
	select {
	case <-slow.reached:
	case <-time.After(time.Minute):
		t.Fatal("no node fetches its input")
	}
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Fatalf("after the end it says %v", err)
	}
	close(slow.open)
	end()

	f, end = serve()
	defer end()
	begin := time.Now()
	ctx, cancel = context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	outputs, err := f.Fold(ctx, s, s.File(store), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the sum came %s after the restart", time.Since(begin))
	if got, err := s.Sum(outputs); err != nil || !bytes.Equal(got.Encode(), want.Encode()) {
		t.Errorf("another sum: %v", err)
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
