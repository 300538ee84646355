package edge_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/internal/testimony"
	"github.com/tadpole-edge/tadpole/internal/wire"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

func TestDataAreDisclosedToTrustedMediatorsOnly(t *testing.T) {
	trusted, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	s.policy += "[market]\nmediators = [\"" + trusted.Recipient() + "\"]\n"
	defer s.start()()
	ask := wire.Disclose{Case: blob.Hash{1}, Federation: "fine-points", Dataset: "points", Recipients: []string{stranger.Recipient(), trusted.Recipient()}}
	s.send(s.key, wire.KindDisclose, ask)
	var got, again wire.Disclosed
	s.next(wire.KindDisclosed, &got)
	s.send(s.key, wire.KindDisclose, ask)
	s.next(wire.KindDisclosed, &again)
	if got.Reason != "" || again.Data.Hash != got.Data.Hash {
		t.Fatalf("disclosed %+v, then %+v", got, again)
	}
	s.send(s.key, wire.KindWant, wire.Want{Blob: got.Data.Hash, Chunks: []uint32{0}})
	h, i, file, err := wire.DecodeChunk(<-s.chunks)
	if err != nil || h != got.Data.Hash || got.Data.Check(i, file) != nil {
		t.Fatalf("chunk %d of %v, %v", i, h, err)
	}
	if content, err := trusted.Open(file, 1<<20); err != nil || !bytes.Equal(content, dataset) {
		t.Errorf("the trusted mediator reads %d bytes, %v", len(content), err)
	}
	if _, err := stranger.Open(file, 1<<20); err == nil {
		t.Error("a stranger reads the data")
	}

	ask.Case, ask.Recipients = blob.Hash{2}, []string{stranger.Recipient()}
	s.send(s.key, wire.KindDisclose, ask)
	got = wire.Disclosed{}
	if s.next(wire.KindDisclosed, &got); !strings.Contains(got.Reason, "none of the 1 mediators") || len(got.Data.Chunks) > 0 {
		t.Errorf("disclosed to a stranger: %+v", got)
	}
}

// testimony pulls what a device discloses for a case, and opens it as the mediator.
func (s *server) testimony(ask wire.Disclose, mediator sealed.Identity, l leaf.Leaf) (testimony.Testimony, error) {
	s.t.Helper()
	var got wire.Disclosed
	if s.next(wire.KindDisclosed, &got); got.Reason != "" || got.Case != ask.Case {
		s.t.Fatalf("disclosed %+v", got)
	}
	s.send(s.key, wire.KindWant, wire.Want{Blob: got.Data.Hash, Chunks: []uint32{0}})
	_, _, file, err := wire.DecodeChunk(<-s.chunks)
	if err != nil {
		s.t.Fatal(err)
	}
	content, err := mediator.Open(file, 1<<20)
	if err != nil {
		s.t.Fatal(err)
	}
	return testimony.Open(content, ask.Case, l)
}

// run trains the way a mediator or a provider does.
func (s *server) run(t wire.Task, data []byte) job.Result {
	s.t.Helper()
	model, err := blob.ReadAll(&s.blobs, t.Model.Hash)
	if err != nil {
		s.t.Fatal(err)
	}
	lowered, err := plan.Lower(architecture, training(s.t, t), plan.Train, model, data)
	if err != nil {
		s.t.Fatal(err)
	}
	result, err := s.runner.Run(s.t.Context(), job.Request{Module: train.Module, ModuleHash: blob.Sum(train.Module), Limits: job.Limits{MemoryBytes: 16 << 20, OutputBytes: 1 << 20},
		Inputs: []job.Input{{Name: "plan.bin", Content: lowered}, {Name: "model.safetensors", Content: model}, {Name: "data.safetensors", Content: data}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return result
}

// found is what a run testifies of.
func found(r job.Result) (update blob.Hash, fuel uint64) {
	content, _ := r.Output("update.bin")
	return blob.Sum(content), r.Fuel
}

func training(t *testing.T, task wire.Task) (p plan.Training) {
	t.Helper()
	if err := wire.Unmarshal(task.Training, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestACanaryIsRunInPlaceOfOpeningData(t *testing.T) {
	mediator, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	s.policy += "per_day = 1\n[market]\ncheck = \"canary\"\n"
	defer s.start()()
	task := s.task(1)
	task.Market = market
	ask := wire.Disclose{Case: blob.Hash{1}, Federation: task.Federation, Dataset: "points", Recipients: []string{mediator.Recipient()}, Task: task, Claimed: blob.Hash{9}}
	l := leaf.Leaf{Chain: market.Chain, Contract: market.Contract, Device: s.keyDev.Address(), Data: blob.Sum(dataset)}
	for n := range byte(3) { // the day's one run is no matter: no data are used
		ask.Case[1] = n
		s.send(s.key, wire.KindDisclose, ask)
		got, err := s.testimony(ask, mediator, l)
		if err != nil {
			t.Fatal(err)
		}
		update, fuel := found(s.run(task, plan.Canary(architecture, training(t, task), ask.Case)))
		if got.Update != update || got.Fuel != fuel || got.Claimed != ask.Claimed || got.Way != testimony.Canary {
			t.Errorf("the device testifies %+v, the run gives %s with fuel %d", got, update.Short(), fuel)
		}
	}
	foreign := ask
	foreign.Case, foreign.Task.Device = blob.Hash{2}, key.Address{5}
	s.send(s.key, wire.KindDisclose, foreign)
	var refused wire.Disclosed
	if s.next(wire.KindDisclosed, &refused); !strings.Contains(refused.Reason, "the task was for 0x05") {
		t.Errorf("another device's task: %+v", refused)
	}
}

func TestTheOwnersSecondDeviceTestifies(t *testing.T) {
	mediator, err := sealed.Generate()
	if err != nil {
		t.Fatal(err)
	}
	second, first := newServer(t), newServer(t)
	first.policy += "[market]\ncheck = \"second-device\"\nsecond_device = \"" + second.keyDev.Address().String() + "\"\n"
	second.policy += "[market]\nsecond_device_of = [\"" + first.keyDev.Address().String() + "\"]\n"
	defer first.start()()
	defer second.start()()
	task := first.task(1)
	task.Market = market
	ask := wire.Disclose{Case: blob.Hash{1}, Federation: task.Federation, Dataset: "points", Recipients: []string{mediator.Recipient()}, Task: task, Claimed: blob.Hash{9}}
	first.send(first.key, wire.KindDisclose, ask)
	var named wire.Disclosed
	if first.next(wire.KindDisclosed, &named); named.Second != second.keyDev.Address() || len(named.Data.Chunks) > 0 {
		t.Fatalf("the first device answers %+v", named)
	}

	second.task(1) // has the blobs to serve
	ask.Vouch, ask.Claimed = named.Vouch, blob.Hash{}
	second.send(second.key, wire.KindDisclose, ask)
	l := leaf.Leaf{Chain: market.Chain, Contract: market.Contract, Device: first.keyDev.Address(), Data: blob.Sum(dataset)}
	got, err := second.testimony(ask, mediator, l)
	if err != nil {
		t.Fatal(err)
	}
	if update, fuel := found(second.run(task, dataset)); got.Update != update || got.Fuel != fuel || got.Samples != 4 || got.Device != second.keyDev.Address() {
		t.Errorf("the second device testifies %+v, the run gives %s with fuel %d", got, update.Short(), fuel)
	}

	stranger := ask
	stranger.Case, stranger.Task.Device = blob.Hash{2}, key.Address{5}
	second.send(second.key, wire.KindDisclose, stranger)
	var refused wire.Disclosed
	if second.next(wire.KindDisclosed, &refused); !strings.Contains(refused.Reason, "did not name this device") {
		t.Errorf("a stranger's task: %+v", refused)
	}
}
