package job

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"
)

// Limits of a runner process, beside those that the engine holds a job to. They
// are wide: they are there for a fault in the engine, or a guest that broke out.
const (
	maxOpenFiles  = 128
	maxCacheEntry = 128 << 20 // bytes; compiled modules are the only files written
	oomScore      = 500       // the first to go when memory runs out, before the daemon
)

// confine limits this process for good. It may use dataBytes of memory beyond
// what it has mapped by now.
func confine(dataBytes uint64) error {
	mapped, err := mappedData()
	if err != nil {
		return fmt.Errorf("confine runner: %w", err)
	}
	for _, l := range []struct {
		resource int
		name     string
		limit    uint64
	}{
		{unix.RLIMIT_CORE, "RLIMIT_CORE", 0}, // a dump would write the owner's data to the flash
		{unix.RLIMIT_NOFILE, "RLIMIT_NOFILE", maxOpenFiles},
		{unix.RLIMIT_FSIZE, "RLIMIT_FSIZE", maxCacheEntry},
		{unix.RLIMIT_DATA, "RLIMIT_DATA", mapped + dataBytes},
	} {
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: l.limit, Max: l.limit}); err != nil {
			return fmt.Errorf("confine runner: set %s to %d: %w", l.name, l.limit, err)
		}
	}
	// Raising one's own score is always allowed; a container may hide the file.
	err = os.WriteFile("/proc/self/oom_score_adj", fmt.Append(nil, oomScore), 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("confine runner: %w", err)
	}
	return nil
}

// mappedData is what RLIMIT_DATA counts, in bytes. It is far more than is in use:
// Go's heap is mapped ahead, and a race detector's shadow is terabytes.
func mappedData() (uint64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var skipped, data uint64
	if _, err := fmt.Sscan(string(text), &skipped, &skipped, &skipped, &skipped, &skipped, &data); err != nil {
		return 0, fmt.Errorf("read /proc/self/statm: %w", err)
	}
	return data * uint64(os.Getpagesize()), nil
}

// allowCPU lets this process use as much CPU time from now as a job's deadline
// and the collector's threads explain. The daemon kills at the deadline; this is
// for a daemon that hangs.
func allowCPU(deadline time.Duration) error {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		return fmt.Errorf("read CPU time: %w", err)
	}
	seconds := uint64(used.Utime.Sec) + uint64(used.Stime.Sec) + uint64(2*deadline/time.Second) + 30
	if err := unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: unix.RLIM_INFINITY}); err != nil {
		return fmt.Errorf("set RLIMIT_CPU to %d s: %w", seconds, err)
	}
	return nil
}

// isolate puts a runner into a group of its own, so that a kill reaches all of
// it and the terminal's Ctrl-C only the daemon, and lets it die with its daemon,
// even if that is killed with SIGKILL. (Linux takes the thread that started the
// process for its daemon; Go ends a thread only after a goroutine that had locked
// it, so a daemon must not use LockOSThread without unlocking.)
func isolate(c *exec.Cmd) {
	c.SysProcAttr = &unix.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGKILL}
}

// kill kills the process and its group. It has not been waited for yet, so its
// number cannot be another's by now.
func kill(p *os.Process) {
	unix.Kill(-p.Pid, unix.SIGKILL)
	p.Kill()
}

// suspend stops a process and its group where they are; wake lets them go on.
func suspend(p *os.Process) { unix.Kill(-p.Pid, unix.SIGSTOP) }

func wake(p *os.Process) { unix.Kill(-p.Pid, unix.SIGCONT) }

// ended tells whether nothing will come from a pipe any more, or something that
// nobody asked for has come. (A read with a deadline that has passed would tell
// neither: it does not look.)
func ended(pipe *os.File) bool {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return true
	}
	ready := 0
	err = raw.Control(func(fd uintptr) {
		ready, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
	})
	return err != nil || ready > 0
}
