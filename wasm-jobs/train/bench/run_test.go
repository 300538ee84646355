package main

import (
	"os"
	"os/exec"
	"testing"
)

// The shortest measurement there is: every figure must come out, and in an order
// of magnitude that compiled and interpreted code cannot trade.
func TestRun(t *testing.T) {
	if _, err := exec.LookPath("clang"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("clang is not installed, and CI must have it")
		}
		t.Skip("clang is not installed")
	}
	results, err := run(t.Context(), t.TempDir(), effort{turns: 1, samples: 50, samplesInterpreted: 10})
	if err != nil {
		t.Fatal(err)
	}
	value := map[string]float64{}
	for _, r := range results {
		if !(r.Value > 0) || r.Unit == "" || r.Better != "higher" {
			t.Errorf("%+v: want a positive value with a unit", r)
		}
		value[r.Name] = r.Value
	}
	if compiled, interpreted := value["kernel, wazero compiler"], value["kernel, wazero interpreter"]; len(results) != 4 || !(compiled > 5*interpreted) {
		t.Errorf("%d figures, %v GFLOP/s compiled and %v interpreted, want 4 and the first far above", len(results), compiled, interpreted)
	}
}
