package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Pool runs jobs in warm child processes, which it starts when they are needed,
// kills at a job's deadline, replaces after a crash, and lets go when there is no
// work. It is safe for concurrent use.
type Pool struct {
	config PoolConfig
	slots  chan struct{} // one token for each job at work
	done   chan struct{} // closed by Close

	mu       sync.Mutex // guards what follows
	closed   bool
	warm     []idleRunner // the last one used is the last
	crashes  int          // in a row
	notUntil time.Time    // the next start, after crashes
	parked   chan struct{}
	janitor  sync.WaitGroup

	active    map[*runner]struct{} // those of Run that are at work
	sends     int                  // streaming jobs that are
	resumed   chan struct{}        // closed by Resume; nil = it is not paused
	worked    time.Duration
	accounted time.Time // when worked was true
}

type idleRunner struct {
	*runner
	since time.Time
}

// PoolConfig says how a Pool runs its runners. The zero value is right for a
// daemon whose own main calls Serve(os.Stdin, os.Stdout) on the argument "runner".
type PoolConfig struct {
	Command        func() (*exec.Cmd, error) // makes a runner's command; nil = this executable with "runner" and no environment
	Runners        int                       // jobs at a time; 0 = 1
	IdleTimeout    time.Duration             // after which a runner without work ends, to free its memory; 0 = 1 minute
	MaxMemoryBytes uint64                    // that a job may ask for; 0 = 256 MiB
	MaxOutputBytes uint64                    // that a job may ask for; 0 = 64 MiB
	CacheDir       string                    // of compiled modules, private to this user; "" = compile after each start
	Interpreter    bool                      // even where wazero has a compiler
	WarmModules    int                       // that a runner keeps compiled; 0 = 4
}

// ownBytes is what a runner may need for itself: compiling, Go's heap, and the
// stack of a guest that recurses until it traps.
const ownBytes = 256 << 20

// Backoff after crashes in a row, the first of which is free.
const (
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = 10 * time.Second
)

var errClosed = errors.New("the pool is closed")

// NewPool makes a pool; it starts no process yet. Close it.
func NewPool(c PoolConfig) *Pool {
	c.Runners = cmp.Or(c.Runners, 1)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, time.Minute)
	c.MaxMemoryBytes = cmp.Or(c.MaxMemoryBytes, 256<<20)
	c.MaxOutputBytes = cmp.Or(c.MaxOutputBytes, 64<<20)
	c.WarmModules = cmp.Or(c.WarmModules, 4)
	if c.Command == nil {
		c.Command = self
	}
	p := &Pool{config: c, slots: make(chan struct{}, c.Runners), done: make(chan struct{}), parked: make(chan struct{}, 1), active: map[*runner]struct{}{}, accounted: time.Now()}
	p.janitor.Go(p.retireIdle)
	return p
}

func self() (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find own executable: %w", err)
	}
	c := exec.Command(path, "runner")
	c.Env = []string{} // a guest that breaks out finds no secrets
	return c, nil
}

// Close waits for jobs under way (end their contexts for less) and ends the
// runners. Jobs that are paused end at once, and jobs that come later are refused.
func (p *Pool) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	if p.resumed != nil {
		for r := range p.active {
			r.evict()
		}
	}
	p.mu.Unlock()
	close(p.done)
	for range p.config.Runners {
		p.slots <- struct{}{}
	}
	p.janitor.Wait()
	for r := p.pop(); r != nil; r = p.pop() {
		r.retire()
	}
	return nil
}

// Run runs one job in a runner, and kills that at the job's deadline or when ctx
// ends. It waits while all runners are busy. Errors are those of this package and
// ctx's.
func (p *Pool) Run(ctx context.Context, r Request) (Result, error) {
	hash := r.hash()
	result, err := p.run(ctx, hash, r)
	if err != nil {
		return Result{}, named(hash, err)
	}
	return result, nil
}

func (p *Pool) run(ctx context.Context, hash blob.Hash, r Request) (Result, error) {
	if err := p.bound(&r.Limits); err != nil {
		return Result{}, err
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return Result{}, fmt.Errorf("wait for a runner: %w", context.Cause(ctx))
	case <-p.done:
		return Result{}, errClosed
	}
	for {
		if err := p.awaitResume(ctx); err != nil {
			return Result{}, err
		}
		runner, err := p.obtain(ctx)
		if err != nil {
			return Result{}, err
		}
		result, sound, err := p.attempt(ctx, runner, hash, r)
		p.note(errors.Is(err, ErrRunner))
		if sound {
			p.park(runner)
		}
		if !errors.Is(err, errEvicted) {
			return result, err
		}
	}
}

// bound fills in the limits that a request leaves open, and refuses those that are beyond
// the pool's.
func (p *Pool) bound(l *Limits) error {
	l.MemoryBytes = cmp.Or(l.MemoryBytes, min(DefaultMemoryBytes, p.config.MaxMemoryBytes))
	l.OutputBytes = cmp.Or(l.OutputBytes, min(DefaultOutputBytes, p.config.MaxOutputBytes))
	*l = l.withDefaults()
	if l.MemoryBytes > p.config.MaxMemoryBytes {
		return failed(ErrMemory, "it may ask for %d bytes at most, not %d", p.config.MaxMemoryBytes, l.MemoryBytes)
	}
	if l.OutputBytes > p.config.MaxOutputBytes {
		return failed(ErrOutputLimit, "it may ask for %d bytes at most, not %d", p.config.MaxOutputBytes, l.OutputBytes)
	}
	return nil
}

// obtain gives the runner that was used last, whose caches are the warmest, or
// starts one.
func (p *Pool) obtain(ctx context.Context) (*runner, error) {
	for r := p.pop(); r != nil; r = p.pop() {
		if r.alive() {
			return r, nil
		}
		r.stop()
	}
	if err := p.backOff(ctx); err != nil {
		return nil, err
	}
	return p.launch(ctx)
}

// launch starts a runner.
func (p *Pool) launch(ctx context.Context) (*runner, error) {
	command, err := p.config.Command()
	if err != nil {
		return nil, failed(ErrRunner, "%v", err)
	}
	r, err := startRunner(ctx, command, setup{
		CacheDir:    p.config.CacheDir,
		Interpreter: p.config.Interpreter,
		WarmModules: p.config.WarmModules,
		DataBytes:   p.config.MaxMemoryBytes + 2*p.config.MaxOutputBytes + ownBytes,
	})
	if err != nil {
		p.note(errors.Is(err, ErrRunner))
	}
	return r, err
}

func (p *Pool) pop() *runner {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.warm)
	if n == 0 {
		return nil
	}
	r := p.warm[n-1].runner
	p.warm = p.warm[:n-1]
	return r
}

func (p *Pool) park(r *runner) {
	p.mu.Lock()
	p.warm = append(p.warm, idleRunner{r, time.Now()})
	p.mu.Unlock()
	select {
	case p.parked <- struct{}{}:
	default:
	}
}

// note keeps count of crashes: a runner that cannot start must not be started in
// a tight loop.
func (p *Pool) note(crash bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !crash {
		p.crashes = 0
		return
	}
	if p.crashes++; p.crashes > 1 {
		p.notUntil = time.Now().Add(min(maxBackoff, firstBackoff<<min(p.crashes-2, 10)))
	}
}

func (p *Pool) backOff(ctx context.Context) error {
	p.mu.Lock()
	wait := time.Until(p.notUntil)
	p.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait before starting another runner: %w", context.Cause(ctx))
	case <-p.done:
		return errClosed
	}
}

// retireIdle ends runners that had no work for long. Without runners it sleeps.
func (p *Pool) retireIdle() {
	var wake <-chan time.Time
	for {
		select {
		case <-p.done:
			return
		case <-p.parked:
			if wake == nil {
				wake = time.After(p.config.IdleTimeout)
			}
		case <-wake:
			wake = nil
			stale, next := p.takeStale(time.Now().Add(-p.config.IdleTimeout))
			for _, r := range stale {
				r.retire()
			}
			if next > 0 {
				wake = time.After(next)
			}
		}
	}
}

// takeStale takes the runners that are idle since before a time, and tells after
// how long the next one will be.
func (p *Pool) takeStale(before time.Time) (stale []*runner, next time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.warm) > 0 && !p.warm[0].since.After(before) {
		stale = append(stale, p.warm[0].runner)
		p.warm = p.warm[1:]
	}
	if len(p.warm) > 0 {
		next = p.warm[0].since.Sub(before)
	}
	return stale, next
}
