package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/edge/virtual"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// TestMain lets the test binary be the tadpole command.
func TestMain(m *testing.M) {
	// A mediator's job runner gets no environment.
	if os.Getenv("BE_TADPOLE") != "" || len(os.Args) == 2 && os.Args[1] == "runner" {
		os.Exit(run(os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){"tadpole": func() { os.Exit(run(os.Args[1:])) }})
}

func TestScripts(t *testing.T) { testscript.Run(t, testscript.Params{Dir: "testdata"}) }

// edgeBinary builds the real device.
var edgeBinary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tadpole-edge-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tadpole-edge")
	build := exec.Command("go", "build", "-o", path, "../tadpole-edge")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// world is a server and a fleet of real processes on this machine, with data
// small enough that a round takes a moment.
type world struct {
	t      *testing.T
	dir    string
	up     []string // arguments of `tadpole up`
	edge   string
	client *control.Client
	data   string
	labels map[string]string // of the devices

	mu        sync.Mutex
	processes map[string]*process // "server", "edge-0", ...
}

type process struct {
	command *exec.Cmd
	done    chan struct{}
}

const worldSeed = 5

// newWorld prepares the data and the edges' directories, and starts nothing.
func newWorld(t *testing.T, edges int) *world {
	t.Helper()
	binary, err := edgeBinary()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: t.TempDir(), edge: binary, processes: map[string]*process{}}
	w.client = control.NewClient(filepath.Join(w.dir, "server"))
	w.up = []string{"up", "--dir", filepath.Join(w.dir, "server"), "--fleet", "test", "--listen", freePort(t), "--listen-claim", freePort(t)}
	x, y := blobsOfPoints()
	w.data = filepath.Join(w.dir, "data.safetensors")
	w.write(w.data, tensor.Dataset(x, y).Encode())
	shards, err := virtual.Partition(x, y, edges, 0, worldSeed)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := virtual.Keys(worldSeed, edges)
	if err != nil {
		t.Fatal(err)
	}
	for i := range edges {
		dir := w.edgeDir(i)
		if err := errors.Join(os.MkdirAll(dir, 0o700), keys[i].Save(filepath.Join(dir, "device.key"))); err != nil {
			t.Fatal(err)
		}
		w.write(filepath.Join(dir, "points.safetensors"), shards[i].Encode())
		w.write(filepath.Join(dir, "policy.toml"), []byte("[[dataset]]\nname = \"points\"\nfeatures = \"points.safetensors\"\n[[allow]]\nfederation = \"*\"\ndataset = \"points\"\nmodule = \"any\"\n"))
	}
	t.Cleanup(w.stop)
	return w
}

// blobsOfPoints are 600 points in 8 dimensions around 3 centres.
func blobsOfPoints() (x, y tensor.Tensor) {
	r := rand.New(rand.NewPCG(1, 1))
	const n, d = 600, 8
	values := make([]float32, 0, n*d)
	labels := make([]byte, 0, n)
	for i := range n {
		for j := range d {
			values = append(values, float32(r.NormFloat64())+3*float32((i%3+j)%3))
		}
		labels = append(labels, byte(i%3))
	}
	return tensor.FromFloats("x", []int{n, d}, values), tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{n}, Data: labels}
}

// freePort gives an address that nobody listens at, below the ports that the
// system gives to whoever asks for any: it may be some time until it is used.
func freePort(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.N(20_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

func (w *world) edgeDir(i int) string { return filepath.Join(w.dir, fmt.Sprintf("edge-%d", i)) }

func (w *world) write(path string, content []byte) {
	w.t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// federation writes a federation.toml with the given stop.
func (w *world) federation(name string, cohort, rounds int) string {
	path := filepath.Join(w.dir, name+".toml")
	w.write(path, fmt.Appendf(nil, `
name = %q
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
[strategy]
name = "fedavgm"
momentum = 0.5
[cohort]
size = %d
over_selection = 1.0
deadline = "1h"
[stop]
rounds = %d
[evaluation]
features = %q
labels = "y"
every = 10
`, name, cohort, rounds, w.data))
	return path
}

// tadpole runs the command and gives what it printed.
func (w *world) tadpole(args ...string) string {
	w.t.Helper()
	var stderr bytes.Buffer
	c := command(w.t.Context(), args...)
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		w.t.Fatalf("tadpole %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.Bytes())
	}
	return string(out)
}

// start runs a process until it is killed.
func (w *world) start(name string) {
	w.t.Helper()
	var c *exec.Cmd
	if name == "server" {
		c = command(context.Background(), w.up...)
	} else {
		c = exec.Command(w.edge, "run", "--dir", filepath.Join(w.dir, name), "--retry-max", "300ms", "--checkpoint-every", "200ms")
	}
	log, err := os.OpenFile(filepath.Join(w.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		w.t.Fatal(err)
	}
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		w.t.Fatal(err)
	}
	log.Close()
	p := &process{c, make(chan struct{})}
	go func() { c.Wait(); close(p.done) }()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.processes[name] = p
}

// kill ends a process as a power cut would.
func (w *world) kill(name string) { w.signal(name, syscall.SIGKILL) }

func (w *world) signal(name string, s syscall.Signal) {
	w.mu.Lock()
	p := w.processes[name]
	w.mu.Unlock()
	p.command.Process.Signal(s)
	<-p.done
}

func (w *world) stop() {
	w.mu.Lock()
	names := make([]string, 0, len(w.processes))
	for name := range w.processes {
		names = append(names, name)
	}
	w.mu.Unlock()
	for _, name := range names {
		w.signal(name, syscall.SIGTERM)
	}
	if w.t.Failed() {
		for _, name := range names {
			content, _ := os.ReadFile(filepath.Join(w.dir, name+".log"))
			w.t.Logf("the last of %s:\n%s", name, content[max(0, len(content)-3000):])
		}
	}
}

// begin starts the server and enrols and starts the edges.
func (w *world) begin(edges int) {
	w.t.Helper()
	w.start("server")
	w.poll("the server to answer", func() bool { _, err := w.client.List(w.t.Context()); return err == nil })
	for i := range edges {
		token, err := w.client.AddDevice(w.t.Context(), devices.AddOptions{Name: fmt.Sprintf("edge-%d", i), Labels: w.labels})
		if err != nil {
			w.t.Fatal(err)
		}
		if out, err := exec.Command(w.edge, "enroll", "--dir", w.edgeDir(i), token).CombinedOutput(); err != nil {
			w.t.Fatalf("enrol edge %d: %v: %s", i, err, out)
		}
		w.start(fmt.Sprintf("edge-%d", i))
	}
}

// poll waits for something to become true.
func (w *world) poll(what string, true_ func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(4 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if true_() {
			return
		}
	}
	w.t.Fatalf("waited in vain for %s", what)
}

// ended waits for the end of a federation, through whatever happens to the server.
func (w *world) ended(name string) aggregator.Status {
	w.t.Helper()
	var last aggregator.Status
	w.poll("the end of "+name, func() bool {
		s, err := w.client.Status(w.t.Context(), name)
		if err == nil {
			last = s
		}
		return err == nil && s.Ended()
	})
	return last
}

// simulated is the model that the same federation gives with virtual devices.
func (w *world) simulated(path string, edges int) string {
	w.t.Helper()
	out := w.tadpole("sim", path, "--features", w.data, "--labels", "y", "--devices", fmt.Sprint(edges), "--partition-seed", fmt.Sprint(worldSeed))
	fields := strings.Fields(out[strings.LastIndex(out, "model "):])
	return fields[1]
}
