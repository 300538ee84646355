package job

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// runner is one child process, and its only user's end of the pipes to it.
type runner struct {
	command *exec.Cmd
	in      *os.File
	out     *os.File
	writer  *bufio.Writer
	reader  *bufio.Reader
	stderr  tail // of the process itself; complete once stop has returned

	mu        sync.Mutex // guards the deadlines of in and out, and what follows
	cancelled bool
	expires   time.Time     // when the runner's time for its next word is over
	paused    bool          // it is stopped, and its time stands still
	left      time.Duration // of its time, while it is paused
	resumable bool          // the job at work can be asked for a checkpoint
	evicted   bool          // killed because it was paused for too long, or to be when it has left a checkpoint
	gone      bool          // its process was waited for: its number may be another's
}

// Times that a sound runner never needs.
const (
	startTimeout   = time.Minute // to start a process and WASM engine
	compileTimeout = 5 * time.Minute
	stopTimeout    = 2 * time.Second
)

// startRunner starts a process and waits until it is ready.
func startRunner(ctx context.Context, command *exec.Cmd, s setup) (*runner, error) {
	childIn, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start runner: %w", err)
	}
	out, childOut, err := os.Pipe()
	if err != nil {
		childIn.Close()
		in.Close()
		return nil, fmt.Errorf("start runner: %w", err)
	}
	r := &runner{command: command, in: in, out: out, writer: bufio.NewWriterSize(in, 64<<10), reader: bufio.NewReaderSize(out, 64<<10)}
	command.Stdin, command.Stdout, command.Stderr = childIn, childOut, &r.stderr
	isolate(command)
	err = command.Start()
	childIn.Close()
	childOut.Close()
	if err != nil {
		in.Close()
		out.Close()
		return nil, failed(ErrRunner, "start: %v", err)
	}
	defer r.watch(ctx)()
	r.allow(startTimeout)
	err = writeFrame(r.writer, frame{Setup: &s})
	var f frame
	if err == nil {
		f, _, err = readFrame(r.reader, 0)
	}
	if err == nil && !f.Ready {
		err = errFrame
	}
	if err != nil {
		r.stop()
		return nil, r.failure(ctx, err, startTimeout)
	}
	return r, nil
}

// watch makes reads and writes fail when ctx ends, until the function that it
// gives is called.
func (r *runner) watch(ctx context.Context) (unwatch func()) {
	r.mu.Lock()
	r.cancelled = false
	r.mu.Unlock()
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.cancelled = true
		r.setDeadline(time.Unix(1, 0))
	})
	return func() {
		if !stop() {
			<-done
		}
	}
}

// allow gives the runner that long for its next word.
func (r *runner) allow(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.paused:
		r.left = d
	case !r.cancelled:
		r.expires = time.Now().Add(d)
		r.setDeadline(r.expires)
	}
}

func (r *runner) setDeadline(t time.Time) {
	r.in.SetWriteDeadline(t)
	r.out.SetReadDeadline(t)
}

// run gives one job to the process. After an error of the pipe, sound is false
// and the process of no more use.
func (r *runner) run(ctx context.Context, hash blob.Hash, job Request) (result Result, sound bool, err error) {
	defer r.watch(ctx)()
	keeper := newKeeper(hash, job)
	f, blobs, deadline, err := r.ask(hash, job, keeper)
	if err == nil && f.Answer == nil {
		err = errFrame
	}
	if err != nil {
		r.stop()
		return Result{}, false, r.failure(ctx, err, deadline)
	}
	if result, err = f.Answer.result(blobs); errors.Is(err, ErrRunner) {
		r.stop() // it says what it must not, or that it is at its end
		return Result{}, false, err
	}
	result.Unkept = keeper.err
	return result, true, err
}

// ask gives a request to the process, and the module if it wants it, and waits for what
// comes of it: an answer, or a streaming job's first question, which has no keeper. The deadline is the one
// that counted last.
func (r *runner) ask(hash blob.Hash, job Request, k *keeper) (f frame, blobs [][]byte, deadline time.Duration, err error) {
	deadline = job.Limits.Deadline
	head, contents := header(hash, job)
	if head.Stream = k == nil; k != nil {
		head.Points = k.checkpoints()
	}
	r.allow(deadline)
	err = writeFrame(r.writer, frame{Request: &head}, contents...)
	for err == nil {
		f, err = readFrameHeader(r.reader)
		switch {
		case err != nil:
		case f.Saved:
			err = r.save(f.Sizes, k, job.Limits)
		case f.Need:
			deadline = compileTimeout
			r.allow(deadline)
			err = r.send(job)
		case f.Started != nil:
			deadline = job.Limits.Deadline
			r.allow(deadline)
			r.started(f.Started.Resumable && head.Points != nil)
		default:
			blobs, err = readBlobs(r.reader, f.Sizes, job.Limits.OutputBytes)
			return f, blobs, deadline, err
		}
	}
	return f, nil, deadline, err
}

// header is a request as the process takes it, and the contents of its inline inputs.
func header(hash blob.Hash, job Request) (head request, contents [][]byte) {
	head = request{Hash: hash, Memory: job.Limits.MemoryBytes, Output: job.Limits.OutputBytes, Deadline: job.Limits.Deadline, Fuel: job.Limits.Fuel}
	for _, i := range job.Inputs {
		head.Inputs = append(head.Inputs, inputHeader{i.Name, i.Path})
		if i.Path == "" {
			contents = append(contents, i.Content)
		}
	}
	return head, contents
}

// send gives the module to the process.
func (r *runner) send(job Request) error {
	if job.Module == nil && job.ModulePath != "" {
		return writeFrame(r.writer, frame{Module: &source{job.ModulePath}})
	}
	return writeFrame(r.writer, frame{Module: &source{}}, job.Module)
}

// failure says why a process that is gone by now gave no answer.
func (r *runner) failure(ctx context.Context, err error, allowed time.Duration) error {
	switch {
	case r.evicted:
		return errEvicted
	case ctx.Err() != nil:
		return fmt.Errorf("killed the runner: %w", context.Cause(ctx))
	case errors.Is(err, os.ErrDeadlineExceeded):
		return failed(ErrDeadline, "killed after %v", allowed)
	}
	return failed(ErrRunner, "%v, it said %q", r.command.ProcessState, cmp.Or(firstLine(r.stderr.String()), err.Error()))
}

// alive tells whether a process without work is still there.
func (r *runner) alive() bool { return r.reader.Buffered() == 0 && !ended(r.out) }

// retire lets a process without work end by itself.
func (r *runner) retire() {
	r.in.Close()
	r.out.SetReadDeadline(time.Now().Add(stopTimeout))
	io.Copy(io.Discard, r.reader)
	r.stop()
}

// stop kills the process, waits for it and frees what it held.
func (r *runner) stop() {
	r.in.Close()
	r.mu.Lock()
	r.gone = true // from here on nobody else signals it
	r.mu.Unlock()
	kill(r.command.Process)
	r.command.Wait()
	r.out.Close()
}

func (r *runner) started(resumable bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resumable = resumable
}

// maxImageHead is more than an image has beside its pages.
const maxImageHead = 2 * maxHeader

// save takes in a checkpoint. If it is what an eviction waited for, the runner has done
// its part.
func (r *runner) save(sizes []uint64, k *keeper, l Limits) error {
	left := l.MemoryBytes + maxImageHead
	size := uint64(0)
	for _, s := range sizes {
		if k == nil || k.Path == "" || s > left-size {
			return fmt.Errorf("%w: a checkpoint that nobody wanted, or too long", errFrame)
		}
		size += s
	}
	if err := k.keep(r.reader, int64(size)); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.evicted {
		return errEvicted
	}
	return nil
}
