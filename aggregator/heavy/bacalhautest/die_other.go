//go:build unix && !linux

package bacalhautest

import "os/exec"

// dieWithParent is of Linux alone.
func dieWithParent(*exec.Cmd) {}
