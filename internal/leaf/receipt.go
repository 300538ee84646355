package leaf

import (
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Receipt is an accepted update's leaf with the aggregator's signature over it:
// what its device keeps, and its owner shows where the leaf is left out.
type Receipt struct {
	Leaf      []byte `cbor:"1,keyasint" json:"leaf"`
	Signature []byte `cbor:"2,keyasint" json:"signature"`
}

// Open decodes the leaf and tells who signed for it.
func (r Receipt) Open() (l Leaf, signature key.Signature, aggregator key.Address, err error) {
	if l, err = Decode(r.Leaf); err != nil {
		return l, signature, aggregator, err
	}
	if len(r.Signature) != len(signature) {
		return l, signature, aggregator, fmt.Errorf("receipt of round %d: its signature has %d bytes, want %d", l.Round, len(r.Signature), len(signature))
	}
	signature = key.Signature(r.Signature)
	if aggregator, err = signature.Recover(l.Receipt()); err != nil {
		return l, signature, aggregator, fmt.Errorf("receipt of round %d: %w", l.Round, err)
	}
	return l, signature, aggregator, nil
}
