package train_test

import (
	"encoding/binary"
	"math"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// The kernel a second time, in Go: dense and ReLU layers with the loss of
// squares, which are all IEEE basic operations. Each product and each sum is
// rounded on its own, in the kernel's order, so every bit must be the same.
// (Conversions to float32 keep Go from fusing them on arm64.)
type reference struct {
	task          plan.Training
	a             plan.Architecture
	base, weights []float32
	gradient      []float32
	velocity      []float32
	loss          float64
}

// trainReference trains on x, [n][features], and gives update.bin and the sum of
// losses.
func trainReference(a plan.Architecture, task plan.Training, model []byte, x, y [][]float32) (update []byte, loss float64) {
	f, err := tensor.Decode(model)
	if err != nil {
		panic(err)
	}
	var base []float32
	for _, t := range f.Tensors {
		base = append(base, t.Floats()...)
	}
	r := &reference{task: task, a: a, base: base, weights: append([]float32(nil), base...),
		gradient: make([]float32, len(base)), velocity: make([]float32, len(base))}
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	for epoch := range task.Epochs {
		shuffle(order, task.Seed, epoch)
		for first := 0; first < len(x); first += task.Batch {
			r.step(x, y, order[first:min(first+task.Batch, len(x))])
		}
	}
	return r.update(len(x)), r.loss
}

func mix64(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func shuffle(order []int, seed uint64, epoch int) {
	state := mix64(seed + uint64(epoch))
	for i := len(order) - 1; i > 0; i-- {
		state = mix64(state)
		j := (state >> 32) * uint64(i+1) >> 32
		order[i], order[j] = order[j], order[i]
	}
}

// step is one batch.
func (r *reference) step(x, y [][]float32, batch []int) {
	clear(r.gradient)
	activations := make([][][]float32, len(r.a.Layers)+1) // [layer][sample][unit]
	var delta [][]float32
	for _, sample := range batch {
		row := x[sample]
		activations[0] = append(activations[0], row)
		at := 0
		for i, l := range r.a.Layers {
			if row = relu(row); l.Type == plan.Dense {
				last := activations[i]
				row = dense(last[len(last)-1], r.weights[at:], l.Units)
				at += (len(last[0]) + 1) * l.Units
			}
			activations[i+1] = append(activations[i+1], row)
		}
		d := make([]float32, len(row))
		sum := 0.0
		for j, v := range row {
			off := float64(v) - float64(y[sample][j])
			sum += float64(off * off)
			d[j] = float32(2 * off / (float64(len(row)) * float64(len(batch))))
		}
		r.loss += sum / float64(len(row))
		delta = append(delta, d)
	}
	at := len(r.weights)
	for i := len(r.a.Layers) - 1; i >= 0; i-- {
		in := activations[i]
		if l := r.a.Layers[i]; l.Type == plan.Dense {
			at -= (len(in[0]) + 1) * l.Units
			delta = r.denseBackward(in, delta, at)
			continue
		}
		for s, d := range delta {
			for j := range d {
				if !(in[s][j] > 0) {
					d[j] = 0
				}
			}
		}
	}
	r.move()
}

func relu(x []float32) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = max(v, 0)
	}
	return y
}

// dense begins with the bias and adds the products in the order of the inputs.
func dense(x, w []float32, units int) []float32 {
	y := append([]float32(nil), w[len(x)*units:][:units]...)
	for j := range y {
		for k, v := range x {
			y[j] += float32(v * w[k*units+j])
		}
	}
	return y
}

// denseBackward sums over samples in order, and gives the inputs' gradients.
func (r *reference) denseBackward(in, delta [][]float32, at int) (back [][]float32) {
	units := len(delta[0])
	bias := at + len(in[0])*units
	for s, d := range delta {
		row := make([]float32, len(in[s]))
		for k, v := range in[s] {
			for j := range d {
				r.gradient[at+k*units+j] += float32(v * d[j])
				row[k] += float32(d[j] * r.weights[at+k*units+j])
			}
		}
		for j := range d {
			r.gradient[bias+j] += d[j]
		}
		back = append(back, row)
	}
	return back
}

// move clips, decays, pulls to the start, gathers momentum and steps.
func (r *reference) move() {
	var sums [4]float64 // the kernel keeps four, and a rest goes to the first
	for i, g := range r.gradient {
		lane := i % 4
		if i >= len(r.gradient)&^3 {
			lane = 0
		}
		sums[lane] += float64(float64(g) * float64(g))
	}
	norm := math.Sqrt((sums[0] + sums[1]) + (sums[2] + sums[3]))
	for i, w := range r.weights {
		g := r.gradient[i]
		if limit := float64(r.task.ClipNorm); limit > 0 && norm > limit {
			g = float32(g * float32(limit/norm))
		}
		g += float32(r.task.WeightDecay * w)
		if mu := r.task.Proximal; mu != 0 {
			g += float32(mu * w)
			g -= float32(mu * r.base[i])
		}
		if m := r.task.Momentum; m != 0 {
			r.velocity[i] = float32(m*r.velocity[i]) + g
			g = r.velocity[i]
		}
		r.weights[i] = w - float32(r.task.LearningRate*g)
	}
}

// update is update.bin: in each tensor's finest unit that holds its largest
// change, rounded up with the probability of the fraction.
func (r *reference) update(samples int) []byte {
	specs := r.a.Tensors()
	le := binary.LittleEndian
	out := le.AppendUint16([]byte{'T', 'P', 'U', '1', byte(r.task.Bits / 8), 0}, uint16(len(specs)))
	out = le.AppendUint64(out, uint64(len(r.weights)))
	out = le.AppendUint32(le.AppendUint32(out, uint32(samples)), 0)
	var values []byte
	seed := mix64(r.task.Seed ^ 0x7570646174650000)
	first := 0
	for _, s := range specs {
		top := float32(0)
		for i := first; i < first+s.Elements(); i++ {
			top = max(top, float32(math.Abs(float64(r.weights[i]-r.base[i]))))
		}
		e := r.task.ScaleBits
		for math.Ldexp(float64(top)*(1+0x1p-23), e) > math.Ldexp(1, r.task.Bits-1)-1 {
			e--
		}
		out = append(out, byte(e))
		for i := first; i < first+s.Elements(); i++ {
			change := math.Ldexp(float64(r.weights[i])-float64(r.base[i]), e)
			v := int32(math.Floor(change + float64(mix64(seed+uint64(i))>>44)*0x1p-20))
			values = append(values, le.AppendUint32(nil, uint32(v))[:r.task.Bits/8]...)
		}
		first += s.Elements()
	}
	for len(out)%8 != 0 {
		out = append(out, 0)
	}
	return append(out, values...)
}
