package store

import "github.com/tadpole-edge/tadpole/internal/blob"

// Pin is the data with which the device has joined a federation: whatever is recorded
// meanwhile, its tasks run over these.
type Pin struct {
	Federation string    `cbor:"1,keyasint"`
	Dataset    string    `cbor:"2,keyasint"`
	Commitment blob.Hash `cbor:"3,keyasint"`
}

// PutPin keeps a federation's pin, in place of an earlier one. Names have any length, so
// their hash stands for them.
func (tx *Tx) PutPin(p Pin) error {
	key := blob.Sum([]byte(p.Federation))
	return tx.put(bucketPins, key[:], p)
}

// Pins gives all pins.
func (tx *Tx) Pins() (pins []Pin, err error) {
	err = each(tx, bucketPins, nil, func(_ []byte, p Pin) (bool, error) {
		pins = append(pins, p)
		return true, nil
	})
	return pins, err
}

// PutPin is Tx.PutPin in a transaction of its own.
func (s *Store) PutPin(p Pin) error {
	return s.Update(func(tx *Tx) error { return tx.PutPin(p) })
}

// Pins is Tx.Pins in a transaction of its own.
func (s *Store) Pins() (pins []Pin, err error) {
	err = s.View(func(tx *Tx) error { pins, err = tx.Pins(); return err })
	return pins, err
}
