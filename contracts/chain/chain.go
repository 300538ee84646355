// Package chain runs an Ethereum chain inside the process, in a directory: the
// market's default where nobody names a node (design, decision 9).
//
// Genesis balances and, over JSON-RPC on loopback, transactions flow in; blocks
// flow out. It is go-ethereum's own node with its simulated beacon, without
// peers. A block is made as soon as there is a transaction, a few more after it,
// so that draws get the later blocks that they wait for, and one from time to
// time when nothing happens, so that timeouts pass.
//
// Each block and its state (archive mode) are synced to disk before the next is
// begun, so a kill or a power cut at any instant loses at most the last block.
// Senders see that as a reorganisation and answer it from their journals.
package chain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/catalyst"
	"github.com/ethereum/go-ethereum/eth/ethconfig"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/p2p"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// DefaultID is the chain id where none is given.
const DefaultID = 1337

// Config of a chain. ID and Alloc count at the first start of a directory only.
type Config struct {
	Dir    string
	ID     uint64                   // 0 = DefaultID
	Alloc  map[key.Address]*big.Int // genesis balances in wei
	Listen string                   // loopback address of JSON-RPC over HTTP; "" = 127.0.0.1 at a free port
	Tail   int                      // blocks made after the last transaction; 0 = 4
	Gap    time.Duration            // between those; 0 = 250 ms
	Idle   time.Duration            // between blocks when nothing happens; 0 = 12 s
	Lead   time.Duration            // that the chain's time may be ahead of the clock, since each block is a second later at least; 0 = 10 s
	Logger *slog.Logger             // nil = none
}

// Chain is a running one.
type Chain struct {
	config Config
	node   *node.Node
	eth    *eth.Ethereum
	beacon *catalyst.SimulatedBeacon

	stop    context.CancelFunc
	stopped sync.WaitGroup
}

// Open starts the chain of a directory, or begins one.
func Open(c Config) (*Chain, error) {
	if c.ID == 0 {
		c.ID = DefaultID
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Tail == 0 {
		c.Tail = 4
	}
	if c.Gap == 0 {
		c.Gap = 250 * time.Millisecond
	}
	if c.Idle == 0 {
		c.Idle = 12 * time.Second
	}
	if c.Lead == 0 {
		c.Lead = 10 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	chain := &Chain{config: c}
	if err := chain.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("open chain in %s: %w", c.Dir, err), chain.Close())
	}
	return chain, nil
}

func (c *Chain) start() error {
	host, portText, err := net.SplitHostPort(c.config.Listen)
	if err != nil {
		return fmt.Errorf("listen address: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("listen address %s: the embedded chain serves loopback only; put a proxy before it to open it", c.config.Listen)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return fmt.Errorf("listen address %s: %w", c.config.Listen, err)
	}
	if err := os.MkdirAll(c.config.Dir, 0o700); err != nil {
		return err
	}
	settings := node.DefaultConfig
	settings.DataDir, settings.Name = c.config.Dir, "chain"
	settings.KeyStoreDir = filepath.Join(c.config.Dir, "keys") // none are kept; the node wants a place
	settings.IPCPath = ""
	settings.HTTPHost, settings.HTTPPort = host, port
	settings.HTTPModules = []string{"eth", "net", "web3"}
	settings.P2P = p2p.Config{NoDiscovery: true, NoDial: true}
	if c.node, err = node.New(&settings); err != nil {
		return err
	}
	if c.eth, err = eth.New(c.node, c.ethereum()); err != nil {
		return err
	}
	c.node.RegisterAPIs([]rpc.API{{Namespace: "eth", Service: filters.NewFilterAPI(filters.NewFilterSystem(c.eth.APIBackend, filters.Config{}))}})
	if err := c.node.Start(); err != nil {
		return err
	}
	if c.beacon, err = catalyst.NewSimulatedBeacon(0, common.Address{}, c.eth); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	c.stopped.Go(func() { c.seal(ctx) })
	return nil
}

// ethereum is the node's configuration: every settled fork from genesis, state of each
// block kept on disk, small caches.
func (c *Chain) ethereum() *ethconfig.Config {
	protocol := *params.AllDevChainProtocolChanges
	protocol.ChainID = new(big.Int).SetUint64(c.config.ID)
	protocol.BogotaTime = nil // a fork that is not settled, with other gas prices
	alloc := maps.Clone(core.SystemContractAllocs())
	for account, balance := range c.config.Alloc {
		alloc[common.Address(account)] = types.Account{Balance: balance}
	}
	e := ethconfig.Defaults
	e.Genesis = &core.Genesis{Config: &protocol, GasLimit: e.Miner.GasCeil, Alloc: alloc, Difficulty: new(big.Int)}
	e.NetworkId = c.config.ID
	e.SyncMode = ethconfig.FullSync
	e.NoPruning, e.StateScheme, e.Preimages = true, rawdb.HashScheme, false
	e.DatabaseCache, e.TrieCleanCache, e.TrieDirtyCache, e.SnapshotCache = 16, 16, 16, 0
	e.LogNoHistory = true
	e.TxPool.NoLocals, e.TxPool.Journal = true, ""
	e.TxPool.PriceLimit = 1
	e.TxPool.AccountSlots, e.TxPool.AccountQueue = 4096, 4096
	e.Miner.GasPrice = big.NewInt(1)
	e.RPCTxFeeCap = 0
	return &e
}

// seal makes blocks until ctx ends.
func (c *Chain) seal(ctx context.Context) {
	arrived := make(chan core.NewTxsEvent, 64)
	subscription := c.eth.TxPool().SubscribeTransactions(arrived, true)
	defer subscription.Unsubscribe()
	tail := c.config.Tail // blocks still to be made: some at the start too
	timer := time.NewTimer(c.config.Gap)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-arrived:
			tail = c.config.Tail
		case <-timer.C:
			tail = max(tail-1, 0)
		}
		// Many blocks a second would run ahead of the clock, and every window of the
		// contracts with them.
		if !c.await(ctx) {
			return
		}
		c.commit()
		if tail > 0 {
			timer.Reset(c.config.Gap)
		} else {
			timer.Reset(c.config.Idle)
		}
	}
}

// await waits until another block would not be too far ahead of the clock.
func (c *Chain) await(ctx context.Context) bool {
	for {
		ahead := time.Until(time.Unix(int64(c.eth.BlockChain().CurrentBlock().Time)+1, 0)) - c.config.Lead
		if ahead <= 0 {
			return ctx.Err() == nil
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(min(ahead, time.Second)):
		}
	}
}

// commit makes a block of what the pool has; what does not fit goes into the
// next, which the timer makes.
func (c *Chain) commit() {
	before := c.eth.BlockChain().CurrentBlock().Number.Uint64()
	c.beacon.Commit()
	if after := c.eth.BlockChain().CurrentBlock().Number.Uint64(); after == before {
		c.config.Logger.Error("no block was made", "head", before)
	}
	// go-ethereum writes behind by default, half a megabyte in the process.
	if err := c.eth.ChainDb().SyncKeyValue(); err != nil {
		c.config.Logger.Error("the block was not synced to disk", "error", err)
	}
}

// URL is where JSON-RPC is served.
func (c *Chain) URL() string { return c.node.HTTPEndpoint() }

// Head is the number of the latest block.
func (c *Chain) Head() uint64 { return c.eth.BlockChain().CurrentBlock().Number.Uint64() }

// Close stops the chain and writes out what it holds.
func (c *Chain) Close() error {
	if c.stop != nil {
		c.stop()
		c.stopped.Wait()
	}
	var err error
	if c.beacon != nil {
		err = c.beacon.Stop()
	}
	if c.node != nil {
		err = errors.Join(err, c.node.Close())
	}
	return err
}
