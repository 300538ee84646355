package heavy

import (
	"context"
	"fmt"

	"github.com/bacalhau-project/bacalhau/pkg/models"
	"github.com/bacalhau-project/bacalhau/pkg/publicapi/apimodels"
)

// Line is a piece of what a running execution prints.
type Line struct {
	Text  string
	Error bool // on stderr
}

// Logs follows what a container prints while it runs. Nothing is to be had of one
// that has ended, nor of a WASM job ever (v1.9.3 keeps no log of it, and would let a
// caller wait for a minute): what those printed is in their Results.
func (c *Cluster) Logs(ctx context.Context, name, execution string, line func(Line)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	got, err := c.get(ctx, name, "")
	if err != nil {
		return err
	}
	lines, err := c.api.Jobs().Logs(ctx, &apimodels.GetLogsRequest{JobID: got.Job.ID, ExecutionID: execution, Follow: true})
	if err != nil {
		return explain(fmt.Sprintf("follow job %q", name), err)
	}
	for l := range lines { // it ends with ctx
		if l.Err != nil {
			return explain(fmt.Sprintf("follow job %q", name), l.Err)
		}
		line(Line{Text: l.Value.Line, Error: l.Value.Type == models.ExecutionLogTypeSTDERR})
	}
	return ctx.Err()
}
