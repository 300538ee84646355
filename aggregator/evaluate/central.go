package evaluate

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	gt "gorgonia.org/tensor"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Central is how the baseline trains: plain SGD over shuffled batches.
type Central struct {
	Epochs       int     // over all samples; at least 1
	Batch        int     // samples a step; 0 = all, and an epoch's last may have fewer
	LearningRate float32 // above 0
	Seed         uint64  // of the shuffling
	Scale, Shift float32 // of the features, as for New
}

// TrainCentral trains a model on all samples in one place, which is what a
// federation is compared with, and gives the trained model's file. x and y are as
// for New. Errors wrap plan.ErrArchitecture, plan.ErrFiles or plan.ErrTraining,
// the last also where the loss is not finite any more, or ctx's error.
func TrainCentral(ctx context.Context, a plan.Architecture, model []byte, x, y tensor.Tensor, c Central) ([]byte, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	if c.Epochs < 1 || c.Batch < 0 || !(c.LearningRate > 0) {
		return nil, fmt.Errorf("%w: epochs is %d, batch %d and learning rate %v: want at least 1, at least 0 and above 0", plan.ErrTraining, c.Epochs, c.Batch, c.LearningRate)
	}
	s, err := newSamples(a, x, y, c.Scale, c.Shift)
	if err != nil {
		return nil, err
	}
	values, err := weightsOf(a, model)
	if err != nil {
		return nil, err
	}
	if c.Batch == 0 || c.Batch > s.n {
		c.Batch = s.n
	}
	trainers := map[int]*trainer{} // by batch: a graph's is fixed, and an epoch's last differs
	for _, batch := range []int{c.Batch, s.n % c.Batch} {
		if batch == 0 {
			continue
		}
		t, err := newTrainer(a, batch, gt.Float32)
		if err != nil {
			return nil, err
		}
		defer t.machine.Close()
		trainers[batch] = t
	}
	layout := trainers[c.Batch].network.weights
	for i, w := range layout {
		values[i] = w.toGraph(values[i])
	}
	r := rand.New(rand.NewPCG(c.Seed, 0))
	for epoch := range c.Epochs {
		order := r.Perm(s.n)
		for len(order) > 0 {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("train centrally: %w", err)
			}
			batch := order[:min(c.Batch, len(order))]
			order = order[len(batch):]
			loss, err := trainers[len(batch)].step(s, batch, values, c.LearningRate)
			if err != nil {
				return nil, err
			}
			if math.IsNaN(loss) || math.IsInf(loss, 0) {
				return nil, fmt.Errorf("%w: the loss is %v in epoch %d: take a smaller learning rate than %v", plan.ErrTraining, loss, epoch, c.LearningRate)
			}
		}
	}
	trained := tensor.File{Metadata: map[string]string{plan.MetadataKey: a.JSON(), "format": "pt"}}
	for i, spec := range a.Tensors() {
		trained.Tensors = append(trained.Tensors, tensor.FromFloats(spec.Name, spec.Shape, layout[i].toModel(values[i])))
	}
	return trained.Encode(), nil
}

// step moves values, in the graph's order, against the gradient of one batch, and
// gives the loss before it.
func (t *trainer) step(s samples, batch []int, values [][]float32, rate float32) (loss float64, err error) {
	for i, w := range t.network.weights {
		if err := t.network.let(w.node, values[i]); err != nil {
			return 0, err
		}
	}
	if loss, err = t.run(s, batch); err != nil {
		return 0, err
	}
	for i, node := range t.gradients {
		for j, v := range node.Value().Data().([]float32) {
			values[i][j] -= rate * v
		}
	}
	return loss, nil
}
