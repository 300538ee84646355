// Package leaf is what a device claims to have done in one round: the statement
// that it signs, that a receipt covers, and that a Merkle root commits.
//
// A Leaf flows in; its fixed 416-byte encoding and its hash flow out. The
// encoding is 13 words of 32 bytes, big-endian, as Solidity's abi.encode writes
// them, so a contract can hash the same bytes.
package leaf

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// ErrEncoding marks bytes that no leaf encodes to.
var ErrEncoding = errors.New("invalid leaf encoding")

// Size of an encoded leaf in bytes.
const Size = 13 * word

const word = 32

// Leaf binds an update to everything that produced it. Chain and Contract are zero
// until a federation is bound to a market.
type Leaf struct {
	Chain         uint64      // EIP-155 chain id
	Contract      key.Address // the market's
	Federation    blob.Hash   // SHA-256 of its name
	Round         uint32
	Device        key.Address
	Owner         key.Address // who is paid; the device itself unless its owner named another
	BaseModel     blob.Hash
	Module        blob.Hash
	Configuration blob.Hash // of the training parameters
	Data          blob.Hash // commitment to the dataset
	Update        blob.Hash // Commit of the update: it does not tell the update's own hash
	Samples       uint64    // the update's weight
	Fuel          uint64    // units of work that the module took, as package edge/fuel counts them
}

// Answer is what running a leaf's job gives: the update by its SHA-256, the
// samples and the fuel. Mediators vote with it.
func Answer(update blob.Hash, samples, fuel uint64) blob.Hash {
	b := append([]byte("tadpole/answer/v1\x00"), update[:]...)
	b = binary.BigEndian.AppendUint64(b, samples)
	return blob.Sum(binary.BigEndian.AppendUint64(b, fuel))
}

// Commit is the hash of the Answer. A leaf shows no more than this, so that a
// mediator must run the job to know the answer, and cannot repeat what the device
// claimed (package contracts/agents plays what happens otherwise).
func Commit(update blob.Hash, samples, fuel uint64) blob.Hash {
	answer := Answer(update, samples, fuel)
	return blob.Sum(answer[:])
}

// Encode writes the 13 words.
func (l Leaf) Encode() []byte {
	b := make([]byte, 0, Size)
	number := func(v uint64) { b = binary.BigEndian.AppendUint64(append(b, make([]byte, word-8)...), v) }
	address := func(a key.Address) { b = append(append(b, make([]byte, word-len(a))...), a[:]...) }
	hash := func(h blob.Hash) { b = append(b, h[:]...) }
	number(l.Chain)
	address(l.Contract)
	hash(l.Federation)
	number(uint64(l.Round))
	address(l.Device)
	address(l.Owner)
	hash(l.BaseModel)
	hash(l.Module)
	hash(l.Configuration)
	hash(l.Data)
	hash(l.Update)
	number(l.Samples)
	number(l.Fuel)
	return b
}

// Decode is the inverse of Encode; any other bytes are refused.
func Decode(b []byte) (Leaf, error) {
	if len(b) != Size {
		return Leaf{}, fmt.Errorf("%w: %d bytes, want %d", ErrEncoding, len(b), Size)
	}
	at := 0
	next := func() []byte { at += word; return b[at-word : at] }
	number := func() uint64 { return binary.BigEndian.Uint64(next()[word-8:]) }
	address := func() key.Address { return key.Address(next()[word-20:]) }
	hash := func() blob.Hash { return blob.Hash(next()) }
	l := Leaf{Chain: number(), Contract: address(), Federation: hash(), Round: uint32(number()), Device: address(), Owner: address(),
		BaseModel: hash(), Module: hash(), Configuration: hash(), Data: hash(), Update: hash(), Samples: number(), Fuel: number()}
	if string(l.Encode()) != string(b) {
		return Leaf{}, fmt.Errorf("%w: a number or address has more bytes than it may", ErrEncoding)
	}
	return l, nil
}

// Hash is SHA-256 over 0x00 and the encoding (RFC 6962's leaf prefix).
func (l Leaf) Hash() blob.Hash { return HashOf(l.Encode()) }

// HashOf is the hash of what stands in a tree as a leaf, be it one's encoding or
// not.
func HashOf(encoded []byte) blob.Hash {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(encoded)
	return blob.Hash(h.Sum(nil))
}

// Domain is that of the contract to which the leaf is bound (EIP-712).
func (l Leaf) Domain() typed.Domain {
	return typed.Domain{Name: "Tadpole", Version: "1", Chain: l.Chain, Contract: l.Contract}
}

// Claim is the EIP-712 digest that the device signs.
func (l Leaf) Claim() [32]byte { return l.Domain().Digest("Claim(bytes32 leaf)", l.Hash()) }

// Receipt is the EIP-712 digest that the aggregator signs when it accepts the
// leaf's update.
func (l Leaf) Receipt() [32]byte { return l.Domain().Digest("Receipt(bytes32 leaf)", l.Hash()) }
