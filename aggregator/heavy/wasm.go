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

	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// Prepared is a module made ready for a host that knows nothing of fuel and shows
// results to everybody: its files lie in the job's root, and all that it leaves, with
// the fuel, in one sealed file.
type Prepared struct {
	Files   map[string][]byte // modules, by name
	Entry   string            // the command among them
	Imports []string          // the others, in the order of linking
	Sealed  string            // path of the sealed file in a result, as "meter/sealed"; it holds a tar archive
	Meter   string            // path in the archive of the file with the fuel left
	Used    func(left []byte) (uint64, error)
}

// Prepare makes a module ready, with the fuel and the bytes of memory that it may
// take, and the age recipient who may read what comes of it. The sandbox of package
// edge has it; whoever composes the two brings it here, since the server knows
// nothing of the device.
type Prepare func(module []byte, fuel, memory uint64, recipient string) (Prepared, error)

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
	Verdict Verdict // its result is opened
}

// Runner runs tasks on a cluster.
type Runner struct {
	Cluster  *Cluster
	Prepare  Prepare
	Identity sealed.Identity // to which results are sealed; whoever goes on with a job needs the same
	Origin   *Origin         // serves inputs that do not fit into a submission; nil = they are refused
	Attempts int             // times that a task is begun anew where nodes failed; 0 = 3
	Progress func(Progress)  // nil = nobody wants to know
}

// Run submits a task and waits for what comes of it; called again with the same
// name, after whatever end, it goes on where it was. An error of the task itself
// is an ErrJob, and would be the same anywhere; a module that cannot be prepared
// is ErrRefused.
func (r Runner) Run(ctx context.Context, t Task) (Report, error) {
	if r.Identity == (sealed.Identity{}) {
		return Report{}, fmt.Errorf("task %q: %w: its results have no receiver", t.Name, ErrRefused)
	}
	p, err := r.Prepare(t.Module, t.Fuel, t.Memory, r.Identity.Recipient())
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
	open := func(found Result) (Result, error) {
		return found.Unseal(p.Sealed, r.Identity, r.Cluster.config.MaxResult)
	}
	if report.Verdict, err = r.Cluster.Compare(ctx, outcome, open); err != nil {
		return report, err
	}
	report.Outputs, report.Fuel, err = t.read(p, report.Verdict.Result)
	return report, err
}

// sealingMemory is more than a sealed job's outputs take of memory besides their own
// bytes: up to 64 files with a block of 64 KiB each that is not full.
const (
	sealingMemory = 8 << 20
	addressable   = 4 << 30 // by a WASM module
)

// OutputWithin is the most that a task may write on a node with so much memory.
func OutputWithin(memory uint64) uint64 { return memory - min(memory, sealingMemory) }

func (t Task) job(p Prepared) Job {
	directory, _, _ := strings.Cut(p.Sealed, "/")
	j := Job{Name: t.Name, Outputs: []string{"outputs", directory}, Inputs: slices.Clone(t.Inputs), Replicas: t.Replicas, Timeout: t.Timeout, Queue: t.Queue,
		// A node's limit for each module: the job has its own, the outputs are kept by another.
		Resources: Resources{Memory: max(t.Memory, min(t.Output, addressable-sealingMemory)+sealingMemory) &^ 0xffff, GPU: t.GPU}, WASM: &WASM{Entry: "/" + p.Entry}}
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
		return nil, 0, fmt.Errorf("task %q: %w: on %s, which left no result, exit code %d", t.Name, ErrNode, r.Execution.Node, r.Execution.ExitCode)
	}
	if fuel, err = p.Used(left); err != nil {
		return nil, 0, fmt.Errorf("task %q: %w: on %s: %w", t.Name, ErrNode, r.Execution.Node, err)
	}
	if r.Execution.ExitCode != 0 {
		return nil, 0, fmt.Errorf("task %q: %w: exit code %d: %s", t.Name, ErrJob, r.Execution.ExitCode, firstLine(string(r.Files[StderrFile])))
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
