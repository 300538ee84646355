package aggregator_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/shard"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/wasm-jobs/fold"
)

// folder runs the real job in the sandbox, and fails as it is told.
type folder struct {
	sandbox *job.InProcess
	fail    func(ctx context.Context, s shard.Shard, outputs map[string][]byte) error // nil = does not

	mu    sync.Mutex
	names []string // asked for
}

func newFolder(t *testing.T) *folder {
	t.Helper()
	p, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return &folder{sandbox: p}
}

func (f *folder) Fold(ctx context.Context, s shard.Shard, file io.ReaderAt, _ int) (map[string][]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names = append(f.names, s.Name)
	content, err := io.ReadAll(io.NewSectionReader(file, 0, s.Size()))
	if err != nil {
		return nil, err
	}
	fuel, memory, output := s.Limits()
	result, err := f.sandbox.Run(ctx, job.Request{Module: fold.Module, Inputs: []job.Input{{Name: fold.Input, Content: content}},
		Limits: job.Limits{MemoryBytes: memory, OutputBytes: output, Fuel: fuel}})
	if err != nil {
		return nil, err
	}
	sum, _ := result.Output(fold.Output)
	outputs := map[string][]byte{fold.Output: sum}
	if f.fail != nil {
		err = f.fail(ctx, s, outputs)
	}
	return outputs, err
}

// inShards are the terms of a federation of the first devices, all of them, by so
// many shards.
func inShards(shards string) string {
	return strings.NewReplacer("size = 3", "size = 7", "minimum = 2", "minimum = 7", "over_selection = 4.0", "over_selection = 1.0", `"1s"`, `"1h"`).Replace(terms) +
		"[folding]\nshards = " + shards + "\n"
}

// final runs a federation of seven devices to its end, and gives its last model.
func final(t *testing.T, f aggregator.Folder, text string) (blob.Hash, []aggregator.Round) {
	t.Helper()
	n := newNetwork(t, 7)
	// newNetwork's devices have the same records and values each time.
	n.folder = f
	stop := n.start(t.TempDir())
	defer stop()
	if err := n.aggregator.Submit(t.Context(), parse(t, text)); err != nil {
		t.Fatal(err)
	}
	n.wait("hostile")
	rounds, err := n.aggregator.History("hostile", 0, 10)
	if err != nil || len(rounds) != 2 {
		t.Fatalf("%d rounds, %v", len(rounds), err)
	}
	return rounds[1].Model, rounds
}

// Whatever the shards, and whatever becomes of them, the model is the one that the
// server makes by itself; and the history says how it came to be.
func TestShardsGiveTheSameModel(t *testing.T) {
	want, rounds := final(t, nil, inShards("3"))
	if r := rounds[0]; r.Shards != 0 || r.Unsharded != "" {
		t.Errorf("without a cluster the history says %d shards, %q", r.Shards, r.Unsharded)
	}
	away := errors.New("the cluster is away")
	for _, c := range []struct {
		name, shards string
		fail         func(ctx context.Context, s shard.Shard, outputs map[string][]byte) error
		jobs         int    // in the history of each round
		reason       string // likewise
	}{
		{"no shards", "0", nil, 0, ""},
		{"one", "1", nil, 1, ""},
		{"three", "3", nil, 3, ""},
		{"more than updates", "50", nil, 7, ""},
		{"away", "3", func(context.Context, shard.Shard, map[string][]byte) error { return away }, 0, away.Error()},
		{"one fails", "3", func(_ context.Context, s shard.Shard, _ map[string][]byte) error {
			if strings.Contains(s.Name, "-2-of-3-") {
				return away
			}
			return nil
		}, 0, away.Error()},
		{"no answer", "3\ndeadline = \"1s\"", func(ctx context.Context, _ shard.Shard, _ map[string][]byte) error {
			<-ctx.Done()
			return ctx.Err()
		}, 0, "deadline exceeded"},
		{"no sum", "3", func(_ context.Context, _ shard.Shard, outputs map[string][]byte) error {
			delete(outputs, fold.Output)
			return nil
		}, 0, "malformed partial sum"},
		{"an update less", "3", func(_ context.Context, _ shard.Shard, outputs map[string][]byte) error {
			p, err := combine.DecodePartial(outputs[fold.Output])
			p.Updates--
			outputs[fold.Output] = p.Encode()
			return err
		}, 0, "malformed partial sum"},
		{"a sum that no updates give", "3", func(_ context.Context, _ shard.Shard, outputs map[string][]byte) error {
			binary.LittleEndian.PutUint64(outputs[fold.Output][len(outputs[fold.Output])-8:], 1<<62)
			return nil
		}, 0, "malformed partial sum"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			f.fail = c.fail
			got, rounds := final(t, f, inShards(c.shards))
			if got != want {
				t.Errorf("the model is %s, want %s", got.Short(), want.Short())
			}
			for _, r := range rounds {
				if r.Shards != c.jobs || !strings.Contains(r.Unsharded, c.reason) || (r.Unsharded == "") != (c.reason == "") {
					t.Errorf("round %d: the history says %d shards and %q, want %d and %q", r.Round, r.Shards, r.Unsharded, c.jobs, c.reason)
				}
			}
		})
	}
}

// Updates are refused at the door where they are added elsewhere, too.
func TestBadUpdatesDoNotReachShards(t *testing.T) {
	n := newNetwork(t, 3)
	var honest []*device
	for _, d := range n.devices {
		if len(honest) < 2 {
			honest = append(honest, d)
		} else {
			d.bend = func(b []byte) []byte { b[24] = 0xc0; return b } // out of range
		}
	}
	n.folder = newFolder(t)
	stop := n.start(t.TempDir())
	defer stop()
	if err := n.aggregator.Submit(t.Context(), parse(t, terms+"[folding]\nshards = 2\n")); err != nil {
		t.Fatal(err)
	}
	n.wait("hostile")
	rounds, err := n.aggregator.History("hostile", 0, 10)
	if err != nil || len(rounds) != 2 || rounds[1].Shards != 2 || len(rounds[1].Leaves) != 2 {
		t.Fatalf("%+v, %v", rounds, err)
	}
	n.checkModel(t, "hostile", 2*mean(honest...))
}

// A server that ends while shards are on the cluster asks for them again by the same
// names, which the cluster knows.
func TestRestartAsksForTheSameShards(t *testing.T) {
	want, _ := final(t, nil, inShards("0"))
	dir := t.TempDir()
	n := newNetwork(t, 7)
	f := newFolder(t)
	asked := make(chan struct{}, 64)
	f.fail = func(ctx context.Context, _ shard.Shard, _ map[string][]byte) error {
		asked <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	n.folder = f
	stop := n.start(dir)
	if err := n.aggregator.Submit(t.Context(), parse(t, inShards("2"))); err != nil {
		t.Fatal(err)
	}
	select {
	case <-asked:
	case <-time.After(time.Minute):
		t.Fatal("no shard was asked for")
	}
	stop()
	before := slices.Compact(slices.Sorted(slices.Values(f.names)))
	f.fail, f.names = nil, nil
	stop = n.start(dir)
	defer stop()
	n.wait("hostile")
	rounds, err := n.aggregator.History("hostile", 0, 10)
	if err != nil || len(rounds) != 2 || rounds[0].Shards != 2 || rounds[1].Model != want {
		t.Fatalf("%+v, %v; want the model %s", rounds, err, want.Short())
	}
	after := slices.Sorted(slices.Values(f.names))
	for _, name := range before {
		if !slices.Contains(after, name) {
			t.Errorf("%s was asked for before the restart, and %q after it", name, after)
		}
	}
}
