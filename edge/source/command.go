package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Command is a process that knows a sensor: each line that it writes to its standard
// output is a reading, as a line of a Table is. No shell is between.
type Command struct {
	Name     string
	Command  []string      // the program, as a path or found in PATH, and its arguments
	Format   Format        // of its lines
	Time     string        // the column or field with the event time; "" = when the line was read
	Unit     Unit          // of the time
	Values   []string      // the columns or fields that are channels; all numbers or empty
	Latency  time.Duration // how late readings may be, and their time where it is that of reading, so that several lines are read at once
	Patience time.Duration // from SIGTERM to SIGKILL; 0 = 5 s
}

// command is an open Command.
type command struct {
	Command
	*table
}

// Open checks what it is told. Run starts the process.
func (c Command) Open() (Source, error) {
	lines, err := Table{Name: c.Name, Input: strings.NewReader(""), Format: c.Format, Time: c.Time, Unit: c.Unit, Values: c.Values}.Open()
	if err != nil {
		return nil, err
	}
	if len(c.Command) == 0 || c.Command[0] == "" || c.Patience < 0 || c.Latency < 0 {
		return nil, fmt.Errorf("open source %s: want a command, and a patience and a latency of at least 0", c.Name)
	}
	if c.Patience == 0 {
		c.Patience = 5 * time.Second
	}
	return &command{Command: c, table: lines.(*table)}, nil
}

// Run starts the process and reads its lines. It returns nil when the process has ended
// well, and an error with the end of what it wrote to standard error when it has not.
// When ctx ends, or emit fails, the process and those that it started get SIGTERM, then
// SIGKILL; Run returns when the process is gone.
func (c *command) Run(ctx context.Context, emit func(reading.Reading) error) error {
	running, end := context.WithCancel(ctx)
	defer end()
	process := exec.Command(c.Command.Command[0], c.Command.Command[1:]...)
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that one signal reaches what it starts as well
	process.WaitDelay = c.Patience
	var complaint tail
	process.Stderr = &complaint
	output, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		return fmt.Errorf("read source %s: start %q: %w", c.Command.Name, c.Command.Command, err)
	}
	lines, err := newQuiet(output.(*os.File))
	if err != nil {
		end()
		return errors.Join(fmt.Errorf("read source %s: %w", c.Command.Name, err), process.Process.Kill(), process.Wait())
	}
	defer lines.Close()
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-ended:
			return
		case <-running.Done():
		}
		// Errors say that it is gone already, as is wanted.
		_ = syscall.Kill(-process.Process.Pid, syscall.SIGTERM)
		select {
		case <-ended:
			return
		case <-time.After(c.Patience):
		}
		_ = syscall.Kill(-process.Process.Pid, syscall.SIGKILL)
		lines.Close() // a process that left the group may still hold the other end
	}()
	c.Input = &rested{ctx: running, link: lines, latency: c.Command.Latency, room: roomStream}
	fault := c.table.Run(running, emit)
	if fault != nil {
		end()
	}
	exit := process.Wait()
	close(ended)
	<-stopped
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case fault != nil && !errors.Is(fault, errColumns):
		return fault
	case fault != nil:
		exit = fault
	case exit == nil:
		return nil
	}
	return fmt.Errorf("read source %s: %q: %w: %s", c.Command.Name, c.Command.Command, exit, complaint.text())
}

// maxComplaint bounds what is kept of a process's standard error.
const maxComplaint = 512

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b[max(0, len(b)-maxComplaint):]...)
	t.kept = append(t.kept[:0], t.kept[max(0, len(t.kept)-maxComplaint):]...)
	return len(b), nil
}

func (t *tail) text() string { return strings.ToValidUTF8(string(bytes.TrimSpace(t.kept)), "?") }
