package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/shard"
	"github.com/tadpole-edge/tadpole/wasm-jobs/fold"
)

// clusterFolder sums up shards as jobs on a cluster, under their own names: a server
// that was killed finds them there again.
type clusterFolder struct {
	heavy.Runner
	log *slog.Logger
}

var _ aggregator.Folder = clusterFolder{}

// foldPatience is short, because the server can fold by itself.
const foldPatience = 10 * time.Second

func newFolder(r heavy.Runner, log *slog.Logger) clusterFolder {
	r.Cluster = r.Cluster.WithPatience(foldPatience)
	return clusterFolder{r, log}
}

func (f clusterFolder) Fold(ctx context.Context, s shard.Shard, file io.ReaderAt, replicas int) (map[string][]byte, error) {
	limit := time.Hour
	if deadline, is := ctx.Deadline(); is {
		limit = max(time.Until(deadline), time.Second)
	}
	fuel, memory, output := s.Limits()
	report, err := f.Run(ctx, heavy.Task{Name: s.Name, Module: fold.Module, Fuel: fuel, Memory: memory, Output: output, Replicas: replicas, Timeout: limit, Queue: limit,
		Inputs: []heavy.Input{{Target: "/inputs/" + fold.Input, Source: &heavy.Source{Name: s.Hash(), Content: file, Size: s.Size()}}}})
	if len(report.Verdict.Dissent) > 0 {
		f.log.Warn("nodes found another sum than the majority", "shard", s.Name, "nodes", fmt.Sprint(report.Verdict.Dissent))
	}
	return report.Outputs, err
}
