package evaluate_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/evaluate"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

func floatsOf(t *testing.T, model []byte) (values []float32) {
	t.Helper()
	f, err := tensor.Decode(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, tensor := range f.Tensors {
		values = append(values, tensor.Floats()...)
	}
	return values
}

// withFloats is a model of the architecture with these values.
func withFloats(a plan.Architecture, values []float32) []byte {
	var f tensor.File
	for _, s := range a.Tensors() {
		f.Tensors = append(f.Tensors, tensor.FromFloats(s.Name, s.Shape, values[:s.Elements()]))
		values = values[s.Elements():]
	}
	return f.Encode()
}

// With all samples in a batch the order is of no matter, and each epoch is one
// step along the gradients, which another test has checked.
func TestTrainCentralFollowsTheGradients(t *testing.T) {
	const rate, epochs, tolerance = 0.1, 4, 2e-6
	for name, a := range networks {
		p := newProblem(a, 9)
		model := p.model.Encode()
		want := floatsOf(t, model)
		for range epochs {
			_, grads, err := evaluate.Gradients(a, withFloats(a, want), p.x, p.y)
			if err != nil {
				t.Fatal(err)
			}
			for i, g := range grads {
				want[i] -= rate * g
			}
		}
		trained, err := evaluate.TrainCentral(t.Context(), a, model, p.x, p.y, evaluate.Central{Epochs: epochs, LearningRate: rate, Scale: 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range floatsOf(t, trained) {
			if math.Abs(float64(got-want[i])) > tolerance {
				t.Errorf("%s: value %d is %v, want %v within %v", name, i, got, want[i], tolerance)
			}
		}
	}
}

// 23 samples in batches of 5 leave a last one of 3.
func TestTrainCentralInBatches(t *testing.T) {
	for name, a := range networks {
		p := newProblem(a, 23)
		model := p.model.Encode()
		e, err := evaluate.New(a, p.x, p.y, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		train := func(seed uint64) []byte {
			trained, err := evaluate.TrainCentral(t.Context(), a, model, p.x, p.y, evaluate.Central{Epochs: 20, Batch: 5, LearningRate: 0.05, Seed: seed, Scale: 1})
			if err != nil {
				t.Fatal(err)
			}
			return trained
		}
		trained := train(1)
		before, _, err := e.Evaluate(t.Context(), model)
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := e.Evaluate(t.Context(), trained)
		if err != nil || !(after < 0.9*before) {
			t.Errorf("%s: loss %v after training, %v; want below 0.9 of the %v before", name, after, err, before)
		}
		if string(train(1)) != string(trained) {
			t.Errorf("%s: the same seed gives another model, want the same bytes", name)
		}
		if string(train(2)) == string(trained) {
			t.Errorf("%s: another seed gives the same model, want another order", name)
		}
	}
}

func TestTrainCentralRefuses(t *testing.T) {
	a := networks["autoencoder"]
	p := newProblem(a, 9)
	good := evaluate.Central{Epochs: 50, Batch: 3, LearningRate: 0.1, Scale: 1}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		change func(*evaluate.Central)
		want   error
		text   string
	}{
		{"no epochs", t.Context(), func(c *evaluate.Central) { c.Epochs = 0 }, plan.ErrTraining, "epochs is 0"},
		{"negative batch", t.Context(), func(c *evaluate.Central) { c.Batch = -1 }, plan.ErrTraining, "batch -1"},
		{"no rate", t.Context(), func(c *evaluate.Central) { c.LearningRate = 0 }, plan.ErrTraining, "learning rate 0"},
		{"diverged", t.Context(), func(c *evaluate.Central) { c.LearningRate = 1e15 }, plan.ErrTraining, "take a smaller learning rate"},
		{"ended", ended, func(*evaluate.Central) {}, context.Canceled, "train centrally"},
	} {
		task := good
		c.change(&task)
		if _, err := evaluate.TrainCentral(c.ctx, a, p.model.Encode(), p.x, p.y, task); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: error %v, want %v with %q", c.name, err, c.want, c.text)
		}
	}
}
