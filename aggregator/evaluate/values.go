package evaluate

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	gt "gorgonia.org/tensor"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// weightsOf reads the values of a model file, one slice a tensor, and makes sure
// that they are the architecture's.
func weightsOf(a plan.Architecture, model []byte) ([][]float32, error) {
	f, err := tensor.Decode(model)
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	specs := a.Tensors()
	if len(f.Tensors) != len(specs) {
		return nil, fmt.Errorf("%w: model file has %d tensors, the architecture %d: give a model of this architecture", plan.ErrFiles, len(f.Tensors), len(specs))
	}
	var weights [][]float32
	for i, s := range specs {
		t := f.Tensors[i]
		if t.Name != s.Name || t.DType != tensor.F32 || !slices.Equal(t.Shape, s.Shape) {
			return nil, fmt.Errorf("%w: tensor %d of the model file is %s %s %v, the architecture has %s F32 %v: give a model of this architecture", plan.ErrFiles, i, t.Name, t.DType, t.Shape, s.Name, s.Shape)
		}
		weights = append(weights, t.Floats())
	}
	return weights, nil
}

// setWeights gives the graph the model's values.
func (n *network) setWeights(weights [][]float32) error {
	for i, w := range n.weights {
		if err := n.let(w.node, w.toGraph(weights[i])); err != nil {
			return err
		}
	}
	return nil
}

// setInput gives the graph the features of a batch, [batch, features].
func (n *network) setInput(x []float32) error { return n.let(n.input, x) }

// let gives a node values, in the graph's type.
func (n *network) let(node *gorgonia.Node, values []float32) error {
	var backing any = values
	if n.dtype == gt.Float64 {
		wide := make([]float64, len(values))
		for i, v := range values {
			wide[i] = float64(v)
		}
		backing = wide
	}
	if err := gorgonia.Let(node, gt.New(gt.WithShape(node.Shape()...), gt.WithBacking(backing))); err != nil {
		return fmt.Errorf("set %s of the network: %w", node.Name(), err)
	}
	return nil
}

// toGraph orders a tensor's values as the graph has them.
func (w weight) toGraph(model []float32) []float32 {
	if w.kernel == 0 {
		return model
	}
	graph := make([]float32, len(model))
	w.rows(len(model), func(inModel, inGraph int) { graph[inGraph] = model[inModel] })
	return graph
}

// toModel orders values of the graph as the model's file has them.
func (w weight) toModel(graph []float32) []float32 {
	if w.kernel == 0 {
		return graph
	}
	model := make([]float32, len(graph))
	w.rows(len(graph), func(inModel, inGraph int) { model[inModel] = graph[inGraph] })
	return model
}

// rows calls visit with the places of each of the size values of a convolution.
func (w weight) rows(size int, visit func(inModel, inGraph int)) {
	cells := w.kernel * w.kernel
	filters := size / (cells * w.channels)
	for cell := range cells {
		for c := range w.channels {
			for f := range filters {
				visit((cell*w.channels+c)*filters+f, (c*cells+cell)*filters+f)
			}
		}
	}
}
