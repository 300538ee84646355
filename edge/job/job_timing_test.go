package job_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// BenchmarkWarmJob measures what a job costs beyond its own work: a module that
// does nothing, and one that reads and writes a file. The design wants at most
// 0.3 ms and 1000 jobs a second on one core.
func BenchmarkWarmJob(b *testing.B) {
	var command *exec.Cmd
	pool := closing(b, job.NewPool(job.PoolConfig{Command: func() (c *exec.Cmd, err error) {
		command, err = process("runner")
		return command, err
	}}))
	for name, r := range map[string]runner{
		"pool":       pool,
		"in process": newInProcess(b, job.InProcessConfig{}),
	} {
		for kind, request := range map[string]job.Request{
			"nothing": {Module: wasm(b, "nothing")},
			"echo":    guest(b, "e", strings.Repeat("reading ", 100)),
		} {
			request.ModuleHash = hashOf(request.Module)
			b.Run(fmt.Sprintf("%s/%s", name, kind), func(b *testing.B) {
				for b.Loop() {
					if _, err := r.Run(b.Context(), request); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", command.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "RssAnon") {
			b.Log("runner: " + strings.TrimSpace(line))
		}
	}
}
