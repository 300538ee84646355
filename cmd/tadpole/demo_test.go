package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// The demonstration, with ten real processes on the real MNIST: interrupted after
// its first round it goes on where it stopped, and its model is the simulation's.
func TestDemoResumesAndAgreesWithTheSimulation(t *testing.T) {
	binary, err := edgeBinary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	args := []string{"demo", "--mnist", mnist(t), "--edge", binary, "--demo-dir", filepath.Join(dir, "demo"), "--rounds", "2", "--target", "1", "--market=false"}
	first := command(t.Context(), args...)
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Fprintln(&said, lines.Text())
		if strings.HasPrefix(lines.Text(), "round   1") {
			first.Process.Signal(syscall.SIGINT)
		}
	}
	first.Wait()
	if code := first.ProcessState.ExitCode(); code != exitInterrupted && code != 0 || !strings.Contains(said.String(), "round   1") {
		t.Fatalf("first run: exit code %d\n%s", code, said.String())
	}
	second, err := command(t.Context(), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("second run: %v\n%s", err, second)
	}
	if !strings.Contains(string(second), "ended: all 2 rounds are done") {
		t.Errorf("second run said:\n%s", second)
	}
	demonstrated := regexp.MustCompile(`(?m)^model +([0-9a-f]{64})$`).FindSubmatch(second)
	if demonstrated == nil {
		t.Fatalf("no model in\n%s", second)
	}

	f, err := demo{mnist: mnist(t), devices: 10, rounds: 2, target: 1, strategy: "fedavg", rate: 0.05}.federation()
	if err != nil {
		t.Fatal(err)
	}
	var simulated strings.Builder
	s := simulation{features: filepath.Join(mnist(t), "train-images-idx3-ubyte.gz"), labels: filepath.Join(mnist(t), "train-labels-idx1-ubyte.gz"),
		devices: 10, seed: demoSeed}
	if err := s.run(t.Context(), &simulated, f); err != nil {
		t.Fatal(err)
	}
	if want := "model " + string(demonstrated[1]); !strings.Contains(simulated.String(), want) {
		t.Errorf("the demonstration ended with %s, the simulation said\n%s", want, simulated.String())
	}
}

// command runs this binary as tadpole.
func command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], args...)
	c.Env = append(os.Environ(), "BE_TADPOLE=1")
	return c
}
