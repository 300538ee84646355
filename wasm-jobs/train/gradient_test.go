package train_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/evaluate"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// One step of SGD over one batch at learning rate 1 moves the model by minus the
// gradient. The tolerance is relative to the tensor's largest gradient: float32
// has 6e-8, the sums are of up to some hundred terms, and the subtraction from
// weights of up to 1 rounds once more.
func TestGradientsAgreeWithGorgonia(t *testing.T) {
	const tolerance = 5e-6
	for name, a := range networks {
		for _, n := range []int{1, 7, 10} {
			t.Run(fmt.Sprintf("%s, batch %d", name, n), func(t *testing.T) {
				p := newProblem(a, n)
				loss, want, err := evaluate.Gradients(a, p.model, p.x, p.y)
				if err != nil {
					t.Fatal(err)
				}
				r := succeed(t, lower(t, a, plain(), plan.Train, p.model, p.data()))
				if got := r.loss / float64(n); math.Abs(got-loss) > 1e-6*loss {
					t.Errorf("loss %v, want %v", got, loss)
				}
				if r.samples != uint64(n) || r.steps != 1 {
					t.Errorf("%d samples in %d steps, want %d in 1", r.samples, r.steps, n)
				}
				got, _ := deltas(t, a, r.update)
				at := 0
				for _, s := range a.Tensors() {
					n := s.Elements()
					compareGradients(t, s.Name, got[at:at+n], want[at:at+n], tolerance)
					at += n
				}
			})
		}
	}
}

func compareGradients(t *testing.T, name string, deltas []float64, want []float32, tolerance float64) {
	t.Helper()
	largest := 0.0
	for _, g := range want {
		largest = max(largest, math.Abs(float64(g)))
	}
	if largest == 0 {
		t.Fatalf("all gradients of %s are 0: the test would show nothing", name)
	}
	worst, at := 0.0, 0
	for i, g := range want {
		if off := math.Abs(-deltas[i] - float64(g)); !(off <= worst) {
			worst, at = off, i
		}
	}
	if !(worst <= tolerance*largest) {
		t.Errorf("gradient of value %d of %s is %v, want %v within %v", at, name, -deltas[at], want[at], tolerance*largest)
	}
}

// Evaluation gives Gorgonia's loss and accuracy, over more than one batch.
func TestEvaluationAgreesWithGorgonia(t *testing.T) {
	const n = 257
	for name, a := range networks {
		t.Run(name, func(t *testing.T) {
			p := newProblem(a, n)
			e, err := evaluate.New(a, p.x, p.y, 0.5, 0.25)
			if err != nil {
				t.Fatal(err)
			}
			loss, accuracy, err := e.Evaluate(t.Context(), p.model)
			if err != nil {
				t.Fatal(err)
			}
			task := plain()
			task.Scale, task.Shift = 0.5, 0.25
			r := succeed(t, lower(t, a, task, plan.Evaluate, p.model, p.data()))
			if got := r.loss / n; math.Abs(got-loss) > 1e-5*loss {
				t.Errorf("loss %v, want %v", got, loss)
			}
			if got := float64(r.correct) / n; got != accuracy || r.samples != n {
				t.Errorf("accuracy %v of %d samples, want %v of %d", got, r.samples, accuracy, n)
			}
			if r.update != nil || r.steps != 0 {
				t.Errorf("evaluation made %d steps and an update of %d bytes, want none", r.steps, len(r.update))
			}
		})
	}
}

// Whatever type features and labels have, the kernel reads the same samples.
func TestTypesOfSamples(t *testing.T) {
	const n = 7 // so that labels begin at no multiple of their size
	p := newProblem(denseNet, n)
	bytes := tensor.Tensor{Name: "x", DType: tensor.U8, Shape: []int{n, 13}}
	var scaled []float32
	for i := range n * 13 {
		bytes.Data = append(bytes.Data, byte(3*i))
		scaled = append(scaled, float32(byte(3*i))*0.125-1.5) // exact
	}
	classes := []int{0, 4, 2, 1, 3, 2, 0}
	f32 := problem{denseNet, p.model, tensor.FromFloats("x", []int{n, 13}, scaled), labels(tensor.U8, classes...)}
	want := succeed(t, lower(t, denseNet, plain(), plan.Train, f32.model, f32.data()))
	for _, d := range []tensor.DType{tensor.U8, tensor.I32, tensor.I64, tensor.F32} {
		task := plain()
		task.Scale, task.Shift = 0.125, -1.5
		u8 := problem{denseNet, p.model, bytes, labels(d, classes...)}
		got := succeed(t, lower(t, denseNet, task, plan.Train, u8.model, u8.data()))
		if string(got.update) != string(want.update) || got.loss != want.loss {
			t.Errorf("features of U8 and labels of %s: loss %v, want %v and the same update", d, got.loss, want.loss)
		}
	}
}
