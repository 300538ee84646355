package heavy_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/edge/fuel/seal"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/sealed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// prepare is what the commands bring in.
func prepare(module []byte, limit, memory uint64, recipient string) (heavy.Prepared, error) {
	receiver, err := sealed.PublicKey(recipient)
	if err != nil {
		return heavy.Prepared{}, err
	}
	s, err := seal.Supervise(module, limit, receiver, fuel.Options{MaxPages: uint32(max(1, min(memory>>16, 1<<16)))})
	if err != nil {
		return heavy.Prepared{}, err
	}
	p := heavy.Prepared{Files: map[string][]byte{}, Sealed: fuel.MeterDirectory + "/" + seal.ResultFile, Meter: fuel.MeterDirectory + "/" + fuel.MeterFile, Used: s.Used}
	for _, m := range s.Modules {
		p.Files[m.Name], p.Imports = m.Binary, append(p.Imports, m.Name)
	}
	p.Imports, p.Entry = p.Imports[:len(p.Imports)-1], p.Imports[len(p.Imports)-1]
	return p, nil
}

// identity is a new one.
func identity(t *testing.T) sealed.Identity {
	t.Helper()
	i, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func open(t *testing.T, url string) *heavy.Cluster {
	t.Helper()
	c, err := heavy.New(heavy.Config{URL: url, Poll: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// portable is a guest that copies /inputs/data to /outputs/out and ends as
// /inputs/do says.
func portable(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("../../edge/job/testdata/portable.wasm")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func task(t *testing.T, name, do string, data []byte) heavy.Task {
	t.Helper()
	return heavy.Task{Name: name, Module: portable(t), Fuel: 1 << 30, Memory: 16 << 20, Output: 1 << 20, Timeout: time.Minute,
		Inputs: []heavy.Input{{Target: "/inputs/do", Content: []byte(do)}, {Target: "/inputs/data", Content: data}}}
}

// sandbox runs a task as a device does.
func sandbox(t *testing.T, k heavy.Task) (job.Result, error) {
	t.Helper()
	p, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r := job.Request{Module: k.Module, Limits: job.Limits{MemoryBytes: k.Memory, OutputBytes: k.Output, Fuel: k.Fuel}}
	for _, in := range k.Inputs {
		r.Inputs = append(r.Inputs, job.Input{Name: filepath.Base(in.Target), Content: in.Content})
	}
	return p.Run(t.Context(), r)
}

func TestOneNode(t *testing.T) {
	node := bacalhautest.Start(t, bacalhautest.Options{GPUStandIns: 1})
	c := open(t, node.URL())
	r := heavy.Runner{Cluster: c, Prepare: prepare, Identity: identity(t)}

	t.Run("nodes", func(t *testing.T) {
		nodes, err := c.Nodes(t.Context())
		if err != nil || len(nodes) != 1 || nodes[0].Max.GPU != 1 || nodes[0].Max.Memory == 0 {
			t.Errorf("nodes %+v, %v; want one with the stand-in's GPU", nodes, err)
		}
	})

	t.Run("a task gives what the sandbox gives", func(t *testing.T) {
		for _, do := range []string{"r", "z"} {
			k := task(t, "same-"+do, do, []byte("some data"))
			want, err := sandbox(t, k)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Run(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			out, _ := want.Output("out")
			if !bytes.Equal(got.Outputs["out"], out) || len(got.Outputs) != 1 || got.Fuel != want.Fuel || got.Fuel == 0 {
				t.Errorf("outputs %q with fuel %d, in the sandbox %q with %d", got.Outputs, got.Fuel, out, want.Fuel)
			}
		}
	})

	t.Run("the job's own failures", func(t *testing.T) {
		for do, why := range map[string]string{"x": "exit code 42", "t": "unreachable", "l": "unreachable"} {
			k := task(t, "fails-"+do, do, nil)
			k.Fuel = 1 << 20
			if _, err := sandbox(t, k); err == nil {
				t.Fatalf("%s does not fail in the sandbox", do)
			}
			if _, err := r.Run(t.Context(), k); !errors.Is(err, heavy.ErrJob) || !strings.Contains(err.Error(), why) {
				t.Errorf("%s: %v, want a failure of the job's with %q", do, err, why)
			}
		}
		k := task(t, "too-much", "r", make([]byte, 1000))
		k.Output = 100
		if _, err := r.Run(t.Context(), k); !errors.Is(err, heavy.ErrJob) {
			t.Errorf("outputs over the limit: %v", err)
		}
	})

	t.Run("a name runs once", func(t *testing.T) {
		k := task(t, "once", "r", []byte("first"))
		if _, err := r.Run(t.Context(), k); err != nil {
			t.Fatal(err)
		}
		k.Inputs[1].Content = []byte("second")
		got, err := r.Run(t.Context(), k)
		if err != nil || !bytes.HasPrefix(got.Outputs["out"], []byte("first")) {
			t.Errorf("the same name again gives %q, %v; want what it gave", got.Outputs, err)
		}
	})

	t.Run("nobody can take it", func(t *testing.T) {
		huge := task(t, "huge", "r", nil)
		huge.Memory = 1 << 50
		if _, err := r.Run(t.Context(), huge); !errors.Is(err, heavy.ErrNoNode) {
			t.Errorf("a job of 2^50 bytes: %v", err)
		}
		three := task(t, "three", "r", nil)
		three.Replicas = 3
		if _, err := r.Run(t.Context(), three); !errors.Is(err, heavy.ErrNoNode) {
			t.Errorf("three replicas on one node: %v", err)
		}
		gpu := heavy.Job{Name: "two-gpus", Docker: &heavy.Docker{Image: "train@sha256:0"}, Resources: heavy.Resources{GPU: 2}}
		if err := c.Submit(t.Context(), gpu); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Await(t.Context(), "two-gpus"); !errors.Is(err, heavy.ErrNoNode) {
			t.Errorf("two GPUs where there is one: %v", err)
		}
	})

	t.Run("too long", func(t *testing.T) {
		k := task(t, "late", "l", nil)
		k.Fuel, k.Timeout = 1<<50, time.Second
		if _, err := r.Run(t.Context(), k); !errors.Is(err, heavy.ErrLate) {
			t.Errorf("a job without end: %v", err)
		}
	})

	t.Run("cancelled", func(t *testing.T) {
		k := task(t, "cancelled", "l", nil)
		k.Fuel = 1 << 50
		running := make(chan struct{})
		var once sync.Once
		watching := heavy.Runner{Cluster: c, Prepare: prepare, Identity: identity(t), Progress: func(p heavy.Progress) {
			if len(p.Running) > 0 {
				once.Do(func() { close(running) })
			}
		}}
		ended := make(chan error, 1)
		go func() { _, err := watching.Run(t.Context(), k); ended <- err }()
		select {
		case <-running:
		case <-time.After(20 * time.Second):
			t.Fatal("it does not run")
		}
		if err := c.Cancel(t.Context(), k.Name, "not wanted any more"); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, heavy.ErrStopped) {
			t.Errorf("%v, want cancelled", err)
		}
		if err := c.Cancel(t.Context(), k.Name, "again"); err != nil {
			t.Errorf("again: %v", err)
		}
		if err := c.Cancel(t.Context(), "nothing", ""); !errors.Is(err, heavy.ErrUnknown) {
			t.Errorf("what there is not: %v", err)
		}
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			nodes, err := c.Nodes(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if nodes[0].Free.Memory == nodes[0].Max.Memory {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("the node does not get back what the job held: %+v", nodes[0])
			}
		}
	})

	t.Run("what it printed comes with its result", func(t *testing.T) {
		speaking := heavy.Job{Name: "speaks", WASM: &heavy.WASM{Entry: "/m.wasm"}, Inputs: []heavy.Input{{Target: "/m.wasm", Content: bacalhautest.Speaker("said\n", false)}}}
		if err := c.Submit(t.Context(), speaking); err != nil {
			t.Fatal(err)
		}
		o, err := c.Await(t.Context(), "speaks")
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Fetch(t.Context(), o.Executions[0])
		if err != nil || string(got.Files[heavy.StdoutFile]) != "said\n" {
			t.Errorf("it left %q, %v", got.Files, err)
		}
	})

	t.Run("large inputs by URL", func(t *testing.T) {
		data := make([]byte, 8<<20)
		r := rand.NewChaCha8([32]byte{1})
		r.Read(data)
		server := httptest.NewUnstartedServer(nil)
		origin := heavy.NewOrigin("http://" + server.Listener.Addr().String())
		server.Config.Handler = origin
		server.Start()
		defer server.Close()
		k := task(t, "by-url", "r", nil)
		k.Output = 16 << 20
		k.Inputs[1] = heavy.Input{Target: "/inputs/data", Content: data}
		runner := heavy.Runner{Cluster: c, Prepare: prepare, Identity: identity(t)}
		if _, err := runner.Run(t.Context(), k); !errors.Is(err, heavy.ErrRefused) {
			t.Errorf("8 MiB within a submission: %v", err)
		}
		runner.Origin = origin
		got, err := runner.Run(t.Context(), k)
		if err != nil || !bytes.HasPrefix(got.Outputs["out"], data) {
			t.Errorf("by URL: %d bytes, %v", len(got.Outputs["out"]), err)
		}
		for name, size := range map[string]int{"large": len(data), "small": 100} {
			k.Name = "from-where-it-lies-" + name
			k.Inputs[1] = heavy.Input{Target: "/inputs/data", Source: &heavy.Source{Name: blob.Sum([]byte(name)), Content: bytes.NewReader(data), Size: int64(size)}}
			if got, err = runner.Run(t.Context(), k); err != nil || !bytes.HasPrefix(got.Outputs["out"], data[:size]) {
				t.Errorf("%s content where it lies: %d bytes, %v", name, len(got.Outputs["out"]), err)
			}
		}
	})
}

func TestManyJobsAtOnce(t *testing.T) {
	nodes := bacalhautest.Start(t, bacalhautest.Options{})
	c, err := heavy.New(heavy.Config{URL: nodes.URL()}) // looks at each job once a second, as servers do
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	r := heavy.Runner{Cluster: c, Prepare: prepare, Identity: identity(t)}
	const jobs = 100
	faults := make([]error, jobs)
	var running sync.WaitGroup
	for i := range jobs {
		running.Go(func() {
			data := binary.LittleEndian.AppendUint32(nil, uint32(i))
			k := task(t, fmt.Sprintf("many-%d", i), "r", data)
			k.Queue = 5 * time.Minute
			got, err := r.Run(t.Context(), k)
			if err == nil && !bytes.HasPrefix(got.Outputs["out"], data) {
				err = fmt.Errorf("job %d has another's outputs: %x", i, got.Outputs["out"])
			}
			if record, fault := nodes.Record(t.Context(), k.Name); err == nil && (fault != nil || !record.Completed || record.Executions != 1 || record.Took <= 0) {
				err = fmt.Errorf("job %d: %+v, %v; want it executed once", i, record, fault)
			}
			faults[i] = err
		})
	}
	running.Wait()
	if err := errors.Join(faults...); err != nil {
		t.Error(err)
	}
}

func TestAClusterThatIsAway(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c := open(t, "http://"+l.Addr().String())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.Submit(ctx, heavy.Job{Name: "x", WASM: &heavy.WASM{Entry: "/m.wasm"}}); !errors.Is(err, heavy.ErrUnreachable) {
		t.Errorf("submit: %v", err)
	}
	if _, err := heavy.New(heavy.Config{URL: "localhost:1234"}); err == nil {
		t.Error("an address without a scheme was taken")
	}
}
