// Package merkle makes one root of a round's many leaves, and proves of a leaf
// that it is, or of a device that it is not, among them.
//
// Leaf hashes flow in, in order; a root and proofs flow out. The tree is that of
// RFC 6962, section 2.1: nodes are SHA-256 over 0x01, left, right; a leaf's hash
// has the prefix 0x00 already (package leaf), so neither passes for the other.
package merkle

import (
	"crypto/sha256"
	"math/bits"
)

// Hash is a SHA-256.
type Hash = [sha256.Size]byte

// Root is the tree's root over the leaf hashes in the given order. Without
// leaves it is the SHA-256 of nothing (RFC 6962).
func Root(leaves []Hash) Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := split(n)
		return node(Root(leaves[:k]), Root(leaves[k:]))
	}
}

// Prove gives the hashes beside the way from leaf i up to the root (RFC 6962,
// 2.1.1). It panics if there is no leaf i.
func Prove(leaves []Hash, i int) []Hash {
	if i < 0 || i >= len(leaves) {
		panic("BUG: merkle: no such leaf")
	}
	if len(leaves) == 1 {
		return nil
	}
	k := split(len(leaves))
	if i < k {
		return append(Prove(leaves[:k], i), Root(leaves[k:]))
	}
	return append(Prove(leaves[k:], i-k), Root(leaves[:k]))
}

// Verify tells whether leaf is number i of n under root (RFC 9162, 2.1.3.2).
func Verify(root, leaf Hash, i, n int, proof []Hash) bool {
	if i < 0 || i >= n {
		return false
	}
	at, last := uint(i), uint(n-1)
	hash := leaf
	for _, beside := range proof {
		if last == 0 {
			return false
		}
		if at&1 == 1 || at == last {
			hash = node(beside, hash)
			for at&1 == 0 && at != 0 {
				at >>= 1
				last >>= 1
			}
		} else {
			hash = node(hash, beside)
		}
		at >>= 1
		last >>= 1
	}
	return last == 0 && hash == root
}

// split is the largest power of two below n.
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

func node(left, right Hash) Hash {
	h := sha256.New()
	h.Write([]byte{1})
	h.Write(left[:])
	h.Write(right[:])
	return Hash(h.Sum(nil))
}
