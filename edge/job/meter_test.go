package job_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// A job takes the same fuel on every runner and at every run, and none is left over
// from one job to the next.
func TestFuelIsTheSameEverywhere(t *testing.T) {
	used := map[string]uint64{}
	everyRunner(t, func(t *testing.T, r runner) {
		for range 2 {
			for _, request := range []job.Request{guest(t, "e", "data"), guest(t, "d", ""), {Module: wasm(t, "nothing")}} {
				result, err := r.Run(t.Context(), request)
				if err != nil {
					t.Fatal(err)
				}
				what := fmt.Sprint(hashOf(request.Module).Short(), request.Inputs)
				if before, known := used[what]; known && result.Fuel != before || result.Fuel == 0 {
					t.Errorf("%s took fuel %d, want %d as before, and some", what, result.Fuel, before)
				}
				used[what] = result.Fuel
			}
		}
	})
}

func TestFuelIsALimit(t *testing.T) {
	everyRunner(t, func(t *testing.T, r runner) {
		request := guest(t, "e", "data")
		free, err := r.Run(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		request.Limits.Fuel = free.Fuel
		if exact, err := r.Run(t.Context(), request); err != nil || exact.Fuel != free.Fuel {
			t.Errorf("with a limit of %d: took %d, error %v; want it to do", free.Fuel, exact.Fuel, err)
		}
		request.Limits.Fuel = free.Fuel - 1
		_, err = r.Run(t.Context(), request)
		if limit := fmt.Sprintf("its limit of %d;", free.Fuel-1); !errors.Is(err, job.ErrFuel) || !strings.Contains(err.Error(), limit) ||
			!strings.Contains(err.Error(), "policy.toml") || !strings.Contains(err.Error(), hashOf(request.Module).Short()) {
			t.Errorf("with 1 less: got error %v, want %v with module, limit and remedy", err, job.ErrFuel)
		}
		stillWorks(t, r)

		// Even in process, where nothing else ends an endless loop.
		loop := guest(t, "l", "")
		loop.Limits.Fuel = 1_000_000
		if _, err := r.Run(t.Context(), loop); !errors.Is(err, job.ErrFuel) {
			t.Errorf("endless loop: got error %v, want %v", err, job.ErrFuel)
		}
		stillWorks(t, r)
	})
}

func TestEndlessRecursionEndsAtADepth(t *testing.T) {
	everyRunner(t, func(t *testing.T, r runner) {
		if _, err := r.Run(t.Context(), guest(t, "r", "")); !errors.Is(err, job.ErrTrap) || !strings.Contains(err.Error(), "1800 deep") {
			t.Errorf("got error %v, want one that names the depth, on every engine", err)
		}
	})
}
