// Package job runs WASM jobs: pure functions from input files to output files,
// without network, clock, environment or randomness (design, decisions 1 and 2).
//
// A Request with a module, named inputs and limits flows in; the outputs flow
// out, or an error that says which limit or rule was broken. Engine runs a job
// in this process; Pool runs it in a child process that can be killed, which is
// what a daemon must use: native code never yields to Go's scheduler. No other
// package of the edge names wazero.
package job

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Errors that callers branch on.
var (
	ErrModule   = errors.New("module cannot run here") // not valid, or asks for more than a job gets
	ErrTrap     = errors.New("job trapped")
	ErrExit     = errors.New("job failed") // see ExitError for the code
	ErrDeadline = errors.New("job took too long")
	ErrMemory   = errors.New("job needs more memory than it may use")
	ErrOutput   = errors.New("job wrote more than it may")
	ErrRunner   = errors.New("runner process died")
)

// ExitError is a job's own exit code, other than 0.
type ExitError struct {
	Code   uint32
	Stderr string // the end of what it said
}

func (e *ExitError) Error() string {
	if e.Stderr == "" {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return fmt.Sprintf("exit code %d: %s", e.Code, e.Stderr)
}

// Unwrap makes errors.Is(err, ErrExit) hold.
func (e *ExitError) Unwrap() error { return ErrExit }

// Limits bound one job. A zero field means its default.
type Limits struct {
	Memory   uint64        `cbor:"1,keyasint"` // bytes of linear memory; 0 = 64 MiB
	Output   uint64        `cbor:"2,keyasint"` // bytes in all output files; 0 = 16 MiB
	Deadline time.Duration `cbor:"3,keyasint"` // 0 = 1 minute; held by Pool only
}

func (l Limits) withDefaults() Limits {
	l.Memory = cmp.Or(l.Memory, 64<<20)
	l.Output = cmp.Or(l.Output, 16<<20)
	l.Deadline = cmp.Or(l.Deadline, time.Minute)
	return l
}

// Input is a file that the job sees as /inputs/<Name>: content, or the path of a
// file that holds it.
type Input struct {
	Name    string `cbor:"1,keyasint"`
	Path    string `cbor:"2,keyasint,omitempty"`
	Content []byte `cbor:"3,keyasint,omitempty"`
}

// Output is a file that the job left as /outputs/<Name>.
type Output struct {
	Name    string `cbor:"1,keyasint"`
	Content []byte `cbor:"2,keyasint"`
}

// Request is one job.
type Request struct {
	Module []byte // a WASI preview-1 command module
	Inputs []Input
	Limits Limits
}

// Result is what a job left behind.
type Result struct {
	Outputs []Output // sorted by name
	Stderr  string   // the end of what it said, at most 4 KiB
	Elapsed time.Duration
}

// Output finds one output's content by name.
func (r Result) Output(name string) ([]byte, bool) {
	i, found := slices.BinarySearchFunc(r.Outputs, name, func(o Output, name string) int { return cmp.Compare(o.Name, name) })
	if !found {
		return nil, false
	}
	return r.Outputs[i].Content, true
}

// named puts the module's hash before an error.
func named(module blob.Hash, err error) error {
	return fmt.Errorf("run module %s: %w", module.Short(), err)
}
