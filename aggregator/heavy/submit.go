package heavy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bacalhau-project/bacalhau/pkg/models"
	"github.com/bacalhau-project/bacalhau/pkg/publicapi/apimodels"
)

// Submit brings a job to the cluster, or finds that it is there already: a name is
// run once, however often it is submitted, whatever became of it.
func (c *Cluster) Submit(ctx context.Context, j Job) error {
	spec, err := j.spec()
	if err != nil {
		return err
	}
	// The same name again would be a new version of the job, and run it again.
	switch _, err := c.get(ctx, j.Name, ""); {
	case err == nil:
		return nil
	case !errors.Is(err, ErrUnknown):
		return err
	}
	_, err = c.api.Jobs().Put(ctx, &apimodels.PutJobRequest{Job: spec})
	if err != nil && strings.Contains(err.Error(), "no changes detected") {
		return nil // somebody submitted it between the two calls
	}
	if err != nil {
		return explain(fmt.Sprintf("submit job %q", j.Name), err)
	}
	return nil
}

// Cancel stops a job, if it has not ended. It returns when the cluster has taken
// note; executions end soon after.
func (c *Cluster) Cancel(ctx context.Context, name, reason string) error {
	got, err := c.get(ctx, name, "")
	if err != nil {
		return err
	}
	if got.Job.IsTerminal() {
		return nil
	}
	if _, err = c.api.Jobs().Stop(ctx, &apimodels.StopJobRequest{JobID: got.Job.ID, Reason: reason}); err == nil {
		return nil
	}
	// It may have ended between the two calls.
	if got, again := c.get(ctx, name, ""); again == nil && got.Job.IsTerminal() {
		return nil
	}
	return explain(fmt.Sprintf("cancel job %q", name), err)
}

func (c *Cluster) get(ctx context.Context, name, include string) (*apimodels.GetJobResponse, error) {
	got, err := c.api.Jobs().Get(ctx, &apimodels.GetJobRequest{JobIDOrName: name, Include: include})
	if err != nil {
		return nil, explain(fmt.Sprintf("look at job %q", name), err)
	}
	if got.Job == nil || got.Job.Name != name {
		return nil, fmt.Errorf("look at job %q: %w", name, ErrUnknown)
	}
	return got, nil
}

// state is where a job stands, by the cluster's word.
func state(j *models.Job) models.JobStateType { return j.State.StateType }
