package builtin_test

import "testing"

// The work is the same on every device, and so is what it adds up to.
func TestProfileWork(t *testing.T) {
	for work, c := range map[string]struct{ n, sum float64 }{
		"integer": {3e6, 1871357046}, "float": {3e6, 1.5121246126750663}, "simd": {3e6, 1.9999403953552246}, "memory": {4 << 20, 4294574080},
	} {
		result, err := batch(t, task{module: "profile", config: "work=" + work + " units=3", readings: at(1, 2)})
		if err != nil {
			t.Fatal(err)
		}
		output, _ := result.Output("readings")
		got := decode(t, output)
		if len(got) != 1 || got[0].Time != 1e9 || got[0].Values[0] != c.n || got[0].Values[1] != c.sum {
			t.Errorf("%s: %.17g, want %.17g", work, got[0].Values, c)
		}
		t.Logf("%s: %d units of fuel in %v", work, result.Fuel, result.Elapsed)
	}
}
