package job

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Limits of a runner process, beside those that the engine holds a job to. They
// are wide: they are there for a fault in the engine.
const (
	maxOpenFiles = 128
	maxFileBytes = 256 << 20 // compile cache entries are the only files written
	maxDataBytes = 5 << 30   // 4 GiB of guest memory and the engine's own
)

// confine limits this process for good, and offers it to the kernel as the first
// to go when memory runs out.
func confine() error {
	var faults []error
	for resource, limit := range map[int]uint64{
		syscall.RLIMIT_CORE: 0, syscall.RLIMIT_NOFILE: maxOpenFiles, syscall.RLIMIT_FSIZE: maxFileBytes, syscall.RLIMIT_DATA: maxDataBytes,
	} {
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			faults = append(faults, fmt.Errorf("set resource limit %d to %d: %w", resource, limit, err))
		}
	}
	// Raising one's own score is always allowed; kernels without it do well without.
	if err := os.WriteFile("/proc/self/oom_score_adj", []byte("500"), 0); err != nil && !os.IsNotExist(err) && !os.IsPermission(err) {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// attributes of a runner process: a group of its own, so that a kill reaches all
// of it, and death with its daemon, even if that is killed with SIGKILL.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup kills a process and all that it may have started.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }
