package job

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// What the daemon and a runner say to each other over the runner's stdin and
// stdout: CBOR values, each behind its length in 4 bytes, big-endian. Both ends
// are the same binary, so the form needs no versions.

// maxFrame bounds a frame in bytes: modules, inline inputs and outputs are in it.
const maxFrame = 1 << 30

type requestFrame struct {
	Module []byte  `cbor:"1,keyasint"`
	Inputs []Input `cbor:"2,keyasint"`
	Limits Limits  `cbor:"3,keyasint"`
}

type resultFrame struct {
	Outputs []Output      `cbor:"1,keyasint"`
	Stderr  string        `cbor:"2,keyasint"`
	Elapsed time.Duration `cbor:"3,keyasint"`
	Fault   string        `cbor:"4,keyasint,omitempty"` // the sentinel's text
	Detail  string        `cbor:"5,keyasint,omitempty"`
	Exit    uint32        `cbor:"6,keyasint,omitempty"`
}

func writeFrame(w io.Writer, value any) error {
	body, err := cbor.Marshal(value)
	if err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	if len(body) > maxFrame {
		return fmt.Errorf("write frame of %d bytes, at most %d", len(body), maxFrame)
	}
	if _, err := w.Write(append(binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body))), body...)); err != nil {
		return fmt.Errorf("write frame: %w", err)
	}
	return nil
}

func readFrame(r io.Reader, value any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return fmt.Errorf("read frame: %w", err)
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > maxFrame {
		return fmt.Errorf("read frame of %d bytes, at most %d", size, maxFrame)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return fmt.Errorf("read frame: %w", err)
	}
	if err := cbor.Unmarshal(body, value); err != nil {
		return fmt.Errorf("read frame: %w", err)
	}
	return nil
}

// faults are the errors that cross from a runner by their text.
var faults = []error{ErrModule, ErrTrap, ErrMemory, ErrOutput}

func frameOf(result Result, err error) resultFrame {
	f := resultFrame{Outputs: result.Outputs, Stderr: result.Stderr, Elapsed: result.Elapsed}
	if err == nil {
		return f
	}
	f.Fault, f.Detail = ErrRunner.Error(), err.Error()
	var exit *ExitError
	if errors.As(err, &exit) {
		f.Fault, f.Exit, f.Stderr = ErrExit.Error(), exit.Code, exit.Stderr
		return f
	}
	for _, fault := range faults {
		if errors.Is(err, fault) {
			f.Fault = fault.Error()
		}
	}
	return f
}

func (f resultFrame) result() (Result, error) {
	switch f.Fault {
	case "":
		return Result{f.Outputs, f.Stderr, f.Elapsed}, nil
	case ErrExit.Error():
		return Result{}, &ExitError{f.Exit, f.Stderr}
	}
	for _, fault := range faults {
		if f.Fault == fault.Error() {
			return Result{}, remoteError{f.Detail, fault}
		}
	}
	return Result{}, remoteError{f.Detail, ErrRunner}
}

// remoteError has a runner's own words and the sentinel they stood for.
type remoteError struct {
	text  string
	fault error
}

func (e remoteError) Error() string { return e.text }
func (e remoteError) Unwrap() error { return e.fault }
