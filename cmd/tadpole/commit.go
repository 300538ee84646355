package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/aggregator/exchange"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/key"
)

func commitCommand() *cobra.Command {
	var p party
	command := &cobra.Command{
		Use:   "commit FILE",
		Short: "Commit an agreed reading's root on the chain",
		Long: `Commit an agreed reading's root on the chain.

FILE is what show wrote, or - for the standard input; it is verified first. The account of
--party-dir puts the root under the verdict's fleet, group, quantity and window into the
contract Readings, once and for good: whoever is shown FILE later can tell by
tadpole sensors verify FILE --by ACCOUNT that it was not made up since. The account needs
coins for the transaction. Committing the same root again changes nothing.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			e, err := readEvidence(c, arguments[0])
			if err != nil {
				return err
			}
			if !e.Verdict.Agreed {
				return errors.New("there is no quorum: nothing is agreed that could be committed")
			}
			a, err := p.open(c.Context())
			if err != nil {
				return err
			}
			defer a.Close()
			made, err := a.market.CommitReading(c.Context(), measured(e), e.Root)
			if err != nil {
				return err
			}
			printCommitment(c.OutOrStdout(), a.key.Address(), made)
			return nil
		},
	}
	p.flags(command, "committer")
	return command
}

// measured is what a verdict is about, as the contract knows it.
func measured(e consensus.Evidence) market.Measured {
	return market.Measured{Subject: e.Verdict.Subject(), Start: e.Verdict.Start, End: e.Verdict.End}
}

func printCommitment(out io.Writer, account key.Address, c market.Commitment) {
	fmt.Fprintf(out, "%s has committed to root %s since %s\n", account, c.Root, c.Time.Format(time.RFC3339))
}

// witness is an account that is to have committed to some evidence.
type witness struct {
	account        string // "" = nobody is asked for
	exchange, node string
}

func (w *witness) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&w.account, "by", "", "check on the chain that this account has committed to the root")
	f.StringVar(&w.exchange, "exchange", "http://127.0.0.1:8885", "URL of a server's exchange, which tells the contracts' addresses")
	f.StringVar(&w.node, "node", "", "URL of the chain's node (default as the exchange says)")
}

// check asks the chain, and fails unless the account has committed to the root.
func (w *witness) check(ctx context.Context, e consensus.Evidence, out io.Writer) error {
	if w.account == "" {
		return nil
	}
	account, err := key.ParseAddress(w.account)
	if err != nil {
		return fmt.Errorf("%w: --by: %w", errUsage, err)
	}
	client, err := exchange.NewClient(w.exchange)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	about, err := client.About(ctx)
	if err != nil {
		return err
	}
	if w.node == "" {
		w.node = about.Node
	}
	node, err := market.Dial(ctx, w.node)
	if err != nil {
		return err
	}
	defer node.Close()
	c, err := market.New(node, nil, about.Addresses).Committed(ctx, account, measured(e))
	switch {
	case err != nil:
		return err
	case c.Root.IsZero():
		return fmt.Errorf("%s has committed to nothing of this window", account)
	case c.Root != e.Root:
		return fmt.Errorf("%s has committed to another root of this window, %s, since %s", account, c.Root, c.Time.Format(time.RFC3339))
	}
	printCommitment(out, account, c)
	return nil
}
