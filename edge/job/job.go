// Package job runs WASM jobs: pure functions from input files to output files,
// without network, clock, environment or randomness (design, decisions 1 and 2).
//
// Every module is metered first (package fuel): its work is counted and limited in
// units that are the same on every host, and so are the bits of its NaNs.
//
// A Request with a module, named inputs and limits flows in; the outputs flow
// out, or an error that says which limit or rule was broken. Pool runs a job in
// a child process that can be killed, which is what a daemon must use, because
// native code never yields to Go's scheduler; the child's side of it is Serve.
// InProcess runs a job in the process itself, for simulations and tests. No other
// package of the edge names wazero.
//
// What a job sees:
//   - one directory / with inputs, flat and read-only, and outputs, flat and
//     write-only, in it;
//   - no environment, and one empty argument where a command's name stands;
//   - an empty standard input, a standard output that goes nowhere, and a standard
//     error of which the last 4 KiB are kept; a streaming job (Stream) gets its input
//     and gives its output there;
//   - a wall clock that stands still at 1970, and a monotonic clock that adds 1 ms
//     whenever it is read (some runtimes wait for it to move);
//   - random bytes from a constant seed: a job takes its seed from its task.
package job

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Request is one job.
type Request struct {
	Module     []byte    // a WASI preview-1 command module; nil = it is in ModulePath
	ModulePath string    // the module's file, read only where it is not warm
	ModuleHash blob.Hash // SHA-256 of the module; zero = hash Module at every run
	Inputs     []Input
	Limits     Limits
	Checkpoint Checkpoint // only a Pool keeps one, and not of a streaming job
}

// Input is a file that the job sees as /inputs/<Name>: content, or the path of a
// regular file that holds it.
type Input struct {
	Name    string // one path element of at most 255 bytes
	Path    string // "" = the content is in Content
	Content []byte
}

// Limits bound one job. A zero field means its default.
type Limits struct {
	MemoryBytes uint64        // of linear memory, in whole 64 KiB pages; 0 = 64 MiB
	OutputBytes uint64        // in all output files together; 0 = 16 MiB
	Deadline    time.Duration // from the start of the run, compiling excluded; 0 = 1 minute; InProcess holds none
	Fuel        uint64        // units of work, as package fuel counts them; 0 = 2^50, which is days
}

// Defaults of Limits.
const (
	DefaultMemoryBytes = 64 << 20
	DefaultOutputBytes = 16 << 20
	DefaultDeadline    = time.Minute
	DefaultFuel        = 1 << 50
)

func (l Limits) withDefaults() Limits {
	l.MemoryBytes = cmp.Or(l.MemoryBytes, DefaultMemoryBytes)
	l.OutputBytes = cmp.Or(l.OutputBytes, DefaultOutputBytes)
	l.Deadline = cmp.Or(l.Deadline, DefaultDeadline)
	l.Fuel = min(cmp.Or(l.Fuel, DefaultFuel), math.MaxInt64)
	return l
}

// Output is a file that the job left as /outputs/<Name>.
type Output struct {
	Name  string
	Bytes []byte
}

// Result is what a job left behind.
type Result struct {
	Outputs []Output      // sorted by name
	Stderr  string        // the end of what it said, at most 4 KiB
	Elapsed time.Duration // of the run itself, compiling excluded; not deterministic
	Fuel    uint64        // that the run took: the same on every host
	Resumed bool          // it went on from a checkpoint
	Unkept  error         // why the last checkpoint that was due could not be kept, as on a full disk; nil = it was, or none was due
}

// Output finds one output's content by name.
func (r Result) Output(name string) (content []byte, found bool) {
	i, found := slices.BinarySearchFunc(r.Outputs, name, func(o Output, name string) int { return cmp.Compare(o.Name, name) })
	if !found {
		return nil, false
	}
	return r.Outputs[i].Bytes, true
}
