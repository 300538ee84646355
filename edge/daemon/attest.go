package daemon

import (
	"context"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/edge"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/internal/attestation"
)

// attest is the device as the pipeline wants it.
func (d *Daemon) attest(ctx context.Context, s attestation.Statement) (fresh bool, err error) {
	fresh, err = d.device.Attest(ctx, s)
	if errors.Is(err, edge.ErrFuture) {
		err = fmt.Errorf("%w: %w", pipeline.ErrNever, err)
	}
	return fresh, err
}
