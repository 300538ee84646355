package evaluate_test

import (
	"math"

	"github.com/tadpole-edge/tadpole/internal/plan"
)

// outputsOf runs one sample through the network by the plain loops that define
// the layers, in float64: no Gorgonia and no kernel.
func outputsOf(a plan.Architecture, weights [][]float64, x []float64) []float64 {
	h, w, c := 1, 1, len(x)
	if len(a.Input) == 3 {
		h, w, c = a.Input[0], a.Input[1], a.Input[2]
	}
	for _, l := range a.Layers {
		switch l.Type {
		case plan.Dense:
			y := append([]float64(nil), weights[1]...)
			for i, v := range x {
				for j := range y {
					y[j] += v * weights[0][i*l.Units+j]
				}
			}
			x, weights, h, w, c = y, weights[2:], 1, 1, l.Units
		case plan.Conv2D:
			pad, oh, ow := l.Kernel/2, h, w
			if l.Padding == "valid" {
				pad, oh, ow = 0, h-l.Kernel+1, w-l.Kernel+1
			}
			y := make([]float64, oh*ow*l.Filters)
			for at := range y {
				oy, ox, f := at/l.Filters/ow, at/l.Filters%ow, at%l.Filters
				y[at] = weights[1][f]
				for cell := range l.Kernel * l.Kernel {
					iy, ix := oy+cell/l.Kernel-pad, ox+cell%l.Kernel-pad
					for ch := 0; ch < c && iy >= 0 && ix >= 0 && iy < h && ix < w; ch++ {
						y[at] += x[(iy*w+ix)*c+ch] * weights[0][(cell*c+ch)*l.Filters+f]
					}
				}
			}
			x, weights, h, w, c = y, weights[2:], oh, ow, l.Filters
		case plan.MaxPool2D:
			oh, ow := h/l.Size, w/l.Size
			y := make([]float64, oh*ow*c)
			for at := range y {
				y[at] = math.Inf(-1)
				for cell := range l.Size * l.Size {
					iy, ix := at/c/ow*l.Size+cell/l.Size, at/c%ow*l.Size+cell%l.Size
					y[at] = math.Max(y[at], x[(iy*w+ix)*c+at%c])
				}
			}
			x, h, w = y, oh, ow
		default:
			y := make([]float64, len(x))
			for i, v := range x {
				y[i] = math.Max(v, 0)
			}
			x = y
		}
	}
	return x
}

// lossOf is a sample's loss: of its class for cross entropy, of its targets for
// mse.
func lossOf(outputs []float64, class int, targets []float64) (loss float64) {
	if targets != nil {
		for i, v := range outputs {
			loss += (v - targets[i]) * (v - targets[i]) / float64(len(outputs))
		}
		return loss
	}
	for _, v := range outputs {
		loss += math.Exp(v - outputs[class])
	}
	return math.Log(loss)
}
