package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/shard"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Sizes of the sharded fold.
const (
	shardedUpdates = 1000
	shardedShards  = 4
)

// shardedForm makes updates of 800 kB: the 2NN at 32 bits a parameter.
var shardedForm = combine.Form{Tensors: foldForm.Tensors, Width: 4, ScaleBits: 18, MaxSamples: 1 << 10, MaxUpdates: shardedUpdates}

// sharded folds a thousand updates of 800 kB in shards on a Bacalhau node of its own,
// and by itself, and compares every value.
func sharded(ctx context.Context, s settings) (results []Result, err error) {
	blobs, err := blob.OpenDir(filepath.Join(s.dir, "updates"))
	if err != nil {
		return nil, err
	}
	updates, err := shardedRound(blobs)
	if err != nil {
		return nil, fmt.Errorf("make updates: %w", err)
	}
	begin := time.Now()
	want, err := foldedHere(blobs, updates)
	if err != nil {
		return nil, fmt.Errorf("fold here: %w", err)
	}
	here := time.Since(begin).Seconds()
	_, runner, end, err := onNode(ctx, filepath.Join(s.dir, "sharded"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	begin = time.Now()
	got, err := foldedThere(ctx, runner, blobs, updates)
	if err != nil {
		return nil, fmt.Errorf("fold on a cluster: %w", err)
	}
	took := time.Since(begin).Seconds()
	different := 0.0
	for i, v := range got.Values {
		if v != want.Values[i] {
			different++
		}
	}
	if got.Updates != want.Updates || got.Samples != want.Samples {
		return nil, fmt.Errorf("the cluster's sum is of %d updates with %d samples, want %d with %d", got.Updates, got.Samples, want.Updates, want.Samples)
	}
	size := float64(shardedForm.FileSize()) * shardedUpdates / 1e9
	return []Result{
		{"1 000 updates of 800 kB folded in 4 shards on Bacalhau: values other than the local fold's", different, fmt.Sprintf("of %d", len(want.Values)), 0, zero},
		{"the same, start to end, node and server on one machine", took, "s", 0, "lower"},
		{"the same, rate", size / took, "GB/s", 0, "higher"},
		{"the same updates folded by the server from its disk", here, "s", 0, "lower"},
	}, nil
}

// shardedRound puts updates with values of their own into the store.
func shardedRound(blobs blob.Store) (updates []shard.Update, err error) {
	f := shardedForm
	random := rand.NewChaCha8([32]byte{1})
	for k := range shardedUpdates {
		samples := uint64(1 + k%int(f.MaxSamples))
		b := binary.LittleEndian.AppendUint16([]byte{'T', 'P', 'U', '1', byte(f.Width), 0}, uint16(len(f.Tensors)))
		b = binary.LittleEndian.AppendUint64(b, foldParameters)
		b = binary.LittleEndian.AppendUint64(b, samples)
		for range f.Tensors {
			b = append(b, byte(f.ScaleBits))
		}
		head := (len(b) + 7) &^ 7
		b = append(b, make([]byte, int(f.FileSize())-len(b))...)
		if _, err := random.Read(b[head:]); err != nil {
			return nil, err
		}
		h, err := blobs.Put(b)
		if err != nil {
			return nil, err
		}
		updates = append(updates, shard.Update{Blob: h, Samples: samples})
	}
	return updates, nil
}

// foldedHere folds as a server without a cluster does after a restart.
func foldedHere(blobs blob.Store, updates []shard.Update) (combine.Partial, error) {
	sum, err := combine.NewSum(shardedForm)
	if err != nil {
		return combine.Partial{}, err
	}
	for _, u := range updates {
		content, err := blob.ReadAll(blobs, u.Blob)
		if err != nil {
			return combine.Partial{}, err
		}
		update, err := sum.Begin(u.Samples)
		if err == nil {
			err = update.Fold(content)
		}
		if err == nil {
			err = update.Finish()
		}
		if err != nil {
			return combine.Partial{}, err
		}
	}
	return sum.Partial(), nil
}

// foldedThere folds as a server with a cluster does at the end of a round.
func foldedThere(ctx context.Context, runner heavy.Runner, blobs blob.Store, updates []shard.Update) (combine.Partial, error) {
	none := combine.Partial{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return none, err
	}
	runner.Origin = heavy.NewOrigin("http://" + l.Addr().String())
	server := &http.Server{Handler: runner.Origin, ReadHeaderTimeout: 10 * time.Second}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) })
	defer serving.Wait()
	defer server.Close()
	sum, err := combine.NewSum(shardedForm)
	if err != nil {
		return none, err
	}
	folder := heavy.NewFolder(runner, slog.New(slog.DiscardHandler))
	shards := shard.Split("bench", shardedForm, updates, shardedShards)
	faults := make([]error, len(shards))
	var mu sync.Mutex // guards sum
	var jobs sync.WaitGroup
	for i, s := range shards {
		jobs.Go(func() {
			outputs, err := folder.Fold(ctx, s, s.File(blobs), 1)
			var part combine.Partial
			if err == nil {
				part, err = s.Sum(outputs)
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				err = sum.Merge(part)
			}
			faults[i] = err
		})
	}
	jobs.Wait()
	return sum.Partial(), errors.Join(faults...)
}
