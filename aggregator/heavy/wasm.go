package heavy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Prepared is a module made ready for a host that knows nothing of fuel: its files
// lie in the job's root, and the fuel left is found in a file of its results.
type Prepared struct {
	Files   map[string][]byte // modules, by name
	Entry   string            // the command among them
	Imports []string          // the others, in the order of linking
	Meter   string            // path of the file with the fuel left, as "meter/fuel"
	Used    func(left []byte) (uint64, error)
}

// Prepare makes a module ready, with the fuel that it may take. The sandbox of
// package edge has it; whoever composes the two brings it here, since the server
// knows nothing of the device.
type Prepare func(module []byte, fuel uint64) (Prepared, error)

// Task is a job of the sandbox: the same module, inputs and limits give the same
// outputs and the same fuel on a device and on a cluster.
type Task struct {
	Name     string
	Module   []byte
	Inputs   []Input // below /inputs
	Fuel     uint64  // units of work at most
	Memory   uint64  // bytes of linear memory at most
	Output   uint64  // bytes of all outputs at most
	Replicas int     // 0 = 1
	GPU      uint64  // that the node must have; WASM itself gets none of it
	Timeout  time.Duration
	Queue    time.Duration
}

// Report is what a task gave.
type Report struct {
	Outputs map[string][]byte
	Fuel    uint64
	Verdict Verdict
}

// Runner runs tasks on a cluster.
type Runner struct {
	Cluster  *Cluster
	Prepare  Prepare
	Origin   *Origin        // serves inputs that do not fit into a submission; nil = they are refused
	Attempts int            // times that a task is begun anew where nodes failed; 0 = 3
	Progress func(Progress) // nil = nobody wants to know
}

// Run submits a task and waits for what comes of it; called again with the same
// name, after whatever end, it goes on where it was. An error of the task itself
// is an ErrJob, and would be the same anywhere; a module that cannot be prepared
// is ErrRefused.
func (r Runner) Run(ctx context.Context, t Task) (Report, error) {
	p, err := r.Prepare(t.Module, t.Fuel)
	if err != nil {
		return Report{}, fmt.Errorf("task %q: %w: %w", t.Name, ErrRefused, err)
	}
	j := t.job(p)
	if r.Origin != nil {
		light, withdraw := r.Origin.lighten(j.Inputs)
		defer withdraw()
		j.Inputs = light
	}
	if err := readSmall(j.Inputs); err != nil {
		return Report{}, fmt.Errorf("task %q: %w", t.Name, err)
	}
	for attempt := 1; ; attempt++ {
		// A name runs once: after a restart, attempts that failed are passed over.
		j.Name = attemptName(t.Name, attempt)
		report, err := r.attempt(ctx, j, t, p)
		if attempt >= r.attempts() || !errors.Is(err, ErrNode) && !errors.Is(err, ErrResult) {
			return report, err
		}
	}
}

// Cancel ends a task, whichever attempt at it is under way.
func (r Runner) Cancel(ctx context.Context, name, reason string) error {
	for attempt := 1; attempt <= r.attempts(); attempt++ {
		err := r.Cluster.Cancel(ctx, attemptName(name, attempt), reason)
		if errors.Is(err, ErrUnknown) {
			return nil // attempts follow each other
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r Runner) attempts() int { return cmp.Or(r.Attempts, 3) }

// attemptName is what the cluster calls an attempt at a task.
func attemptName(task string, attempt int) string {
	if attempt == 1 {
		return task
	}
	return fmt.Sprintf("%s-%d", task, attempt)
}

func (r Runner) attempt(ctx context.Context, j Job, t Task, p Prepared) (Report, error) {
	if err := r.Cluster.Submit(ctx, j); err != nil {
		return Report{}, err
	}
	outcome, err := r.Cluster.Watch(ctx, j.Name, r.Progress)
	if err != nil {
		return Report{}, err
	}
	report := Report{}
	if report.Verdict, err = r.Cluster.Compare(ctx, outcome); err != nil {
		return report, err
	}
	report.Outputs, report.Fuel, err = t.read(p, report.Verdict.Result)
	return report, err
}

func (t Task) job(p Prepared) Job {
	directory, _, _ := strings.Cut(p.Meter, "/")
	j := Job{Name: t.Name, Outputs: []string{"outputs", directory}, Inputs: slices.Clone(t.Inputs), Replicas: t.Replicas, Timeout: t.Timeout, Queue: t.Queue,
		// The limit that the guest sees, by whole pages as the sandbox counts them.
		Resources: Resources{Memory: t.Memory &^ 0xffff, GPU: t.GPU}, WASM: &WASM{Entry: "/" + p.Entry}}
	j.WASM.Imports = p.Imports
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		j.Inputs = append(j.Inputs, Input{Target: "/" + name, Content: p.Files[name]})
	}
	return j
}

// read takes a result apart as the sandbox would have.
func (t Task) read(p Prepared, r Result) (outputs map[string][]byte, fuel uint64, err error) {
	left, ended := r.Files[p.Meter]
	if !ended {
		return nil, 0, fmt.Errorf("task %q: %w: on %s, which kept no file", t.Name, ErrNode, r.Execution.Node)
	}
	if fuel, err = p.Used(left); err != nil {
		return nil, 0, fmt.Errorf("task %q: %w: on %s: %w", t.Name, ErrNode, r.Execution.Node, err)
	}
	if r.Execution.ExitCode != 0 {
		return nil, 0, fmt.Errorf("task %q: %w: exit code %d: %s", t.Name, ErrJob, r.Execution.ExitCode, firstLine(r.Execution.Stderr))
	}
	outputs = r.Within("outputs")
	size := uint64(0)
	for _, content := range outputs {
		size += uint64(len(content))
	}
	if size > t.Output {
		return nil, 0, fmt.Errorf("task %q: %w: its outputs are %d bytes, at most %d", t.Name, ErrJob, size, t.Output)
	}
	return outputs, fuel, nil
}
