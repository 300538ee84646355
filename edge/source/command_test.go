package source_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// shell is a sensor in a line of shell.
func shell(script string) source.Command {
	return source.Command{Name: "own", Command: []string{"sh", "-c", script}, Values: []string{"v"}, Patience: 200 * time.Millisecond}
}

func TestCommandSource(t *testing.T) {
	csv, lines := shell("echo v; for i in 1 2 junk 3; do echo $i; done"), shell(`for i in 1 2 junk 3; do echo "{\"v\": $i}"; done`)
	lines.Format = source.JSONLines
	for name, c := range map[string]source.Command{"CSV": csv, "JSON": lines} {
		s, err := c.Open()
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // it may be run again
			before := s.Skipped()
			readings := first(t, s, 100)
			if len(readings) != 3 || readings[2].Values[0] != 3 || s.Skipped() != before+1 {
				t.Errorf("%s: got %v and %d skipped", name, readings, s.Skipped())
			}
		}
	}
	for name, c := range map[string]struct {
		command source.Command
		want    string
	}{
		"fails":              {shell("echo v; echo 1; for i in $(seq 400); do echo $i; done >&2; echo the sensor is gone >&2; exit 3"), "exit status 3: "},
		"its last words":     {shell("echo the sensor is gone >&2; exit 3"), "the sensor is gone"},
		"columns":            {shell("echo a,b; echo no such column >&2; sleep 60"), `no "v" among`},
		"no such program":    {source.Command{Name: "own", Command: []string{"/nowhere/sensor"}, Values: []string{"v"}}, "/nowhere/sensor"},
		"killed from beyond": {shell("echo v; kill -9 $$"), "killed"},
	} {
		s, err := c.command.Open()
		if err != nil {
			t.Fatal(err)
		}
		err = s.Run(t.Context(), func(reading.Reading) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 1000 {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	for _, c := range []source.Command{{}, {Name: "a", Values: []string{"v"}}, {Name: "a", Command: []string{"true"}}} {
		if _, err := c.Open(); err == nil {
			t.Errorf("%+v was opened", c)
		}
	}
}

// What ctx ends is gone when Run returns, even if it does not want to be, and so is
// what it started.
func TestCommandEnds(t *testing.T) {
	for name, script := range map[string]string{
		"gentle":   "echo v; echo $$; exec sleep 60",
		"deaf":     "trap '' TERM; echo v; echo $$; while :; do sleep 0.05; done",
		"children": "echo v; trap '' TERM; sleep 60 & echo $!; wait",
		"endless":  "echo v; while :; do echo $$; done",
	} {
		for _, byEmit := range []bool{false, true} {
			s, err := shell(script).Open()
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			pid, began := 0, time.Now()
			err = s.Run(ctx, func(r reading.Reading) error {
				pid = int(r.Values[0])
				if byEmit {
					return errEnough
				}
				cancel()
				return nil
			})
			cancel()
			if want := map[bool]error{false: context.Canceled, true: errEnough}[byEmit]; !errors.Is(err, want) || time.Since(began) > 10*time.Second {
				t.Errorf("%s: %v after %v, want %v", name, err, time.Since(began), want)
			}
			if alive(pid) {
				t.Errorf("%s: process %d is still there", name, pid)
			}
		}
	}
}

// alive tells whether a process runs; one that only waits to be reaped does not.
func alive(pid int) bool {
	for range 100 {
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		if err != nil || strings.Contains(string(stat), ") Z ") || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return false
		}
		time.Sleep(10 * time.Millisecond) // a signal is there when the kernel comes to it
	}
	return true
}
