package builtin_test

import (
	"errors"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/wasm-jobs/builtin"
)

// Whatever edge.toml, a source and a file say, a module ends well or by one of its exit
// codes, and what it makes are readings: it never traps, which would hide the reason.
func FuzzModules(f *testing.F) {
	names := []string{"aggregate", "anomaly", "features", "prepare", "threshold"}
	good := encode(imu(9))
	for i, config := range []string{"mean(x) median(s/y) count(x)", "x y center=1,2 scale=1,2 threshold=3", "frequency(x) band(x,1,2) crossings(y)", "", "channel=\"x\" above=1.5e1 below=-2 for=1m2s", "channel=x min=1 max=2 deadband=.5 every=1ms"} {
		f.Add(byte(min(i, len(names)-1)), config, "s\tx\ty\n", good, []byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	}
	engine, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		f.Fatal(err)
	}
	modules := builtin.Modules()
	f.Fuzz(func(t *testing.T, which byte, config, channels string, readings, model []byte) {
		name := names[int(which)%len(names)]
		// Fuel, since this engine holds no deadline.
		result, err := engine.Run(t.Context(), job.Request{Module: modules[name], Limits: job.Limits{MemoryBytes: 8 << 20, OutputBytes: 4 << 20, Fuel: 1 << 28}, Inputs: []job.Input{
			{Name: "config", Content: []byte(config)}, {Name: "channels", Content: []byte(channels)}, {Name: "readings", Content: readings}, {Name: "model", Content: model},
		}})
		var exit *job.ExitError
		if errors.As(err, &exit) || errors.Is(err, job.ErrFuel) || errors.Is(err, job.ErrOutputLimit) {
			return
		}
		if err != nil {
			t.Fatalf("%s with %q: %v", name, config, err)
		}
		output, _ := result.Output("readings")
		for len(output) > 0 {
			if _, output, err = reading.Decode(output); err != nil {
				t.Fatalf("%s with %q: %v", name, config, err)
			}
		}
	})
}
