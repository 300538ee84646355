package main

import "testing"

// Of many devices a few are drawn a round: the same in each simulation, whoever said
// hello first.
func TestSimulationDrawsTheSameCohorts(t *testing.T) {
	t.Parallel()
	const devices, cohort = 40, 3
	w := newWorld(t, 1)
	path := w.federation("drawn", cohort, 8)
	want := w.simulated(path, devices)
	for range 5 {
		if got := w.simulated(path, devices); got != want {
			t.Fatalf("model %s, in the simulation before %s", got, want)
		}
	}
}
