package job_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// under is a job under way.
type under struct {
	result job.Result
	err    error
	done   chan struct{}
}

func begin(ctx context.Context, p *job.Pool, r job.Request) *under {
	u := &under{done: make(chan struct{})}
	go func() {
		defer close(u.done)
		u.result, u.err = p.Run(ctx, r)
	}()
	return u
}

// ended waits for the job's end.
func (u *under) ended(t *testing.T) error {
	t.Helper()
	select {
	case <-u.done:
	case <-time.After(time.Minute):
		t.Fatal("the job hangs")
	}
	return u.err
}

// standsStill makes sure that a process is stopped and computes nothing.
func standsStill(t *testing.T, pid int) {
	t.Helper()
	waitForState(t, pid, "T")
	before := cpuTicks(t, pid)
	time.Sleep(150 * time.Millisecond)
	if after := cpuTicks(t, pid); after != before {
		t.Errorf("the runner computed for %d ticks while it was paused", after-before)
	}
}

func waitForState(t *testing.T, pid int, state string) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < 20*time.Second; time.Sleep(time.Millisecond) {
		if stat, err := exec.Command("cat", fmt.Sprintf("/proc/%d/stat", pid)).Output(); err == nil && strings.Contains(string(stat), ") "+state+" ") {
			return
		}
	}
	t.Fatalf("process %d is not in state %s", pid, state)
}

// endless is a job that computes for ever, within a deadline.
func endless(t *testing.T, deadline time.Duration) job.Request {
	r := guest(t, "l", "")
	r.Limits.Deadline = deadline
	return r
}

func TestPausedJobStandsStillWithItsDeadline(t *testing.T) {
	p, started := spied(t, job.PoolConfig{})
	stillWorks(t, p)
	pid := (*started)[0].Process.Pid
	u := begin(t.Context(), p, endless(t, 500*time.Millisecond))
	waitForCPU(t, pid)
	p.Pause(0)
	p.Pause(0) // says nothing new
	worked := p.Worked()
	standsStill(t, pid)
	time.Sleep(600 * time.Millisecond)
	select {
	case <-u.done:
		t.Fatalf("the job ended while it was paused: %v", u.err)
	default:
	}
	if now := p.Worked(); now != worked {
		t.Errorf("%v of the pause count as work", now-worked)
	}
	p.Resume()
	p.Resume()
	waitForCPU(t, pid) // it goes on, in the same process
	if err := u.ended(t); !errors.Is(err, job.ErrDeadline) {
		t.Errorf("got error %v, want %v", err, job.ErrDeadline)
	}
	if w := p.Worked(); w < 400*time.Millisecond || w > 5*time.Second {
		t.Errorf("the jobs worked for %v, want their deadline of 500 ms and a little", w)
	}
	if len(*started) != 1 {
		t.Errorf("started %d runners, want 1", len(*started))
	}
	stillWorks(t, p)
}

func TestNoJobBeginsInAPause(t *testing.T) {
	p, started := spied(t, job.PoolConfig{})
	p.Pause(0)
	u := begin(t.Context(), p, guest(t, "e", "x"))
	time.Sleep(50 * time.Millisecond)
	if len(*started) != 0 {
		t.Error("a runner was started")
	}
	p.Resume()
	if err := u.ended(t); err != nil {
		t.Error(err)
	}
	if got, _ := u.result.Output("out"); string(got) != "x" {
		t.Errorf("got %q, want x", got)
	}
}

// A pause that is too long gives the memory back; the job runs anew after it.
func TestLongPauseEvicts(t *testing.T) {
	p, started := spied(t, job.PoolConfig{})
	stillWorks(t, p)
	pid := (*started)[0].Process.Pid
	u := begin(t.Context(), p, endless(t, 300*time.Millisecond))
	waitForCPU(t, pid)
	p.Pause(20 * time.Millisecond)
	waitUntilGone(t, pid)
	select {
	case <-u.done:
		t.Fatalf("the job ended while it was paused: %v", u.err)
	case <-time.After(50 * time.Millisecond):
	}
	p.Resume()
	if err := u.ended(t); !errors.Is(err, job.ErrDeadline) || len(*started) != 2 {
		t.Errorf("%d runners and error %v, want a second one and %v", len(*started), err, job.ErrDeadline)
	}
	stillWorks(t, p)
}

// Nothing hangs on a pause.
func TestEndsWhilePaused(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(cancel context.CancelFunc, p *job.Pool)
		want string
	}{
		"the context ends":   {func(cancel context.CancelFunc, _ *job.Pool) { cancel() }, "context canceled"},
		"the pool is closed": {func(_ context.CancelFunc, p *job.Pool) { p.Close() }, "closed"},
	} {
		t.Run(name, func(t *testing.T) {
			p, started := spied(t, job.PoolConfig{})
			stillWorks(t, p)
			pid := (*started)[0].Process.Pid
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			u := begin(ctx, p, endless(t, time.Hour))
			waitForCPU(t, pid)
			p.Pause(time.Hour)
			waitForState(t, pid, "T")
			c.end(cancel, p)
			if err := u.ended(t); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one with %q", err, c.want)
			}
			waitUntilGone(t, pid)
		})
	}
}

// Pauses at any moment change no result, and strand no runner.
func TestPausesAtAnyMoment(t *testing.T) {
	p := newPool(t, job.PoolConfig{Runners: 2})
	stop := make(chan struct{})
	paused := make(chan struct{})
	go func() {
		defer close(paused)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(i%7) * 100 * time.Microsecond):
			}
			limit := time.Duration(0)
			if i%1000 == 999 { // a job that is killed again and again makes no progress
				limit = 100 * time.Microsecond
			}
			p.Pause(limit)
			time.Sleep(time.Duration(i%5) * 100 * time.Microsecond)
			p.Resume()
		}
	}()
	var all []*under
	for i := range 100 {
		all = append(all, begin(t.Context(), p, guest(t, "e", fmt.Sprint(i))))
	}
	for i, u := range all {
		if err := u.ended(t); err != nil {
			t.Errorf("job %d: %v", i, err)
		} else if got, _ := u.result.Output("out"); string(got) != fmt.Sprint(i) {
			t.Errorf("job %d: got %q", i, got)
		}
	}
	close(stop)
	<-paused
	stillWorks(t, p)
}

// A daemon that is killed while its job is paused takes the runner with it.
func TestPausedRunnerDiesWithItsDaemon(t *testing.T) {
	daemon, err := process("pausing daemon")
	if err != nil {
		t.Fatal(err)
	}
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	waitForState(t, pid, "T")
	daemon.Process.Signal(syscall.SIGKILL)
	daemon.Wait()
	waitUntilGone(t, pid)
}
