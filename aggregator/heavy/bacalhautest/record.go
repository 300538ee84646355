//go:build unix

package bacalhautest

import (
	"context"
	"fmt"
	"time"

	"github.com/bacalhau-project/bacalhau/pkg/models"
	"github.com/bacalhau-project/bacalhau/pkg/publicapi/apimodels"
)

// Record is what the orchestrator has of a job.
type Record struct {
	Took       time.Duration // from its creation to its last change, by the orchestrator's clock
	Completed  bool
	Executions int // that a node began, whatever became of them
}

// Record asks for a job's, by its name or its id.
func (c *Nodes) Record(ctx context.Context, job string) (Record, error) {
	got, err := c.api.Jobs().Get(ctx, &apimodels.GetJobRequest{JobIDOrName: job, Include: "executions"})
	if err != nil {
		return Record{}, fmt.Errorf("ask for job %q: %w", job, err)
	}
	r := Record{Took: time.Duration(got.Job.ModifyTime - got.Job.CreateTime), Completed: got.Job.State.StateType == models.JobStateTypeCompleted}
	if got.Executions == nil {
		return r, nil
	}
	for _, e := range got.Executions.Items {
		switch e.ComputeState.StateType {
		case models.ExecutionStateNew, models.ExecutionStateAskForBid, models.ExecutionStateAskForBidAccepted, models.ExecutionStateAskForBidRejected, models.ExecutionStateBidRejected:
		default:
			r.Executions++
		}
	}
	return r, nil
}
