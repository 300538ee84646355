package procure

import (
	"bytes"
	"errors"
	"math/big"
	"testing"

	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/town"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

var architecture = plan.Architecture{Input: []int{2}, Layers: []plan.Layer{{Type: plan.Dense, Units: 2}}, Loss: plan.CrossEntropy}

// The plan that is made without the data is the one that their device would make.
func TestATaskIsPlannedUnseen(t *testing.T) {
	model := plan.Init(architecture, 1).Encode()
	training := plan.Training{Epochs: 1, Batch: 2, LearningRate: 0.1, Bits: 8, ScaleBits: 8, Seed: 7}
	encoded, err := wire.Marshal(training)
	if err != nil {
		t.Fatal(err)
	}
	data := tensor.Dataset(tensor.FromFloats("x", []int{4, 2}, []float32{1, 2, 3, 4, 5, 6, 7, 8}), tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{4}, Data: []byte{0, 1, 0, 1}}).Encode()
	over := wire.HandOver{Head: data[:tensor.DataOffset(data)], Size: uint64(len(data))}
	want, err := plan.Lower(architecture, training, plan.Train, model, data)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := lower(wire.Task{Training: encoded}, over, model); err != nil || !bytes.Equal(got, want) {
		t.Errorf("planned unseen: %v, the same: %v", err, bytes.Equal(got, want))
	}
	for what, alter := range map[string]func(*wire.HandOver){
		"no head":          func(h *wire.HandOver) { h.Head = nil },
		"half a head":      func(h *wire.HandOver) { h.Head = h.Head[:9] },
		"another size":     func(h *wire.HandOver) { h.Size++ },
		"an absurd size":   func(h *wire.HandOver) { h.Size = 1 << 50 },
		"less than a head": func(h *wire.HandOver) { h.Size = 8 },
	} {
		h := over
		alter(&h)
		if got, err := lower(wire.Task{Training: encoded}, h, model); err == nil {
			t.Errorf("%s: a plan of %d bytes", what, len(got))
		}
	}
}

// A task over the same data has one name, and over others another.
func TestNamesOfTasks(t *testing.T) {
	over := wire.HandOver{Task: blob.Sum([]byte("task")), Contents: bytes.Repeat([]byte{1}, 32)}
	anew := over
	anew.Data.Hash, anew.Providers = blob.Hash{9}, []string{"age1"}
	if nameOf(over).Cmp(nameOf(anew)) != 0 {
		t.Error("sealed anew, the task has another name")
	}
	anew.Contents = bytes.Repeat([]byte{2}, 32)
	if nameOf(over).Cmp(nameOf(anew)) == 0 {
		t.Error("over other data, the task has the same name")
	}
	k, err := key.FromBytes(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	first, again, other := replyKey(k, nameOf(over)).Public(), replyKey(k, nameOf(over)).Public(), replyKey(k, nameOf(anew)).Public()
	if first != again || first == other {
		t.Error("the key of a task's update does not follow from its name")
	}
}

// Who may read a task's data is known by who published its recipients first: a
// copy of somebody else's opens nothing.
func TestReadersAreWhoRegistered(t *testing.T) {
	w := town.New(t)
	honest, copyist, moved, server := w.Party(), w.Party(), w.Party(), w.Party()
	judges := w.Mediators(4) // age1test0 ...
	ctx := t.Context()
	for _, r := range []struct {
		who       *town.Party
		recipient string
	}{{honest, "age1honest"}, {copyist, "age1honest"}, {moved, "age1lost"}, {moved, "age1moved"}} {
		if err := r.who.Market.Register(ctx, market.Provider, r.recipient); err != nil {
			t.Fatal(err)
		}
	}
	b := New(Config{Key: server.Key, Market: server.Market, Terms: Terms{Mediators: 3}, Logger: w.Log})
	if b.Takes([]string{"age1honest"}) {
		t.Error("it takes tasks before it has looked")
	}
	if err := b.look(ctx); err != nil {
		t.Fatal(err)
	}
	for recipient, takes := range map[string]bool{"age1honest": true, "age1moved": true, "age1lost": false, "age1nobody": false, "age1test0": false} {
		if got := b.Takes([]string{"age1other", recipient}); got != takes {
			t.Errorf("tasks of an owner who trusts %s: %v", recipient, got)
		}
	}
	over := wire.HandOver{Providers: []string{"age1honest", "age1lost", "age1test3"}, Mediators: []string{"age1test0", "age1test1"}}
	r, err := b.readers(ctx, over)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.providers) != 1 || r.providers[0] != honest.Key.Address() {
		t.Errorf("providers %v, want %s alone", r.providers, honest.Key.Address())
	}
	// A mediator to whom data are sealed as to a provider can check as well.
	want := new(big.Int)
	for _, i := range []int{0, 1, 3} {
		_, seat, err := judges[i].Market.Seat(ctx, judges[i].Key.Address())
		if err != nil {
			t.Fatal(err)
		}
		want.SetBit(want, int(seat), 1)
	}
	if r.mediators.Cmp(want) != 0 {
		t.Errorf("mediators %b, want %b", r.mediators, want)
	}
	for what, over := range map[string]wire.HandOver{
		"no provider":   {Providers: []string{"age1lost", "age1test3"}, Mediators: over.Mediators},
		"few mediators": {Providers: []string{"age1honest"}, Mediators: over.Mediators},
	} {
		if r, err := b.readers(ctx, over); !errors.Is(err, ErrTrust) {
			t.Errorf("%s: %+v, %v", what, r, err)
		}
	}
}
