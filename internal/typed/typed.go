// Package typed makes the digests of EIP-712 typed data that devices, owners and
// the aggregator sign and the market's contracts check.
//
// A domain and a struct's words flow in; the 32-byte digest to sign flows out.
// It is small enough for firmware and needs no chain.
package typed

import (
	"encoding/binary"

	"golang.org/x/crypto/sha3"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Domain says which contract on which chain a signature is for (EIP-712,
// "Definition of domainSeparator"); in any other it is worthless.
type Domain struct {
	Name, Version string
	Chain         uint64
	Contract      key.Address
}

// Digest is what is signed: of the struct of the given type string, for example
// "Claim(bytes32 leaf)", with its members as 32-byte words.
func (d Domain) Digest(structType string, members ...[32]byte) [32]byte {
	separator := hashStruct("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
		Keccak([]byte(d.Name)), Keccak([]byte(d.Version)), Uint(d.Chain), Address(d.Contract))
	message := hashStruct(structType, members...)
	return Keccak([]byte{0x19, 0x01}, separator[:], message[:])
}

func hashStruct(structType string, members ...[32]byte) [32]byte {
	hash := Keccak([]byte(structType))
	parts := [][]byte{hash[:]}
	for i := range members {
		parts = append(parts, members[i][:])
	}
	return Keccak(parts...)
}

// Keccak is Ethereum's keccak256 over the parts in a row.
func Keccak(parts ...[]byte) [32]byte {
	h := sha3.NewLegacyKeccak256()
	for _, p := range parts {
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

// Uint is a number as a word.
func Uint(v uint64) (word [32]byte) {
	binary.BigEndian.PutUint64(word[24:], v)
	return word
}

// Address is an address as a word.
func Address(a key.Address) (word [32]byte) {
	copy(word[12:], a[:])
	return word
}
