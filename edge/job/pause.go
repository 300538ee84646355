package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// errEvicted says that a runner was killed because it had been paused for too long.
var errEvicted = errors.New("the runner was paused for too long")

// Pause stops the jobs under way where they are, and lets none begin, until Resume. A
// job's process is stopped (SIGSTOP) with all its memory, and its deadline stands still;
// nobody need know: Run goes on waiting. Streaming jobs are not stopped: what one was
// sent it answers within its deadline, and whoever sends must not send more.
//
// A stopped process costs memory: after limit the processes are killed, and after Resume
// Run runs their jobs on from their Checkpoint, the last of which each leaves just before
// that. A job without one runs anew, from its inputs, of which it is a pure function. The
// limit is 0 for none.
func (p *Pool) Pause(limit time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.resumed != nil {
		return
	}
	p.account()
	resumed := make(chan struct{})
	p.resumed = resumed
	for r := range p.active {
		r.pause()
	}
	if limit > 0 {
		p.janitor.Go(func() { p.evictAfter(limit, resumed) })
	}
}

// Save makes the jobs that are paused and can leave a checkpoint do so now, and give their
// memory back, as if the pause had lasted for its limit. It is for when the power may fail.
func (p *Pool) Save() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.resumed == nil {
		return
	}
	for r := range p.active {
		r.leave()
	}
}

// Resume lets jobs go on after Pause.
func (p *Pool) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.resumed == nil {
		return
	}
	p.account()
	for r := range p.active {
		r.resume()
	}
	close(p.resumed)
	p.resumed = nil
}

// Worked is how long jobs have run since the pool was made, pauses excluded. Two at a
// time count twice.
func (p *Pool) Worked() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.account()
	return p.worked
}

// account brings worked up to now. The caller holds mu, and changes what it depends on
// only after it.
func (p *Pool) account() {
	now := time.Now()
	n := p.sends
	if p.resumed == nil {
		n += len(p.active)
	}
	p.worked += time.Duration(n) * now.Sub(p.accounted)
	p.accounted = now
}

// sending counts a streaming job at work, until the function that it gives is called.
func (p *Pool) sending() (done func()) {
	add := func(n int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.account()
		p.sends += n
	}
	add(1)
	return func() { add(-1) }
}

// evictAfter kills the runners of a pause that lasts longer than limit.
func (p *Pool) evictAfter(limit time.Duration, resumed <-chan struct{}) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-resumed:
		return
	case <-p.done:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.resumed != resumed {
		return
	}
	for r := range p.active {
		r.evict()
	}
}

// awaitResume waits while the pool is paused.
func (p *Pool) awaitResume(ctx context.Context) error {
	for {
		p.mu.Lock()
		resumed := p.resumed
		p.mu.Unlock()
		if resumed == nil {
			return nil
		}
		select {
		case <-resumed:
		case <-ctx.Done():
			return fmt.Errorf("wait until jobs may go on: %w", context.Cause(ctx))
		case <-p.done:
			return errClosed
		}
	}
}

// attempt runs a job in a runner that Pause and Close reach.
func (p *Pool) attempt(ctx context.Context, r *runner, hash blob.Hash, job Request) (Result, bool, error) {
	p.mu.Lock()
	p.account() // before the runner counts
	p.active[r] = struct{}{}
	switch {
	case p.closed && p.resumed != nil:
		r.evict()
	case p.resumed != nil:
		r.pause()
	}
	p.mu.Unlock()
	result, sound, err := r.run(ctx, hash, job)
	p.mu.Lock()
	p.account()
	delete(p.active, r)
	r.resume() // it may have answered just before it was stopped
	evicted := r.settle()
	p.mu.Unlock()
	if sound && evicted {
		r.stop()
		sound = false
	}
	return result, sound, err
}

// settle makes it forget its job, and tells whether it was killed, or is to be.
func (r *runner) settle() (evicted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resumable = false
	return r.evicted
}

// pause stops the process and its clock.
func (r *runner) pause() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused || r.gone || r.evicted { // that is at its end anyway
		return
	}
	r.paused, r.left = true, time.Until(r.expires)
	if !r.cancelled {
		r.setDeadline(time.Time{})
	}
	suspend(r.command.Process)
}

// resume lets it go on with what was left.
func (r *runner) resume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.paused || r.gone {
		return
	}
	r.paused, r.expires = false, time.Now().Add(r.left)
	if !r.cancelled {
		r.setDeadline(r.expires)
	}
	wake(r.command.Process)
}

// saveTimeout is how long a job has to come to where it can be left.
const saveTimeout = 10 * time.Second

// evict kills it, after it has left a checkpoint if it can; its user is told with
// errEvicted.
func (r *runner) evict() {
	if r.leave() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone {
		return
	}
	r.evicted = true
	kill(r.command.Process)
}

// leave lets it run until it has left a checkpoint, which is its end; false = it cannot.
func (r *runner) leave() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone || r.cancelled || !r.resumable {
		return false
	}
	if r.evicted {
		return true
	}
	// Nobody else writes while the job is at work, and the pipe has room for this.
	r.setDeadline(time.Now().Add(saveTimeout))
	if err := writeFrame(r.writer, frame{Save: true}); err != nil {
		return false
	}
	r.evicted = true
	wake(r.command.Process)
	return true
}
