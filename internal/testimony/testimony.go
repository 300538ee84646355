// Package testimony is what mediators get instead of data that stay closed: the
// word of a device that ran a drawn update's task again, on the owner's second
// device or over canary data.
//
// A device signs a Testimony; it travels where disclosed data would, encrypted to
// the mediators drawn. It proves less than data do. A second device belongs to
// the same owner, and a canary shows that the device runs the module as it should,
// not what it ran over its own data. So a federation says which it takes.
package testimony

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/typed"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Ways in which an update can be checked, as federations and owners name them.
const (
	Disclose     = "disclose"      // data are opened to the mediators, who run the task over them
	SecondDevice = "second-device" // another device of the owner runs it over the same data
	Canary       = "canary"        // the device runs it over data that everybody can make
)

// Known tells whether there is such a way.
func Known(way string) bool { return way == Disclose || way == SecondDevice || way == Canary }

// ErrInvalid marks a testimony that does not hold.
var ErrInvalid = errors.New("invalid testimony")

// Testimony is what a device found.
type Testimony struct {
	Case    blob.Hash   `cbor:"1,keyasint"`
	Way     string      `cbor:"2,keyasint"` // SecondDevice or Canary
	Device  key.Address `cbor:"3,keyasint"` // that ran the task again
	Data    blob.Hash   `cbor:"4,keyasint"` // commitment to what it ran over
	Update  blob.Hash   `cbor:"5,keyasint"`
	Samples uint64      `cbor:"6,keyasint"`
	Fuel    uint64      `cbor:"7,keyasint"`
	// Claimed is the answer that the checked leaf commits to (leaf.Answer): who
	// finds the canary right votes with it. Zero for a second device, which does
	// not know it.
	Claimed blob.Hash `cbor:"8,keyasint"`
	// Vouch is how the leaf's device names its owner's second; empty for a canary.
	Vouch     []byte `cbor:"9,keyasint,omitempty"`
	Signature []byte `cbor:"10,keyasint,omitempty"` // of all the others, by Device
}

// magic begins every encoding, so that it cannot be taken for a dataset.
var magic = []byte("TPTESTI1")

// Sign signs a testimony and gives its encoding.
func (t Testimony) Sign(k *key.Key, d typed.Domain) ([]byte, error) {
	digest, err := t.digest(d)
	if err != nil {
		return nil, err
	}
	signature := k.Sign(digest)
	t.Signature = signature[:]
	encoded, err := wire.Marshal(t)
	return append(bytes.Clone(magic), encoded...), err
}

func (t Testimony) digest(d typed.Domain) ([32]byte, error) {
	t.Signature = nil
	encoded, err := wire.Marshal(t)
	return d.Digest("Testimony(bytes32 content)", blob.Sum(encoded)), err
}

// Is tells whether content is a testimony and no dataset.
func Is(content []byte) bool { return bytes.HasPrefix(content, magic) }

// Open reads what Sign wrote, and makes sure that it is about the case of the
// given leaf, by a device that may testify.
func Open(content []byte, caseID blob.Hash, l leaf.Leaf) (Testimony, error) {
	var t Testimony
	if !Is(content) {
		return t, fmt.Errorf("%w: it does not begin as one", ErrInvalid)
	}
	if err := wire.Unmarshal(content[len(magic):], &t); err != nil {
		return t, fmt.Errorf("%w: %v", ErrInvalid, err)
	}
	digest, err := t.digest(l.Domain())
	if err != nil {
		return t, err
	}
	switch {
	case t.Case != caseID:
		return t, fmt.Errorf("%w: it is about case %s", ErrInvalid, t.Case.Short())
	case !signed(t.Signature, digest, t.Device):
		return t, fmt.Errorf("%w: it is not signed by %s", ErrInvalid, t.Device)
	case t.Way == Canary && t.Device == l.Device:
		return t, nil
	case t.Way == SecondDevice && t.Device != l.Device && t.Data == l.Data && signed(t.Vouch, vouch(l.Domain(), t.Device, l.Data), l.Device):
		return t, nil
	}
	return t, fmt.Errorf("%w: %s may not testify as %q for %s", ErrInvalid, t.Device, t.Way, l.Device)
}

// Vouch is a device's signature that a second one, of the same owner, holds the
// data of the commitment.
func Vouch(k *key.Key, d typed.Domain, second key.Address, data blob.Hash) []byte {
	signature := k.Sign(vouch(d, second, data))
	return signature[:]
}

// Vouched tells whether the first device named the second.
func Vouched(signature []byte, d typed.Domain, first, second key.Address, data blob.Hash) bool {
	return signed(signature, vouch(d, second, data), first)
}

func vouch(d typed.Domain, second key.Address, data blob.Hash) [32]byte {
	return d.Digest("SecondDevice(address device,bytes32 data)", typed.Address(second), data)
}

func signed(signature []byte, digest [32]byte, by key.Address) bool {
	if len(signature) != len(key.Signature{}) {
		return false
	}
	signer, err := key.Signature(signature).Recover(digest)
	return err == nil && signer == by
}
