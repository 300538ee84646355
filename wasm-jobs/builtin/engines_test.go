package builtin_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// A device without a compiler makes the same of the same window, to the last bit, and by
// the same fuel.
func TestInterpreterMakesTheSame(t *testing.T) {
	const channels = "s\tx\ty\n"
	var results [2][]job.Result
	for i := range results {
		engine, err := job.NewInProcess(job.InProcessConfig{Interpreter: i == 1})
		if err != nil {
			t.Fatal(err)
		}
		defer engine.Close()
		for _, k := range []task{
			{module: "threshold", config: "channel=x above=10.5 below=9.5 for=20ms"},
			{module: "aggregate", config: strings.Join(statistics, " ") + " median(y) sum(x)"},
			{module: "features", config: strings.Join(statistics, " ") + " frequency(x) band(y,10,20) crossings(x)"},
			{module: "anomaly", config: strings.Join(anomalyFeatures, " ") + " threshold=1", files: map[string][]byte{"model": autoencoder(t)}},
			{module: "prepare"},
			{module: "profile", config: "work=simd units=1"},
			{module: "profile", config: "work=float units=1"},
		} {
			k.channels = channels
			request := k.request()
			request.Inputs = append(request.Inputs, job.Input{Name: "readings", Content: encode(imu(500))})
			result, err := engine.Run(t.Context(), request)
			if err != nil {
				t.Fatalf("%s: %v", k.module, err)
			}
			if result.Elapsed = 0; len(result.Outputs[0].Bytes) == 0 {
				t.Errorf("%s makes nothing", k.module)
			}
			results[i] = append(results[i], result)
		}
	}
	for i, compiled := range results[0] {
		if !reflect.DeepEqual(compiled, results[1][i]) {
			t.Errorf("task %d: %d units of fuel compiled, %d interpreted, or other outputs", i, compiled.Fuel, results[1][i].Fuel)
		}
	}
}
