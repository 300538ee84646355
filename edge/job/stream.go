package job

import (
	"context"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Stream is a streaming job: a command that reads its standard input and writes its
// standard output for as long as there is something to read. It has a warm runner of its
// own. It is not safe for concurrent use.
type Stream struct {
	pool   *Pool
	runner *runner
	hash   blob.Hash
	limits Limits
	first  []byte // what it wrote before it read anything
	err    error  // how it ended; nil = it has not
}

// Stream starts a streaming job, and waits until it asks for its first input. Its limits
// hold for each Send. It is not one of the pool's Runners, and must be closed before the
// pool.
func (p *Pool) Stream(ctx context.Context, r Request) (*Stream, error) {
	hash := r.hash()
	s, err := p.stream(ctx, hash, r)
	if err != nil {
		return nil, named(hash, err)
	}
	return s, nil
}

func (p *Pool) stream(ctx context.Context, hash blob.Hash, r Request) (*Stream, error) {
	if err := p.bound(&r.Limits); err != nil {
		return nil, err
	}
	if err := p.backOff(ctx); err != nil {
		return nil, err
	}
	one, err := p.launch(ctx)
	if err != nil {
		return nil, err
	}
	s := &Stream{pool: p, runner: one, hash: hash, limits: r.Limits}
	defer p.sending()()
	s.first, _, err = one.begin(ctx, hash, r)
	p.note(errors.Is(err, ErrRunner))
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Send gives the job input and waits until it asks for more, within its deadline. What it
// wrote meanwhile is the output; nothing that the input made is still to come, unless the
// job itself keeps it. After an error the job is over: close it. An end of its own is
// ErrExit.
func (s *Stream) Send(ctx context.Context, input []byte) (output []byte, err error) {
	if s.err != nil {
		return nil, s.err
	}
	if len(input) == 0 {
		return nil, nil
	}
	defer s.pool.sending()()
	output, _, err = s.runner.feed(ctx, s.limits, input)
	if err != nil {
		s.err = named(s.hash, err)
		return nil, s.err
	}
	if len(s.first) > 0 {
		output, s.first = append(s.first, output...), nil
	}
	return output, nil
}

// Close ends the job and its runner.
func (s *Stream) Close() error {
	if s.err == nil {
		s.runner.stop()
		s.err = errClosed
	}
	return nil
}

// begin has the process start a streaming job. After an error it is gone.
func (r *runner) begin(ctx context.Context, hash blob.Hash, job Request) (output []byte, fuel uint64, err error) {
	defer r.watch(ctx)()
	f, blobs, deadline, err := r.ask(hash, job, nil)
	if err != nil {
		r.stop()
		return nil, 0, r.failure(ctx, err, deadline)
	}
	return r.heard(f, blobs)
}

// feed gives a streaming job input.
func (r *runner) feed(ctx context.Context, l Limits, input []byte) (output []byte, fuel uint64, err error) {
	defer r.watch(ctx)()
	r.allow(l.Deadline)
	err = writeFrame(r.writer, frame{Fed: true}, input)
	if err == nil {
		var f frame
		var blobs [][]byte
		if f, blobs, err = readFrame(r.reader, l.OutputBytes); err == nil {
			return r.heard(f, blobs)
		}
	}
	r.stop()
	return nil, 0, r.failure(ctx, err, l.Deadline)
}

// heard takes what a streaming job says once it has used up its input.
func (r *runner) heard(f frame, blobs [][]byte) (output []byte, fuel uint64, err error) {
	if f.Asked != nil && len(blobs) == 1 {
		return blobs[0], f.Asked.Fuel, nil
	}
	defer r.stop()
	if f.Answer == nil {
		return nil, 0, failed(ErrRunner, "%v", errFrame)
	}
	result, err := f.Answer.result(blobs)
	if err == nil {
		err = fmt.Errorf("%w: it ended although there was more to read; a streaming job reads until its input ends: %w", ErrModule, &ExitError{0, result.Stderr})
	}
	return nil, 0, err
}
