package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

func newKey(t testing.TB) *key.Key {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func seal(t testing.TB, k *key.Key, e wire.Envelope) []byte {
	t.Helper()
	sealed, err := wire.Seal(k, e)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestOpenGivesWhatWasSealed(t *testing.T) {
	k, to := newKey(t), newKey(t).Address()
	sealed := seal(t, k, wire.Envelope{Fleet: "mnist", To: to, Kind: wire.KindHello, Counter: 7, Expires: 99, Body: []byte("body")})
	e, err := wire.Open(sealed)
	if err != nil {
		t.Fatal(err)
	}
	if e.From != k.Address() || e.To != to || e.Kind != wire.KindHello || e.Counter != 7 || e.Expires != 99 || string(e.Body) != "body" {
		t.Errorf("opened %+v", e)
	}
}

func TestOpenRefusesEveryFlippedByte(t *testing.T) {
	k := newKey(t)
	sealed := seal(t, k, wire.Envelope{Fleet: "mnist", Kind: wire.KindHello, Counter: 7, Body: []byte("body")})
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 0x40
		if e, err := wire.Open(bad); err == nil && e.From == k.Address() {
			t.Errorf("byte %d flipped: still opens as from the sender", i)
		}
	}
	for n := range sealed {
		if _, err := wire.Open(sealed[:n]); err == nil {
			t.Errorf("cut to %d bytes: still opens", n)
		}
	}
	if _, err := wire.Open(append(sealed, 0)); !errors.Is(err, wire.ErrFrame) {
		t.Errorf("trailing byte: error %v, want ErrFrame", err)
	}
}

func TestOpenRefusesImpersonation(t *testing.T) {
	victim, mallory := newKey(t), newKey(t)
	sealed := seal(t, mallory, wire.Envelope{Fleet: "mnist", Kind: wire.KindHello})
	at := mallory.Address()
	as := victim.Address()
	forged := bytes.Replace(sealed, at[:], as[:], 1)
	if _, err := wire.Open(forged); !errors.Is(err, wire.ErrSender) {
		t.Errorf("error %v, want ErrSender", err)
	}
}

func TestCheck(t *testing.T) {
	from, to := newKey(t).Address(), newKey(t).Address()
	now := time.UnixMilli(1_000_000)
	good := wire.Envelope{Fleet: "mnist", From: from, To: to, Kind: wire.KindOffer, Expires: now.UnixMilli()}
	want := wire.Expect{Fleet: "mnist", From: from, To: to, Kind: wire.KindOffer, Now: now}
	for name, c := range map[string]struct {
		change func(*wire.Envelope)
		err    error
	}{
		"good":        {func(*wire.Envelope) {}, nil},
		"never":       {func(e *wire.Envelope) { e.Expires = 0 }, nil},
		"stale":       {func(e *wire.Envelope) { e.Expires-- }, wire.ErrExpired},
		"other fleet": {func(e *wire.Envelope) { e.Fleet = "cifar" }, wire.ErrAddressee},
		"other kind":  {func(e *wire.Envelope) { e.Kind = wire.KindHello }, wire.ErrAddressee},
		"not for us":  {func(e *wire.Envelope) { e.To = from }, wire.ErrAddressee},
		"other topic": {func(e *wire.Envelope) { e.From = to }, wire.ErrSender},
	} {
		e := good
		c.change(&e)
		if err := e.Check(want); !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", name, err, c.err)
		}
	}
}

func TestReplaysAllowReorderingOnly(t *testing.T) {
	var r wire.Replays
	a, b := newKey(t).Address(), newKey(t).Address()
	accept := func(from key.Address, counter uint64, want error) {
		t.Helper()
		if err := r.Accept(wire.Envelope{From: from, Counter: counter}); !errors.Is(err, want) {
			t.Errorf("counter %d: error %v, want %v", counter, err, want)
		}
	}
	accept(a, 10, nil)
	accept(a, 10, wire.ErrReplay)
	accept(a, 13, nil)
	accept(a, 11, nil)
	accept(a, 11, wire.ErrReplay)
	accept(b, 10, nil)
	accept(a, 1<<32|1, nil)
	accept(a, 13, wire.ErrReplay)
	accept(a, 1<<32|65, nil)
	accept(a, 1<<32|2, nil)
	accept(a, 1<<32|1, wire.ErrReplay)
}

func TestTopics(t *testing.T) {
	device := newKey(t).Address()
	want := wire.Topic{Fleet: "mnist", Device: device, Direction: wire.Up, Kind: wire.KindOffer}
	if got, err := wire.ParseTopic(want.String()); err != nil || got != want {
		t.Errorf("parsed %+v, %v; want %+v", got, err, want)
	}
	d := device.String()
	for _, bad := range []string{"", "tadpole/v1", "tadpole/v2/mnist/" + d + "/up/offer", "tadpole/v1//" + d + "/up/offer",
		"tadpole/v1/mnist/" + d + "/up/", "tadpole/v1/mnist/" + d + "/sideways/offer", "tadpole/v1/mnist/+/up/offer",
		"tadpole/v1/mnist/" + d + "/up/offer/x", "tadpole/v1/MNIST/" + d + "/up/offer", "tadpole/v1/mnist/0X" + d[2:] + "/up/offer"} {
		if got, err := wire.ParseTopic(bad); !errors.Is(err, wire.ErrTopic) {
			t.Errorf("%q: %+v, %v; want ErrTopic", bad, got, err)
		}
	}
}

func TestTaskIDIsItsContent(t *testing.T) {
	a := wire.Task{Federation: "mnist", Round: 3, Dataset: "digits"}
	b := a
	b.Round = 4
	idA, errA := a.ID()
	idB, errB := b.ID()
	if errA != nil || errB != nil || idA == idB {
		t.Errorf("ids %v and %v (%v, %v), want two", idA, idB, errA, errB)
	}
}

// Ids and messages of peers that know nothing of bought tasks are as they were.
func TestGoldenTasks(t *testing.T) {
	m := blob.Manifest{Hash: blob.Sum([]byte("model")), Size: 5}
	task := wire.Task{Federation: "mnist", Round: 3, Device: key.Address{1, 2}, Model: m, Module: m, Training: []byte{1}, Dataset: "digits", Timeout: 1000, MaxUpdate: 99, Memory: 1 << 24}
	heavy := task
	heavy.Heavy, heavy.Provider = wire.HeavyAuto, "age1provider"
	for want, task := range map[string]wire.Task{
		"04b8e86313294156a8ed70e60572ac4b90750c47cbef5e37780d63c8cf308ce9": task,
		"33f2af9dcc5e0b12b83085a49da0a496d8a026dd436d0bdbeb11a8c5cefdc3b9": heavy,
	} {
		if got, err := task.ID(); err != nil || got.String() != want {
			t.Errorf("task of provider %q is %s, %v; want %s", task.Provider, got, err, want)
		}
	}
	over, err := wire.Marshal(wire.HandOver{Task: blob.Sum([]byte("task")), Data: m})
	if got := blob.Sum(over).String(); err != nil || got != "27ceb63099636687cfeec7d0ecb3b2615cc823228fab6a8d1c2f076cd1a8c0a7" {
		t.Errorf("handing over encodes to %x, %v", over, err)
	}
}

func FuzzOpen(f *testing.F) {
	k, _ := key.FromBytes(bytes.Repeat([]byte{1}, 32))
	sealed, _ := wire.Seal(k, wire.Envelope{Fleet: "mnist", Kind: wire.KindHello, Body: []byte("b")})
	f.Add(sealed)
	f.Add([]byte{0x82, 0x40, 0x40})
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := wire.Open(b); err == nil && e.Version != wire.Version {
			t.Errorf("opened version %d", e.Version)
		}
	})
}

func FuzzMessages(f *testing.F) {
	for _, message := range []any{wire.Hello{Version: "1"}, wire.Task{Round: 1}, wire.Offer{}, wire.Want{Chunks: []uint32{1, 2}}, wire.Receipt{}, wire.HandOver{Providers: []string{"age1"}, Head: []byte{1}},
		wire.Desired{Version: 2, Config: "[[source]]", Deployments: []wire.Deployment{{Name: "a"}}}, wire.Reported{Version: 2, Conflicts: []wire.Conflict{{Table: "job a", Keys: []string{"input"}}}}} {
		b, err := wire.Marshal(message)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, into := range []any{new(wire.Hello), new(wire.Welcome), new(wire.Task), new(wire.Offer), new(wire.Refuse),
			new(wire.Receipt), new(wire.Reject), new(wire.Want), new(wire.Renew), new(wire.Certificate), new(wire.Error), new(wire.HandOver), new(wire.HandBack), new(wire.Desired), new(wire.Reported)} {
			if wire.Unmarshal(b, into) != nil {
				continue
			}
			if _, err := wire.Marshal(into); err != nil {
				t.Errorf("%T was decoded and cannot be encoded: %v", into, err)
			}
		}
	})
}

func FuzzChunk(f *testing.F) {
	f.Add(wire.EncodeChunk(blob.Sum([]byte("x")), 3, []byte("x")))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, i, data, err := wire.DecodeChunk(b)
		if err == nil && !bytes.Equal(wire.EncodeChunk(h, i, data), b) {
			t.Errorf("%x decodes to something else", b)
		}
	})
}

func FuzzParseTopic(f *testing.F) {
	f.Add("tadpole/v1/mnist/0x7e5f4552091a69125d5dfcb7b8c2659029395bdf/up/offer")
	f.Fuzz(func(t *testing.T, text string) {
		if topic, err := wire.ParseTopic(text); err == nil && topic.String() != text {
			t.Errorf("%q parses as %q", text, topic)
		}
	})
}

func ExampleSeal() {
	k, _ := key.Generate()
	body, _ := wire.Marshal(wire.Hello{Version: "1.0"})
	sealed, _ := wire.Seal(k, wire.Envelope{Fleet: "mnist", Kind: wire.KindHello, Body: body})
	e, err := wire.Open(sealed)
	fmt.Println(e.From == k.Address(), e.Kind, err)
	// Output: true hello <nil>
}
