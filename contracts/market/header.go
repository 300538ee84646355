package market

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/rlp"
)

// ErrNotYet marks a block that has not been made.
var ErrNotYet = errors.New("the block has not been made yet")

// header is a block's RLP, from which contracts take its randomness. The block
// must be followed by another: a contract cannot see its own block's hash.
func (m *Market) header(ctx context.Context, number *big.Int) ([]byte, error) {
	head, err := m.node.BlockNumber(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask the chain's head: %w", err)
	}
	if number.Uint64() >= head {
		return nil, fmt.Errorf("block %d of a chain of %d: %w", number, head, ErrNotYet)
	}
	h, err := m.node.HeaderByNumber(ctx, number)
	if errors.Is(err, ethereum.NotFound) {
		return nil, fmt.Errorf("block %d: %w", number, ErrNotYet)
	}
	if err != nil {
		return nil, fmt.Errorf("read block %d: %w", number, err)
	}
	return rlp.EncodeToBytes(h)
}

// blockhashes is how far back a contract sees (EVM, BLOCKHASH).
const blockhashes = 256

// gone tells whether a contract can no longer see a block's hash.
func (m *Market) gone(ctx context.Context, number *big.Int) (bool, error) {
	head, err := m.node.BlockNumber(ctx)
	if err != nil {
		return false, fmt.Errorf("ask the chain's head: %w", err)
	}
	return head+1 > number.Uint64()+blockhashes, nil
}
