package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/recheck"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

func contestCommand() *cobra.Command {
	var p party
	send := false
	command := &cobra.Command{
		Use:   "contest RECEIPTS...",
		Short: "Find updates that were accepted and then left out, and have them paid",
		Long: `Find updates that were accepted and then left out of their round, and have them paid.

RECEIPTS are files that "tadpole-edge receipts" printed on your devices, or - for
standard input. Each receipt is the aggregator's signature for an update. It is
looked for among the leaves that were committed on the chain; the exchange serves
them, and cannot lie about them. With --send, what is missing or altered is proven
on the chain by the receipt and its two neighbours, what the exchange does not show
is demanded, and what was demanded in vain, or lies in an abandoned round, is paid:
to the updates' owners, from the aggregator's stake or the budget. Run it again
after a demand's time.

Sending needs coins for gas on the account, and --exchange may be any exchange or
solver of the market. Exit codes: 0 nothing to contest, or all of it sent; 1 there
is something to contest, or it failed; 2 called wrongly.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			receipts, err := readReceipts(files, c.InOrStdin())
			if err != nil {
				return err
			}
			a, err := p.open(c.Context())
			if err != nil {
				return err
			}
			defer a.Close()
			return a.contest(c.Context(), receipts, send, c.OutOrStdout())
		},
	}
	p.flags(command, "owner")
	command.Flags().BoolVar(&send, "send", false, "bring proofs, demands and claims to the chain")
	return command
}

func readReceipts(files []string, stdin io.Reader) (receipts []leaf.Receipt, err error) {
	for _, file := range files {
		in := stdin
		if file != "-" {
			f, err := os.Open(file)
			if err != nil {
				return nil, fmt.Errorf("%w: read receipts: %w", errUsage, err)
			}
			defer f.Close()
			in = f
		}
		var some []leaf.Receipt
		if err := json.NewDecoder(in).Decode(&some); err != nil {
			return nil, fmt.Errorf("%w: read receipts from %s: %w: want what tadpole-edge receipts prints", errUsage, file, err)
		}
		receipts = append(receipts, some...)
	}
	return receipts, nil
}

// contest lists where each receipt's update stands, and does what can be done.
func (a *account) contest(ctx context.Context, receipts []leaf.Receipt, send bool, out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ROUND\tDEVICE\tOWNER\tUPDATE\tCONTEST UNTIL\tDONE")
	var faults []error
	waiting := 0
	for _, receipt := range receipts {
		s, err := a.market.Stand(ctx, receipt, a.leaves)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		until, done := "", ""
		if !s.Until.IsZero() {
			until = s.Until.UTC().Format(time.DateTime)
		}
		switch {
		case !s.Actionable():
		case !send:
			waiting++
		default:
			if err := a.market.Contest(ctx, s); err != nil {
				faults = append(faults, err)
			} else {
				done = "sent"
			}
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", s.Leaf.Round, s.Leaf.Device, s.Leaf.Owner, s.Standing, until, done)
	}
	faults = append(faults, w.Flush())
	if waiting > 0 {
		faults = append(faults, fmt.Errorf("%d of %d updates can be contested: repeat with --send", waiting, len(receipts)))
	}
	return errors.Join(faults...)
}

// leaves fetches the leaves under a committed round's root.
func (a *account) leaves(ctx context.Context, r market.Round) ([][]byte, error) {
	return recheck.Leaves(ctx, a.client, r)
}
