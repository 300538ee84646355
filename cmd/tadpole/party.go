package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/exchange"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/outage"
)

// party is somebody who takes part in a market from a directory of its own: its
// key, its journal, and how it reaches the others.
type party struct {
	dir      string
	exchange string // URL of a server's exchange, which also tells the market's addresses
	node     string // URL of the chain's node; "" = as the exchange says
	poll     time.Duration
	verbose  bool
	patient  bool // waits for whom it cannot reach, rather than fail
}

func (p *party) flags(c *cobra.Command, name string) {
	p.partyFlags(c, name)
	c.Flags().StringVar(&p.exchange, "exchange", "http://127.0.0.1:8885", "URL of the server's exchange")
}

// partyFlags are those of a party that reaches the market by a solver, which
// tells its addresses as an exchange does.
func (p *party) partyFlags(c *cobra.Command, name string) {
	f := c.Flags()
	f.StringVar(&p.dir, "party-dir", name, "directory of the account: its key and journal")
	f.StringVar(&p.node, "node", "", "URL of the chain's node (default as the exchange says)")
	f.DurationVar(&p.poll, "poll", time.Second, "how often the chain is asked")
	f.BoolVarP(&p.verbose, "verbose", "v", false, "log everything")
}

// account is a party that is connected.
type account struct {
	key    *key.Key
	client *exchange.Client
	market *market.Market
	node   *market.Node
	log    *slog.Logger
	poll   time.Duration

	sender *sender.Sender
	stop   context.CancelFunc
	ended  sync.WaitGroup
}

// keyFile is a party's key in its directory.
const keyFile = "account.key"

// open connects a party; Close ends it.
func (p *party) open(ctx context.Context) (a *account, err error) {
	level := slog.LevelInfo
	if p.verbose {
		level = slog.LevelDebug
	}
	a = &account{poll: max(p.poll, time.Millisecond), log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.client, err = exchange.NewClient(p.exchange); err != nil {
		return a, fmt.Errorf("%w: %w", errUsage, err)
	}
	if a.key, err = key.LoadOrCreate(filepath.Join(p.dir, keyFile)); err != nil {
		return a, err
	}
	var about peer.About
	if err := p.reach(ctx, a.log, "the server at "+p.exchange, func(ctx context.Context) (err error) {
		about, err = a.client.About(ctx)
		return err
	}); err != nil {
		return a, err
	}
	if p.node == "" {
		p.node = about.Node
	}
	if err := p.reach(ctx, a.log, p.chain(), func(ctx context.Context) error { return a.connect(ctx, p) }); err != nil {
		return a, err
	}
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	a.ended.Go(func() { _ = a.sender.Run(sending) })
	a.market = market.New(a.node, a.sender, about.Addresses)
	return a, nil
}

// connect reaches the chain's node and opens the journal.
func (a *account) connect(ctx context.Context, p *party) (err error) {
	if a.node == nil {
		if a.node, err = market.Dial(ctx, p.node); err != nil {
			return err
		}
	}
	a.sender, err = sender.Open(ctx, sender.Config{Path: filepath.Join(p.dir, "transactions.db"), Key: a.key, Node: a.node, Poll: p.poll, Confirmations: 2, Logger: a.log})
	return err
}

func (p *party) chain() string { return "the chain's node at " + p.node }

// reach makes an attempt to reach a peer, and more of them where the party is
// patient.
func (p *party) reach(ctx context.Context, log *slog.Logger, peer string, attempt func(context.Context) error) error {
	if !p.patient {
		return attempt(ctx)
	}
	watch := outage.Watch{Peer: peer, Poll: p.poll, Log: log}
	return watch.Until(ctx, attempt)
}

// Close ends the party; what is in its journal goes on at the next start.
func (a *account) Close() error {
	if a.stop != nil {
		a.stop()
		a.ended.Wait()
	}
	var err error
	if a.sender != nil {
		err = a.sender.Close()
	}
	if a.node != nil {
		a.node.Close()
	}
	return err
}

// stake brings the account's stake up to an amount, from its own coins. What an
// earlier run began is let end first, and counts; ids are new each time, since a
// stake may leave the ledger and return.
func (a *account) stake(ctx context.Context, want config.Amount) error {
	if err := errors.Join(a.market.Finish(ctx, "deposit/"), a.market.Finish(ctx, "stake/")); err != nil {
		return err
	}
	b, err := a.market.Balance(ctx, a.key.Address())
	if err != nil {
		return err
	}
	have := config.FromWei(b.Staked)
	if have >= want {
		return nil
	}
	missing := want - have
	if free := config.FromWei(b.Free); free < missing {
		if err := a.market.Deposit(ctx, fmt.Sprintf("deposit/stake/%d", time.Now().UnixNano()), a.key.Address(), (missing - free).Wei()); err != nil {
			return err
		}
	}
	return a.market.Stake(ctx, fmt.Sprintf("stake/%d", time.Now().UnixNano()), a.key.Address(), missing.Wei())
}
