package recheck_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/recheck"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/commitment"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/merkle"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/testimony"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const terms = `
name = "closed"
seed = 1
[model]
input = [2]
layers = [{type = "dense", units = 2}]
loss = "softmax-cross-entropy"
[data]
dataset = "points"
[cohort]
size = 1
[stop]
rounds = 1
[fees]
per_update = "0.001"
budget = "1"
check_rate = 1.0
check_fee = "0.001"
`

// made is a round of one device with its evidence, and a runner whose "training"
// is a hash of its inputs.
type made struct {
	t             *testing.T
	first, second *key.Key
	data          []byte
	leaf          leaf.Leaf
	evidence      blob.Hash
	blobs         map[blob.Hash][]byte
	training      plan.Training
	architecture  plan.Architecture
	shown         []byte // what comes in place of the data
}

const fuel = 77

func (m *made) Get(_ context.Context, h blob.Hash) ([]byte, error) { return m.blobs[h], nil }

func (m *made) Dataset(context.Context, [32]byte, key.Address) ([]byte, error) { return m.shown, nil }

func (m *made) Run(_ context.Context, j recheck.Job) (map[string][]byte, uint64, error) {
	sum := blob.Sum(bytes.Join([][]byte{j.Inputs["plan.bin"], j.Inputs["model.safetensors"], j.Inputs["data.safetensors"]}, nil))
	return map[string][]byte{"update.bin": sum[:]}, fuel, nil
}

// update is what an honest device's run over data gives.
func (m *made) update(data []byte) blob.Hash {
	m.t.Helper()
	model := m.blobs[m.leaf.BaseModel]
	lowered, err := plan.Lower(m.architecture, m.training, plan.Train, model, data)
	if err != nil {
		m.t.Fatal(err)
	}
	outputs, _, _ := m.Run(m.t.Context(), recheck.Job{Inputs: map[string][]byte{"plan.bin": lowered, "model.safetensors": model, "data.safetensors": data}})
	return blob.Sum(outputs["update.bin"])
}

// newMade makes a round whose device claims an update: the right one if honest.
func newMade(t *testing.T, checks string, honest bool) *made {
	t.Helper()
	m := &made{t: t, blobs: map[blob.Hash][]byte{}}
	for _, k := range []**key.Key{&m.first, &m.second} {
		var err error
		if *k, err = key.Generate(); err != nil {
			t.Fatal(err)
		}
	}
	put := func(content []byte) blob.Hash {
		h := blob.Sum(content)
		m.blobs[h] = content
		return h
	}
	f, err := federation.Parse("closed.toml", []byte(terms+checks))
	if err != nil {
		t.Fatal(err)
	}
	if m.architecture, err = f.Architecture(); err != nil {
		t.Fatal(err)
	}
	file := tensor.Dataset(tensor.FromFloats("x", []int{4, 2}, []float32{0, 1, 1, 0, 0, 2, 2, 0}), tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{4}, Data: []byte{0, 1, 0, 1}})
	m.data = file.Encode()
	committed, err := commitment.Of(file)
	if err != nil {
		t.Fatal(err)
	}
	m.training = f.DeviceTraining(1, m.first.Address())
	encoded, err := wire.Marshal(m.training)
	if err != nil {
		t.Fatal(err)
	}
	m.leaf = leaf.Leaf{Chain: 1337, Contract: key.Address{7}, Federation: f.ID(), Round: 1, Device: m.first.Address(), Owner: key.Address{8},
		BaseModel: put(plan.Init(m.architecture, 1).Encode()), Module: put([]byte("module")), Configuration: blob.Sum(encoded), Data: committed, Samples: 4, Fuel: fuel}
	claimed := blob.Hash{0xba}
	if honest {
		claimed = m.update(m.data)
	}
	m.leaf.Update = leaf.Commit(claimed, 4, fuel)
	signature := m.first.Sign(m.leaf.Claim())
	round, err := evidence.Round{Federation: f, Round: 1, Base: m.leaf.BaseModel, Leaves: [][]byte{m.leaf.Encode()}, Signatures: [][]byte{signature[:]}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m.evidence = put(round)
	return m
}

// bySecond is what the owner's second device says.
func (m *made) bySecond(caseID blob.Hash, update blob.Hash) testimony.Testimony {
	return testimony.Testimony{Case: caseID, Way: testimony.SecondDevice, Device: m.second.Address(), Data: m.leaf.Data, Update: update, Samples: 4, Fuel: fuel,
		Vouch: testimony.Vouch(m.first, m.leaf.Domain(), m.second.Address(), m.leaf.Data)}
}

// byCanary is what the device says of a canary; the claim is its leaf's.
func (m *made) byCanary(caseID blob.Hash, update, claimed blob.Hash) testimony.Testimony {
	file, err := tensor.Decode(plan.Canary(m.architecture, m.training, caseID))
	if err != nil {
		m.t.Fatal(err)
	}
	return testimony.Testimony{Case: caseID, Way: testimony.Canary, Device: m.first.Address(), Update: update, Samples: uint64(file.Tensors[0].Shape[0]), Fuel: fuel, Claimed: leaf.Answer(claimed, 4, fuel)}
}

const open = "checks = [\"disclose\", \"second-device\", \"canary\"]\n"

func TestAnUpdateIsCheckedInEachWay(t *testing.T) {
	caseID := blob.Hash{1}
	bad := blob.Hash{0xba}
	for _, test := range []struct {
		name   string
		checks string
		honest bool
		show   func(m *made) []byte
		upheld bool
		fault  error
	}{
		{name: "honest, data", honest: true, upheld: true, show: func(m *made) []byte { return m.data }},
		{name: "false, data", show: func(m *made) []byte { return m.data }},
		{name: "honest, second device", checks: open, honest: true, upheld: true, show: func(m *made) []byte { return m.sign(m.second, m.bySecond(caseID, m.update(m.data))) }},
		{name: "false, second device", checks: open, show: func(m *made) []byte { return m.sign(m.second, m.bySecond(caseID, m.update(m.data))) }},
		{name: "false fuel, second device", checks: open, honest: true, show: func(m *made) []byte {
			said := m.bySecond(caseID, m.update(m.data))
			said.Fuel++
			return m.sign(m.second, said)
		}},
		{name: "honest, canary", checks: open, honest: true, upheld: true, show: func(m *made) []byte {
			return m.sign(m.first, m.byCanary(caseID, m.update(plan.Canary(m.architecture, m.training, caseID)), m.update(m.data)))
		}},
		{name: "another module, canary", checks: open, show: func(m *made) []byte { return m.sign(m.first, m.byCanary(caseID, bad, bad)) }},
		{name: "yesterday's canary", checks: open, honest: true, show: func(m *made) []byte {
			return m.sign(m.first, m.byCanary(caseID, m.update(plan.Canary(m.architecture, m.training, blob.Hash{2})), m.update(m.data)))
		}},
		// What a canary cannot show: the device ran it right, and something else over its data.
		{name: "false over its data, right over the canary", checks: open, upheld: true, show: func(m *made) []byte {
			return m.sign(m.first, m.byCanary(caseID, m.update(plan.Canary(m.architecture, m.training, caseID)), bad))
		}},
		{name: "canary for another claim", checks: open, honest: true, fault: testimony.ErrInvalid, show: func(m *made) []byte {
			return m.sign(m.first, m.byCanary(caseID, m.update(plan.Canary(m.architecture, m.training, caseID)), bad))
		}},
		{name: "canary where data are wanted", honest: true, fault: recheck.ErrWay, show: func(m *made) []byte {
			return m.sign(m.first, m.byCanary(caseID, m.update(plan.Canary(m.architecture, m.training, caseID)), m.update(m.data)))
		}},
		{name: "second device nobody named", checks: open, honest: true, fault: testimony.ErrInvalid, show: func(m *made) []byte {
			said := m.bySecond(caseID, m.update(m.data))
			said.Vouch = nil
			return m.sign(m.second, said)
		}},
		{name: "other data", honest: true, fault: recheck.ErrData, show: func(m *made) []byte { return plan.Canary(m.architecture, m.training, caseID) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMade(t, test.checks, test.honest)
			m.shown = test.show(m)
			answer, err := recheck.Checker{Blobs: m, Data: m, Runner: m}.Update(t.Context(), caseID, m.evidence, m.first.Address())
			if !errors.Is(err, test.fault) {
				t.Fatalf("error %v, want %v", err, test.fault)
			}
			if upheld := blob.Sum(answer[:]) == m.leaf.Update; upheld != test.upheld {
				t.Errorf("answer %x upholds the claim: %v, want %v", answer, upheld, test.upheld)
			}
		})
	}
}

func (m *made) sign(k *key.Key, said testimony.Testimony) []byte {
	m.t.Helper()
	content, err := said.Sign(k, m.leaf.Domain())
	if err != nil {
		m.t.Fatal(err)
	}
	return content
}

// Evidence of a federation with other terms than the leaf was made under is the
// aggregator's fault: no mediator answers, and the device loses nothing.
func TestFalseEvidenceIsNotTheDevicesFault(t *testing.T) {
	m := newMade(t, "", true)
	m.shown = m.data
	round, err := evidence.Decode(m.blobs[m.evidence])
	if err != nil {
		t.Fatal(err)
	}
	round.Federation.Training.LearningRate *= 2
	encoded, err := round.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m.blobs[blob.Sum(encoded)] = encoded
	answer, err := recheck.Checker{Blobs: m, Data: m, Runner: m}.Update(t.Context(), blob.Hash{1}, blob.Sum(encoded), m.first.Address())
	if !errors.Is(err, evidence.ErrEvidence) {
		t.Errorf("answer %x, %v; want none", answer, err)
	}
}

// A device may have signed two leaves of a round; only the one under the root counts.
func TestAnUpdateIsCheckedByTheCommittedLeaf(t *testing.T) {
	m := newMade(t, "", true)
	m.shown = m.data
	c := recheck.Checker{Blobs: m, Data: m, Runner: m}
	committed := market.Round{Round: 1, Evidence: m.evidence, Root: merkle.Root([]merkle.Hash{m.leaf.Hash()}), Count: 1}
	answer, err := c.UpdateDigest(t.Context(), blob.Hash{1}, committed, m.first.Address())
	if err != nil || blob.Sum(answer[:]) != m.leaf.Update {
		t.Errorf("by the committed leaf: %x, %v", answer, err)
	}
	committed.Root = merkle.Root([]merkle.Hash{{7}})
	if answer, err := c.UpdateDigest(t.Context(), blob.Hash{1}, committed, m.first.Address()); !errors.Is(err, evidence.ErrEvidence) {
		t.Errorf("by another leaf: %x, %v; want no answer", answer, err)
	}
}
