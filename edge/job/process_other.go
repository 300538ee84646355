//go:build !linux

package job

import (
	"os"
	"os/exec"
	"time"
)

// Devices run Linux. Elsewhere, which is developers' machines, a runner has the
// engine's limits only, and dies with its daemon when its stdin ends.

func confine(uint64) error { return nil }

func allowCPU(time.Duration) error { return nil }

func isolate(*exec.Cmd) {}

func kill(p *os.Process) { p.Kill() }

// A pause stops the clock of a job's deadline, but not the job.

func suspend(*os.Process) {}

func wake(*os.Process) {}

func ended(*os.File) bool { return false }
