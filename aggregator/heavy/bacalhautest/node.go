//go:build unix

package bacalhautest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// node is one process, or the place of one that is down.
type node struct {
	cluster                *Nodes
	index                  int
	dir                    string
	apiPort, publisherPort int

	process *exec.Cmd
	ended   chan struct{} // closed when the process has
}

func (n *node) computes() bool { return n.index > 0 || n.cluster.options.Compute == 0 }

func (n *node) logPath() string { return filepath.Join(n.dir, "log") }

func (n *node) running() bool {
	if n.process == nil {
		return false
	}
	select {
	case <-n.ended:
		return false
	default:
		return true
	}
}

// start runs the process with an environment of its own: nothing of the user's
// configuration reaches it.
func (n *node) start() error {
	home := filepath.Join(n.dir, "home")
	tools := filepath.Join(n.dir, "tools")
	for _, dir := range []string{home, tools} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make folder of bacalhau node %d: %w", n.index, err)
		}
	}
	if err := putGPUStandIn(tools, n.cluster.options.GPUStandIns); err != nil {
		return err
	}
	config := filepath.Join(n.dir, "config.yaml")
	if err := n.writeConfig(config); err != nil {
		return err
	}
	log, err := os.OpenFile(n.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log of bacalhau node %d: %w", n.index, err)
	}
	defer log.Close()
	c := exec.Command(n.cluster.binary, "serve", "--config", config)
	c.Dir, c.Stdout, c.Stderr = n.dir, log, log
	c.Env = []string{"HOME=" + home, "TMPDIR=" + n.dir, "PATH=" + tools + ":/usr/bin:/bin", "NO_COLOR=1"}
	c.Env = append(c.Env, n.cluster.options.Environment...)
	dieWithParent(c)
	if err := c.Start(); err != nil {
		return fmt.Errorf("start bacalhau node %d: %w", n.index, err)
	}
	ended := make(chan struct{})
	n.process, n.ended = c, ended
	go func() { defer close(ended); _ = c.Wait() }()
	return nil
}

// end asks the process to stop, or kills it, and waits for it.
func (n *node) end(signal syscall.Signal) error {
	if !n.running() {
		return nil
	}
	if err := n.process.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop bacalhau node %d: %w", n.index, err)
	}
	select {
	case <-n.ended:
		return nil
	case <-time.After(15 * time.Second):
	}
	_ = n.process.Process.Kill()
	<-n.ended
	return fmt.Errorf("stop bacalhau node %d: it did not end within 15 s and was killed; its log ends with\n%s", n.index, n.tail())
}

// tail is the end of the log.
func (n *node) tail() string {
	text, err := os.ReadFile(n.logPath())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}

// putGPUStandIn writes a program named nvidia-smi that tells of so many GPUs. It
// is a stand-in: it lets a scheduler be tested where there is no GPU, and nothing
// can run on what it tells of.
func putGPUStandIn(dir string, count int) error {
	if count == 0 {
		return nil
	}
	var script strings.Builder
	script.WriteString("#!/bin/sh\n# A stand-in for nvidia-smi: there is no GPU here.\n")
	for i := range count {
		fmt.Fprintf(&script, "echo '%d, Stand-in GPU, 16384'\n", i)
	}
	if err := os.WriteFile(filepath.Join(dir, "nvidia-smi"), []byte(script.String()), 0o700); err != nil {
		return fmt.Errorf("write stand-in for nvidia-smi: %w", err)
	}
	return nil
}
