package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"path/filepath"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/exchange"
	"github.com/tadpole-edge/tadpole/aggregator/settle"
	"github.com/tadpole-edge/tadpole/contracts/chain"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// MarketConfig says on which chain federations that pay are settled.
type MarketConfig struct {
	Node       string                        // URL of an Ethereum node; "" = the embedded chain
	Addresses  string                        // market.json of a deployed market; "" = DIR/market.json, deployed where it is missing
	Listen     string                        // host:port of the exchange; "" = 127.0.0.1:8885
	Alloc      map[key.Address]config.Amount // the embedded chain's first coins, beside the aggregator's million
	Lead       time.Duration                 // the embedded chain may be ahead of the clock; see chain.Config
	Idle       time.Duration                 // between its blocks when nothing happens; 0 = 12 s
	VoteWindow time.Duration                 // of mediators; 0 = 10 minutes
	Parameters market.Parameters             // of a market that is deployed
}

// firstCoins are the aggregator's on an embedded chain.
const firstCoins = config.Amount(1_000_000 * 1_000_000_000)

// bank is the server's part on the market: chain, account, settlement, exchange.
type bank struct {
	chain    *chain.Chain // nil = a node elsewhere
	node     *market.Node
	sender   *sender.Sender
	market   *market.Market
	settler  *settle.Settler
	exchange *exchange.Server
	url      string // of the node
	listener net.Listener

	stop    context.CancelFunc
	sending sync.WaitGroup
}

// openBank starts the chain if it is the embedded one, and deploys the contracts
// if there are none.
func openBank(dir string, identity *key.Key, module blob.Hash, c MarketConfig, log *slog.Logger) (b *bank, err error) {
	b = &bank{url: c.Node}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open market: %w", err), b.Close())
		}
	}()
	settings := sender.Config{Path: filepath.Join(dir, "transactions.db"), Key: identity, Logger: log}
	if c.Node == "" {
		alloc := map[key.Address]*big.Int{identity.Address(): firstCoins.Wei()}
		for account, coins := range c.Alloc {
			alloc[account] = coins.Wei()
		}
		if b.chain, err = chain.Open(chain.Config{Dir: filepath.Join(dir, "chain"), Alloc: alloc, Lead: c.Lead, Idle: c.Idle, Logger: log}); err != nil {
			return b, err
		}
		b.url = b.chain.URL()
		settings.Confirmations, settings.Poll, settings.InFlight = 2, 100*time.Millisecond, 64
	}
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	if b.node, err = market.Dial(ctx, b.url); err != nil {
		return b, err
	}
	settings.Node = b.node
	if b.sender, err = sender.Open(ctx, settings); err != nil {
		return b, err
	}
	b.sending.Go(func() { _ = b.sender.Run(ctx) })
	deploying, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	addresses, err := market.Deploy(deploying, b.node, b.sender, cmp.Or(c.Addresses, filepath.Join(dir, "market.json")), c.Parameters)
	if err != nil {
		return b, err
	}
	b.market = market.New(b.node, b.sender, addresses)
	b.settler = settle.New(settle.Config{Market: b.market, Module: module, VoteWindow: c.VoteWindow, Poll: settings.Poll, Logger: log})
	b.listener, err = net.Listen("tcp", cmp.Or(c.Listen, "127.0.0.1:8885"))
	return b, err
}

// serve opens the exchange over the aggregator.
func (b *bank) serve(source exchange.Source, log *slog.Logger) {
	b.exchange = exchange.New(exchange.Config{Listener: b.listener, Addresses: b.market.Addresses, Node: b.url, Source: source, Market: b.market, Settler: b.settler, Logger: log})
}

// Close frees all of it, the chain last.
func (b *bank) Close() error {
	var faults []error
	if b.exchange != nil {
		faults = append(faults, b.exchange.Close())
	} else if b.listener != nil {
		faults = append(faults, b.listener.Close())
	}
	if b.stop != nil {
		b.stop()
		b.sending.Wait()
	}
	if b.sender != nil {
		faults = append(faults, b.sender.Close())
	}
	if b.node != nil {
		b.node.Close()
	}
	if b.chain != nil {
		faults = append(faults, b.chain.Close())
	}
	return errors.Join(faults...)
}

// Market is the server's view of the market; nil = it has none.
func (s *Service) Market() *market.Market {
	if s.bank == nil {
		return nil
	}
	return s.bank.market
}

// Settler settles the federations that pay; nil = there is no market.
func (s *Service) Settler() *settle.Settler {
	if s.bank == nil {
		return nil
	}
	return s.bank.settler
}

// Exchange is the URL for the market's other parties; "" = there is no market.
func (s *Service) Exchange() string {
	if s.bank == nil {
		return ""
	}
	return s.bank.exchange.URL()
}

// account is what the control socket may do with the server's coins.
type account struct{ *Service }

func (a account) Deposit(ctx context.Context, id string, amount config.Amount) (market.Balance, error) {
	if a.bank == nil {
		return market.Balance{}, aggregator.ErrNoMarket
	}
	m := a.bank.market
	if err := m.Deposit(ctx, id, m.Account(), amount.Wei()); err != nil {
		return market.Balance{}, err
	}
	return m.Balance(ctx, m.Account())
}
