package edge_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/sealed"
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
