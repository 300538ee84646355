package heavy

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/shard"
	"github.com/tadpole-edge/tadpole/wasm-jobs/fold"
)

// Folder sums up shards of a round's updates as jobs under the shards' own names: a
// server that was killed finds them on the cluster again.
type Folder struct {
	runner Runner
	log    *slog.Logger
}

// foldPatience is short, because whoever has the updates can fold by himself.
const foldPatience = 10 * time.Second

// NewFolder folds by the given runner.
func NewFolder(r Runner, log *slog.Logger) Folder {
	r.Cluster = r.Cluster.WithPatience(min(foldPatience, r.Cluster.patience))
	return Folder{r, log}
}

// Fold runs the shard's job over its file, on so many nodes that must agree, for as
// long as the context allows, and gives what it wrote. Nodes that disagree with a
// majority are logged.
func (f Folder) Fold(ctx context.Context, s shard.Shard, file io.ReaderAt, replicas int) (outputs map[string][]byte, err error) {
	limit := time.Hour
	if deadline, is := ctx.Deadline(); is {
		limit = max(time.Until(deadline), time.Second)
	}
	fuel, memory, output := s.Limits()
	report, err := f.runner.Run(ctx, Task{Name: s.Name, Module: fold.Module, Fuel: fuel, Memory: memory, Output: output, Replicas: replicas, Timeout: limit, Queue: limit,
		Inputs: []Input{{Target: "/inputs/" + fold.Input, Source: &Source{Name: s.Hash(), Content: file, Size: s.Size()}}}})
	if len(report.Verdict.Dissent) > 0 {
		f.log.Warn("nodes found another sum than the majority", "shard", s.Name, "nodes", fmt.Sprint(report.Verdict.Dissent))
	}
	return report.Outputs, err
}
