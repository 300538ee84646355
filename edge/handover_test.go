package edge_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// provide plays the aggregator and its provider: it pulls the data that a device
// hands over, runs the task and offers what came of it.
func (s *server) provide(t wire.Task, provider sealed.Identity, over wire.HandOver) wire.HandBack {
	s.t.Helper()
	s.send(s.key, wire.KindWant, wire.Want{Blob: over.Data.Hash, Chunks: []uint32{0}})
	_, _, file, err := wire.DecodeChunk(<-s.chunks)
	if err != nil {
		s.t.Fatal(err)
	}
	data, err := provider.Open(file, 1<<20)
	if err != nil || !bytes.Equal(data, dataset) {
		s.t.Fatalf("the provider reads %d bytes, %v", len(data), err)
	}
	result := s.run(t, data)
	update, _ := result.Output("update.bin")
	metrics, _ := result.Output("metrics.bin")
	if _, err := s.blobs.Put(update); err != nil {
		s.t.Fatal(err)
	}
	manifest, err := blob.Describe(bytes.NewReader(update), 0)
	if err != nil {
		s.t.Fatal(err)
	}
	return wire.HandBack{Task: over.Task, Update: manifest, Metrics: metrics, Fuel: result.Fuel}
}

func TestTooHeavyATaskIsHandedOver(t *testing.T) {
	provider, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	s.policy = "[limits]\nmemory_mib = 1\n[heavy]\nproviders = [\"" + provider.Recipient() + "\"]\n" + s.policy
	stop := s.start()
	task := s.task(1)
	task.Heavy, task.Provider = wire.HeavyAuto, provider.Recipient()
	s.send(s.key, wire.KindTask, task)
	var over wire.HandOver
	s.next(wire.KindHandOver, &over)

	// Switched off and on again, it asks again: nothing has been answered.
	stop()
	stop = s.start()
	defer func() { stop() }()
	s.next(wire.KindHandOver, &over)
	back := s.provide(task, provider, over)
	s.send(s.key, wire.KindHandBack, back)
	var o wire.Offer
	s.next(wire.KindOffer, &o)
	l, err := leaf.Decode(o.Leaf)
	if err != nil || l.Fuel != back.Fuel || o.Update.Hash != back.Update.Hash || o.Metrics.Samples != 4 {
		t.Errorf("offer %+v with leaf %+v, %v; want what the provider found", o, l, err)
	}
	// The answer again changes nothing; the receipt ends it.
	s.send(s.key, wire.KindHandBack, back)
	s.receipt(s.key, o)
	s.idle()

	failing := s.task(2)
	failing.Heavy, failing.Provider = wire.HeavyAlways, provider.Recipient()
	s.send(s.key, wire.KindTask, failing)
	s.next(wire.KindHandOver, &over)
	s.send(s.key, wire.KindHandBack, wire.HandBack{Task: over.Task, Reason: "no node can take the job"})
	var refused wire.Refuse
	if s.next(wire.KindRefuse, &refused); !strings.Contains(refused.Reason, "no node can take the job") {
		t.Errorf("refused %+v", refused)
	}
}

// An aggregator that is restarted while an update is on its way back has forgotten
// it: the device asks again.
func TestAnAnswerIsAskedForAgain(t *testing.T) {
	provider, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	s.policy = "[limits]\nmemory_mib = 1\n[heavy]\nproviders = [\"" + provider.Recipient() + "\"]\n" + s.policy
	defer s.start()()
	task := s.task(1)
	task.Heavy, task.Provider = wire.HeavyAuto, provider.Recipient()
	s.send(s.key, wire.KindTask, task)
	var over wire.HandOver
	s.next(wire.KindHandOver, &over)
	back := s.provide(task, provider, over)
	lost := back
	if lost.Update, err = blob.Describe(strings.NewReader("what nobody has any more"), 0); err != nil {
		t.Fatal(err)
	}
	s.send(s.key, wire.KindHandBack, lost)
	s.send(s.key, wire.KindWelcome, wire.Welcome{Time: time.Now().UnixMilli()})
	s.next(wire.KindHandOver, &over)
	s.send(s.key, wire.KindHandBack, back)
	var o wire.Offer
	if s.next(wire.KindOffer, &o); o.Update.Hash != back.Update.Hash {
		t.Errorf("offered %+v, want what came back in the end", o)
	}
}

func TestDataGoToNoProviderThatTheOwnerDoesNotName(t *testing.T) {
	provider, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	s.policy = "[limits]\nmemory_mib = 1\n" + s.policy
	defer s.start()()
	task := s.task(1)
	task.Heavy, task.Provider = wire.HeavyAuto, provider.Recipient()
	s.send(s.key, wire.KindTask, task)
	var refused wire.Refuse
	if s.next(wire.KindRefuse, &refused); !strings.Contains(refused.Reason, "a job may use 1 MiB") || !strings.Contains(refused.Reason, "may not see data") {
		t.Errorf("refused %+v", refused)
	}
}

// A task that is bought: the data are encrypted to all whom the owner trusts, and to
// nobody else, and the device says to whom.
func TestATaskIsHandedToTheMarket(t *testing.T) {
	var who []sealed.Identity
	for range 4 {
		i, err := sealed.Generate()
		if err != nil {
			t.Fatal(err)
		}
		who = append(who, i)
	}
	provider, both, mediator, stranger := who[0], who[1], who[2], who[3]
	s := newServer(t)
	s.policy = fmt.Sprintf("[limits]\nmemory_mib = 1\n[market]\nmediators = [%q]\n[heavy]\nproviders = [%q, %q]\nmediators = [%q, %q]\n", stranger.Recipient(), provider.Recipient(), both.Recipient(), both.Recipient(), mediator.Recipient()) + s.policy
	stop := s.start()
	task := s.task(1)
	task.Heavy, task.Provider = wire.HeavyAuto, wire.ProviderMarket
	s.send(s.key, wire.KindTask, task)
	var over wire.HandOver
	s.next(wire.KindHandOver, &over)
	if !slices.Equal(over.Providers, []string{provider.Recipient(), both.Recipient()}) || !slices.Equal(over.Mediators, []string{mediator.Recipient()}) {
		t.Errorf("sealed to %v and %v", over.Providers, over.Mediators)
	}
	if over.Size != uint64(len(dataset)) || !bytes.Equal(over.Head, dataset[:tensor.DataOffset(dataset)]) || len(over.Contents) != 32 {
		t.Errorf("it says of the data %q, %d bytes, %x", over.Head, over.Size, over.Contents)
	}
	s.send(s.key, wire.KindWant, wire.Want{Blob: over.Data.Hash, Chunks: []uint32{0}})
	_, _, file, err := wire.DecodeChunk(<-s.chunks)
	if err != nil {
		t.Fatal(err)
	}
	for _, reader := range []sealed.Identity{provider, both, mediator} {
		if data, err := reader.Open(file, 1<<20); err != nil || !bytes.Equal(data, dataset) {
			t.Errorf("somebody who is trusted reads %d bytes, %v", len(data), err)
		}
	}
	if _, err := stranger.Open(file, 1<<20); err == nil {
		t.Error("a stranger reads the data")
	}
	stop()
	db, err := store.Open(filepath.Join(s.dir, "device.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var said []string
	if err := db.View(func(tx *store.Tx) error {
		return tx.Walk(func(e store.Entry) error {
			if e.Kind == "sealed" {
				said = append(said, e.Detail)
			}
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"to " + provider.Recipient(), "to " + both.Recipient(), "to " + mediator.Recipient()}; !slices.Equal(said, want) {
		t.Errorf("the audit log says who can read the data: %q, want %q", said, want)
	}
}

// Mediators alone do not run tasks.
func TestNoTaskIsHandedToTheMarketWithoutAProvider(t *testing.T) {
	mediator, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	s.policy = "[limits]\nmemory_mib = 1\n[heavy]\nmediators = [\"" + mediator.Recipient() + "\"]\n" + s.policy
	defer s.start()()
	task := s.task(1)
	task.Heavy, task.Provider = wire.HeavyAuto, wire.ProviderMarket
	s.send(s.key, wire.KindTask, task)
	var refused wire.Refuse
	if s.next(wire.KindRefuse, &refused); !strings.Contains(refused.Reason, "no provider of the market may see data") {
		t.Errorf("refused %+v", refused)
	}
}
