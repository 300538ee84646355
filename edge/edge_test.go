package edge_test

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/edge"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// TestMain lets the test binary be a runner process.
func TestMain(m *testing.M) {
	if os.Getenv("BE_RUNNER") != "" {
		if err := job.Serve(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

const fleetName = "test"

// server plays the aggregator by hand towards one real device.
type server struct {
	t       *testing.T
	key     *key.Key
	counter *wire.Counter
	blobs   blob.Memory
	inbox   chan wire.Envelope
	chunks  chan []byte
	dir     string
	keyDev  *key.Key
	policy  string
	runner  edge.Runner
	tamper  func(string, []byte) []byte

	mu     sync.Mutex
	device *edge.Device
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, counter: wire.NewCounter(1), inbox: make(chan wire.Envelope, 64), chunks: make(chan []byte, 64), dir: t.TempDir(),
		policy: "[[dataset]]\nname = \"points\"\nfeatures = \"x.csv\"\n[[allow]]\nfederation = \"fine-*\"\ndataset = \"points\"\nmodule = \"any\"\n"}
	var err error
	if s.key, err = key.Generate(); err != nil {
		t.Fatal(err)
	}
	if s.keyDev, err = key.Generate(); err != nil {
		t.Fatal(err)
	}
	inProcess, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inProcess.Close() })
	s.runner = inProcess
	return s
}

// Publish is the device's link.
func (s *server) Publish(_ context.Context, kind wire.Kind, frame []byte) error {
	if kind == wire.KindChunk {
		s.chunks <- frame
		return nil
	}
	e, err := wire.Open(frame)
	if err != nil {
		s.t.Errorf("%s: %v", kind, err)
		return nil
	}
	s.inbox <- e
	return nil
}

type journal struct{ *store.Store }

func (j journal) Update(change func(edge.Records) error) error {
	return j.Store.Update(func(tx *store.Tx) error { return change(tx) })
}

type clock struct{}

func (clock) Now() time.Time          { return time.Now() }
func (clock) Observe(time.Time) error { return nil }

var dataset = func() []byte {
	return tensor.Dataset(tensor.FromFloats("x", []int{4, 2}, []float32{0, 1, 1, 0, 0, 2, 2, 0}),
		tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{4}, Data: []byte{0, 1, 0, 1}}).Encode()
}()

var architecture = plan.Architecture{Input: []int{2}, Layers: []plan.Layer{{Type: plan.Dense, Units: 2}}, Loss: plan.CrossEntropy}

// start runs the device over its directory until stop.
func (s *server) start() (stop func()) {
	s.t.Helper()
	rules, err := policy.Parse("policy.toml", []byte(s.policy))
	if err != nil {
		s.t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(s.dir, "device.db"), store.Options{NoSync: true})
	if err != nil {
		s.t.Fatal(err)
	}
	blobs, err := blob.OpenDir(filepath.Join(s.dir, "blobs"))
	if err != nil {
		s.t.Fatal(err)
	}
	d, err := edge.New(edge.Config{Fleet: fleetName, Key: s.keyDev, Aggregator: s.key.Address(), Link: s, Runner: s.runner, Journal: journal{db}, Blobs: blobs,
		Policy: rules, Clock: clock{}, Tamper: s.tamper, Datasets: []edge.Dataset{{Name: "points", Records: 4, Commitment: blob.Sum(dataset), Content: dataset}}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	s.device = d
	s.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := d.Run(ctx); err != nil {
			s.t.Error(err)
		}
	}()
	d.Connected(ctx)
	return func() {
		cancel()
		<-done
		if err := db.Verify(); err != nil {
			s.t.Error(err)
		}
		if err := db.Close(); err != nil {
			s.t.Error(err)
		}
	}
}

// send signs a message to the device with a key, and gives its frame.
func (s *server) send(k *key.Key, kind wire.Kind, m any) []byte {
	s.t.Helper()
	body, err := wire.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	frame, err := wire.Seal(k, wire.Envelope{Fleet: fleetName, To: s.keyDev.Address(), Kind: kind, Counter: s.counter.Next(), Body: body})
	if err != nil {
		s.t.Fatal(err)
	}
	s.device.Deliver(s.t.Context(), kind, frame)
	return frame
}

// next waits for the device's next message of a kind, serving blobs meanwhile.
func (s *server) next(kind wire.Kind, into any) {
	s.t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case e := <-s.inbox:
			if e.Kind == wire.KindWant {
				s.serve(e)
				continue
			}
			if e.Kind != kind {
				continue
			}
			if err := wire.Unmarshal(e.Body, into); err != nil {
				s.t.Fatal(err)
			}
			return
		case <-timeout:
			s.t.Fatalf("the device sends no %s", kind)
		}
	}
}

func (s *server) serve(e wire.Envelope) {
	var want wire.Want
	if err := wire.Unmarshal(e.Body, &want); err != nil {
		s.t.Fatal(err)
	}
	m, err := blob.DescribeStored(&s.blobs, want.Blob, 0)
	if errors.Is(err, blob.ErrMissing) {
		s.send(s.key, wire.KindError, wire.Error{Kind: wire.KindWant, Text: err.Error()})
		return
	}
	if err != nil {
		s.t.Fatal(err)
	}
	for _, i := range want.Chunks {
		data, err := blob.ReadChunk(&s.blobs, m, i)
		if err != nil {
			s.t.Fatal(err)
		}
		s.device.Deliver(s.t.Context(), wire.KindChunk, wire.EncodeChunk(want.Blob, i, data))
	}
}

// task is one that the policy allows.
func (s *server) task(round uint32) wire.Task {
	s.t.Helper()
	put := func(content []byte) blob.Manifest {
		h, err := s.blobs.Put(content)
		if err != nil {
			s.t.Fatal(err)
		}
		m, err := blob.DescribeStored(&s.blobs, h, 0)
		if err != nil {
			s.t.Fatal(err)
		}
		return m
	}
	training, err := wire.Marshal(plan.Training{Epochs: 1, Batch: 2, LearningRate: 0.1, Bits: 16, ScaleBits: 20, Scale: 1, Seed: uint64(round)})
	if err != nil {
		s.t.Fatal(err)
	}
	return wire.Task{Federation: "fine-points", Round: round, Device: s.keyDev.Address(), Model: put(plan.Init(architecture, uint64(round)).Encode()),
		Module: put(train.Module), Training: training, Dataset: "points", Timeout: 60_000, MaxUpdate: 1 << 16, Memory: 16 << 20}
}

// receipt accepts an offer as the aggregator would.
func (s *server) receipt(k *key.Key, o wire.Offer) {
	s.t.Helper()
	l, err := leaf.Decode(o.Leaf)
	if err != nil {
		s.t.Fatal(err)
	}
	signature := k.Sign(l.Receipt())
	s.send(s.key, wire.KindReceipt, wire.Receipt{Task: o.Task, Leaf: l.Hash(), Signature: signature[:]})
}

// idle waits until the device has no task any more.
func (s *server) idle() {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); s.device.Status(s.t.Context()).Tasks > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("the device still has a task")
		}
	}
}

func TestTaskToReceipt(t *testing.T) {
	s := newServer(t)
	stop := s.start()
	defer stop()
	var hello wire.Hello
	s.next(wire.KindHello, &hello)
	if len(hello.Datasets) != 1 || hello.Datasets[0].Records != 4 || hello.Datasets[0].Commitment != blob.Sum(dataset) {
		t.Errorf("hello %+v", hello)
	}
	task := s.task(1)
	s.send(s.key, wire.KindTask, task)
	var o wire.Offer
	s.next(wire.KindOffer, &o)
	l, err := leaf.Decode(o.Leaf)
	if err != nil {
		t.Fatal(err)
	}
	if l.Device != s.keyDev.Address() || l.BaseModel != task.Model.Hash || l.Samples != 4 || l.Fuel == 0 || o.Metrics.Samples != 4 || o.Metrics.Steps != 2 {
		t.Errorf("leaf %+v, metrics %+v", l, o.Metrics)
	}
	var signature key.Signature
	copy(signature[:], o.Signature)
	if signer, err := signature.Recover(l.Claim()); err != nil || signer != s.keyDev.Address() {
		t.Errorf("the leaf is signed by %v, %v", signer, err)
	}
	s.send(s.key, wire.KindWant, wire.Want{Blob: o.Update.Hash, Chunks: []uint32{0}})
	h, i, data, err := wire.DecodeChunk(<-s.chunks)
	if err != nil || h != o.Update.Hash || o.Update.Check(i, data) != nil {
		t.Errorf("chunk %d of %v, %v", i, h, err)
	}
	s.receipt(s.key, o)
	s.idle()
}

func TestTasksAreRefusedWithAReason(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*wire.Task)
		policy string
		want   string
	}{
		"other federation": {change: func(w *wire.Task) { w.Federation = "evil" }, want: "evil"},
		"other dataset":    {change: func(w *wire.Task) { w.Dataset = "photos" }, want: `no dataset "photos"`},
		"other device":     {change: func(w *wire.Task) { w.Device = key.Address{9} }, want: "the task is for 0x09"},
		"too much memory":  {change: func(w *wire.Task) { w.Memory = 1 << 40 }, want: "memory"},
		"bad manifest":     {change: func(w *wire.Task) { w.Model.Chunks = nil }, want: "invalid manifest"},
		"other module": {policy: "[[dataset]]\nname = \"points\"\nfeatures = \"x.csv\"\n[[allow]]\nfederation = \"*\"\ndataset = \"points\"\nmodule = \"" + strings.Repeat("ab", 32) + "\"\n",
			want: "module"},
		"too little fuel": {policy: "[limits]\nfuel = 1000\n[[dataset]]\nname = \"points\"\nfeatures = \"x.csv\"\n[[allow]]\nfederation = \"*\"\ndataset = \"points\"\nmodule = \"any\"\n",
			want: "job ran out of fuel: it used its limit of 1000; give it less to do, or raise fuel under [limits]"},
		"diverging training": {change: func(w *wire.Task) {
			w.Training, _ = wire.Marshal(plan.Training{Epochs: 50, Batch: 1, LearningRate: 3e38, Bits: 16, ScaleBits: 20, Scale: 1})
		}, want: "exit code 14"},
		"nonsense training": {change: func(w *wire.Task) { w.Training, _ = wire.Marshal(plan.Training{}) }, want: "epochs is 0"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			if c.policy != "" {
				s.policy = c.policy
			}
			stop := s.start()
			defer stop()
			task := s.task(1)
			if c.change != nil {
				c.change(&task)
			}
			s.send(s.key, wire.KindTask, task)
			var r wire.Refuse
			s.next(wire.KindRefuse, &r)
			if id, err := task.ID(); err != nil || r.Task != id || !strings.Contains(r.Reason, c.want) {
				t.Errorf("refused task %v because %q, want %v because of %q", r.Task.Short(), r.Reason, id.Short(), c.want)
			}
			s.idle()
		})
	}
}

// Modules that trap, never end, or take memory without end are ended in their
// process, and the aggregator is told why; the device goes on.
func TestHostileModulesAreRefused(t *testing.T) {
	module := func(sections string) []byte {
		return []byte("\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00" + sections)
	}
	const start = "\x07\x0a\x01\x06_start\x00\x00"
	s := newServer(t)
	pool := job.NewPool(job.PoolConfig{Command: func() (*exec.Cmd, error) {
		c := exec.Command(os.Args[0])
		c.Env = []string{"BE_RUNNER=1"}
		return c, nil
	}})
	defer pool.Close()
	s.runner = pool
	stop := s.start()
	defer stop()
	for i, c := range []struct {
		name, want string
		module     []byte
	}{
		{"unreachable", "trapped", module(start + "\x0a\x05\x01\x03\x00\x00\x0b")},
		{"endless loop", "too long", module(start + "\x0a\x09\x01\x07\x00\x03\x40\x0c\x00\x0b\x0b")},
		{"endless growth", "too long", module("\x05\x03\x01\x00\x01" + start + "\x0a\x0e\x01\x0c\x00\x03\x40\x41\x10\x40\x00\x1a\x0c\x00\x0b\x0b")},
		{"no module", "not a WebAssembly binary", []byte("#!/bin/sh")},
		{"leaves nothing", "update of 0 bytes", module(start + "\x0a\x04\x01\x02\x00\x0b")},
	} {
		task := s.task(uint32(i + 1))
		h, err := s.blobs.Put(c.module)
		if err != nil {
			t.Fatal(err)
		}
		if task.Module, err = blob.DescribeStored(&s.blobs, h, 0); err != nil {
			t.Fatal(err)
		}
		task.Timeout = 300
		s.send(s.key, wire.KindTask, task)
		var r wire.Refuse
		s.next(wire.KindRefuse, &r)
		if !strings.Contains(r.Reason, c.want) {
			t.Errorf("%s: refused because %q, want %q", c.name, r.Reason, c.want)
		}
	}
	s.send(s.key, wire.KindTask, s.task(99))
	var o wire.Offer
	s.next(wire.KindOffer, &o)
}

// The device is stopped with its update on offer, and in the middle of fetching;
// started again it goes on, and trains once.
func TestRestartGoesOn(t *testing.T) {
	s := newServer(t)
	stop := s.start()
	s.send(s.key, wire.KindTask, s.task(1))
	var e wire.Envelope
	for e.Kind != wire.KindWant { // it has the task, and waits for blobs that do not come
		e = <-s.inbox
	}
	stop()
	stop = s.start()
	var first wire.Offer
	s.next(wire.KindOffer, &first)
	stop()
	stop = s.start()
	defer stop()
	s.send(s.key, wire.KindWelcome, wire.Welcome{Time: time.Now().UnixMilli()})
	var second wire.Offer
	s.next(wire.KindOffer, &second)
	if second.Update.Hash != first.Update.Hash || second.Task != first.Task {
		t.Errorf("after the restart it offers %v, before %v", second.Update.Hash.Short(), first.Update.Hash.Short())
	}
	s.receipt(s.key, second)
	s.idle()
}

// A refusal that was said to nobody is said again after a restart, until the
// aggregator has noted it.
func TestRefusalsWaitInTheOutbox(t *testing.T) {
	s := newServer(t)
	stop := s.start()
	task := s.task(1)
	task.Dataset = "photos"
	s.send(s.key, wire.KindTask, task)
	var first, second wire.Refuse
	s.next(wire.KindRefuse, &first)
	stop()
	stop = s.start()
	s.send(s.key, wire.KindWelcome, wire.Welcome{Time: time.Now().UnixMilli()})
	s.next(wire.KindRefuse, &second)
	if second != first {
		t.Errorf("after a restart it refuses %+v, before %+v", second, first)
	}
	s.send(s.key, wire.KindCancel, wire.Cancel{Task: first.Task, Reason: "noted"})
	s.device.Status(t.Context()) // the cancel has been handled
	stop()
	db, err := store.Open(filepath.Join(s.dir, "device.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if left, err := db.Pending(0); err != nil || len(left) != 0 {
		t.Errorf("%d messages are left in the outbox, %v", len(left), err)
	}
}

func TestFramesThatAreNotTheAggregatorsAreIgnored(t *testing.T) {
	s := newServer(t)
	stop := s.start()
	defer stop()
	mallory, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s.send(mallory, wire.KindTask, s.task(1))
	frame := s.send(s.key, wire.KindTask, s.task(2))
	s.device.Deliver(t.Context(), wire.KindTask, frame[:len(frame)-1])
	s.device.Deliver(t.Context(), wire.KindTask, frame) // a replay
	s.device.Deliver(t.Context(), wire.KindChunk, []byte("short"))
	var o wire.Offer
	s.next(wire.KindOffer, &o)
	if n := s.device.Status(t.Context()).Tasks; n != 1 {
		t.Errorf("%d tasks, want the one that the aggregator signed", n)
	}
	s.receipt(mallory, o) // a receipt signed by another is none
	if n := s.device.Status(t.Context()).Tasks; n != 1 {
		t.Errorf("%d tasks after a forged receipt, want 1", n)
	}
	s.receipt(s.key, o)
	s.idle()
}

// A newer round of the same federation replaces what was not finished.
func TestNewRoundSupersedes(t *testing.T) {
	s := newServer(t)
	stop := s.start()
	defer stop()
	s.send(s.key, wire.KindTask, s.task(1))
	var first, second wire.Offer
	s.next(wire.KindOffer, &first)
	s.send(s.key, wire.KindTask, s.task(2))
	s.next(wire.KindOffer, &second)
	if n := s.device.Status(t.Context()).Tasks; n != 1 || first.Task == second.Task {
		t.Errorf("%d tasks, want the second round's alone", n)
	}
	s.send(s.key, wire.KindCancel, wire.Cancel{Task: second.Task, Reason: "the round was full"})
	s.idle()
}

func TestTamperingChangesTheClaim(t *testing.T) {
	s := newServer(t)
	s.tamper = func(_ string, update []byte) []byte {
		binary.LittleEndian.PutUint16(update[len(update)-2:], 77)
		return update
	}
	stop := s.start()
	defer stop()
	s.send(s.key, wire.KindTask, s.task(1))
	var o wire.Offer
	s.next(wire.KindOffer, &o)
	if l, err := leaf.Decode(o.Leaf); err != nil || l.Update != leaf.Commit(o.Update.Hash, l.Samples, l.Fuel) {
		t.Errorf("leaf claims %v, the offer %v, %v", l.Update, o.Update.Hash, err)
	}
}
