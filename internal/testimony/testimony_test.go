package testimony_test

import (
	"errors"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/testimony"
)

func TestOnlyTheOwnersDevicesTestify(t *testing.T) {
	first, second, stranger := newKey(t), newKey(t), newKey(t)
	l := leaf.Leaf{Chain: 1337, Contract: key.Address{7}, Device: first.Address(), Data: blob.Hash{8}}
	ofSecond := testimony.Testimony{Case: blob.Hash{1}, Way: testimony.SecondDevice, Device: second.Address(), Data: l.Data, Update: blob.Hash{3}, Samples: 4, Fuel: 5,
		Vouch: testimony.Vouch(first, l.Domain(), second.Address(), l.Data)}
	canary := testimony.Testimony{Case: blob.Hash{1}, Way: testimony.Canary, Device: first.Address(), Update: blob.Hash{3}, Claimed: blob.Hash{9}}
	for _, test := range []struct {
		name   string
		about  testimony.Testimony
		change func(*testimony.Testimony)
		by     *key.Key
		domain leaf.Leaf
		valid  bool
	}{
		{name: "the second device", about: ofSecond, by: second, valid: true},
		{name: "a canary", about: canary, by: first, valid: true},
		{name: "of another case", about: canary, by: first, change: func(m *testimony.Testimony) { m.Case = blob.Hash{2} }},
		{name: "signed by another", about: ofSecond, by: stranger},
		{name: "a stranger with the vouch for another", about: ofSecond, by: stranger, change: func(m *testimony.Testimony) { m.Device = stranger.Address() }},
		{name: "over other data", about: ofSecond, by: second, change: func(m *testimony.Testimony) { m.Data = blob.Hash{9} }},
		{name: "the first for itself", about: ofSecond, by: first, change: func(m *testimony.Testimony) { m.Device = first.Address() }},
		{name: "another's canary", about: canary, by: second, change: func(m *testimony.Testimony) { m.Device = second.Address() }},
		{name: "an unknown way", about: canary, by: first, change: func(m *testimony.Testimony) { m.Way = "oath" }},
		{name: "for another contract", about: canary, by: first, domain: leaf.Leaf{Chain: 1337, Contract: key.Address{6}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.change != nil {
				test.change(&test.about)
			}
			domain := l.Domain()
			if test.domain.Chain != 0 {
				domain = test.domain.Domain()
			}
			content, err := test.about.Sign(test.by, domain)
			if err != nil {
				t.Fatal(err)
			}
			got, err := testimony.Open(content, blob.Hash{1}, l)
			if valid := err == nil; valid != test.valid || !valid && !errors.Is(err, testimony.ErrInvalid) {
				t.Errorf("opened %+v, %v; want valid: %v", got, err, test.valid)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("TPTESTI1"))
	f.Add([]byte("TPTESTI1\xa1\x01\x41\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if m, err := testimony.Open(content, blob.Hash{1}, leaf.Leaf{Device: key.Address{1}}); err == nil {
			t.Errorf("a testimony that nobody signed: %+v", m)
		}
	})
}

func newKey(t *testing.T) *key.Key {
	t.Helper()
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}
