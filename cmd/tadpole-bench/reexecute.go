package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/recheck"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/commitment"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// tiny is a federation whose jobs take milliseconds.
const tiny = `
name = "tiny"
seed = 3
[model]
input = [8]
layers = [{type = "dense", units = 16}, {type = "relu"}, {type = "dense", units = 3}]
loss = "softmax-cross-entropy"
[data]
dataset = "points"
[training]
learning_rate = 0.05
memory_mib = 16
[cohort]
size = 1
[stop]
rounds = 1000000
`

// engine runs jobs one way.
type engine func(ctx context.Context, r job.Request) (job.Result, error)

// Run implements recheck.Runner.
func (e engine) Run(ctx context.Context, j recheck.Job) (map[string][]byte, uint64, error) {
	request := job.Request{Module: j.Module, ModuleHash: j.Hash, Limits: job.Limits{MemoryBytes: j.Memory, OutputBytes: j.Output}}
	for name, content := range j.Inputs {
		request.Inputs = append(request.Inputs, job.Input{Name: name, Content: content})
	}
	result, err := e(ctx, request)
	outputs := map[string][]byte{}
	for _, o := range result.Outputs {
		outputs[o.Name] = o.Bytes
	}
	return outputs, result.Fuel, err
}

// held is what a mediator fetches: blobs by their hashes, and the data.
type held struct {
	blobs map[blob.Hash][]byte
	data  []byte
}

// Get implements evidence.Blobs.
func (h held) Get(_ context.Context, hash blob.Hash) ([]byte, error) {
	content, found := h.blobs[hash]
	if !found {
		return nil, blob.ErrMissing
	}
	return content, nil
}

// Dataset implements recheck.Data.
func (h held) Dataset(context.Context, [32]byte, key.Address) ([]byte, error) { return h.data, nil }

// rerun is a device's claim in a round of its own, for others to execute again.
type rerun struct {
	held
	evidence blob.Hash
	leaf     leaf.Leaf
}

// trained has an engine train as a device does, on random samples, and sign.
func trained(ctx context.Context, f federation.Federation, k *key.Key, number uint32, by engine) (out rerun, err error) {
	r := rand.New(rand.NewPCG(uint64(number), 1))
	n := 4 + r.IntN(40)
	values, labels := make([]float32, n*8), make([]byte, n)
	for i := range values {
		values[i] = float32(r.NormFloat64() * 3)
	}
	for i := range labels {
		labels[i] = byte(r.IntN(3))
	}
	dataset := tensor.Dataset(tensor.FromFloats("x", []int{n, 8}, values), tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{n}, Data: labels})
	data, err := commitment.Of(dataset)
	if err != nil {
		return out, err
	}
	architecture, err := f.Architecture()
	if err != nil {
		return out, err
	}
	training := f.DeviceTraining(number, k.Address())
	configuration, err := wire.Marshal(training)
	if err != nil {
		return out, err
	}
	model := plan.Init(architecture, uint64(number)).Encode()
	out.data = dataset.Encode()
	lowered, err := plan.Lower(architecture, training, plan.Train, model, out.data)
	if err != nil {
		return out, err
	}
	outputs, fuel, err := by.Run(ctx, recheck.Job{Module: train.Module, Hash: blob.Sum(train.Module), Memory: f.Training.Memory << 20, Output: 1 << 20,
		Inputs: map[string][]byte{"plan.bin": lowered, "model.safetensors": model, "data.safetensors": out.data}})
	if err != nil {
		return out, err
	}
	out.leaf = leaf.Leaf{Federation: f.ID(), Round: number, Device: k.Address(), Owner: k.Address(), BaseModel: blob.Sum(model), Module: blob.Sum(train.Module),
		Configuration: blob.Sum(configuration), Data: data, Update: leaf.Commit(blob.Sum(outputs["update.bin"]), uint64(n), fuel), Samples: uint64(n), Fuel: fuel}
	signature := k.Sign(out.leaf.Claim())
	encoded, err := evidence.Round{Federation: f, Round: number, Base: out.leaf.BaseModel, Model: out.leaf.BaseModel, Leaves: [][]byte{out.leaf.Encode()}, Signatures: [][]byte{signature[:]}}.Encode()
	if err != nil {
		return out, err
	}
	out.evidence = blob.Sum(encoded)
	out.blobs = map[blob.Hash][]byte{out.evidence: encoded, out.leaf.BaseModel: model, out.leaf.Module: train.Module}
	return out, nil
}

// upheld tells whether an engine finds what was claimed.
func (r rerun) upheld(ctx context.Context, by engine, claim blob.Hash) (bool, error) {
	answer, err := recheck.Checker{Blobs: r, Data: r, Runner: by}.Update(ctx, [32]byte{1}, r.evidence, r.leaf.Device)
	return blob.Sum(answer[:]) == claim, err
}

// reexecutions has the compiler and the interpreter take turns as the device and
// as its mediator, for as long as is given, and arm64 under qemu a third of it.
func reexecutions(ctx context.Context, s settings, budget time.Duration) ([]Result, error) {
	f, err := federation.Parse("the benchmark's federation", []byte(tiny))
	if err != nil {
		return nil, err
	}
	k, err := key.Generate()
	if err != nil {
		return nil, err
	}
	compiler, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		return nil, err
	}
	defer compiler.Close()
	interpreter, err := job.NewInProcess(job.InProcessConfig{Interpreter: true})
	if err != nil {
		return nil, err
	}
	defer interpreter.Close()
	engines := []engine{compiler.Run, interpreter.Run}
	// A count of false slashes says something only where a false claim is refuted.
	r, err := trained(ctx, f, k, 1, engines[0])
	if err != nil {
		return nil, err
	}
	if upheld, err := r.upheld(ctx, engines[1], leaf.Commit(blob.Hash{1}, r.leaf.Samples, r.leaf.Fuel)); err != nil || upheld {
		return nil, errors.Join(err, errors.New("a false claim was upheld"))
	}
	const most = 10_000
	n, wrong, err := slashes(ctx, f, k, budget, most, engines, engines)
	if err != nil {
		return nil, err
	}
	results := []Result{{fmt.Sprintf("false slashes in %d re-executions, compiler and interpreter", n), float64(wrong), "refuted", 0, zero}, {"re-executions of those", float64(n), "jobs", most, "higher"}}
	pool, err := emulated(ctx, s)
	if err != nil {
		fmt.Fprintln(os.Stderr, "not measured: re-execution on arm64:", err)
		return results, nil
	}
	defer pool.Close()
	n, wrong, err = slashes(ctx, f, k, budget/3, most, engines[:1], []engine{pool.Run})
	if err != nil {
		fmt.Fprintln(os.Stderr, "not measured: re-execution on arm64:", err)
		return results, nil
	}
	return append(results, Result{fmt.Sprintf("false slashes in %d re-executions on arm64 under qemu of amd64's claims", n), float64(wrong), "refuted", 0, zero}), nil
}

// slashes counts re-executions and those that refuted an honest claim.
func slashes(ctx context.Context, f federation.Federation, k *key.Key, budget time.Duration, most int, devices, mediators []engine) (n, wrong int, err error) {
	for end := time.Now().Add(budget); time.Now().Before(end) && n < most; {
		number := uint32(n + 1)
		r, err := trained(ctx, f, k, number, devices[n%len(devices)])
		if err != nil {
			return n, wrong, err
		}
		upheld, err := r.upheld(ctx, mediators[(n+1)%len(mediators)], r.leaf.Update)
		if err != nil {
			return n, wrong, err
		}
		if n++; !upheld {
			wrong++
		}
	}
	return n, wrong, nil
}

// emulated builds the device for arm64 and runs its job runner under qemu.
func emulated(ctx context.Context, s settings) (*job.Pool, error) {
	qemu, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		return nil, err
	}
	path, err := firmware(ctx, s.dir, "arm64")
	if err != nil {
		return nil, err
	}
	return job.NewPool(job.PoolConfig{Command: func() (*exec.Cmd, error) { return exec.Command(qemu, path, "runner"), nil }}), nil
}
