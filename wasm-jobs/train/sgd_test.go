package train_test

import (
	"crypto/sha256"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/plan"
)

// Three epochs over 23 samples in batches of 5, the last one of 3, with every
// term of the step alone and together: the same bytes as the plain reference.
func TestStepsAreTheReferencesBits(t *testing.T) {
	const n = 23
	tasks := map[string]func(*plan.Training){
		"plain":     func(*plan.Training) {},
		"momentum":  func(k *plan.Training) { k.Momentum = 0.9 },
		"decay":     func(k *plan.Training) { k.WeightDecay = 0.01 },
		"proximal":  func(k *plan.Training) { k.Proximal = 0.3 },
		"clipping":  func(k *plan.Training) { k.ClipNorm = 0.2 },
		"all terms": func(k *plan.Training) { k.Momentum, k.WeightDecay, k.Proximal, k.ClipNorm = 0.5, 0.02, 0.1, 0.4 },
		"8 bits":    func(k *plan.Training) { k.Bits = 8 },
		"16 bits":   func(k *plan.Training) { k.Bits = 16 },
		"coarse":    func(k *plan.Training) { k.ScaleBits = 3 },
		"other seed": func(k *plan.Training) {
			k.Seed = 1<<63 + 12345
		},
	}
	for _, a := range []plan.Architecture{regression, autoencoder} {
		p := newProblem(a, n)
		x := rows(p.x.Floats(), n)
		y := x
		if p.y.DType != "" {
			y = rows(p.y.Floats(), n)
		}
		seen := map[string]string{}
		for name, change := range tasks {
			task := plain()
			task.Epochs, task.Batch, task.LearningRate, task.Seed = 3, 5, 0.05, 42
			change(&task)
			got := succeed(t, lower(t, a, task, plan.Train, p.model, p.data()))
			want, loss := trainReference(a, task, p.model, x, y)
			if string(got.update) != string(want) {
				t.Errorf("%s, %d inputs: update.bin is\n%x, want\n%x", name, a.Input[0], got.update, want)
			}
			if got.loss != loss || got.steps != 15 || got.samples != 3*n {
				t.Errorf("%s, %d inputs: loss %v over %d samples in %d steps, want %v over %d in 15", name, a.Input[0], got.loss, got.samples, got.steps, loss, 3*n)
			}
			if other, found := seen[string(want)]; found {
				t.Errorf("%s gives the update of %s: one of them does nothing", name, other)
			}
			seen[string(want)] = name
		}
	}
}

// rows cuts values into n rows.
func rows(values []float32, n int) (rows [][]float32) {
	width := len(values) / n
	for i := range n {
		rows = append(rows, values[i*width:(i+1)*width])
	}
	return rows
}

// Sums of more terms than the products take at a time, in each of the three, and
// rows and columns that are no multiples of a tile.
func TestLongSumsAreTheReferencesBits(t *testing.T) {
	const n = 133 // samples in one batch: the terms of a weight's gradient
	long := plan.Architecture{Input: []int{301}, Loss: plan.Squares, Layers: []plan.Layer{
		{Type: plan.Dense, Units: 13}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 262}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 2}}}
	p := newProblem(long, n)
	task := plain()
	task.Epochs, task.Batch, task.LearningRate = 2, n, 0.05
	got := succeed(t, lower(t, long, task, plan.Train, p.model, p.data()))
	want, loss := trainReference(long, task, p.model, rows(p.x.Floats(), n), rows(p.y.Floats(), n))
	if string(got.update) != string(want) || got.loss != loss {
		t.Errorf("loss %v and an update of SHA-256 %x, want %v and %x", got.loss, sha256.Sum256(got.update), loss, sha256.Sum256(want))
	}
}
