package job_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// FuzzMutatedModules runs a module of which two bytes were changed: whatever that
// makes of it, the failure is the job's own and the runner goes on.
func FuzzMutatedModules(f *testing.F) {
	pool := newPool(f, job.PoolConfig{})
	sound := guest(f, "e", "data")
	f.Add(uint16(0), byte(0), uint16(0), byte(0))        // no magic
	f.Add(uint16(8), byte(0), uint16(9), byte(1))        // another first section
	f.Add(uint16(9), byte(0xff), uint16(10), byte(0xff)) // that never ends
	f.Add(uint16(627), byte(0x4a), uint16(756), byte(0)) // wazero 1.12 panics
	for at := range uint16(16) {
		f.Add(512+128*at, byte(0), 513+128*at, byte(0x0b)) // unreachable, end
		f.Add(540+128*at, byte(0x0c), 541+128*at, byte(0)) // a branch to the innermost block
	}
	f.Fuzz(func(t *testing.T, at uint16, b byte, then uint16, c byte) {
		mutated := sound
		mutated.Module = bytes.Clone(sound.Module)
		mutated.Module[int(at)%len(mutated.Module)] = b
		mutated.Module[int(then)%len(mutated.Module)] = c
		mutated.Limits = job.Limits{Deadline: 200 * time.Millisecond, MemoryBytes: 4 << 20, OutputBytes: 1 << 20}
		_, err := pool.Run(t.Context(), mutated)
		for _, own := range []error{nil, job.ErrModule, job.ErrTrap, job.ErrExit, job.ErrDeadline, job.ErrMemory, job.ErrOutputLimit} {
			if errors.Is(err, own) {
				return
			}
		}
		t.Errorf("bytes %d = %#x, %d = %#x: got error %v, want one of the job's own", at, b, then, c, err)
	})
}

func TestCloseWaitsForTheJob(t *testing.T) {
	pool, started := spied(t, job.PoolConfig{})
	stillWorks(t, pool)
	request := guest(t, "l", "")
	request.Limits.Deadline = 500 * time.Millisecond
	ended := make(chan error, 1)
	go func() {
		_, err := pool.Run(t.Context(), request)
		ended <- err
	}()
	pid := (*started)[0].Process.Pid
	waitForCPU(t, pid)
	if err := pool.Close(); err != nil {
		t.Fatal(err)
	}
	waitUntilGone(t, pid)
	if err := <-ended; !errors.Is(err, job.ErrDeadline) {
		t.Errorf("the job under way: got error %v, want it to have run to its deadline, %v", err, job.ErrDeadline)
	}
}
