package train_test

import (
	"maps"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// Every exit code that the module has.
func TestExitCodes(t *testing.T) {
	e, err := compiler()
	if err != nil {
		t.Fatal(err)
	}
	small, err := newEngine(wazero.NewRuntimeConfig().WithMemoryLimitPages(4))
	if err != nil {
		t.Fatal(err)
	}
	defer small.runtime.Close(t.Context())
	p := newProblem(denseNet, 8)
	good := func(change func(*plan.Training)) files {
		task := plain()
		task.Epochs, task.Batch = 30, 2
		change(&task)
		return lower(t, p.a, task, plan.Train, p.model, p.data())
	}
	with := func(name string, change func([]byte) []byte) files {
		f := maps.Clone(good(func(*plan.Training) {}))
		f[name] = change(append([]byte(nil), f[name]...))
		return f
	}
	cut := func(b []byte) []byte { return b[:len(b)-1] }
	flip := func(at int) func([]byte) []byte { return func(b []byte) []byte { b[at] ^= 0xff; return b } }
	missing := maps.Clone(good(func(*plan.Training) {}))
	delete(missing, "model.safetensors")
	squares := newProblem(regression, 8)
	far := plain()
	far.LearningRate, far.Bits = 1e25, 8
	outside := problem{p.a, p.model, p.x, labels(tensor.I32, 0, 1, 2, 5, 0, 0, 0, 0)}
	negative := problem{p.a, p.model, p.x, labels(tensor.I64, 0, 1, 2, -1, 0, 0, 0, 0)}
	big := newProblem(wide, 100)
	outputs := t.TempDir()
	used := map[uint32]bool{}
	for _, c := range []struct {
		name    string
		engine  engine
		files   files
		outputs string
		want    uint32
	}{
		{"all well", e, good(func(*plan.Training) {}), outputs, 0},
		{"no model", e, missing, outputs, 10},
		{"plan of another kind", e, with("plan.bin", flip(0)), outputs, 11},
		{"plan cut short", e, with("plan.bin", cut), outputs, 11},
		{"empty plan", e, with("plan.bin", func([]byte) []byte { return nil }), outputs, 11},
		{"model cut short", e, with("model.safetensors", cut), outputs, 12},
		{"data cut short", e, with("data.safetensors", cut), outputs, 12},
		{"too little memory", small, lower(t, wide, plain(), plan.Train, big.model, big.data()), outputs, 13},
		{"diverged", e, good(func(k *plan.Training) { k.LearningRate = 1e30 }), outputs, 14},
		{"label too large", e, lower(t, p.a, plain(), plan.Train, p.model, outside.data()), outputs, 15},
		{"label below 0", e, lower(t, p.a, plain(), plan.Evaluate, p.model, negative.data()), outputs, 15},
		{"no place for outputs", e, good(func(*plan.Training) {}), "", 16},
		{"update out of range", e, lower(t, regression, far, plan.Train, squares.model, squares.data()), outputs, 17},
	} {
		if got := c.engine.run(t, c.files, c.outputs); got != c.want {
			t.Errorf("%s: exit code %d (%s), want %d (%s)", c.name, got, train.Exits[got], c.want, train.Exits[c.want])
		}
		used[c.want] = true
	}
	for code, meaning := range train.Exits {
		if !used[code] {
			t.Errorf("no job ends with %d (%s): add one", code, meaning)
		}
	}
}
