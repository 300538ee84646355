package main

import (
	"context"
	"errors"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
)

// dealCluster is a clusterRunner that ends jobs in the cluster whose deals are over:
// nobody would pay for them, and others wait for the node.
type dealCluster struct{ clusterRunner }

// cancelWithin bounds the call that ends a job.
const cancelWithin = 10 * time.Second

func (r dealCluster) Run(ctx context.Context, j deal.Job) (outputs map[string][]byte, fuel uint64, err error) {
	outputs, fuel, err = r.clusterRunner.Run(ctx, j)
	if err != nil && errors.Is(context.Cause(ctx), deal.ErrOver) {
		ending, end := context.WithTimeout(context.WithoutCancel(ctx), cancelWithin)
		defer end()
		err = errors.Join(deal.ErrOver, r.Cancel(ending, taskOf(j), "its deal is over"))
	}
	return outputs, fuel, err
}

// taskOf is what a cluster calls a deal's job.
func taskOf(j deal.Job) string { return "tadpole-" + j.Name }
