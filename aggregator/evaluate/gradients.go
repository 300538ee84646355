package evaluate

import (
	"fmt"

	"gorgonia.org/gorgonia"
	gt "gorgonia.org/tensor"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Gradients differentiates the mean loss over a batch, by Gorgonia's own rules
// in float64, and rounds to float32 at the end: the oracle for the kernel. x and
// y are as for New, of which the model sees x unscaled; loss is the mean over
// samples, and for mse also over outputs, as PyTorch's MSELoss; grads has the
// model's values in the order of its file. Where a unit's input is exactly 0,
// Gorgonia takes ReLU's slope as 1, the kernel as 0.
func Gradients(a plan.Architecture, model []byte, x, y tensor.Tensor) (loss float64, grads []float32, err error) {
	if err := a.Validate(); err != nil {
		return 0, nil, err
	}
	s, err := newSamples(a, x, y, 1, 0)
	if err != nil {
		return 0, nil, err
	}
	weights, err := weightsOf(a, model)
	if err != nil {
		return 0, nil, err
	}
	t, err := newTrainer(a, s.n, gt.Float64)
	if err != nil {
		return 0, nil, err
	}
	if err := t.network.setWeights(weights); err != nil {
		return 0, nil, err
	}
	order := make([]int, s.n)
	for i := range order {
		order[i] = i
	}
	if loss, err = t.run(s, order); err != nil {
		return 0, nil, err
	}
	for i, w := range t.network.weights {
		var rounded []float32
		for _, g := range t.gradients[i].Value().Data().([]float64) {
			rounded = append(rounded, float32(g))
		}
		grads = append(grads, w.toModel(rounded)...)
	}
	return loss, grads, nil
}

// trainer is a network with its loss and the loss's gradients.
type trainer struct {
	network   *network
	targets   *gorgonia.Node // [batch, outputs]; classes as ones among zeros
	cost      *gorgonia.Node
	gradients gorgonia.Nodes // as network.weights
	machine   gorgonia.VM
}

func newTrainer(a plan.Architecture, batch int, dtype gt.Dtype) (*trainer, error) {
	n, err := newNetwork(a, batch, dtype)
	if err != nil {
		return nil, err
	}
	t := &trainer{network: n, targets: n.matrix("targets", batch, a.Outputs())}
	if a.Loss == plan.CrossEntropy {
		t.cost, err = crossEntropy(n.output, t.targets)
	} else {
		t.cost, err = squares(n.output, t.targets)
	}
	if err != nil {
		return nil, fmt.Errorf("build the loss: %w", err)
	}
	var nodes gorgonia.Nodes
	for _, w := range n.weights {
		nodes = append(nodes, w.node)
	}
	if t.gradients, err = gorgonia.Grad(t.cost, nodes...); err != nil {
		return nil, fmt.Errorf("differentiate the loss: %w", err)
	}
	t.machine = gorgonia.NewTapeMachine(n.graph)
	return t, nil
}

// crossEntropy is the mean over rows of log(sum(exp(outputs))) minus the
// label's output. It takes no maximum out, so outputs must stay below 88 in
// float32 and 709 in float64.
func crossEntropy(outputs, targets *gorgonia.Node) (*gorgonia.Node, error) {
	exp, err := gorgonia.Exp(outputs)
	if err != nil {
		return nil, err
	}
	sum, err := gorgonia.Sum(exp, 1)
	if err != nil {
		return nil, err
	}
	norm, err := gorgonia.Log(sum)
	if err != nil {
		return nil, err
	}
	picked, err := gorgonia.HadamardProd(outputs, targets)
	if err != nil {
		return nil, err
	}
	label, err := gorgonia.Sum(picked, 1)
	if err != nil {
		return nil, err
	}
	losses, err := gorgonia.Sub(norm, label)
	if err != nil {
		return nil, err
	}
	return gorgonia.Mean(losses)
}

func squares(outputs, targets *gorgonia.Node) (*gorgonia.Node, error) {
	difference, err := gorgonia.Sub(outputs, targets)
	if err != nil {
		return nil, err
	}
	square, err := gorgonia.Square(difference)
	if err != nil {
		return nil, err
	}
	return gorgonia.Mean(square)
}

// run computes loss and gradients over the samples with the numbers of order,
// exactly one batch.
func (t *trainer) run(s samples, order []int) (loss float64, err error) {
	x := make([]float32, len(order)*s.features)
	targets := make([]float32, len(order)*s.outputs)
	for row, i := range order {
		s.features32(x[row*s.features:], i)
		if s.classes != nil {
			targets[row*s.outputs+s.classes[i]] = 1
		} else {
			copy(targets[row*s.outputs:], s.targets[i*s.outputs:][:s.outputs])
		}
	}
	if err := t.network.setInput(x); err != nil {
		return 0, err
	}
	if err := t.network.let(t.targets, targets); err != nil {
		return 0, err
	}
	t.machine.Reset()
	if err := t.machine.RunAll(); err != nil {
		return 0, fmt.Errorf("run the network and its gradients: %w", err)
	}
	if v, wide := t.cost.Value().Data().(float64); wide {
		return v, nil
	}
	return float64(t.cost.Value().Data().(float32)), nil
}
