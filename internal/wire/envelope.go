package wire

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Errors that callers branch on.
var (
	ErrFrame     = errors.New("malformed frame")
	ErrVersion   = errors.New("unknown protocol version")
	ErrSender    = errors.New("not signed by its sender")
	ErrAddressee = errors.New("message for somebody else")
	ErrExpired   = errors.New("message has expired")
	ErrReplay    = errors.New("message was seen before")
)

// Version is the protocol's; it is the first field of every envelope.
const Version = 1

// Life is how long messages are good for after they were signed: long enough for
// any queue, short enough to make a recorded one worthless.
const Life = 10 * time.Minute

// MaxFrame is the largest frame in bytes: a full chunk or manifest, and its
// envelope, below the 128 KiB that hosted brokers take.
const MaxFrame = 96 << 10

// domain separates these signatures from all others made with the same key.
const domain = "tadpole/envelope/v1\x00"

// Envelope is one message with all that its signature covers. Unknown fields are
// ignored, so that newer peers may add some.
type Envelope struct {
	Version uint        `cbor:"1,keyasint"`
	Fleet   string      `cbor:"2,keyasint"`
	From    key.Address `cbor:"3,keyasint"`
	To      key.Address `cbor:"4,keyasint"`
	Kind    Kind        `cbor:"5,keyasint"`
	Counter uint64      `cbor:"6,keyasint"` // grows with every message of the sender: boot epoch << 32 | sequence
	Expires int64       `cbor:"7,keyasint"` // Unix milliseconds by the aggregator's clock; 0 = never
	Body    []byte      `cbor:"8,keyasint"` // the kind's message, in CBOR
}

// frame is an envelope's exact bytes and the sender's signature over them.
type frame struct {
	_         struct{} `cbor:",toarray"`
	Envelope  []byte
	Signature []byte
}

var encoder = func() cbor.EncMode {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return mode
}()

var decoder = func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxNestedLevels:  8,
		MaxArrayElements: 4096,
		MaxMapPairs:      256,
	}.DecMode()
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return mode
}()

// Seal signs the envelope and frames it. Version and From are filled in.
func Seal(k *key.Key, e Envelope) ([]byte, error) {
	e.Version, e.From = Version, k.Address()
	payload, err := encoder.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", e.Kind, err)
	}
	signature := k.Sign(digest(payload))
	sealed, err := encoder.Marshal(frame{Envelope: payload, Signature: signature[:]})
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", e.Kind, err)
	}
	if len(sealed) > MaxFrame {
		return nil, fmt.Errorf("seal %s: %d bytes, at most %d: send large content as a blob: %w", e.Kind, len(sealed), MaxFrame, ErrFrame)
	}
	return sealed, nil
}

// Open checks a frame's form and signature. The envelope is then known to come
// from its From; whether that may say what it says is the caller's to judge.
func Open(sealed []byte) (Envelope, error) {
	var e Envelope
	if len(sealed) > MaxFrame {
		return e, fmt.Errorf("open frame of %d bytes, at most %d: %w", len(sealed), MaxFrame, ErrFrame)
	}
	var f frame
	if err := decoder.Unmarshal(sealed, &f); err != nil {
		return e, fmt.Errorf("open frame: %w: %v", ErrFrame, err)
	}
	var signature key.Signature
	if len(f.Signature) != len(signature) {
		return e, fmt.Errorf("open frame: signature of %d bytes, want %d: %w", len(f.Signature), len(signature), ErrFrame)
	}
	copy(signature[:], f.Signature)
	if err := decoder.Unmarshal(f.Envelope, &e); err != nil {
		return Envelope{}, fmt.Errorf("open envelope: %w: %v", ErrFrame, err)
	}
	if e.Version != Version {
		return Envelope{}, fmt.Errorf("open envelope: version %d, this side speaks %d: %w", e.Version, Version, ErrVersion)
	}
	signer, err := signature.Recover(digest(f.Envelope))
	if err != nil || signer != e.From {
		return Envelope{}, fmt.Errorf("open %.20q from %s: %w", e.Kind, e.From, ErrSender)
	}
	return e, nil
}

// Expect is what a receiver knows about a message before it opens it.
type Expect struct {
	Fleet string
	From  key.Address
	To    key.Address
	Kind  Kind
	Now   time.Time // by the aggregator's clock; zero = unknown, expiry is not checked
}

// Check refuses an envelope that was meant for another place or another time: an
// honest broker delivers none such, so they are attacks or stale.
func (e Envelope) Check(want Expect) error {
	switch {
	case e.Fleet != want.Fleet || e.To != want.To || e.Kind != want.Kind:
		return fmt.Errorf("%.20q for %s in fleet %.64q: %w", e.Kind, e.To, e.Fleet, ErrAddressee)
	case e.From != want.From:
		return fmt.Errorf("%s from %s on the topic of %s: %w", e.Kind, e.From, want.From, ErrSender)
	case e.Expires != 0 && !want.Now.IsZero() && want.Now.UnixMilli() > e.Expires:
		return fmt.Errorf("%s from %s: %w %v ago", e.Kind, e.From, ErrExpired, want.Now.Sub(time.UnixMilli(e.Expires)).Round(time.Millisecond))
	}
	return nil
}

func digest(payload []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write(payload)
	return [32]byte(h.Sum(nil))
}

// Marshal encodes a message or record in deterministic CBOR (RFC 8949, 4.2.1).
func Marshal(message any) ([]byte, error) {
	b, err := encoder.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", message, err)
	}
	return b, nil
}

// Unmarshal decodes what Marshal wrote. Bytes after it are refused.
func Unmarshal(b []byte, message any) error {
	if err := decoder.Unmarshal(b, message); err != nil {
		return fmt.Errorf("decode %T: %w: %v", message, ErrFrame, err)
	}
	return nil
}
