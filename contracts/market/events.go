package market

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// event is one log of a contract.
type event struct {
	topics []common.Hash
	log    *types.Log
}

// span is how many blocks are asked for at a time; public nodes bound it.
const span = 5000

// events gives each event of the given kinds from block since on, in order.
// Whoever follows events asks again from a few blocks before the last look, so
// that a reorganisation cannot hide one; what it does must bear repetition.
func (m *Market) events(ctx context.Context, contract key.Address, since uint64, until *uint64, kinds []common.Hash, each func(event) error, more ...[]common.Hash) error {
	head, err := m.node.BlockNumber(ctx)
	if err != nil {
		return fmt.Errorf("ask the chain's head: %w", err)
	}
	*until = head
	for from := max(since, m.Addresses.Block); from <= head; from += span {
		to := min(from+span-1, head)
		logs, err := m.node.FilterLogs(ctx, ethereum.FilterQuery{FromBlock: new(big.Int).SetUint64(from), ToBlock: new(big.Int).SetUint64(to),
			Addresses: []common.Address{common.Address(contract)}, Topics: append([][]common.Hash{kinds}, more...)})
		if err != nil {
			return fmt.Errorf("read the events of %s in blocks %d to %d: %w", contract, from, to, err)
		}
		for i := range logs {
			if logs[i].Removed {
				continue
			}
			if err := each(event{logs[i].Topics, &logs[i]}); err != nil {
				return fmt.Errorf("read event %d of block %d: %w", logs[i].Index, logs[i].BlockNumber, err)
			}
		}
	}
	return nil
}

// eventID is the topic of a contract's event.
func eventID(contract interface{ GetABI() abi.ABI }, name string) common.Hash {
	e, found := contract.GetABI().Events[name]
	if !found {
		panic("BUG: market: the bindings have no event " + name)
	}
	return e.ID
}
