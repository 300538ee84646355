package job

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// What the daemon and a runner say to each other over the runner's stdin and
// stdout. A frame is the length of its header in 4 bytes, big-endian, the header
// in CBOR, and the blobs whose sizes the header gives, as they are.
//
//	daemon: setup                                     once, at the start
//	runner: ready                                     once
//	daemon: request + contents of inline inputs       one at a time
//	runner: need                                      only if the module is not warm
//	daemon: module (a path, or the binary as a blob)
//	runner: started                                   the module is compiled, and can go on
//	runner: answer + contents of the outputs
//
// Between started and answer, if the request wants checkpoints and the module can go on:
//
//	daemon: save                                      leave one as soon as there can be one
//	runner: saved + the parts of an image             on its own, too
//
// A streaming job asks for input whenever it has used up what it had, at first too, and
// with that says that it is done with it:
//
//	runner: asked + what it wrote since then
//	daemon: fed + input
//	runner: asked + ..., or answer, when it has ended
//
// Both ends are one binary, so the form needs no versions. The runner trusts the
// daemon; the daemon does not trust a runner, where a guest may have broken out.
type frame struct {
	Setup   *setup   `cbor:"1,keyasint,omitempty"`
	Ready   bool     `cbor:"2,keyasint,omitempty"`
	Request *request `cbor:"3,keyasint,omitempty"`
	Need    bool     `cbor:"4,keyasint,omitempty"`
	Module  *source  `cbor:"5,keyasint,omitempty"`
	Started *started `cbor:"6,keyasint,omitempty"`
	Answer  *answer  `cbor:"7,keyasint,omitempty"`
	Sizes   []uint64 `cbor:"8,keyasint,omitempty"` // of the blobs, in bytes
	Asked   *asked   `cbor:"9,keyasint,omitempty"`
	Fed     bool     `cbor:"10,keyasint,omitempty"`
	Save    bool     `cbor:"11,keyasint,omitempty"`
	Saved   bool     `cbor:"12,keyasint,omitempty"`
}

type setup struct {
	CacheDir    string `cbor:"1,keyasint,omitempty"`
	Interpreter bool   `cbor:"2,keyasint,omitempty"`
	WarmModules int    `cbor:"3,keyasint"`
	DataBytes   uint64 `cbor:"4,keyasint,omitempty"` // that the process may use beyond what it starts with; 0 = do not confine it
}

type request struct {
	Hash     blob.Hash     `cbor:"1,keyasint"`
	Inputs   []inputHeader `cbor:"2,keyasint,omitempty"`
	Memory   uint64        `cbor:"3,keyasint"`
	Output   uint64        `cbor:"4,keyasint"`
	Deadline time.Duration `cbor:"5,keyasint"`
	Fuel     uint64        `cbor:"6,keyasint"`
	Stream   bool          `cbor:"7,keyasint,omitempty"`
	Points   *checkpoints  `cbor:"8,keyasint,omitempty"` // nil = none are wanted
}

// checkpoints is how often one is wanted, and the file of the last; "" = there is none.
type checkpoints struct {
	Every time.Duration `cbor:"1,keyasint"`
	From  string        `cbor:"2,keyasint,omitempty"`
}

// started tells whether the module can go on from a checkpoint.
type started struct {
	Resumable bool `cbor:"1,keyasint,omitempty"`
}

// asked is a streaming job's word that it is done with what it was fed.
type asked struct {
	Fuel uint64 `cbor:"1,keyasint"` // that it took
}

// inputHeader has no path if the content is the next blob.
type inputHeader struct {
	Name string `cbor:"1,keyasint"`
	Path string `cbor:"2,keyasint,omitempty"`
}

// source has no path if the binary is a blob.
type source struct {
	Path string `cbor:"1,keyasint,omitempty"`
}

type answer struct {
	Outputs []string      `cbor:"1,keyasint,omitempty"` // names; the contents are blobs
	Stderr  string        `cbor:"2,keyasint,omitempty"`
	Elapsed time.Duration `cbor:"3,keyasint,omitempty"`
	Failure int           `cbor:"4,keyasint,omitempty"` // index in failures plus 1
	Detail  string        `cbor:"5,keyasint,omitempty"`
	Exit    uint32        `cbor:"6,keyasint,omitempty"`
	Fuel    uint64        `cbor:"7,keyasint,omitempty"`
	Resumed bool          `cbor:"8,keyasint,omitempty"`
}

// Bounds of what is read, in bytes.
const (
	maxHeader = 1 << 20
	maxInline = 1 << 30 // inline inputs, or a module
)

var errFrame = errors.New("malformed frame")

func writeFrame(w *bufio.Writer, f frame, blobs ...[]byte) error {
	f.Sizes = make([]uint64, len(blobs))
	for i, b := range blobs {
		f.Sizes[i] = uint64(len(b))
	}
	header, err := wire.Marshal(f)
	if err != nil {
		return err
	}
	if len(header) > maxHeader {
		return fmt.Errorf("%w: header of %d bytes, at most %d", errFrame, len(header), maxHeader)
	}
	w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(header))))
	w.Write(header)
	for _, b := range blobs {
		w.Write(b)
	}
	return w.Flush() // bufio keeps the first error
}

// readFrame reads a frame with at most limit bytes of blobs. It gives io.EOF only
// between two frames.
func readFrame(r *bufio.Reader, limit uint64) (f frame, blobs [][]byte, err error) {
	if f, err = readFrameHeader(r); err != nil {
		return f, nil, err
	}
	blobs, err = readBlobs(r, f.Sizes, limit)
	return f, blobs, err
}

// readFrameHeader leaves the frame's blobs to be read.
func readFrameHeader(r *bufio.Reader) (f frame, err error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return f, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxHeader {
		return f, fmt.Errorf("%w: header of %d bytes, at most %d", errFrame, n, maxHeader)
	}
	header, err := readBlob(r, uint64(n))
	if err != nil {
		return f, err
	}
	if err := wire.Unmarshal(header, &f); err != nil {
		return f, fmt.Errorf("%w: %w", errFrame, err)
	}
	return f, nil
}

func readBlobs(r *bufio.Reader, sizes []uint64, limit uint64) (blobs [][]byte, err error) {
	for _, size := range sizes {
		if size > limit {
			return nil, fmt.Errorf("%w: blobs are longer than allowed", errFrame)
		}
		limit -= size
		b, err := readBlob(r, size)
		if err != nil {
			return nil, err
		}
		blobs = append(blobs, b)
	}
	return blobs, nil
}

// readBlob allocates no more than a MiB ahead of what has arrived.
func readBlob(r *bufio.Reader, size uint64) ([]byte, error) {
	const ahead = 1 << 20
	if size <= ahead {
		b := make([]byte, size)
		_, err := io.ReadFull(r, b)
		return b, unexpected(err)
	}
	var b bytes.Buffer
	b.Grow(ahead)
	_, err := io.CopyN(&b, r, int64(size))
	return b.Bytes(), unexpected(err)
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// failures are the kinds of failure that a runner reports, in the order of their
// numbers in answers.
func failures() []error {
	return []error{ErrRunner, ErrModule, ErrTrap, ErrMemory, ErrOutputLimit, ErrInput, ErrExit, ErrFuel}
}

func answerOf(result Result, err error) (answer, [][]byte) {
	a := answer{Stderr: result.Stderr, Elapsed: result.Elapsed, Fuel: result.Fuel, Resumed: result.Resumed}
	var exit *ExitError
	var f *fault
	switch {
	case err == nil:
		blobs := make([][]byte, len(result.Outputs))
		for i, o := range result.Outputs {
			a.Outputs, blobs[i] = append(a.Outputs, o.Name), o.Bytes
		}
		return a, blobs
	case errors.As(err, &exit):
		a.Exit, a.Stderr = exit.Code, exit.Stderr
		a.Failure = slices.Index(failures(), ErrExit) + 1
	case errors.As(err, &f):
		a.Detail = f.detail
		a.Failure = slices.Index(failures(), f.kind) + 1
	default:
		a.Detail, a.Failure = err.Error(), 1
	}
	return a, nil
}

// result believes an answer only as far as it has the right form.
func (a answer) result(blobs [][]byte) (Result, error) {
	kinds := failures()
	switch {
	case a.Failure < 0 || a.Failure > len(kinds) || len(a.Stderr) > 3*tailSize || len(blobs) != len(a.Outputs) || len(blobs) > maxFiles:
		return Result{}, failed(ErrRunner, "%v", errFrame)
	case a.Failure > 0 && kinds[a.Failure-1] == ErrExit:
		return Result{}, &ExitError{a.Exit, a.Stderr}
	case a.Failure > 0:
		return Result{}, &fault{kinds[a.Failure-1], a.Detail}
	}
	r := Result{Stderr: a.Stderr, Elapsed: a.Elapsed, Fuel: a.Fuel, Resumed: a.Resumed, Outputs: make([]Output, len(blobs))}
	for i, name := range a.Outputs {
		if !validName(name) || i > 0 && name <= a.Outputs[i-1] {
			return Result{}, failed(ErrRunner, "%v: output %.80q", errFrame, name)
		}
		r.Outputs[i] = Output{name, blobs[i]}
	}
	return r, nil
}
