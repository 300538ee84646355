// Package sender gets transactions onto a chain, whatever happens meanwhile.
//
// An Intent flows in and is journaled; what flows out is a Receipt, once the
// transaction is in a block. The journal (bbolt) remembers it until it lies deep
// enough, and beyond: after a restart, a reorganisation or a chain that fell
// back behind it, the same signed transaction is sent again. One that is stuck
// is signed anew with a higher fee and the same nonce, so that it happens once.
// A Sender owns its key's nonces as long as nobody else uses the key; a nonce
// that a stranger took is replaced.
package sender

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"go.etcd.io/bbolt"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Errors that callers branch on.
var (
	// ErrReverted marks a transaction that the contract refused; see Revert.
	ErrReverted = errors.New("transaction reverted")
	// ErrConflict marks an id that is taken by another intent.
	ErrConflict = errors.New("id is taken by another transaction")
)

// Revert is what a contract answered when it refused; Data is its ABI-encoded
// custom error, where the node gives it.
type Revert struct {
	ID   string
	Data []byte
	Text string
}

func (r *Revert) Error() string { return fmt.Sprintf("transaction %s: %s", r.ID, r.Text) }

// Is makes every Revert an ErrReverted.
func (r *Revert) Is(target error) bool { return target == ErrReverted }

// Node is what a Sender asks of an Ethereum node; *ethclient.Client is one.
type Node interface {
	ChainID(ctx context.Context) (*big.Int, error)
	HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error)
	NonceAt(ctx context.Context, account common.Address, block *big.Int) (uint64, error)
	SuggestGasTipCap(ctx context.Context) (*big.Int, error)
	EstimateGas(ctx context.Context, call ethereum.CallMsg) (uint64, error)
	CallContract(ctx context.Context, call ethereum.CallMsg, block *big.Int) ([]byte, error)
	SendTransaction(ctx context.Context, tx *types.Transaction) error
	TransactionByHash(ctx context.Context, hash common.Hash) (tx *types.Transaction, pending bool, err error)
	TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error)
}

// Intent is a transaction that is to happen once. ID names it for good: an
// intent that is queued again under its id is the same one.
type Intent struct {
	ID    string
	To    key.Address // zero = Data deploys a contract
	Data  []byte
	Value *big.Int // wei; nil = 0
	Gas   uint64   // limit; 0 = estimated, and a quarter more
}

// Receipt tells what became of an intent.
type Receipt struct {
	ID       string
	Hash     [32]byte // of the transaction
	Block    uint64
	Gas      uint64 // used
	Contract key.Address
	Logs     []*types.Log
}

// Config of a Sender.
type Config struct {
	Path          string // of the journal
	Key           *key.Key
	Node          Node
	Confirmations uint64        // blocks above a transaction's until it is left alone; 0 = 12
	BumpAfter     time.Duration // without a block, until the fee is raised; 0 = 30 s
	Poll          time.Duration // 0 = 1 s
	InFlight      int           // transactions in the pool at a time; 0 = 16
	Logger        *slog.Logger  // nil = none
}

// Sender sends the transactions of one key. Run must be running for anything to
// happen; the other methods are safe for concurrent use.
type Sender struct {
	config  Config
	address key.Address
	db      *bbolt.DB
	signer  types.Signer
	chainID *big.Int
	wake    chan struct{}
	seen    common.Hash // Run's: the head of its last complete look
	rest    int         // Run's: polls to let pass until the next one, while nothing is on its way

	mu      sync.Mutex // guards waiting
	waiting map[string][]chan struct{}
}

// Open opens or begins a journal.
func Open(ctx context.Context, c Config) (*Sender, error) {
	if c.Confirmations == 0 {
		c.Confirmations = 12
	}
	c.BumpAfter, c.Poll, c.InFlight = cmp.Or(c.BumpAfter, 30*time.Second), cmp.Or(c.Poll, time.Second), cmp.Or(c.InFlight, 16)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	id, err := c.Node.ChainID(ctx)
	if err != nil {
		return nil, fmt.Errorf("open sender: ask the node for its chain id: %w", err)
	}
	s := &Sender{config: c, address: c.Key.Address(), signer: types.LatestSignerForChainID(id), chainID: id,
		wake: make(chan struct{}, 1), waiting: map[string][]chan struct{}{}}
	if s.db, err = openJournal(c.Path, id.Uint64(), s.address); err != nil {
		return nil, fmt.Errorf("open sender: %w", err)
	}
	return s, nil
}

// Close closes the journal; Run must have ended.
func (s *Sender) Close() error { return s.db.Close() }

// Address is the account that pays.
func (s *Sender) Address() key.Address { return s.address }

// Queue journals an intent: from here on it happens, or is found to be refused.
func (s *Sender) Queue(i Intent) error {
	if i.ID == "" {
		return errors.New("queue transaction: it has no id")
	}
	err := s.db.Batch(func(tx *bbolt.Tx) error {
		old, found, err := getRecord(tx, i.ID)
		if err != nil {
			return err
		}
		if !found {
			return newRecord(tx, i)
		}
		if old.To != i.To || !bytes.Equal(old.Data, i.Data) || old.value().Cmp(i.value()) != 0 {
			return ErrConflict
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("queue transaction %s: %w", i.ID, err)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

// Send queues an intent and waits until it is in a block. The error of one that
// the contract refused is a *Revert.
func (s *Sender) Send(ctx context.Context, i Intent) (Receipt, error) {
	if err := s.Queue(i); err != nil {
		return Receipt{}, err
	}
	return s.Wait(ctx, i.ID)
}

// Wait waits until a queued intent is in a block or refused.
func (s *Sender) Wait(ctx context.Context, id string) (Receipt, error) {
	for {
		changed := make(chan struct{})
		s.mu.Lock()
		s.waiting[id] = append(s.waiting[id], changed)
		s.mu.Unlock()
		r, found, err := s.load(id)
		switch {
		case err != nil:
			return Receipt{}, err
		case !found:
			return Receipt{}, fmt.Errorf("wait for transaction %s: it was never queued", id)
		case r.State == refused:
			return Receipt{}, &Revert{ID: id, Data: r.RevertData, Text: r.Reason}
		case r.State == mined || r.State == settled:
			return s.receipt(ctx, r)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Receipt{}, fmt.Errorf("wait for transaction %s: %w", id, ctx.Err())
		}
	}
}

// Finish waits until every queued intent whose id begins with a prefix is in a
// block or refused: what a run that was killed had begun counts from here on.
func (s *Sender) Finish(ctx context.Context, prefix string) error {
	flying, err := s.flying(math.MaxUint64)
	if err != nil {
		return err
	}
	fresh, err := s.fresh(-1)
	if err != nil {
		return err
	}
	for _, r := range append(flying, fresh...) {
		if !strings.HasPrefix(r.ID, prefix) {
			continue
		}
		if _, err := s.Wait(ctx, r.ID); err != nil && !errors.Is(err, ErrReverted) {
			return err
		}
	}
	return nil
}

// Forget drops a refused intent, so that its id can be used again.
func (s *Sender) Forget(id string) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		r, found, err := getRecord(tx, id)
		if err != nil || !found {
			return err
		}
		if r.State != refused {
			return fmt.Errorf("forget transaction %s: it is on its way or done", id)
		}
		return deleteRecord(tx, r)
	})
}

func (s *Sender) receipt(ctx context.Context, r record) (Receipt, error) {
	receipt, err := s.config.Node.TransactionReceipt(ctx, r.Hash)
	if err != nil {
		return Receipt{}, fmt.Errorf("read receipt of transaction %s: %w", r.ID, err)
	}
	out := Receipt{ID: r.ID, Hash: r.Hash, Block: r.Block, Gas: receipt.GasUsed, Contract: key.Address(receipt.ContractAddress), Logs: receipt.Logs}
	if receipt.Status != types.ReceiptStatusSuccessful {
		return out, s.replay(ctx, r)
	}
	return out, nil
}

// replay asks why a transaction failed in its block.
func (s *Sender) replay(ctx context.Context, r record) error {
	_, err := s.config.Node.CallContract(ctx, s.message(r), new(big.Int).SetUint64(r.Block))
	if revert := asRevert(r.ID, err); revert != nil {
		return revert
	}
	return &Revert{ID: r.ID, Text: fmt.Sprintf("failed in block %d", r.Block)}
}

func (s *Sender) message(r record) ethereum.CallMsg {
	m := ethereum.CallMsg{From: common.Address(s.address), Data: r.Data, Value: r.value()}
	if !r.To.IsZero() {
		to := common.Address(r.To)
		m.To = &to
	}
	return m
}

// changed wakes who waits for an intent.
func (s *Sender) changed(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.waiting[id] {
		close(c)
	}
	delete(s.waiting, id)
}
