package evaluate

import (
	"fmt"

	"gorgonia.org/gorgonia"
	gt "gorgonia.org/tensor"

	"github.com/tadpole-edge/tadpole/internal/plan"
)

// network is an architecture as a Gorgonia graph with a fixed batch. Activations
// are [batch, height*width*channels] as in the model's own layout; convolution
// and pooling turn to Gorgonia's [batch, channels, height, width] and back.
type network struct {
	architecture plan.Architecture
	batch        int
	dtype        gt.Dtype // Float32 or Float64
	graph        *gorgonia.ExprGraph
	input        *gorgonia.Node // [batch, features]
	weights      []weight       // in the order of the model's file
	output       *gorgonia.Node // [batch, outputs]
	ones         map[int]*gorgonia.Node
}

// weight is a tensor of the model as a matrix of the graph, [rows, columns].
type weight struct {
	node *gorgonia.Node
	// For convolutions, whose rows Gorgonia orders [channel][y][x] and the model
	// [y][x][channel]; 0 = the same in both.
	kernel, channels int
}

// batchOf keeps what convolutions unfold within 64 MiB, and the batch within
// 1000.
func batchOf(a plan.Architecture) int {
	const most, budget = 1000, 64 << 20 / 4
	widest, at := 1, imageOf(a)
	for _, l := range a.Layers {
		next := at.after(l)
		if l.Type == plan.Conv2D {
			widest = max(widest, next.height*next.width*l.Kernel*l.Kernel*at.channels)
		}
		at = next
	}
	return max(1, min(most, budget/widest))
}

// image is the shape of one sample's activations.
type image struct{ height, width, channels int }

func (i image) size() int { return i.height * i.width * i.channels }

func imageOf(a plan.Architecture) image {
	if len(a.Input) == 3 {
		return image{a.Input[0], a.Input[1], a.Input[2]}
	}
	return image{1, 1, a.Input[0]}
}

// after is the shape that a layer makes of i.
func (i image) after(l plan.Layer) image {
	switch l.Type {
	case plan.Dense:
		return image{1, 1, l.Units}
	case plan.Conv2D:
		if l.Padding == "valid" {
			return image{i.height - l.Kernel + 1, i.width - l.Kernel + 1, l.Filters}
		}
		return image{i.height, i.width, l.Filters}
	case plan.MaxPool2D:
		return image{i.height / l.Size, i.width / l.Size, i.channels}
	}
	return i
}

// newNetwork builds the graph of a valid architecture. The weights and the input
// have no values yet.
func newNetwork(a plan.Architecture, batch int, dtype gt.Dtype) (*network, error) {
	n := &network{architecture: a, batch: batch, dtype: dtype, graph: gorgonia.NewGraph(), ones: map[int]*gorgonia.Node{}}
	at := imageOf(a)
	n.input = n.matrix("x", batch, at.size())
	x := n.input
	for i, l := range a.Layers {
		var err error
		if x, err = n.layer(x, i, l, at); err != nil {
			return nil, fmt.Errorf("build layer %d (%s): %w", i, l.Type, err)
		}
		at = at.after(l)
	}
	n.output = x
	return n, nil
}

func (n *network) matrix(name string, rows, columns int) *gorgonia.Node {
	return gorgonia.NewMatrix(n.graph, n.dtype, gorgonia.WithShape(rows, columns), gorgonia.WithName(name))
}

func (n *network) layer(x *gorgonia.Node, i int, l plan.Layer, in image) (*gorgonia.Node, error) {
	switch l.Type {
	case plan.Dense:
		return n.affine(x, i, weight{}, n.batch, in.size(), l.Units)
	case plan.Conv2D:
		return n.convolve(x, i, l, in)
	case plan.MaxPool2D:
		return n.pool(x, l, in)
	}
	return gorgonia.Rectify(x)
}

// affine is x * weight + bias, [rows, out].
func (n *network) affine(x *gorgonia.Node, i int, w weight, rows, in, out int) (*gorgonia.Node, error) {
	w.node = n.matrix(fmt.Sprintf("%d.weight", i), in, out)
	bias := n.matrix(fmt.Sprintf("%d.bias", i), 1, out)
	n.weights = append(n.weights, w, weight{node: bias})
	product, err := gorgonia.Mul(x, w.node)
	if err != nil {
		return nil, err
	}
	// The bias for all rows as a product with ones: BLAS does it and its gradient
	// faster than Gorgonia's broadcast, which copies row by row.
	if n.ones[rows] == nil {
		ones := gt.Ones(n.dtype, rows, 1)
		n.ones[rows] = gorgonia.NewMatrix(n.graph, n.dtype, gorgonia.WithShape(rows, 1), gorgonia.WithName(fmt.Sprintf("ones%d", rows)), gorgonia.WithValue(ones))
	}
	biases, err := gorgonia.Mul(n.ones[rows], bias)
	if err != nil {
		return nil, err
	}
	return gorgonia.Add(product, biases)
}

// convolve unfolds the image as Gorgonia's Conv2d does; the product's rows are
// then places and its columns filters, which is the model's own layout.
func (n *network) convolve(x *gorgonia.Node, i int, l plan.Layer, in image) (*gorgonia.Node, error) {
	planes, err := n.toPlanes(x, in)
	if err != nil {
		return nil, err
	}
	out, pad := in.after(l), 0
	if l.Padding == "same" {
		pad = l.Kernel / 2
	}
	patches, err := gorgonia.Im2Col(planes, gt.Shape{l.Kernel, l.Kernel}, gt.Shape{pad, pad}, gt.Shape{1, 1}, gt.Shape{1, 1})
	if err != nil {
		return nil, err
	}
	places, cells := n.batch*out.height*out.width, l.Kernel*l.Kernel*in.channels
	if patches, err = gorgonia.Reshape(patches, gt.Shape{places, cells}); err != nil {
		return nil, err
	}
	y, err := n.affine(patches, i, weight{kernel: l.Kernel, channels: in.channels}, places, cells, l.Filters)
	if err != nil {
		return nil, err
	}
	return gorgonia.Reshape(y, gt.Shape{n.batch, out.size()})
}

func (n *network) pool(x *gorgonia.Node, l plan.Layer, in image) (*gorgonia.Node, error) {
	planes, err := n.toPlanes(x, in)
	if err != nil {
		return nil, err
	}
	y, err := gorgonia.MaxPool2D(planes, gt.Shape{l.Size, l.Size}, []int{0, 0}, []int{l.Size, l.Size})
	if err != nil {
		return nil, err
	}
	if y, err = gorgonia.Transpose(y, 0, 2, 3, 1); err != nil {
		return nil, err
	}
	return gorgonia.Reshape(y, gt.Shape{n.batch, in.after(l).size()})
}

// toPlanes turns [batch, height*width*channels] to [batch, channels, height, width].
func (n *network) toPlanes(x *gorgonia.Node, in image) (*gorgonia.Node, error) {
	x, err := gorgonia.Reshape(x, gt.Shape{n.batch, in.height, in.width, in.channels})
	if err != nil {
		return nil, err
	}
	return gorgonia.Transpose(x, 0, 3, 1, 2)
}
