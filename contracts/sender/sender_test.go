package sender_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// fakeNode is a simulated node whose blocks the test makes, loses and rewrites.
// The real ones (embedded chain, anvil) are in package market's tests.
type fakeNode struct {
	mu     sync.Mutex
	pool   map[common.Hash]*types.Transaction
	blocks [][]*types.Transaction // block n is blocks[n-1]
	salt   int64                  // changes the block hashes of a rewritten chain
	refuse func(ethereum.CallMsg) error
	base   int64
}

func (n *fakeNode) ChainID(context.Context) (*big.Int, error) { return big.NewInt(7), nil }

func (n *fakeNode) HeaderByNumber(context.Context, *big.Int) (*types.Header, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return &types.Header{Number: big.NewInt(int64(len(n.blocks))), BaseFee: big.NewInt(n.base), Extra: big.NewInt(n.salt).Bytes()}, nil
}

func (n *fakeNode) NonceAt(context.Context, common.Address, *big.Int) (uint64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	count := uint64(0)
	for _, b := range n.blocks {
		count += uint64(len(b))
	}
	return count, nil
}

func (n *fakeNode) SuggestGasTipCap(context.Context) (*big.Int, error) { return big.NewInt(10), nil }

func (n *fakeNode) EstimateGas(_ context.Context, m ethereum.CallMsg) (uint64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.refuse != nil {
		if err := n.refuse(m); err != nil {
			return 0, err
		}
	}
	return 21000, nil
}

func (n *fakeNode) CallContract(context.Context, ethereum.CallMsg, *big.Int) ([]byte, error) {
	return nil, nil
}

func (n *fakeNode) SendTransaction(_ context.Context, tx *types.Transaction) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for h, other := range n.pool {
		if other.Nonce() == tx.Nonce() {
			if tx.GasFeeCapIntCmp(new(big.Int).Div(new(big.Int).Mul(other.GasFeeCap(), big.NewInt(110)), big.NewInt(100))) < 0 {
				return errors.New("replacement transaction underpriced")
			}
			delete(n.pool, h)
		}
	}
	n.pool[tx.Hash()] = tx
	return nil
}

func (n *fakeNode) TransactionByHash(_ context.Context, h common.Hash) (*types.Transaction, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if tx := n.pool[h]; tx != nil {
		return tx, true, nil
	}
	return nil, false, ethereum.NotFound
}

func (n *fakeNode) TransactionReceipt(_ context.Context, h common.Hash) (*types.Receipt, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, b := range n.blocks {
		for _, tx := range b {
			if tx.Hash() == h {
				return &types.Receipt{Status: 1, BlockNumber: big.NewInt(int64(i + 1)), BlockHash: common.BigToHash(big.NewInt(n.salt + int64(i)))}, nil
			}
		}
	}
	return nil, ethereum.NotFound
}

// mine puts what the pool has, in order of nonces, into a block.
func (n *fakeNode) mine() {
	n.mu.Lock()
	defer n.mu.Unlock()
	next := uint64(0)
	for _, b := range n.blocks {
		next += uint64(len(b))
	}
	var block []*types.Transaction
	for found := true; found; {
		found = false
		for h, tx := range n.pool {
			if tx.Nonce() == next && tx.GasFeeCapIntCmp(big.NewInt(n.base)) >= 0 {
				block, found = append(block, tx), true
				next++
				delete(n.pool, h)
			}
		}
	}
	n.blocks = append(n.blocks, block)
}

// fallBack forgets all blocks above height, and what was in them.
func (n *fakeNode) fallBack(height int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blocks, n.salt = n.blocks[:height], n.salt+1000
}

func (n *fakeNode) count(to key.Address) (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, b := range n.blocks {
		for _, tx := range b {
			if *tx.To() == common.Address(to) {
				count++
			}
		}
	}
	return count
}

// begin runs a sender until the test or the returned function ends it.
func begin(t *testing.T, c sender.Config) (s *sender.Sender, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := sender.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	end = sync.OnceFunc(func() {
		cancel()
		<-done
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return s, end
}

func setup(t *testing.T) (*fakeNode, sender.Config) {
	k, err := key.Generate()
	if err != nil {
		t.Fatal(err)
	}
	n := &fakeNode{pool: map[common.Hash]*types.Transaction{}, base: 5}
	return n, sender.Config{Path: filepath.Join(t.TempDir(), "journal.db"), Key: k, Node: n, Poll: 2 * time.Millisecond, Confirmations: 3, BumpAfter: time.Hour}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

var to = key.Address{0xbe}

func queue(t *testing.T, s *sender.Sender, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := s.Queue(sender.Intent{ID: id, To: to}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHappensOnceOverRestartsAndReorganisations(t *testing.T) {
	n, c := setup(t)
	s, end := begin(t, c)
	queue(t, s, "a", "b", "a") // the same id is the same transaction
	eventually(t, "both in the pool", func() bool { n.mu.Lock(); defer n.mu.Unlock(); return len(n.pool) == 2 })
	n.mine()
	for _, id := range []string{"a", "b"} {
		if r, err := s.Wait(t.Context(), id); err != nil || r.Block != 1 {
			t.Errorf("%s: %+v, %v", id, r, err)
		}
	}
	if err := s.Queue(sender.Intent{ID: "a", To: key.Address{9}}); !errors.Is(err, sender.ErrConflict) {
		t.Errorf("another transaction under a taken id: %v", err)
	}

	n.fallBack(0) // a reorganisation loses the block
	eventually(t, "both are sent again", func() bool { n.mine(); return n.count(to) == 2 })
	for range 5 { // deep enough to be settled
		n.mine()
	}
	time.Sleep(20 * time.Millisecond)
	end()

	n.fallBack(0) // a chain that lost even settled blocks while nobody looked
	s, _ = begin(t, c)
	queue(t, s, "c")
	eventually(t, "all three happened", func() bool { n.mine(); return n.count(to) == 3 })
	for range 10 {
		n.mine()
		time.Sleep(2 * time.Millisecond)
	}
	if got := n.count(to); got != 3 {
		t.Errorf("%d transactions on the chain, want 3", got)
	}
}

// Finish waits for what an earlier run began, and for nothing else.
func TestFinishAfterARestart(t *testing.T) {
	n, c := setup(t)
	s, end := begin(t, c)
	queue(t, s, "stake/1", "stake/2", "deposit/1")
	eventually(t, "all in the pool", func() bool { n.mu.Lock(); defer n.mu.Unlock(); return len(n.pool) == 3 })
	end()
	s, _ = begin(t, c)
	if err := s.Finish(t.Context(), "withdraw/"); err != nil {
		t.Errorf("nothing to wait for: %v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.Finish(short, "stake/"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("finished before a block: %v", err)
	}
	finished := make(chan error, 1)
	go func() { finished <- s.Finish(t.Context(), "stake/") }()
	n.mine()
	if err := <-finished; err != nil || n.count(to) != 3 {
		t.Errorf("%d on the chain, %v", n.count(to), err)
	}
}

func TestRaisesTheFeeOfAStuckTransaction(t *testing.T) {
	n, c := setup(t)
	c.BumpAfter = 10 * time.Millisecond
	s, _ := begin(t, c)
	queue(t, s, "stuck")
	eventually(t, "in the pool", func() bool { n.mu.Lock(); defer n.mu.Unlock(); return len(n.pool) == 1 })
	n.mu.Lock()
	n.base = 200 // a rush: the first fee cap is far below this
	n.mu.Unlock()
	eventually(t, "mined at a higher fee", func() bool { n.mine(); return n.count(to) == 1 })
	if _, err := s.Wait(t.Context(), "stuck"); err != nil {
		t.Error(err)
	}
}

func TestRefusedBeforeItCosts(t *testing.T) {
	n, c := setup(t)
	n.refuse = func(m ethereum.CallMsg) error {
		if len(m.Data) > 0 {
			return reverted{}
		}
		return nil
	}
	s, _ := begin(t, c)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := s.Send(ctx, sender.Intent{ID: "bad", To: to, Data: []byte{1}})
	var revert *sender.Revert
	if !errors.As(err, &revert) || !errors.Is(err, sender.ErrReverted) || fmt.Sprintf("%x", revert.Data) != "12345678" {
		t.Errorf("error %v, want a revert with its data", err)
	}
	queue(t, s, "good")
	eventually(t, "the next one is not held up", func() bool { n.mine(); return n.count(to) == 1 })
	if err := s.Forget("good"); err == nil {
		t.Error("a mined transaction was forgotten")
	}
	if err := s.Forget("bad"); err != nil {
		t.Error(err)
	}
	queue(t, s, "bad") // its id is free again
	eventually(t, "sent under the same id", func() bool { n.mine(); return n.count(to) == 2 })
}

type reverted struct{}

func (reverted) Error() string  { return "execution reverted" }
func (reverted) ErrorCode() int { return 3 }
func (reverted) ErrorData() any { return "0x12345678" }

func TestStrangersNonceIsReplaced(t *testing.T) {
	n, c := setup(t)
	s, _ := begin(t, c)
	queue(t, s, "mine")
	eventually(t, "in the pool", func() bool { n.mu.Lock(); defer n.mu.Unlock(); return len(n.pool) == 1 })
	stranger := common.Address{1}
	n.mu.Lock()
	clear(n.pool)
	n.blocks = append(n.blocks, []*types.Transaction{types.NewTx(&types.DynamicFeeTx{Nonce: 0, To: &stranger})})
	n.mu.Unlock()
	eventually(t, "sent with the next nonce", func() bool { n.mine(); return n.count(to) == 1 })
}

func TestJournalOfAnotherKeyIsRefused(t *testing.T) {
	_, c := setup(t)
	_, end := begin(t, c)
	end()
	c.Key, _ = key.Generate()
	if s, err := sender.Open(t.Context(), c); err == nil {
		t.Error("opened the journal of another key")
		_ = s.Close()
	}
}
