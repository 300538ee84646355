// Package evaluate measures models on the server: central evaluation after a
// round, the gradients that the training kernel is checked against, and the
// baseline of training on all data in one place.
//
// A model file and a set of labelled samples flow in; a loss, an accuracy, a
// gradient or a trained model flows out. It is the only package that names
// Gorgonia, and shares no code with the kernel (wasm-jobs/train), so that each
// checks the other.
package evaluate

import (
	"context"
	"fmt"
	"sync"

	"gorgonia.org/gorgonia"
	gt "gorgonia.org/tensor"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Evaluator measures models of one architecture on one set of samples. It is
// safe for concurrent use; evaluations take turns.
type Evaluator struct {
	samples samples

	mu      sync.Mutex // guards the graph's values and the machine's registers
	network *network
	machine gorgonia.VM
}

// New builds the forward graph once for all evaluations. x is [n, features...] of
// U8 or F32, of which the model sees x*scale + shift. For cross entropy y is [n]
// class numbers of U8, I32, I64, F32 or F64; for mse it is F32 targets, n times
// the model's outputs, or has no elements, and then the model must give back its
// input. Errors wrap plan.ErrArchitecture or plan.ErrFiles.
func New(a plan.Architecture, x, y tensor.Tensor, scale, shift float32) (*Evaluator, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	s, err := newSamples(a, x, y, scale, shift)
	if err != nil {
		return nil, err
	}
	n, err := newNetwork(a, min(batchOf(a), s.n), gt.Float32)
	if err != nil {
		return nil, err
	}
	return &Evaluator{samples: s, network: n, machine: gorgonia.NewTapeMachine(n.graph)}, nil
}

// Evaluate gives the mean loss over all samples, and the share of them whose
// largest output (the first, among equals) is the label's; for mse the share is
// 0. The same model gives the same numbers on the same machine. Errors wrap
// plan.ErrFiles if the model is not the architecture's, or ctx's error.
func (e *Evaluator) Evaluate(ctx context.Context, model []byte) (loss, accuracy float64, err error) {
	weights, err := weightsOf(e.network.architecture, model)
	if err != nil {
		return 0, 0, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.network.setWeights(weights); err != nil {
		return 0, 0, err
	}
	correct := 0
	for first := 0; first < e.samples.n; first += e.network.batch {
		if err := ctx.Err(); err != nil {
			return 0, 0, fmt.Errorf("evaluate model: %w", err)
		}
		count := min(e.network.batch, e.samples.n-first)
		outputs, err := e.forward(first, count)
		if err != nil {
			return 0, 0, err
		}
		for i := range count {
			l, hit := e.samples.score(outputs[i*e.samples.outputs:][:e.samples.outputs], first+i)
			loss += l
			if hit {
				correct++
			}
		}
	}
	return loss / float64(e.samples.n), float64(correct) / float64(e.samples.n), nil
}

// forward runs the graph over count samples from first on and gives the
// outputs, [batch, outputs]. What stands in the rows after count is of no
// matter: no row of a network without batch normalisation sees another.
func (e *Evaluator) forward(first, count int) ([]float32, error) {
	x := make([]float32, e.network.batch*e.samples.features)
	for i := range count {
		e.samples.features32(x[i*e.samples.features:], first+i)
	}
	if err := e.network.setInput(x); err != nil {
		return nil, err
	}
	e.machine.Reset()
	if err := e.machine.RunAll(); err != nil {
		return nil, fmt.Errorf("run the network: %w", err)
	}
	return e.network.output.Value().Data().([]float32), nil
}
