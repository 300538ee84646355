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

// PoolConfig says how a Pool runs its runners. The zero value is right for a
// daemon whose first argument "runner" calls Serve.
type PoolConfig struct {
	Command func() (*exec.Cmd, error) // makes a runner's command; nil = this executable with the argument "runner"
	Size    int                       // jobs at a time; 0 = 1
	Idle    time.Duration             // after which an idle runner goes, to free its memory; 0 = 1 minute
}

// Pool runs jobs in warm child processes, which it starts when they are needed,
// kills at a job's deadline and replaces. It is safe for concurrent use.
type Pool struct {
	config PoolConfig
	slots  chan *runner // one a job at a time; nil = to be started
	mu     sync.Mutex
	closed bool
}

// NewPool makes a pool; it starts no process yet. Close it.
func NewPool(c PoolConfig) *Pool {
	c.Size, c.Idle = cmp.Or(c.Size, 1), cmp.Or(c.Idle, time.Minute)
	if c.Command == nil {
		c.Command = func() (*exec.Cmd, error) {
			self, err := os.Executable()
			return exec.Command(self, "runner"), err
		}
	}
	p := &Pool{config: c, slots: make(chan *runner, c.Size)}
	for range c.Size {
		p.slots <- nil
	}
	return p
}

// Close waits for jobs under way and ends the runners.
func (p *Pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	for range p.config.Size {
		if r := <-p.slots; r != nil {
			r.end()
		}
	}
	close(p.slots)
	return nil
}

// Run runs one job in a runner and kills that at the job's deadline or when ctx
// ends. It waits while all runners are busy.
func (p *Pool) Run(ctx context.Context, r Request) (Result, error) {
	hash := blob.Sum(r.Module)
	r.Limits = r.Limits.withDefaults()
	var runner *runner
	select {
	case slot, open := <-p.slots:
		if !open {
			return Result{}, named(hash, errors.New("the pool is closed"))
		}
		runner = slot
	case <-ctx.Done():
		return Result{}, named(hash, ctx.Err())
	}
	if runner != nil && !runner.wake() {
		runner = nil
	}
	if runner == nil {
		started, err := p.start()
		if err != nil {
			p.slots <- nil
			return Result{}, named(hash, fmt.Errorf("%w: %w", ErrRunner, err))
		}
		runner = started
	}
	result, err, alive := runner.run(ctx, r)
	if !alive {
		runner.end()
		p.slots <- nil
	} else {
		runner.sleep(p.config.Idle)
		p.slots <- runner
	}
	if err != nil && !errors.As(err, new(remoteError)) { // a runner's own words have the name already
		err = named(hash, err)
	}
	return result, err
}

// runner is one child process. One job at a time uses it.
type runner struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	stderr  tailWriter

	mu    sync.Mutex
	idle  *time.Timer
	ended bool
}

func (p *Pool) start() (*runner, error) {
	command, err := p.config.Command()
	if err != nil {
		return nil, err
	}
	r := &runner{command: command}
	command.SysProcAttr = attributes()
	command.Stderr = &r.stderr
	if r.in, err = command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.out = bufio.NewReaderSize(out, 64<<10)
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start runner: %w", err)
	}
	return r, nil
}

// run gives the job to the process. alive tells whether it can take another.
func (r *runner) run(ctx context.Context, request Request) (result Result, err error, alive bool) {
	timed, cancel := context.WithTimeout(ctx, request.Limits.Deadline)
	defer cancel()
	stop := context.AfterFunc(timed, r.kill)
	var answer resultFrame
	err = writeFrame(r.in, requestFrame(request))
	if err == nil {
		err = readFrame(r.out, &answer)
	}
	switch {
	case !stop() && ctx.Err() != nil:
		return Result{}, fmt.Errorf("killed after the daemon gave up: %w", ctx.Err()), false
	case timed.Err() != nil:
		return Result{}, fmt.Errorf("%w: killed after %v", ErrDeadline, request.Limits.Deadline), false
	case err != nil:
		r.end()
		return Result{}, fmt.Errorf("%w: %v: %s", ErrRunner, r.command.ProcessState, cmp.Or(r.stderr.String(), err.Error())), false
	}
	result, err = answer.result()
	return result, err, true
}

// kill ends the process group at once.
func (r *runner) kill() { killGroup(r.command.Process) }

// end kills the process and waits for it.
func (r *runner) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	r.ended = true
	if r.idle != nil {
		r.idle.Stop()
	}
	r.in.Close()
	r.kill()
	r.command.Wait()
}

// sleep lets the process go after a while without work.
func (r *runner) sleep(after time.Duration) { r.idle = time.AfterFunc(after, r.end) }

// wake tells whether the process is still there.
func (r *runner) wake() bool {
	r.idle.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.ended
}
