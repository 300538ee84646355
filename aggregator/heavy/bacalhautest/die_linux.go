package bacalhautest

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the kernel kill the process when the test's dies, however it
// does: go test kills what takes too long.
func dieWithParent(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
