package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// printOffer puts a job's blobs at the solver and prints what a contract hands to
// requestJob.
func printOffer(ctx context.Context, c *cobra.Command, b buy.Buyer, module []byte, files map[string][]byte, t buy.Terms) error {
	offer, err := b.Prepare(ctx, module, files, t)
	if err != nil {
		return err
	}
	e := json.NewEncoder(c.OutOrStdout())
	e.SetIndent("", "  ")
	return e.Encode(offer)
}

func requestCommand() *cobra.Command {
	var p party
	var solver string
	var bring bool
	command := &cobra.Command{
		Use:   "request ID",
		Short: "Show a job that a contract asked for, and what came of it",
		Long: `Show a job that a contract asked for, and what came of it.

The solver that matched a request calls the contract back. Where it does not, and
where nobody took the job before it expired, anybody does it with --deliver, from
an account with coins for the gas.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, arguments []string) error {
			id, read := new(big.Int).SetString(arguments[0], 10)
			if !read || id.Sign() <= 0 || id.BitLen() > 256 {
				return fmt.Errorf("%w: request %q: want its number", errUsage, arguments[0])
			}
			if bring {
				p.exchange = solver
				return bringRequest(c, p, id)
			}
			m, done, err := watch(c.Context(), solver, p.node)
			if err != nil {
				return err
			}
			defer done()
			return showRequest(c, m, id)
		},
	}
	p.partyFlags(command, "creator")
	command.Flags().StringVar(&solver, "solver", solverURL, "URL of a solver, or of a server's exchange")
	command.Flags().BoolVar(&bring, "deliver", false, "call the contract back if its job is over, or give its money back if nobody took it in time")
	return command
}

func bringRequest(c *cobra.Command, p party, id *big.Int) error {
	ctx := c.Context()
	a, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.market.RequestOf(ctx, id)
	if err != nil {
		return err
	}
	deal, matched, err := a.market.DealOf(ctx, r.Job)
	if err != nil {
		return err
	}
	if matched {
		var result market.Result
		if result, _, err = a.market.Submission(ctx, deal); err == nil {
			_, err = a.market.Deliver(ctx, r, result)
		}
	} else {
		_, err = a.market.GiveUp(ctx, r)
	}
	if err != nil {
		return fmt.Errorf("deliver request %v: %w", id, err)
	}
	return showRequest(c, a.market, id)
}

func showRequest(c *cobra.Command, m *market.Market, id *big.Int) error {
	ctx := c.Context()
	r, err := m.RequestOf(ctx, id)
	if err != nil {
		return err
	}
	s, err := m.RequestStatus(ctx, id)
	if err != nil {
		return err
	}
	deal, matched, err := m.DealOf(ctx, r.Job)
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	fmt.Fprintf(out, "request %v of %s\n", id, r.Job.Creator)
	if !matched && !s.Delivered {
		fmt.Fprintln(out, "waits for a provider")
		return nil
	}
	if matched {
		status, err := m.DealStatus(ctx, deal)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "deal %s: %s\n", deal, status.State)
	}
	if !s.Delivered {
		return nil
	}
	called := "called back"
	switch {
	case s.CallbackGas == 0:
		called = "no callback was asked for"
	case !s.Called:
		called = "the callback failed"
	}
	fmt.Fprintf(out, "delivered: %s, %s\n", s.State, called)
	if s.Digest != (blob.Hash{}) {
		fmt.Fprintf(out, "digest %s\nuri %s\n", s.Digest, s.URI)
	}
	return nil
}
