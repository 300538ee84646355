package job_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// longTraining trains for a second or so, with momentum, in an order that is shuffled.
func longTraining(t *testing.T, samples int) job.Request {
	t.Helper()
	a, err := plan.Preset("2nn")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	x, y := make([]byte, samples*784), make([]byte, samples)
	for i := range x {
		x[i] = byte(r.Uint32())
	}
	for i := range y {
		y[i] = byte(r.IntN(10))
	}
	data := tensor.Dataset(tensor.Tensor{Name: "x", DType: tensor.U8, Shape: []int{samples, 784}, Data: x},
		tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{samples}, Data: y}).Encode()
	model := plan.Init(a, 1).Encode()
	lowered, err := plan.Lower(a, plan.Training{Epochs: 3, Batch: 10, LearningRate: 0.01, Momentum: 0.9, Bits: 16, ScaleBits: 20, Scale: 1.0 / 255, Seed: 7}, plan.Train, model, data)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return job.Request{Module: train.Module, Inputs: []job.Input{{Name: "plan.bin", Content: lowered}, {Name: "model.safetensors", Content: model}, {Name: "data.safetensors", Path: path}}}
}

// undisturbed is what a request gives.
func undisturbed(t *testing.T, r job.Request) job.Result {
	t.Helper()
	r.Checkpoint = job.Checkpoint{}
	want, err := newPool(t, job.PoolConfig{}).Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return want
}

func same(t *testing.T, got, want job.Result) {
	t.Helper()
	if got.Fuel != want.Fuel {
		t.Errorf("it took %d units of fuel, undisturbed %d", got.Fuel, want.Fuel)
	}
	equal := func(a, b job.Output) bool { return a.Name == b.Name && string(a.Bytes) == string(b.Bytes) }
	if !slices.EqualFunc(got.Outputs, want.Outputs, equal) || len(got.Outputs) == 0 {
		t.Error("its outputs are others than undisturbed")
	}
}

// A power cut at any time: the process is gone, and what it was doing goes on from the
// last checkpoint, to the same bytes and the same fuel.
func TestKilledTrainingGoesOn(t *testing.T) {
	for name, c := range map[string]struct {
		config  job.PoolConfig
		samples int
		longest time.Duration // until it is killed
	}{
		"compiler or default": {job.PoolConfig{}, 1500, 300 * time.Millisecond},
		"interpreter":         {job.PoolConfig{Interpreter: true}, 40, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			r := longTraining(t, c.samples)
			want := undisturbed(t, r)
			c.config.CacheDir = t.TempDir()
			r.Checkpoint = job.Checkpoint{Path: filepath.Join(t.TempDir(), "checkpoint"), Every: 60 * time.Millisecond}
			random := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
			kills := 0
			for {
				p, started := spied(t, c.config)
				stillWorks(t, p)
				u := begin(t.Context(), p, r)
				if kills < 6 {
					select {
					case <-u.done:
					case <-time.After(time.Duration(random.Int64N(int64(c.longest)))):
					}
					syscall.Kill((*started)[0].Process.Pid, syscall.SIGKILL)
					kills++
				}
				if err := u.ended(t); err != nil {
					if !errors.Is(err, job.ErrRunner) {
						t.Fatal(err)
					}
					continue
				}
				if u.result.Unkept != nil {
					t.Error(u.result.Unkept)
				}
				t.Logf("went on %t after %d kills", u.result.Resumed, kills)
				same(t, u.result, want)
				break
			}
			// From the last one that there was, once more.
			again, err := newPool(t, c.config).Run(t.Context(), r)
			if err != nil || !again.Resumed {
				t.Fatalf("from the last checkpoint: it went on %t, error %v", again.Resumed, err)
			}
			same(t, again, want)
		})
	}
}

// A pause that is too long gives the memory back, and costs nothing; nor does one of an
// empty battery.
func TestPausesLeaveCheckpoints(t *testing.T) {
	for name, pause := range map[string]func(*job.Pool){
		"long":            func(p *job.Pool) { p.Pause(20 * time.Millisecond) },
		"power fails":     func(p *job.Pool) { p.Pause(time.Hour); p.Save(); p.Save() },
		"goes on at once": func(p *job.Pool) { p.Pause(0); p.Save(); p.Resume(); p.Pause(0) },
	} {
		t.Run(name, func(t *testing.T) { leavesACheckpoint(t, pause) })
	}
}

func leavesACheckpoint(t *testing.T, pause func(*job.Pool)) {
	r := longTraining(t, 3000)
	want := undisturbed(t, r)
	r.Checkpoint = job.Checkpoint{Path: filepath.Join(t.TempDir(), "checkpoint"), Every: time.Hour}
	p, started := spied(t, job.PoolConfig{})
	if _, err := p.Run(t.Context(), longTraining(t, 10)); err != nil { // it has compiled
		t.Fatal(err)
	}
	pid := (*started)[0].Process.Pid
	u := begin(t.Context(), p, r)
	waitForCPU(t, pid)
	pause(p)
	waitUntilGone(t, pid)
	if _, err := os.Stat(r.Checkpoint.Path); err != nil {
		t.Fatalf("the pause left no checkpoint: %v", err)
	}
	p.Resume()
	if err := u.ended(t); err != nil || !u.result.Resumed {
		t.Fatalf("it went on %t, error %v", u.result.Resumed, err)
	}
	same(t, u.result, want)
	if len(*started) != 2 {
		t.Errorf("%d runners, want 2", len(*started))
	}
}

// A checkpoint is used for the run that it is of, and only whole.
func TestUselessCheckpointsAreNotUsed(t *testing.T) {
	r := longTraining(t, 100)
	want := undisturbed(t, r)
	path := filepath.Join(t.TempDir(), "checkpoint")
	r.Checkpoint = job.Checkpoint{Path: path, Every: time.Nanosecond}
	p := newPool(t, job.PoolConfig{})
	if _, err := p.Run(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	run := func(r job.Request, content []byte) job.Result {
		t.Helper()
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		r.Checkpoint.Every = time.Hour
		got, err := p.Run(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := run(r, whole); !got.Resumed {
		t.Error("the undamaged checkpoint was not used")
	}
	random := rand.New(rand.NewPCG(5, uint64(time.Now().UnixNano())))
	for range 20 {
		at := random.IntN(len(whole))
		flipped := slices.Clone(whole)
		flipped[at] ^= 1 << random.IntN(8)
		for what, content := range map[string][]byte{"flipped": flipped, "cut": whole[:at], "lengthened": append(slices.Clone(whole), whole[:at+1]...)} {
			got := run(r, content)
			if got.Resumed {
				t.Errorf("%s at %d of %d: it was used", what, at, len(whole))
			}
			same(t, got, want)
		}
	}
	for what, change := range map[string]func(*job.Request){
		"inputs": func(r *job.Request) { r.Inputs = longTraining(t, 110).Inputs },
		"fuel":   func(r *job.Request) { r.Limits.Fuel = want.Fuel + 1 },
		"memory": func(r *job.Request) { r.Limits.MemoryBytes = 60 << 20 },
	} {
		other := r
		change(&other)
		if got := run(other, whole); got.Resumed {
			t.Errorf("other %s: it was used", what)
		}
	}
}

// What a job has open, closed or written is not in a checkpoint, so there is none.
func TestNoCheckpointOfOpenFiles(t *testing.T) {
	for what, want := range map[string]bool{"-": true, "c": false, "f": false, "o": false} {
		r := job.Request{Module: wasm(t, "resumable"), Inputs: []job.Input{{Name: "do", Content: []byte(what)}},
			Checkpoint: job.Checkpoint{Path: filepath.Join(t.TempDir(), "checkpoint"), Every: 10 * time.Millisecond}}
		undisturbed := undisturbed(t, r)
		p := newPool(t, job.PoolConfig{})
		for range 2 { // the second time from what the first left
			got, err := p.Run(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, undisturbed)
		}
		_, err := os.Stat(r.Checkpoint.Path)
		if (err == nil) != want || !want && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("guest %s: checkpoint's file: %v, want one: %t", what, err, want)
		}
	}
}

// A guest without memory is run, and leaves none.
func TestNoCheckpointOfNoMemory(t *testing.T) {
	r := job.Request{Module: wasm(t, "resumable-bare"), Checkpoint: job.Checkpoint{Path: filepath.Join(t.TempDir(), "checkpoint"), Every: time.Nanosecond}}
	got, err := newPool(t, job.PoolConfig{}).Run(t.Context(), r)
	if err != nil || got.Resumed || got.Unkept != nil {
		t.Errorf("got %+v, error %v", got, err)
	}
	if _, err := os.Stat(r.Checkpoint.Path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("checkpoint's file: %v, want none", err)
	}
}

// A disk that takes none is reported, and no reason for a job to fail.
func TestCheckpointThatCannotBeKept(t *testing.T) {
	r := longTraining(t, 100)
	want := undisturbed(t, r)
	r.Checkpoint = job.Checkpoint{Path: filepath.Join(t.TempDir(), "not there", "checkpoint"), Every: time.Nanosecond}
	got, err := newPool(t, job.PoolConfig{}).Run(t.Context(), r)
	if err != nil || !errors.Is(got.Unkept, fs.ErrNotExist) {
		t.Fatalf("unkept: %v, error %v; want the disk's error and none", got.Unkept, err)
	}
	same(t, got, want)
}
