package aggregator_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const fleetName = "test"

// network carries frames between the aggregator and devices played by hand.
type network struct {
	t          *testing.T
	mu         sync.Mutex
	devices    map[key.Address]*device
	key        *key.Key
	aggregator *aggregator.Aggregator
	folder     aggregator.Folder // nil = none
}

func (n *network) Publish(ctx context.Context, topic wire.Topic, frame []byte) error {
	n.mu.Lock()
	d := n.devices[topic.Device]
	n.mu.Unlock()
	if d != nil {
		d.inbox <- message{topic.Kind, frame}
	}
	return nil
}

func (n *network) Allowed(a key.Address) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.devices[a] != nil
}

func (n *network) Enrolled() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.devices)
}

func (n *network) Certificate(context.Context, key.Address, wire.Renew) (wire.Certificate, error) {
	return wire.Certificate{}, nil
}

type message struct {
	kind  wire.Kind
	frame []byte
}

// device is a member of the fleet that does whatever its fields say.
type device struct {
	n       *network
	key     *key.Key
	counter *wire.Counter
	inbox   chan message
	records uint64
	value   int16  // of every parameter in its updates
	waiting string // what its hello says

	bend       func(update []byte) []byte      // the file
	claim      func(l *leaf.Leaf)              // the leaf
	offer      func(o *wire.Offer)             // the offer, after it was signed
	frame      func(frame []byte) []byte       // the offer's frame
	chunks     func(i uint32, b []byte) []byte // each chunk; nil = not sent
	expires    int64                           // Unix ms, of every envelope but the hello; 0 = never
	duplicates int                             // times that the offer and each chunk are sent again
}

func newNetwork(t *testing.T, devices int) *network {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	n := &network{t: t, devices: map[key.Address]*device{}, key: k}
	for i := range devices {
		k, err := key.Generate()
		if err != nil {
			t.Fatal(err)
		}
		n.devices[k.Address()] = &device{n: n, key: k, counter: wire.NewCounter(1), inbox: make(chan message, 64), records: uint64(10 + i), value: int16(100 * (i + 1))}
	}
	return n
}

// start runs an aggregator over the directory, and the devices, until stop.
func (n *network) start(dir string) (stop func()) {
	n.t.Helper()
	db, err := store.Open(filepath.Join(dir, "a.db"), store.Options{NoSync: true})
	if err != nil {
		n.t.Fatal(err)
	}
	blobs, err := blob.OpenDir(filepath.Join(dir, "blobs"))
	if err != nil {
		n.t.Fatal(err)
	}
	a, err := aggregator.New(aggregator.Config{Fleet: fleetName, Key: n.key, Store: db, Blobs: blobs, Link: n, Roster: n, Module: []byte("\x00asm\x01\x00\x00\x00"), Folder: n.folder})
	if err != nil {
		n.t.Fatal(err)
	}
	n.aggregator = a
	ctx, cancel := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	parts.Go(func() {
		if err := a.Run(ctx); err != nil {
			n.t.Error(err)
		}
	})
	for _, d := range n.devices {
		parts.Go(func() { d.run(ctx) })
	}
	return func() {
		cancel()
		parts.Wait()
		if err := db.Close(); err != nil {
			n.t.Error(err)
		}
	}
}

func (d *device) send(ctx context.Context, kind wire.Kind, m any, bend func([]byte) []byte) {
	body, err := wire.Marshal(m)
	if err != nil {
		d.n.t.Error(err)
	}
	e := wire.Envelope{Fleet: fleetName, To: d.n.key.Address(), Kind: kind, Counter: d.counter.Next(), Body: body}
	if kind != wire.KindHello {
		e.Expires = d.expires
	}
	frame, err := wire.Seal(d.key, e)
	if err != nil {
		d.n.t.Error(err)
	}
	if bend != nil {
		frame = bend(frame)
	}
	for range 1 + d.duplicates {
		d.n.aggregator.Deliver(ctx, wire.Topic{Fleet: fleetName, Device: d.key.Address(), Direction: wire.Up, Kind: kind}, frame)
	}
}

func (d *device) run(ctx context.Context) {
	d.send(ctx, wire.KindHello, wire.Hello{Waiting: d.waiting, Memory: 1 << 30, Datasets: []wire.Dataset{{Name: "data", Records: d.records, Commitment: blob.Sum([]byte("data"))}}}, nil)
	var update []byte
	var manifest blob.Manifest
	for {
		var m message
		select {
		case <-ctx.Done():
			return
		case m = <-d.inbox:
		}
		if m.kind != wire.KindTask && m.kind != wire.KindWant {
			continue
		}
		e, err := wire.Open(m.frame)
		if err != nil {
			d.n.t.Error(err)
			continue
		}
		if m.kind == wire.KindTask {
			var task wire.Task
			if err := wire.Unmarshal(e.Body, &task); err != nil {
				d.n.t.Error(err)
			}
			update, manifest = d.report(ctx, task)
			continue
		}
		var want wire.Want
		if err := wire.Unmarshal(e.Body, &want); err != nil {
			d.n.t.Error(err)
		}
		slices.Reverse(want.Chunks) // brokers may reorder
		for _, i := range want.Chunks {
			b := bytes.Clone(update[int(i)*int(manifest.ChunkSize) : min(len(update), int(i+1)*int(manifest.ChunkSize))])
			if d.chunks != nil {
				if b = d.chunks(i, b); b == nil {
					continue
				}
			}
			for range 1 + d.duplicates {
				d.n.aggregator.Deliver(ctx, wire.Topic{Fleet: fleetName, Device: d.key.Address(), Direction: wire.Up, Kind: wire.KindChunk}, wire.EncodeChunk(want.Blob, i, b))
			}
		}
	}
}

// parameters of the test's model: dense 4 -> 400, in small chunks.
const parameters = 4*400 + 400

func (d *device) report(ctx context.Context, task wire.Task) ([]byte, blob.Manifest) {
	update := []byte{'T', 'P', 'U', '1', 2, 0, 2, 0}
	update = binary.LittleEndian.AppendUint64(update, parameters)
	update = binary.LittleEndian.AppendUint32(update, uint32(d.records))
	update = append(update, 0, 0, 0, 0, 10, 10, 0, 0, 0, 0, 0, 0) // values are in units of 2^-10
	for range parameters {
		update = binary.LittleEndian.AppendUint16(update, uint16(d.value))
	}
	if d.bend != nil {
		update = d.bend(update)
	}
	manifest, err := blob.Describe(bytes.NewReader(update), 1024)
	if err != nil {
		d.n.t.Error(err)
	}
	id, err := task.ID()
	if err != nil {
		d.n.t.Error(err)
	}
	l := leaf.Leaf{Federation: blob.Sum([]byte(task.Federation)), Round: task.Round, Device: d.key.Address(), Owner: d.key.Address(), BaseModel: task.Model.Hash,
		Module: task.Module.Hash, Configuration: blob.Sum(task.Training), Data: blob.Sum([]byte("data")), Update: leaf.Commit(manifest.Hash, d.records, 0), Samples: d.records}
	if d.claim != nil {
		d.claim(&l)
	}
	signature := d.key.Sign(l.Claim())
	o := wire.Offer{Task: id, Update: manifest, Leaf: l.Encode(), Signature: signature[:], Metrics: wire.Metrics{Samples: d.records, Loss: float64(d.records)}}
	if d.offer != nil {
		d.offer(&o)
	}
	d.send(ctx, wire.KindOffer, o, d.frame)
	return update, o.Update
}

const terms = `
name = "hostile"
seed = 1
[model]
input = [4]
layers = [{type = "dense", units = 400}]
loss = "mse"
[data]
dataset = "data"
[training]
max_samples = 100000
[cohort]
size = 3
minimum = 2
over_selection = 4.0
deadline = "1s"
patience = "0s"
[stop]
rounds = 2
`

func parse(t *testing.T, text string) federation.Federation {
	t.Helper()
	f, err := federation.Parse("test.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wait polls until the federation has ended.
func (n *network) wait(name string) aggregator.Status {
	n.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		s, err := n.aggregator.Status(n.t.Context(), name)
		if err != nil {
			n.t.Fatal(err)
		}
		if s.Ended() {
			return s
		}
	}
	n.t.Fatal("the federation does not end")
	return aggregator.Status{}
}

// mean is the weighted mean delta that the given devices make of one round.
func mean(devices ...*device) float64 {
	var sum, weight float64
	for _, d := range devices {
		sum += float64(d.records) * float64(d.value) / 1024
		weight += float64(d.records)
	}
	return sum / weight
}

// Every kind of bad update is refused with its reason, never reaches the sum, and
// does not keep the round from the two honest devices.
func TestBadUpdatesAreRefusedByName(t *testing.T) {
	for _, c := range []struct {
		name string
		bend func(d *device)
		want string // in the history; "" = the frame is not even its device's
	}{
		{"wrong magic", func(d *device) { d.bend = func(b []byte) []byte { b[0] = 'X'; return b } }, `begins with "XPU1"`},
		{"other width", func(d *device) { d.bend = func(b []byte) []byte { b[4] = 4; return b } }, "4 bytes a value"},
		{"too long", func(d *device) { d.bend = func(b []byte) []byte { return append(b, make([]byte, 8)...) } }, "bytes, want"},
		{"too short", func(d *device) { d.bend = func(b []byte) []byte { return b[:len(b)-8] } }, "bytes, want"},
		{"out of range", func(d *device) { d.bend = func(b []byte) []byte { b[24] = 0xc0; return b } }, "exponent -64"},
		{"finer than the sum", func(d *device) { d.bend = func(b []byte) []byte { b[25] = 60; return b } }, "exponent 60"},
		{"other weight in the file", func(d *device) { d.bend = func(b []byte) []byte { b[16]++; return b } }, "its file says"},
		{"false samples", func(d *device) { d.claim = func(l *leaf.Leaf) { l.Samples = 99999 } }, "its leaf"},
		{"wrong round", func(d *device) { d.claim = func(l *leaf.Leaf) { l.Round++ } }, "its leaf"},
		{"other base model", func(d *device) { d.claim = func(l *leaf.Leaf) { l.BaseModel[0] ^= 1 } }, "its leaf"},
		{"other data", func(d *device) { d.claim = func(l *leaf.Leaf) { l.Data[0] ^= 1 } }, "its leaf"},
		{"leaf of another update", func(d *device) { d.claim = func(l *leaf.Leaf) { l.Update[0] ^= 1 } }, "its leaf"},
		{"unsigned leaf", func(d *device) { d.offer = func(o *wire.Offer) { o.Signature[5] ^= 1 } }, "not signed by it"},
		{"short signature", func(d *device) { d.offer = func(o *wire.Offer) { o.Signature = o.Signature[:64] } }, "signature has 64 bytes"},
		{"garbage leaf", func(d *device) { d.offer = func(o *wire.Offer) { o.Leaf = []byte("leaf") } }, "invalid leaf encoding"},
		{"NaN loss", func(d *device) { d.offer = func(o *wire.Offer) { o.Metrics.Loss = math.NaN() } }, "its loss is NaN"},
		{"infinite loss", func(d *device) { d.offer = func(o *wire.Offer) { o.Metrics.Loss = math.Inf(1) } }, "its loss is +Inf"},
		{"more epochs than asked", func(d *device) { d.offer = func(o *wire.Offer) { o.Metrics.Samples *= 2 } }, "it trained on"},
		{"manifest of nothing", func(d *device) { d.offer = func(o *wire.Offer) { o.Update.Chunks = nil } }, "invalid manifest"},
		{"blob that is not its hash", func(d *device) {
			d.claim = func(l *leaf.Leaf) { l.Update = leaf.Commit(blob.Hash{7}, l.Samples, l.Fuel) }
			d.offer = func(o *wire.Offer) { o.Update.Hash = blob.Hash{7} }
		}, "content does not match its hash"},
		{"flipped chunk", func(d *device) {
			d.chunks = func(i uint32, b []byte) []byte { b[len(b)-1] ^= byte(i & 1); return b }
		}, "content does not match its hash"},
		{"truncated chunk", func(d *device) { d.chunks = func(i uint32, b []byte) []byte { return b[:len(b)-1] } }, "bytes, want"},
		{"last chunk never sent", func(d *device) {
			d.chunks = func(i uint32, b []byte) []byte {
				if i == 3 {
					return nil
				}
				return b
			}
		}, ""},
		{"frame of another key", func(d *device) { d.frame = func(b []byte) []byte { b[len(b)-9] ^= 1; return b } }, ""},
		{"stale frame", func(d *device) { d.expires = time.Now().Add(-time.Second).UnixMilli() }, ""},
		{"truncated frame", func(d *device) { d.frame = func(b []byte) []byte { return b[:len(b)/2] } }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := newNetwork(t, 3)
			var honest []*device
			var bad *device
			for _, d := range n.devices {
				if bad == nil {
					bad = d
					continue
				}
				honest = append(honest, d)
			}
			bad.value = 32767
			c.bend(bad)
			stop := n.start(t.TempDir())
			defer stop()
			if err := n.aggregator.Submit(t.Context(), parse(t, terms)); err != nil {
				t.Fatal(err)
			}
			n.wait("hostile")
			rounds, err := n.aggregator.History("hostile", 0, 10)
			if err != nil || len(rounds) != 2 {
				t.Fatalf("%d rounds, %v", len(rounds), err)
			}
			for _, r := range rounds {
				if len(r.Leaves) != 2 || r.Samples != honest[0].records+honest[1].records {
					t.Errorf("round %d: %d updates of %d samples, want the 2 honest ones", r.Round, len(r.Leaves), r.Samples)
				}
				i := slices.IndexFunc(r.Members, func(m aggregator.MemberNote) bool { return m.Device == bad.key.Address() })
				if i < 0 || !strings.Contains(r.Members[i].Reason, c.want) || c.want != "" && r.Members[i].Outcome != "rejected" {
					t.Errorf("round %d: the history says %+v, want rejected and %q", r.Round, r.Members, c.want)
				}
			}
			n.checkModel(t, "hostile", 2*mean(honest...))
		})
	}
}

// checkModel tells whether every bias, which begins at zero, has moved by so much.
func (n *network) checkModel(t *testing.T, name string, want float64) {
	t.Helper()
	model, err := n.aggregator.Model(name, false)
	if err != nil {
		t.Fatal(err)
	}
	last := math.Float32frombits(binary.LittleEndian.Uint32(model[len(model)-4:]))
	if math.Abs(float64(last)-want) > 1e-5*math.Abs(want) {
		t.Errorf("the last bias is %v, want %v", last, want)
	}
}

// Duplicates of every frame, and chunks in reverse, count once.
func TestDuplicatesCountOnce(t *testing.T) {
	n := newNetwork(t, 3)
	var all []*device
	for _, d := range n.devices {
		d.duplicates = 2
		all = append(all, d)
	}
	stop := n.start(t.TempDir())
	defer stop()
	if err := n.aggregator.Submit(t.Context(), parse(t, terms)); err != nil {
		t.Fatal(err)
	}
	s := n.wait("hostile")
	if s.Refused == 0 {
		t.Error("no replayed frame was refused")
	}
	n.checkModel(t, "hostile", 2*mean(all...))
	rounds, err := n.aggregator.History("hostile", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rounds {
		var hashes []merkle.Hash
		for _, b := range r.Leaves {
			l, err := leaf.Decode(b)
			if err != nil {
				t.Fatal(err)
			}
			hashes = append(hashes, l.Hash())
		}
		if len(hashes) != 3 || merkle.Root(hashes) != r.Root {
			t.Errorf("round %d: root %v does not commit its %d leaves", r.Round, r.Root, len(hashes))
		}
	}
}

// A restart in the middle of a round folds again what was accepted, and asks
// again whoever still owes.
func TestRestartKeepsAcceptedUpdates(t *testing.T) {
	dir := t.TempDir()
	n := newNetwork(t, 3)
	var all []*device
	for _, d := range n.devices {
		all = append(all, d)
	}
	all[0].chunks = func(i uint32, b []byte) []byte {
		if i == 2 {
			return nil // one update stays unfinished
		}
		return b
	}
	text := strings.NewReplacer(`"1s"`, `"1h"`, "rounds = 2", "rounds = 1").Replace(terms)
	stop := n.start(dir)
	if err := n.aggregator.Submit(t.Context(), parse(t, text)); err != nil {
		t.Fatal(err)
	}
	for {
		s, err := n.aggregator.Status(t.Context(), "hostile")
		if err != nil {
			t.Fatal(err)
		}
		if s.Accepted == 2 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	stop()
	all[0].chunks = nil
	stop = n.start(dir)
	defer stop()
	n.wait("hostile")
	n.checkModel(t, "hostile", mean(all...))
}

// A copied update is refused, and forgetting it leaves the original's file alone.
func TestCopiesAreRefused(t *testing.T) {
	n := newNetwork(t, 3)
	var all []*device
	for _, d := range n.devices {
		d.records, d.value = 10, 100 // equal updates
		all = append(all, d)
	}
	stop := n.start(t.TempDir())
	defer stop()
	text := strings.NewReplacer("minimum = 2", "minimum = 1", "rounds = 2", "rounds = 1").Replace(terms)
	if err := n.aggregator.Submit(t.Context(), parse(t, text)); err != nil {
		t.Fatal(err)
	}
	n.wait("hostile")
	rounds, err := n.aggregator.History("hostile", 0, 1)
	if err != nil || len(rounds) != 1 || len(rounds[0].Leaves) != 1 {
		t.Fatalf("%+v, %v; want one update accepted of three equal ones", rounds, err)
	}
	for _, m := range rounds[0].Members {
		if m.Outcome == "rejected" && !strings.Contains(m.Reason, "a copy of that of") {
			t.Errorf("%s", m.Reason)
		}
	}
	n.checkModel(t, "hostile", mean(all[0]))
}

func TestSubmitAndSteer(t *testing.T) {
	n := newNetwork(t, 1)
	stop := n.start(t.TempDir())
	defer stop()
	f := parse(t, terms)
	ctx := t.Context()
	if err := n.aggregator.Submit(ctx, f); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"submit again":    {n.aggregator.Submit(ctx, f), aggregator.ErrExists},
		"pause":           {n.aggregator.Pause(ctx, "hostile"), nil},
		"resume":          {n.aggregator.Resume(ctx, "hostile"), nil},
		"stop":            {n.aggregator.Stop(ctx, "hostile"), nil},
		"stop a stranger": {n.aggregator.Stop(ctx, "stranger"), aggregator.ErrUnknown},
	} {
		if c.want == nil && c.err != nil || c.want != nil && !strings.Contains(c.err.Error(), c.want.Error()) {
			t.Errorf("%s: %v, want %v", name, c.err, c.want)
		}
	}
	if s := n.wait("hostile"); s.Reason != "stopped by hand" {
		t.Errorf("ended because %q", s.Reason)
	}
}
