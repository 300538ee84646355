package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// workload is one task's input files in a directory, and its multiplications and
// additions in the inner products.
type workload struct {
	directory  string
	operations float64
}

// newWorkload lays out an epoch of the 784-200-200-10 network (McMahan et al.
// 2017) in batches of 10 over random samples.
func newWorkload(directory string, samples int) (workload, error) {
	a, err := plan.Preset("2nn")
	if err != nil {
		return workload{}, err
	}
	r := rand.New(rand.NewPCG(1, 2))
	x := tensor.Tensor{Name: "x", DType: tensor.U8, Shape: []int{samples, 784}, Data: make([]byte, samples*784)}
	for i := range x.Data {
		x.Data[i] = byte(r.Uint32())
	}
	y := tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{samples}, Data: make([]byte, samples)}
	for i := range y.Data {
		y.Data[i] = byte(r.IntN(10))
	}
	data := tensor.File{Tensors: []tensor.Tensor{x, y}}.Encode()
	model := plan.Init(a, 1).Encode()
	task := plan.Training{Epochs: 1, Batch: 10, LearningRate: 0.01, Bits: 8, ScaleBits: 24, Scale: 1.0 / 255}
	lowered, err := plan.Lower(a, task, plan.Train, model, data)
	if err != nil {
		return workload{}, err
	}
	for name, content := range map[string][]byte{"plan.bin": lowered, "model.safetensors": model, "data.safetensors": data} {
		if err := os.WriteFile(filepath.Join(directory, name), content, 0o600); err != nil {
			return workload{}, err
		}
	}
	// Output, gradient of the weights, gradient of the input (but of the first layer's).
	perSample := 2*(784*200+200*200+200*10)*3 - 2*784*200
	return workload{directory, float64(samples) * float64(perSample)}, nil
}
