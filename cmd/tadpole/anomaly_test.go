package main

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/wasm-jobs/builtin"
)

// anomalyJobAgrees runs the built-in job over windows of an IMU, with a model as a
// federation has exported it: it scores each as the network does, and flags those beyond
// the threshold.
func anomalyJobAgrees(t *testing.T, modelPath string, readings []reading.Reading, center, scale []float64) {
	t.Helper()
	want := loadDense(t, modelPath).errors(imuRows(t, readings, center, scale))
	model, err := os.ReadFile(modelPath)
	if err != nil {
		t.Fatal(err)
	}
	threshold := want[0]
	var config strings.Builder
	for _, f := range imuFeatures(t) {
		fmt.Fprintln(&config, f)
	}
	fmt.Fprintf(&config, "center=%s\nscale=%s\nthreshold=%s\n", strings.ReplaceAll(join(center, number), " ", ""), strings.ReplaceAll(join(scale, number), " ", ""), number(threshold))
	engine, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	m, err := window.New(window.Config{Size: imuWindow})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range readings {
		for _, w := range m.Add(r) {
			if len(w.Readings) < 45 || n == len(want) {
				continue
			}
			var encoded []byte
			for _, r := range w.Readings {
				encoded = reading.Append(encoded, r)
			}
			result, err := engine.Run(t.Context(), job.Request{Module: builtin.Modules()["anomaly"], Inputs: []job.Input{
				{Name: "channels", Content: []byte("imu\t" + strings.Join(imuColumns, "\t") + "\n")}, {Name: "config", Content: []byte(config.String())},
				{Name: "model", Content: model}, {Name: "readings", Content: encoded},
			}})
			if err != nil {
				t.Fatal(err)
			}
			output, _ := result.Output("readings")
			made, _, err := reading.Decode(output)
			if err != nil || len(made.Values) != 2 {
				t.Fatalf("window %d: %+v, %v", n, made, err)
			}
			score, flag := made.Values[0], made.Values[1] == 1
			if math.Abs(score-want[n]) > 1e-6*want[n] || n > 0 && flag != (score > threshold) {
				t.Errorf("window %d: score %g and flag %v, want %g against %g", n, score, flag, want[n], threshold)
			}
			n++
		}
	}
	if n < 50 {
		t.Errorf("only %d windows were scored", n)
	}
}
