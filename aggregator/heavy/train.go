package heavy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Trainer runs the tasks that devices hand over. Their data come encrypted to its
// identity and are in the clear on the cluster: whoever names it as a provider
// trusts the cluster.
type Trainer struct {
	Runner   Runner
	Identity sealed.Identity
}

// maxData bounds a device's data in bytes.
const maxData = 1 << 30

// unmetered is more fuel than a task takes: its device sets no limit for others.
const unmetered = 1 << 56

// Recipient is to whom devices encrypt their data.
func (t Trainer) Recipient() string { return t.Identity.Recipient() }

// Provider is what tasks name: the same.
func (t Trainer) Provider() string { return t.Recipient() }

// Takes tells whether an owner lets the cluster see data.
func (t Trainer) Takes(trusted []string) bool { return slices.Contains(trusted, t.Recipient()) }

// Train runs a task as its device would: the same plan, model and data give the
// same update, metrics and fuel.
func (t Trainer) Train(ctx context.Context, task wire.Task, over wire.HandOver, module, model, data []byte) (update, metrics []byte, fuel uint64, err error) {
	fail := func(err error) ([]byte, []byte, uint64, error) {
		return nil, nil, 0, fmt.Errorf("run task %s of %s: %w", over.Task.Short(), task.Device, err)
	}
	content, err := t.Identity.Open(data, maxData)
	if err != nil {
		return fail(err)
	}
	file, err := tensor.Decode(model)
	if err != nil {
		return fail(err)
	}
	architecture, err := plan.ParseArchitecture(file.Metadata[plan.MetadataKey])
	if err != nil {
		return fail(err)
	}
	var training plan.Training
	if err := wire.Unmarshal(task.Training, &training); err != nil {
		return fail(err)
	}
	lowered, err := plan.Lower(architecture, training, plan.Train, model, content)
	if err != nil {
		return fail(err)
	}
	timeout := time.Duration(task.Timeout) * time.Millisecond
	report, err := t.Runner.Run(ctx, Task{Name: "tadpole-task-" + over.Task.String()[:32], Module: module, Fuel: unmetered, Memory: task.Memory, Output: task.MaxUpdate + 4096, Timeout: timeout, Queue: timeout,
		Inputs: []Input{{Target: "/inputs/plan.bin", Content: lowered}, {Target: "/inputs/model.safetensors", Content: model}, {Target: "/inputs/data.safetensors", Content: content}}})
	if err != nil {
		return fail(err)
	}
	return report.Outputs["update.bin"], report.Outputs["metrics.bin"], report.Fuel, nil
}
