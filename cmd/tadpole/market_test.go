package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A server with its chain, and mediators, are killed at random instants while a
// federation that pays runs: then every round is settled, every owner has its fee
// for each of its updates, once, and the accounts sum to what the contract holds.
func TestMoneySurvivesKillsAtRandomPoints(t *testing.T) {
	binary, err := edgeBinary()
	if err != nil {
		t.Fatal(err)
	}
	const devices, rounds = 4, 3
	dir := t.TempDir()
	demo := filepath.Join(dir, "demo")
	args := []string{"demo", "--mnist", mnist(t), "--edge", binary, "--demo-dir", demo, "--rounds", fmt.Sprint(rounds), "--target", "1", "--devices", fmt.Sprint(devices), "--cheat=false"}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	logs := func() string {
		var all strings.Builder
		for _, path := range []string{"server.log", "mediator-0/mediator.log", "edge-00/edge.log"} {
			content, _ := os.ReadFile(filepath.Join(demo, path))
			fmt.Fprintf(&all, "the last of %s:\n%s\n", path, content[max(0, len(content)-2500):])
		}
		return all.String()
	}
	kills, mediators := 0, 0
	for range 4 {
		var out bytes.Buffer
		c := command(t.Context(), args...)
		c.Stdout, c.Stderr, c.WaitDelay = &out, &out, time.Second
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		// A mediator alone first: the demonstration starts it again.
		over := false
		for range 2 {
			select {
			case err := <-ended:
				if over = true; err != nil {
					t.Fatalf("run %d: %v\n%s\n%s", kills, err, out.String(), logs())
				}
			case <-time.After(time.Duration(200+r.IntN(3500)) * time.Millisecond):
				if p := processOf(filepath.Join(demo, fmt.Sprintf("mediator-%d", r.IntN(demoMediators)))); p > 0 {
					_ = syscall.Kill(p, syscall.SIGKILL)
					mediators++
				}
				continue
			}
			break
		}
		if over {
			break // it was faster than the kills
		}
		_ = c.Process.Signal(syscall.SIGKILL)
		<-ended
		kills++
	}
	out, err := command(t.Context(), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("the last run: %v\n%s\n%s", err, out, logs())
	}
	t.Logf("killed %d times, a mediator alone %d times", kills, mediators)
	if kills < 3 {
		t.Errorf("killed only %d times: give the federation more rounds", kills)
	}
	for _, want := range []string{
		fmt.Sprintf("on the chain: %d of %d rounds settled", rounds, rounds),
		"the accounts sum to the ",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	row := regexp.MustCompile(`(?m)^` + demoName + ` +(\d+) +(\d+) +(\d+) +(\d+) `).FindSubmatch(out)
	if row == nil {
		t.Fatalf("no row of the federation in\n%s", out)
	}
	for i, want := range []string{"", fmt.Sprint(rounds), fmt.Sprint(rounds * devices), fmt.Sprint(rounds), "0"} {
		if i > 0 && string(row[i]) != want {
			t.Errorf("rounds, updates, checked, refuted: %s, want %s in place %d", row[0], want, i)
		}
	}
	// 0.001 an update, one of each owner's device in each round.
	for i := range devices {
		free := regexp.MustCompile(fmt.Sprintf(`(?m)^owner-%02d +(\S+) `, i)).FindSubmatch(out)
		if free == nil {
			t.Errorf("no row of owner %d in\n%s", i, out)
			continue
		}
		if got, err := strconv.ParseFloat(string(free[1]), 64); err != nil || fmt.Sprintf("%.6f", got) != fmt.Sprintf("%.6f", 0.001*rounds) {
			t.Errorf("owner %d has %s, earned %d times 0.001\n%s", i, free[1], rounds, out)
		}
	}
}

// processOf finds the process whose command line names a directory; 0 = none.
func processOf(dir string) int {
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte("\x00"+dir+"\x00")) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			return pid
		}
	}
	return 0
}
