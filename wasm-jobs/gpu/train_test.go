package gpu_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// python finds one that has PyTorch.
func python(t *testing.T) string {
	t.Helper()
	program := os.Getenv("TADPOLE_TORCH_PYTHON")
	if program == "" {
		program = "python3"
	}
	if out, err := exec.Command(program, "-c", "import torch, numpy").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: %s has no PyTorch (%v: %s); pip install torch numpy, or name a Python that has it in TADPOLE_TORCH_PYTHON", program, err, bytes.TrimSpace(out))
	}
	return program
}

// Networks with every kind of layer and loss.
var (
	image = plan.Architecture{Input: []int{9, 7, 3}, Loss: plan.CrossEntropy, Layers: []plan.Layer{
		{Type: plan.Conv2D, Filters: 9, Kernel: 5, Padding: "same"}, {Type: plan.ReLU}, {Type: plan.MaxPool2D, Size: 2},
		{Type: plan.Conv2D, Filters: 4, Kernel: 2, Padding: "valid"}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 3}}}
	regression = plan.Architecture{Input: []int{6}, Loss: plan.Squares, Layers: []plan.Layer{
		{Type: plan.Dense, Units: 9}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 3}}}
	autoencoder = plan.Architecture{Input: []int{10}, Loss: plan.Squares, Layers: []plan.Layer{
		{Type: plan.Dense, Units: 6}, {Type: plan.ReLU}, {Type: plan.Dense, Units: 10}}}
)

// files are a job's, on samples that follow from a seed.
func files(t *testing.T, a plan.Architecture, task plan.Training, mode plan.Mode) map[string][]byte {
	t.Helper()
	model, data := plan.Init(a, 7).Encode(), plan.Canary(a, task, [32]byte{5})
	if a.Loss == plan.Squares && a.Outputs() == a.Input[0] {
		f, err := tensor.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		f.Tensors = f.Tensors[:1] // it learns to give back its input
		data = f.Encode()
	}
	lowered, err := plan.Lower(a, task, mode, model, data)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"plan.bin": lowered, "model.safetensors": model, "data.safetensors": data}
}

// contain runs the container's program; the exit code tells how it ended.
func contain(t *testing.T, program string, in map[string][]byte) (out map[string][]byte, exit int) {
	t.Helper()
	inputs, outputs := t.TempDir(), t.TempDir()
	for name, content := range in {
		if err := os.WriteFile(filepath.Join(inputs, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := exec.CommandContext(t.Context(), program, "train.py", inputs, outputs).CombinedOutput()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		t.Logf("%s", text)
		return nil, failed.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	out = map[string][]byte{}
	for _, name := range []string{"update.bin", "metrics.bin"} {
		content, err := os.ReadFile(filepath.Join(outputs, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		out[name] = content
	}
	return out, 0
}

// kernel runs train.wasm as a device does.
func kernel(t *testing.T, in map[string][]byte) map[string][]byte {
	t.Helper()
	p, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r := job.Request{Module: train.Module, ModuleHash: blob.Sum(train.Module), Limits: job.Limits{MemoryBytes: 64 << 20, OutputBytes: 1 << 20, Deadline: time.Minute}}
	for name, content := range in {
		r.Inputs = append(r.Inputs, job.Input{Name: name, Content: content})
	}
	result, err := p.Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, o := range result.Outputs {
		out[o.Name] = o.Bytes
	}
	return out
}

// changes reads an update as the aggregator does, and gives the largest change.
func changes(t *testing.T, a plan.Architecture, update []byte) (values []float64, largest float64) {
	t.Helper()
	specs := a.Tensors()
	h, err := combine.ParseHeader(update, len(specs))
	if err != nil {
		t.Fatal(err)
	}
	form := combine.Form{Width: h.Width, ScaleBits: 30, MaxSamples: 1 << 16, MaxUpdates: 1}
	for _, s := range specs {
		form.Tensors = append(form.Tensors, s.Elements())
	}
	sum, err := combine.NewSum(form)
	if err != nil {
		t.Fatal(err)
	}
	u, err := sum.Begin(uint64(h.Samples))
	if err == nil {
		err = errors.Join(u.Fold(update), u.Finish())
	}
	if err != nil {
		t.Fatalf("the aggregator does not take the update: %v", err)
	}
	at := update[(24+len(specs)+7)&^7:]
	for i, s := range specs {
		for range s.Elements() {
			var v int64
			switch h.Width {
			case 1:
				v = int64(int8(at[0]))
			case 2:
				v = int64(int16(binary.LittleEndian.Uint16(at)))
			default:
				v = int64(int32(binary.LittleEndian.Uint32(at)))
			}
			at = at[h.Width:]
			values = append(values, math.Ldexp(float64(v), -int(h.Exponents[i])))
			largest = max(largest, math.Abs(values[len(values)-1]))
		}
	}
	return values, largest
}

// What PyTorch finds is what the kernel finds, but for the rounding of sums: same
// samples in the same order, same steps, same units and same random roundings.
func TestContainerTrainsAsTheKernelDoes(t *testing.T) {
	program := python(t)
	task := plan.Training{Epochs: 2, Batch: 7, LearningRate: 0.05, Momentum: 0.9, WeightDecay: 0.01, Proximal: 0.1, ClipNorm: 0.5, Seed: 1<<63 + 12345, Bits: 32, ScaleBits: 30, Scale: 0.5, Shift: 0.25}
	narrow := task
	narrow.Bits, narrow.Momentum, narrow.ClipNorm = 8, 0, 0
	for name, c := range map[string]struct {
		a    plan.Architecture
		task plan.Training
	}{"image": {image, task}, "regression": {regression, task}, "autoencoder": {autoencoder, task}, "8 bits": {regression, narrow}} {
		t.Run(name, func(t *testing.T) {
			in := files(t, c.a, c.task, plan.Train)
			want := kernel(t, in)
			got, exit := contain(t, program, in)
			if exit != 0 {
				t.Fatalf("exit code %d (%s)", exit, train.Exits[uint32(exit)])
			}
			if !bytes.Equal(got["update.bin"][:24], want["update.bin"][:24]) || !bytes.Equal(got["metrics.bin"][:24], want["metrics.bin"][:24]) {
				t.Errorf("heads %x and %x, want %x and %x", got["update.bin"][:24], got["metrics.bin"][:24], want["update.bin"][:24], want["metrics.bin"][:24])
			}
			loss := func(metrics []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(metrics[32:])) }
			if g, w := loss(got["metrics.bin"]), loss(want["metrics.bin"]); math.Abs(g-w) > 1e-5*w {
				t.Errorf("loss %v, want %v", g, w)
			}
			values, _ := changes(t, c.a, got["update.bin"])
			exact, largest := changes(t, c.a, want["update.bin"])
			limit := 1e-4 * largest
			if c.task.Bits == 8 {
				limit += largest / 127 // a value next to a whole number of units may fall on its other side
			}
			off, equal := 0.0, 0
			for i := range exact {
				off = max(off, math.Abs(values[i]-exact[i]))
				if values[i] == exact[i] {
					equal++
				}
			}
			t.Logf("%d of %d values equal, largest difference %.2g of a largest change of %.2g", equal, len(exact), off, largest)
			if off > limit {
				t.Errorf("a value is off by %v, at most %v", off, limit)
			}
		})
	}
	t.Run("evaluation", func(t *testing.T) {
		in := files(t, image, task, plan.Evaluate)
		want := kernel(t, in)
		got, exit := contain(t, program, in)
		if exit != 0 || len(got["update.bin"]) != 0 || !bytes.Equal(got["metrics.bin"][:32], want["metrics.bin"][:32]) {
			t.Errorf("exit %d, update of %d bytes, metrics %x, want %x", exit, len(got["update.bin"]), got["metrics.bin"], want["metrics.bin"])
		}
	})
}

// It ends as the kernel does, by the same codes.
func TestContainerRefuses(t *testing.T) {
	program := python(t)
	task := plan.Training{Epochs: 1, LearningRate: 0.1, Bits: 32, ScaleBits: 30, Scale: 1}
	wild := task
	wild.Epochs, wild.LearningRate = 20, 1e30
	for name, c := range map[string]struct {
		task  plan.Training
		alter func(in map[string][]byte)
		want  string
	}{
		"no model":       {task, func(in map[string][]byte) { delete(in, "model.safetensors") }, "read"},
		"no plan":        {task, func(in map[string][]byte) { in["plan.bin"] = in["plan.bin"][:100] }, "plan"},
		"data too short": {task, func(in map[string][]byte) { in["data.safetensors"] = in["data.safetensors"][1:] }, "size"},
		"no class":       {task, func(in map[string][]byte) { d := in["data.safetensors"]; d[len(d)-1] = 9 }, "label"},
		"it diverges":    {wild, func(map[string][]byte) {}, "diverged"},
	} {
		in := files(t, image, c.task, plan.Train)
		c.alter(in)
		if _, exit := contain(t, program, in); !strings.Contains(train.Exits[uint32(exit)], c.want) {
			t.Errorf("%s: exit code %d (%s), want %q", name, exit, train.Exits[uint32(exit)], c.want)
		}
	}
}
