package main

import (
	"context"
	"fmt"
	"math/big"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/exchange"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

func ownerCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "owner",
		Short: "See, withdraw and contest what your data earned, and let devices join",
		Long: `See, withdraw and contest what your data earned, and let devices join.

It needs the owner's key, from any machine, and no coins: what is signed here is
brought to the chain by the server, for a fee if it asks for one. Only contest
--send, which is against the server, needs coins for gas.`,
	}
	command.AddCommand(earningsCommand(), joinCommand(), withdrawCommand(), contestCommand())
	return command
}

// owner is an owner's key and a way to the server.
type owner struct {
	dir, exchange string
	key           *key.Key
	client        *exchange.Client
}

func (o *owner) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.dir, "party-dir", "owner", "directory of the owner's key, made on first use")
	c.Flags().StringVar(&o.exchange, "exchange", "http://127.0.0.1:8885", "URL of the server's exchange")
}

func (o *owner) open() (err error) {
	if o.client, err = exchange.NewClient(o.exchange); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	o.key, err = key.LoadOrCreate(filepath.Join(o.dir, keyFile))
	return err
}

func earningsCommand() *cobra.Command {
	var o owner
	command := &cobra.Command{
		Use:   "earnings",
		Short: "Show what each federation owes you, and what lies in the ledger",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.open(); err != nil {
				return err
			}
			return o.show(c)
		},
	}
	o.flags(command)
	return command
}

func (o *owner) show(c *cobra.Command) error {
	ctx := c.Context()
	m, done, err := o.market(ctx)
	if err != nil {
		return err
	}
	defer done()
	earned, err := o.client.Earnings(ctx, o.key.Address())
	if err != nil {
		return err
	}
	balance, err := m.Balance(ctx, o.key.Address())
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	fmt.Fprintf(out, "owner     %s\n", o.key.Address())
	fmt.Fprintf(out, "ledger    %s free, %s at stake (%s of it for devices that have joined)\n", config.FromWei(balance.Free), config.FromWei(balance.Staked), config.FromWei(balance.Exposed))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FEDERATION\tEARNED\tCLAIMED\tTO CLAIM\tNOT SETTLED YET")
	for _, e := range earned {
		claimed, err := m.ClaimedBy(ctx, e.ID, o.key.Address())
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", e.Federation, config.FromWei(e.Cumulative), config.FromWei(claimed),
			config.FromWei(new(big.Int).Sub(e.Cumulative, claimed)), config.FromWei(e.Waiting))
	}
	return w.Flush()
}

// market looks at the chain, without an account.
func (o *owner) market(ctx context.Context) (*market.Market, func(), error) {
	about, err := o.client.About(ctx)
	if err != nil {
		return nil, nil, err
	}
	node, err := market.Dial(ctx, about.Node)
	if err != nil {
		return nil, nil, err
	}
	return market.New(node, nil, about.Addresses), node.Close, nil
}

func joinCommand() *cobra.Command {
	var o owner
	most := "1"
	command := &cobra.Command{
		Use:   "join",
		Short: "Sign the memberships that your devices asked for",
		Long: `Sign the memberships that your devices asked for: each reserves its collateral of
your stake, which is lost if the device is found cheating.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var limit config.Amount
			if err := limit.UnmarshalText([]byte(most)); err != nil {
				return fmt.Errorf("%w: --max-collateral: %w", errUsage, err)
			}
			if err := o.open(); err != nil {
				return err
			}
			signed, err := o.join(c.Context(), limit)
			for _, s := range signed {
				fmt.Fprintf(c.OutOrStdout(), "device %s joins %s\n", s.Device, s.Federation)
			}
			return err
		},
	}
	o.flags(command)
	command.Flags().StringVar(&most, "max-collateral", most, "coins that one device may reserve; more is left unsigned")
	return command
}

func (o *owner) join(ctx context.Context, limit config.Amount) (signed []exchange.Signed, err error) {
	waiting, err := o.client.Memberships(ctx, o.key.Address())
	if err != nil {
		return nil, err
	}
	for _, p := range waiting {
		if p.Membership.Collateral > limit {
			continue
		}
		s := exchange.Signed{Federation: p.Federation, Device: p.Membership.Device, Signature: o.key.Sign(p.Membership.Digest())}
		if err := o.client.Sign(ctx, s); err != nil {
			return signed, err
		}
		signed = append(signed, s)
	}
	return signed, nil
}

func withdrawCommand() *cobra.Command {
	var o owner
	var to, amount, fee string
	command := &cobra.Command{
		Use:   "withdraw --to ADDRESS",
		Short: "Claim what you earned and have it sent to an address",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.open(); err != nil {
				return err
			}
			target, err := key.ParseAddress(to)
			if err != nil {
				return fmt.Errorf("%w: --to: %w", errUsage, err)
			}
			var most, relay config.Amount
			for text, into := range map[string]*config.Amount{amount: &most, fee: &relay} {
				if err := into.UnmarshalText([]byte(text)); err != nil {
					return fmt.Errorf("%w: %w", errUsage, err)
				}
			}
			sent, err := o.withdraw(c.Context(), target, most, relay)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s coins sent to %s\n", sent, target)
			return nil
		},
	}
	o.flags(command)
	command.Flags().StringVar(&to, "to", "", "address that gets the coins")
	command.Flags().StringVar(&amount, "amount", "0", "coins; 0 = all that is free")
	command.Flags().StringVar(&fee, "fee", "0", "of it, to the server that brings it to the chain")
	command.MarkFlagRequired("to")
	return command
}

// withdraw has the server claim and send what the owner signs for.
func (o *owner) withdraw(ctx context.Context, to key.Address, amount, fee config.Amount) (config.Amount, error) {
	m, done, err := o.market(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	if err := o.client.Claim(ctx, o.key.Address()); err != nil {
		return 0, err
	}
	b, err := m.Balance(ctx, o.key.Address())
	if err != nil {
		return 0, err
	}
	free := config.FromWei(b.Free)
	if amount == 0 {
		amount = free
	}
	if amount == 0 || amount > free {
		return 0, fmt.Errorf("withdraw %s: %s is free in the ledger", amount, free)
	}
	about, err := o.client.About(ctx)
	if err != nil {
		return 0, err
	}
	// Any number that was not used will do; the time is never used twice.
	w := market.Withdrawal{Account: o.key.Address(), To: to, Amount: amount.Wei(), Fee: fee.Wei(), Nonce: uint64(time.Now().UnixNano()),
		Expiry: uint64(time.Now().Add(time.Hour).Unix())}
	w.Sign(o.key, about.Addresses)
	return amount - fee, o.client.Withdraw(ctx, w)
}
