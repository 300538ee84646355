package evidence_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/evidence"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const terms = `
name = "points"
seed = 1
[model]
input = [2]
layers = [{type = "dense", units = 2}]
loss = "softmax-cross-entropy"
[data]
dataset = "points"
[strategy]
name = "fedavgm"
momentum = 0.5
[cohort]
size = 3
[stop]
rounds = 1
`

// made is a round of three devices.
type made struct {
	round   evidence.Round
	keys    []*key.Key // sorted by address
	updates []blob.Hash
	blobs   store
}

type store map[blob.Hash][]byte

func (s store) put(content []byte) blob.Hash {
	h := blob.Sum(content)
	s[h] = content
	return h
}

func (s store) Get(_ context.Context, h blob.Hash) ([]byte, error) {
	content, found := s[h]
	if !found {
		return nil, fmt.Errorf("blob %s: %w", h.Short(), blob.ErrMissing)
	}
	return content, nil
}

// value of parameter i of device d's update, in units of 2^-10.
func value(d, i int) int16 { return int16((d+1)*(i-2) + i*i) }

// newMade makes it, with update files as devices send them (wasm-jobs/train/README.md).
func newMade(t testing.TB) *made {
	t.Helper()
	f, err := federation.Parse("points.toml", []byte(terms))
	if err != nil {
		t.Fatal(err)
	}
	architecture, err := f.Architecture()
	if err != nil {
		t.Fatal(err)
	}
	m := &made{blobs: store{}}
	form := f.Form(architecture)
	if form.Width != 2 {
		t.Fatalf("updates of %d bytes a value; the test writes 2", form.Width)
	}
	m.round = evidence.Round{Federation: f, Round: 1, Base: m.blobs.put(plan.Init(architecture, 1).Encode())}
	for range 3 {
		k, err := key.Generate()
		if err != nil {
			t.Fatal(err)
		}
		m.keys = append(m.keys, k)
	}
	slices.SortFunc(m.keys, func(x, y *key.Key) int { a, b := x.Address(), y.Address(); return slices.Compare(a[:], b[:]) })
	for d, k := range m.keys {
		samples := uint64(d + 1)
		b := []byte{'T', 'P', 'U', '1', 2, 0}
		b = binary.LittleEndian.AppendUint16(b, uint16(len(form.Tensors)))
		b = binary.LittleEndian.AppendUint64(b, uint64(architecture.Parameters()))
		b = binary.LittleEndian.AppendUint32(b, uint32(samples))
		b = binary.LittleEndian.AppendUint32(b, 0)
		for range form.Tensors {
			b = append(b, 10)
		}
		for len(b)%8 != 0 {
			b = append(b, 0)
		}
		for i := range architecture.Parameters() {
			b = binary.LittleEndian.AppendUint16(b, uint16(value(d, i)))
		}
		m.updates = append(m.updates, m.blobs.put(b))
		training, err := wire.Marshal(f.DeviceTraining(1, k.Address()))
		if err != nil {
			t.Fatal(err)
		}
		m.add(k, leaf.Leaf{Chain: 1337, Contract: key.Address{7}, Federation: f.ID(), Round: 1, Device: k.Address(), Owner: key.Address{8}, BaseModel: m.round.Base,
			Module: blob.Hash{9}, Configuration: blob.Sum(training), Update: leaf.Commit(m.updates[d], samples, 77), Samples: samples, Fuel: 77})
	}
	return m
}

func (m *made) add(k *key.Key, l leaf.Leaf) {
	signature := k.Sign(l.Claim())
	m.round.Leaves, m.round.Signatures = append(m.round.Leaves, l.Encode()), append(m.round.Signatures, signature[:])
}

func encode(t testing.TB, r evidence.Round) []byte {
	t.Helper()
	b, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	m := newMade(t)
	got, err := evidence.Decode(encode(t, m.round))
	if err != nil {
		t.Fatal(err)
	}
	hashes, err := got.Hashes()
	if err != nil || len(hashes) != 3 {
		t.Fatalf("hashes %v, %v", hashes, err)
	}
	for i, k := range m.keys {
		l, found := got.Of(k.Address())
		if !found || l.Hash() != hashes[i] || l.Samples != uint64(i+1) {
			t.Errorf("leaf of device %d: %+v, %v", i, l, found)
		}
		if _, err := got.Training(l); err != nil {
			t.Errorf("training of device %d: %v", i, err)
		}
		l.Configuration[0]++
		if _, err := got.Training(l); !errors.Is(err, evidence.ErrEvidence) {
			t.Errorf("training by other parameters: %v", err)
		}
	}
	if _, found := got.Of(key.Address{1}); found {
		t.Error("a stranger has a leaf")
	}
}

func TestDecodeRefuses(t *testing.T) {
	for what, spoil := range map[string]func(*made){
		"a leaf without signature": func(m *made) { m.round.Signatures = m.round.Signatures[:2] },
		"a short leaf":             func(m *made) { m.round.Leaves[1] = m.round.Leaves[1][:100] },
		"a short signature":        func(m *made) { m.round.Signatures[1] = m.round.Signatures[1][:64] },
		"another's signature":      func(m *made) { m.round.Signatures[1] = m.round.Signatures[0] },
		"an altered leaf": func(m *made) {
			m.round.Leaves[2] = bytes.Clone(m.round.Leaves[2])
			m.round.Leaves[2][leaf.Size-1]++
		},
		"two leaves in the wrong order": func(m *made) {
			l, s := m.round.Leaves, m.round.Signatures
			l[0], l[1], s[0], s[1] = l[1], l[0], s[1], s[0]
		},
		"a leaf twice": func(m *made) {
			m.round.Leaves[1], m.round.Signatures[1] = m.round.Leaves[0], m.round.Signatures[0]
		},
		"another round":      func(m *made) { m.round.Round++ },
		"another base":       func(m *made) { m.round.Base[0]++ },
		"another federation": func(m *made) { m.round.Federation.Name = "lines" },
	} {
		m := newMade(t)
		spoil(m)
		if _, err := evidence.Decode(encode(t, m.round)); !errors.Is(err, evidence.ErrEvidence) {
			t.Errorf("%s: %v, want ErrEvidence", what, err)
		}
	}
}

// The fold is the mean of the updates by their samples, added to the base; the
// first step of a server with momentum is the mean itself.
func TestFold(t *testing.T) {
	m := newMade(t)
	folded, err := m.round.Fold(t.Context(), m.updates, m.blobs)
	if err != nil {
		t.Fatal(err)
	}
	base, next := weights(t, m.blobs[m.round.Base]), weights(t, folded)
	for i := range base {
		want := float64(base[i])
		for d := range m.keys {
			want += float64(value(d, i)) / 1024 * float64(d+1) / 6
		}
		if math.Abs(float64(next[i])-want) > 1e-6 {
			t.Errorf("weight %d is %v, want %v", i, next[i], want)
		}
	}
	again, err := m.round.Fold(t.Context(), m.updates, m.blobs)
	if err != nil || !bytes.Equal(again, folded) {
		t.Errorf("folded again, it differs: %v", err)
	}
	// With the optimiser's state of a round before, it is another model.
	architecture, err := m.round.Federation.Architecture()
	if err != nil {
		t.Fatal(err)
	}
	o, err := evidence.RestoreOptimiser(m.round.Federation, architecture, nil)
	if err != nil {
		t.Fatal(err)
	}
	delta := make([]float64, len(base))
	delta[0] = 1
	if err := o.Step(slices.Clone(base), delta); err != nil {
		t.Fatal(err)
	}
	state := evidence.SaveOptimiser(o)
	m.round.Optimiser = m.blobs.put(state)
	if restored, err := evidence.RestoreOptimiser(m.round.Federation, architecture, state); err != nil || !bytes.Equal(evidence.SaveOptimiser(restored), state) {
		t.Errorf("restored and saved again, the state differs: %v", err)
	}
	if other, err := m.round.Fold(t.Context(), m.updates, m.blobs); err != nil || bytes.Equal(other, folded) {
		t.Errorf("the optimiser's state does not matter: %v", err)
	}
}

func weights(t *testing.T, model []byte) (all []float32) {
	t.Helper()
	file, err := tensor.Decode(model)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range file.Tensors {
		all = append(all, x.Floats()...)
	}
	return all
}

func TestFoldRefuses(t *testing.T) {
	for what, c := range map[string]struct {
		spoil func(*made)
		want  error
	}{
		"an update too few":      {func(m *made) { m.updates = m.updates[:2] }, evidence.ErrEvidence},
		"another update":         {func(m *made) { m.updates[0] = m.updates[1] }, evidence.ErrEvidence},
		"an update that is gone": {func(m *made) { delete(m.blobs, m.updates[2]) }, blob.ErrMissing},
		"a base that is gone":    {func(m *made) { delete(m.blobs, m.round.Base) }, blob.ErrMissing},
		"a state that is gone":   {func(m *made) { m.round.Optimiser = blob.Hash{5} }, blob.ErrMissing},
	} {
		m := newMade(t)
		c.spoil(m)
		if _, err := m.round.Fold(t.Context(), m.updates, m.blobs); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	good := encode(f, newMade(f).round)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := evidence.Decode(b)
		if err != nil {
			if !errors.Is(err, evidence.ErrEvidence) {
				t.Errorf("%v is no ErrEvidence", err)
			}
			return
		}
		if _, err := r.Hashes(); err != nil {
			t.Errorf("it holds together, but: %v", err)
		}
	})
}
