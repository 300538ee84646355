package market

import (
	"bytes"
	"math/big"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// Claims are what each owner has earned in a federation since it began, in wei,
// under one root: OpenZeppelin's Merkle tree, with sorted pairs and leaves hashed
// twice (library Claims).
type Claims struct {
	Root   blob.Hash
	Total  *big.Int
	owners []key.Address
	amount map[key.Address]*big.Int
	tree   []blob.Hash // node i has the children 2i+1 and 2i+2; leaves at the end
}

// NewClaims builds the tree. Owners who earned nothing are left out; the root of
// nothing is zero.
func (a Addresses) NewClaims(federation blob.Hash, earned map[key.Address]*big.Int) Claims {
	c := Claims{Total: new(big.Int), amount: map[key.Address]*big.Int{}}
	for owner, amount := range earned {
		if amount.Sign() > 0 {
			c.owners = append(c.owners, owner)
			c.amount[owner] = amount
			c.Total.Add(c.Total, amount)
		}
	}
	slices.SortFunc(c.owners, func(x, y key.Address) int { return bytes.Compare(x[:], y[:]) })
	n := len(c.owners)
	if n == 0 {
		return c
	}
	c.tree = make([]blob.Hash, 2*n-1)
	for i, owner := range c.owners {
		c.tree[len(c.tree)-1-i] = a.claim(federation, owner, c.amount[owner])
	}
	for i := n - 2; i >= 0; i-- {
		c.tree[i] = pair(c.tree[2*i+1], c.tree[2*i+2])
	}
	c.Root = c.tree[0]
	return c
}

func (a Addresses) claim(federation blob.Hash, owner key.Address, amount *big.Int) blob.Hash {
	var cumulative [32]byte
	amount.FillBytes(cumulative[:])
	inner := typed.Keccak(word(a.Chain), addressWord(a.Rounds), federation[:], addressWord(owner), cumulative[:])
	return typed.Keccak(inner[:])
}

func pair(x, y blob.Hash) blob.Hash {
	if bytes.Compare(x[:], y[:]) > 0 {
		x, y = y, x
	}
	return typed.Keccak(x[:], y[:])
}

// Owners are all who earned something, sorted.
func (c Claims) Owners() []key.Address { return c.owners }

// Earned is an owner's sum and its proof; a zero sum has none.
func (c Claims) Earned(owner key.Address) (cumulative *big.Int, proof [][32]byte) {
	i, found := slices.BinarySearchFunc(c.owners, owner, func(x, y key.Address) int { return bytes.Compare(x[:], y[:]) })
	if !found {
		return new(big.Int), nil
	}
	for at := len(c.tree) - 1 - i; at > 0; at = (at - 1) / 2 {
		proof = append(proof, c.tree[(at-1)^1+1])
	}
	return c.amount[owner], proof
}
