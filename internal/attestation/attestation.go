// Package attestation is what a device says, with its own signature, of a quantity that
// it measured over a window of time: evidence to anybody, whoever carried it.
//
// A Statement and a key flow into Sign; a Signed flows out, and Open gives the statement
// back with whoever signed it. The encoding is deterministic CBOR, so equal statements
// have equal hashes, and the signature's domain separates it from all others that are
// made with the same key.
package attestation

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// ErrInvalid marks an attestation that does not hold.
var ErrInvalid = errors.New("invalid attestation")

// Limits of a statement.
const (
	MaxName   = 64             // bytes of a name, a group, a unit or a feature
	MaxValue  = 1e100          // of a value's magnitude: sums and differences of two are finite
	MaxWindow = 24 * time.Hour // that a window may span
	MaxSize   = 1 << 10        // bytes of an encoded attestation
)

// Statement is what one device measured.
type Statement struct {
	Fleet    string      `cbor:"1,keyasint" json:"fleet"`
	Device   key.Address `cbor:"2,keyasint" json:"device"`
	Group    string      `cbor:"3,keyasint" json:"group"`    // of devices that should measure the same, as "hall-3"
	Quantity string      `cbor:"4,keyasint" json:"quantity"` // as "air_temperature"
	Feature  string      `cbor:"5,keyasint" json:"feature"`  // how the value was made, as "mean(temperature)"
	Unit     string      `cbor:"6,keyasint" json:"unit"`     // as "degC"; "" = none
	Start    int64       `cbor:"7,keyasint" json:"start"`    // nanoseconds since 1970
	End      int64       `cbor:"8,keyasint" json:"end"`      // outside
	Value    float64     `cbor:"9,keyasint" json:"value"`
	Count    uint64      `cbor:"10,keyasint" json:"count"` // readings that the value was made of
}

// Validate tells what is wrong.
func (s Statement) Validate() error {
	fault := ""
	switch {
	case !named(s.Fleet) || !named(s.Group) || !named(s.Quantity) || !named(s.Feature) || s.Unit != "" && !named(s.Unit):
		fault = "a name is empty, too long, or has spaces or characters that are not ASCII"
	// The bounds of start and end keep their difference from overflowing.
	case s.Start >= s.End || s.Start < -1<<62 || s.End > 1<<62 || s.End-s.Start > int64(MaxWindow):
		fault = "the window is empty or longer than a day"
	case !(math.Abs(s.Value) <= MaxValue) || s.Value == 0 && math.Signbit(s.Value):
		fault = "the value is no number, too large, or -0"
	case s.Count == 0:
		fault = "it was made of no reading"
	default:
		return nil
	}
	return fmt.Errorf("%w: %s: %.500q", ErrInvalid, fault, fmt.Sprint(s))
}

// Named tells whether text can be a name in a statement.
func Named(text string) bool { return named(text) }

func named(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return len(text) > 0 && len(text) <= MaxName
}

// Signed is an encoded statement and its device's signature.
type Signed struct {
	Statement []byte `cbor:"1,keyasint" json:"statement"`
	Signature []byte `cbor:"2,keyasint" json:"signature"`
}

// domain separates these signatures from all others made with the same key.
const domain = "tadpole/attestation/v1\x00"

func digest(statement []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(statement)
	return [32]byte(h.Sum(nil))
}

// Sign signs a statement in the name of the key's device.
func Sign(k *key.Key, s Statement) (Signed, error) {
	s.Device = k.Address()
	if s.Value == 0 {
		s.Value = 0 // not -0: what is equal must have equal bytes
	}
	if err := s.Validate(); err != nil {
		return Signed{}, err
	}
	encoded, err := wire.Marshal(s)
	if err != nil {
		return Signed{}, err
	}
	signature := k.Sign(digest(encoded))
	return Signed{encoded, signature[:]}, nil
}

// Open checks an attestation's form and signature, and gives what it says.
func (a Signed) Open() (s Statement, err error) {
	if len(a.Statement) > MaxSize {
		return s, fmt.Errorf("%w: %d bytes, at most %d", ErrInvalid, len(a.Statement), MaxSize)
	}
	if err := wire.Unmarshal(a.Statement, &s); err != nil {
		return Statement{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if err := s.Validate(); err != nil {
		return Statement{}, err
	}
	// One statement, one encoding: else one could be said to be two.
	if again, err := wire.Marshal(s); err != nil || string(again) != string(a.Statement) {
		return Statement{}, fmt.Errorf("%w: it is not in its one encoding", ErrInvalid)
	}
	if len(a.Signature) != len(key.Signature{}) {
		return Statement{}, fmt.Errorf("%w: signature of %d bytes", ErrInvalid, len(a.Signature))
	}
	signer, err := key.Signature(a.Signature).Recover(digest(a.Statement))
	if err != nil || signer != s.Device {
		return Statement{}, fmt.Errorf("%w: it is not signed by %s", ErrInvalid, s.Device)
	}
	return s, nil
}

// ID names an attestation by what it states; two signatures of one statement are one.
func (a Signed) ID() blob.Hash { return blob.Sum(a.Statement) }

// Leaf is its leaf hash in a Merkle tree (package merkle).
func (a Signed) Leaf() [32]byte {
	id := a.ID()
	return sha256.Sum256(append([]byte("\x00tadpole/attestation/leaf/v1\x00"), id[:]...))
}

// Message is a batch of attestations on their way (wire.KindAttest).
type Message struct {
	Attestations []Signed `cbor:"1,keyasint"` // at most MaxBatch
}

// MaxBatch bounds a Message.
const MaxBatch = 32

// Answer says which attestations of a Message have been dealt with, for good
// (wire.KindAttested).
type Answer struct {
	Done []Outcome `cbor:"1,keyasint"`
}

// Outcome is one attestation's.
type Outcome struct {
	ID      blob.Hash `cbor:"1,keyasint"`
	Refused string    `cbor:"2,keyasint,omitempty"` // why it counts for nothing; "" = it is kept
}
