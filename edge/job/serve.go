package job

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
)

// Serve is the main loop of a runner process: it takes requests from a Pool's
// side of the pipe and answers them, one after another, until in ends, which is
// when the daemon closes it or dies. It first gives up what no job needs, for
// good, so nothing else should run in the process.
func Serve(in io.Reader, out io.Writer) error {
	s := server{pipe: in, in: bufio.NewReaderSize(in, 64<<10), out: bufio.NewWriterSize(out, 64<<10)}
	first, _, err := readFrame(s.in, 0)
	if err != nil || first.Setup == nil {
		return fmt.Errorf("serve jobs: no setup from the daemon: %w", errors.Join(err, errFrame))
	}
	if first.Setup.DataBytes > 0 {
		if err := confine(first.Setup.DataBytes); err != nil {
			return fmt.Errorf("serve jobs: %w", err)
		}
		s.confined = true
	}
	// A job's memory is not on Go's heap; what is there is small and short-lived.
	debug.SetGCPercent(50)
	s.engine, err = newEngine(first.Setup.CacheDir, first.Setup.Interpreter, first.Setup.WarmModules)
	if err != nil {
		return fmt.Errorf("serve jobs: %w", err)
	}
	defer s.engine.close()
	if err := writeFrame(s.out, frame{Ready: true}); err != nil {
		return fmt.Errorf("serve jobs: %w", err)
	}
	for {
		if err := s.one(); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("serve jobs: %w", err)
		}
	}
}

type server struct {
	pipe     io.Reader
	in       *bufio.Reader
	out      *bufio.Writer
	engine   *engine
	confined bool
}

// one serves one request. Its errors are those of the pipe.
func (s *server) one() error {
	f, blobs, err := readFrame(s.in, maxInline)
	if err != nil {
		return err
	}
	if f.Request == nil {
		return fmt.Errorf("%w: it is no request", errFrame)
	}
	r := *f.Request
	w := work{hash: r.Hash, limits: Limits{r.Memory, r.Output, r.Deadline, r.Fuel}}
	for _, i := range r.Inputs {
		input := Input{Name: i.Name, Path: i.Path}
		if i.Path == "" {
			if len(blobs) == 0 {
				return fmt.Errorf("%w: input %.80q has no content", errFrame, i.Name)
			}
			input.Content, blobs = blobs[0], blobs[1:]
		}
		w.inputs = append(w.inputs, input)
	}
	var pipe error
	cold := false
	w.load = func() (module []byte, err error) {
		cold = true
		module, pipe, err = s.fetch()
		return module, errors.Join(pipe, err)
	}
	w.started = func(resumable bool) error {
		if s.confined {
			pipe = errors.Join(pipe, allowCPU(r.Deadline))
		}
		if cold || resumable && w.point != nil {
			pipe = errors.Join(pipe, writeFrame(s.out, frame{Started: &started{resumable}}))
		}
		return pipe
	}
	if r.Points != nil {
		w.point = s.point(*r.Points, &pipe)
	}
	if r.Stream {
		w.feed = &feed{limits: w.limits, exchange: func(fuel uint64, output []byte) (input []byte, err error) {
			input, err = s.exchange(fuel, output, r.Deadline)
			pipe = errors.Join(pipe, err)
			return input, err
		}}
	}
	result, err := s.engine.run(context.Background(), w)
	if errors.Is(err, errImage) {
		w.point.from, w.point.before = nil, 0
		result, err = s.engine.run(context.Background(), w)
	}
	if pipe != nil {
		return pipe
	}
	a, contents := answerOf(result, err)
	return writeFrame(s.out, frame{Answer: &a}, contents...)
}

// point is where a job may be left. What goes wrong with the pipe is left in pipe.
func (s *server) point(c checkpoints, pipe *error) *safepoint {
	p := &safepoint{every: c.Every}
	p.keep = func(parts ...[]byte) error {
		*pipe = errors.Join(*pipe, writeFrame(s.out, frame{Saved: true}, parts...))
		return *pipe
	}
	p.asked = func() bool {
		if s.in.Buffered() == 0 && !s.waiting() {
			return false
		}
		f, _, err := readFrame(s.in, 0)
		if err == nil && !f.Save {
			err = fmt.Errorf("%w: it is no wish for a checkpoint", errFrame)
		}
		*pipe = errors.Join(*pipe, err)
		return true
	}
	if c.From != "" {
		if i, err := openImage(c.From); err == nil { // a damaged one is of no use
			p.from = &i
		}
	}
	return p
}

// waiting tells whether there is something on the pipe.
func (s *server) waiting() bool {
	f, ok := s.pipe.(*os.File)
	return ok && ended(f)
}

// exchange says what a streaming job has written, and gives what it is fed next.
func (s *server) exchange(fuel uint64, output []byte, deadline time.Duration) ([]byte, error) {
	if err := writeFrame(s.out, frame{Asked: &asked{fuel}}, output); err != nil {
		return nil, err
	}
	f, blobs, err := readFrame(s.in, maxInline)
	if err == nil && (!f.Fed || len(blobs) != 1) {
		err = fmt.Errorf("%w: it is no food", errFrame)
	}
	if err == nil && s.confined {
		err = allowCPU(deadline)
	}
	if err != nil {
		return nil, err
	}
	return blobs[0], nil
}

// fetch asks for the module. err is a fault of the module, pipe one of the pipe.
func (s *server) fetch() (module []byte, pipe, err error) {
	if err := writeFrame(s.out, frame{Need: true}); err != nil {
		return nil, err, nil
	}
	f, blobs, err := readFrame(s.in, maxModule)
	switch {
	case err != nil:
		return nil, unexpected(err), nil
	case f.Module != nil && f.Module.Path != "":
		module, err := loadModule(f.Module.Path)
		return module, nil, err
	case f.Module == nil || len(blobs) != 1:
		return nil, fmt.Errorf("%w: it is no module", errFrame), nil
	}
	return blobs[0], nil, nil
}
