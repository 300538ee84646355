package profile_test

import (
	"errors"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/profile"
	"github.com/tadpole-edge/tadpole/wasm-jobs/builtin"
)

func TestMeasure(t *testing.T) {
	engine, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	p, err := profile.Measure(t.Context(), engine, builtin.Modules()["profile"])
	if err != nil {
		t.Fatal(err)
	}
	for name, rate := range map[string]float64{"integer": p.Integer, "float": p.Float, "simd": p.SIMD, "memory": p.Memory} {
		if rate < 1e5 || rate > 1e13 {
			t.Errorf("%s: %g a second", name, rate)
		}
	}
	if p.Engine != job.Engine() {
		t.Errorf("engine %q", p.Engine)
	}
	t.Logf("%+v", p)
	if _, err := profile.Measure(t.Context(), engine, []byte("no module")); !errors.Is(err, job.ErrModule) {
		t.Errorf("error %v for no module", err)
	}
}
