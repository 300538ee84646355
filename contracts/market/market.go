// Package market is the Go side of the contracts: what an aggregator, an owner, a
// mediator or a provider says to them, and what they answer.
//
// Calls flow in with Go's own types (key.Address, blob.Hash, wei as *big.Int);
// transactions flow out through a sender.Sender, which gets each one onto the
// chain once; views and events flow back. The contracts' custom errors come back
// in words, as ErrRefused.
package market

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// ErrRefused marks a call that a contract refused.
var ErrRefused = errors.New("refused by the contract")

// Addresses are where a market's contracts live, and since when. Everybody who
// takes part shares them, as market.json.
type Addresses struct {
	Chain     uint64      `json:"chain"`
	Block     uint64      `json:"block"` // in which the last was deployed: no event is older
	Ledger    key.Address `json:"ledger"`
	Directory key.Address `json:"directory"`
	Mediation key.Address `json:"mediation"`
	Deals     key.Address `json:"deals"`
	Requests  key.Address `json:"requests"`
	Rounds    key.Address `json:"rounds"`
	Readings  key.Address `json:"readings,omitzero"` // zero = the market is older than it
}

// LoadAddresses reads a market.json.
func LoadAddresses(path string) (Addresses, error) {
	var a Addresses
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err != nil {
		return a, fmt.Errorf("read the market's addresses: %w", err)
	}
	return a, nil
}

// Save writes a market.json.
func (a Addresses) Save(path string) error {
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	temporary := filepath.Join(filepath.Dir(path), ".market.json.new")
	if err := os.WriteFile(temporary, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the market's addresses: %w", err)
	}
	return os.Rename(temporary, path)
}

// Market is one market seen from one account. It is safe for concurrent use.
type Market struct {
	Addresses Addresses
	node      *Node
	sender    *sender.Sender // nil = only looks

	ledger    *bindings.Ledger
	directory *bindings.Directory
	mediation *bindings.Mediation
	deals     *bindings.Deals
	readings  *bindings.Readings
	// Rounds is one contract whose code is in three.
	rounds      *bindings.Rounds
	challenges  *bindings.Challenges
	federations *bindings.Federations
}

// Node is a connection to an Ethereum node.
type Node = ethclient.Client

// Dial connects to a node.
func Dial(ctx context.Context, url string) (*Node, error) {
	node, err := ethclient.DialContext(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("connect to the chain's node at %s: %w", url, err)
	}
	return node, nil
}

// New is a market over a node; sender may be nil for one who only looks.
func New(node *Node, s *sender.Sender, a Addresses) *Market {
	return &Market{Addresses: a, node: node, sender: s, ledger: bindings.NewLedger(), directory: bindings.NewDirectory(),
		mediation: bindings.NewMediation(), deals: bindings.NewDeals(), readings: bindings.NewReadings(),
		rounds: bindings.NewRounds(), challenges: bindings.NewChallenges(), federations: bindings.NewFederations()}
}

// Account is who sends.
func (m *Market) Account() key.Address { return m.sender.Address() }

// send gets a call onto the chain once: id names it for good.
func (m *Market) send(ctx context.Context, id string, to key.Address, data []byte, value *big.Int) (sender.Receipt, error) {
	r, err := m.sender.Send(ctx, sender.Intent{ID: id, To: to, Data: data, Value: value})
	if err == nil {
		return r, nil
	}
	return r, m.explain(id, err)
}

// attempt is send for a call that may come too early or too late, or that somebody
// else may have made: when it is refused, its id is free again.
func (m *Market) attempt(ctx context.Context, id string, to key.Address, data []byte) (sender.Receipt, error) {
	r, err := m.send(ctx, id, to, data, nil)
	if errors.Is(err, ErrRefused) {
		err = errors.Join(err, m.sender.Forget(id))
	}
	return r, err
}

// explain puts a contract's custom error into words.
func (m *Market) explain(what string, err error) error {
	var revert *sender.Revert
	if !errors.As(err, &revert) {
		return err
	}
	return fmt.Errorf("%s: %w: %s", what, ErrRefused, m.words(revert.Data, revert.Text))
}

// words names the custom error that a call was reverted with. Some reverts have no
// data: of a call that ran out of gas, or to a node that keeps them to itself.
func (m *Market) words(data []byte, otherwise string) string {
	if len(data) < 4 { // of an error's selector
		return otherwise
	}
	for _, unpack := range []func([]byte) (any, error){m.ledger.UnpackError, m.mediation.UnpackError, m.directory.UnpackError, m.deals.UnpackError,
		m.rounds.UnpackError, m.challenges.UnpackError, m.federations.UnpackError, bindings.NewRequests().UnpackError, m.readings.UnpackError} {
		if found, err := unpack(data); err == nil {
			name := strings.TrimPrefix(fmt.Sprintf("%T", found), "*bindings.")
			return fmt.Sprintf("%s %+v", name, found)
		}
	}
	return otherwise
}

// view calls a contract without a transaction.
func view[T any](ctx context.Context, m *Market, to key.Address, data []byte, unpack func([]byte) (T, error)) (out T, err error) {
	target := common.Address(to)
	answer, err := m.node.CallContract(ctx, ethereum.CallMsg{To: &target, Data: data}, nil)
	if err != nil {
		return out, fmt.Errorf("ask contract %s: %w", to, err)
	}
	if len(answer) == 0 {
		return out, fmt.Errorf("ask contract %s: there is no contract at that address on this chain", to)
	}
	if out, err = unpack(answer); err != nil {
		return out, fmt.Errorf("read the answer of contract %s: %w", to, err)
	}
	return out, nil
}
