package job

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Errors that callers branch on. The first seven are the job's own fault.
var (
	ErrModule      = errors.New("module cannot run here") // not valid, or asks for more than a job gets
	ErrTrap        = errors.New("job trapped")
	ErrExit        = errors.New("job failed") // errors.As to *ExitError for the code
	ErrDeadline    = errors.New("job took too long")
	ErrFuel        = errors.New("job ran out of fuel")
	ErrMemory      = errors.New("job needs more memory than it may use")
	ErrOutputLimit = errors.New("job wrote more than it may")
	ErrInput       = errors.New("input cannot be given to the job")
	ErrRunner      = errors.New("runner process failed")
)

// ExitError is a job's own exit code, other than 0.
type ExitError struct {
	Code   uint32
	Stderr string // the end of what it said, at most 4 KiB
}

func (e *ExitError) Error() string {
	if e.Stderr == "" {
		return fmt.Sprintf("%v: exit code %d", ErrExit, e.Code)
	}
	return fmt.Sprintf("%v: exit code %d: %s", ErrExit, e.Code, strings.TrimSpace(e.Stderr))
}

// Unwrap makes errors.Is(err, ErrExit) hold.
func (e *ExitError) Unwrap() error { return ErrExit }

// fault is a failure of a known kind, in a form that crosses to the parent.
type fault struct {
	kind   error // one of the sentinels
	detail string
}

func (f *fault) Error() string { return f.kind.Error() + ": " + f.detail }
func (f *fault) Unwrap() error { return f.kind }

func failed(kind error, format string, a ...any) error {
	return &fault{kind, fmt.Sprintf(format, a...)}
}

// named puts the module's hash before an error.
func named(module blob.Hash, err error) error {
	return fmt.Errorf("run module %s: %w", module.Short(), err)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
