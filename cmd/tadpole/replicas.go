package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/contracts/buy"
	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/solve"
)

// buyReplicas has a job run by several providers, and compares what they found.
func buyReplicas(ctx context.Context, c *cobra.Command, b buy.Buyer, client *solve.Client, o order) error {
	offers, err := b.PostReplicas(ctx, o.module, o.files, o.terms, o.replicas)
	if err != nil {
		return err
	}
	w := c.OutOrStdout()
	fmt.Fprintf(w, "job offered %d times by %s\n", o.replicas, b.Key.Address())
	found, err := b.AwaitReplicas(ctx, offers, o.accept, func(r buy.Replica) {
		switch {
		case r.ID == (market.DealID{}):
			fmt.Fprintln(w, "  an offer expired: nobody took it")
		case r.Submitted:
			fmt.Fprintf(w, "  deal %s: %s by %s, result %s, fuel %d\n", r.ID, r.State, r.Deal.Resource.Provider, r.Result.Digest.Short(), r.Result.Fuel)
		default:
			fmt.Fprintf(w, "  deal %s: %s by %s\n", r.ID, r.State, r.Deal.Resource.Provider)
		}
	})
	count := map[buy.Standing]int{}
	for _, r := range found.List {
		count[r.Standing]++
	}
	if count[buy.Agrees]+count[buy.Dissents] > 0 {
		fmt.Fprintf(w, "%d of %d agree on %s, %d dissent, %d came to no result\n", count[buy.Agrees], o.replicas, found.Result.Digest.Short(), count[buy.Dissents], count[buy.Missing])
	}
	for _, r := range found.List {
		if r.ID != (market.DealID{}) {
			fmt.Fprintf(w, "deal %s: %s by %s, %s\n", r.ID, r.State, r.Deal.Resource.Provider, r.Standing)
		}
	}
	if err != nil {
		return explain(ctx, err, b, client, offers[0], o.terms.Spec)
	}
	if found.Outputs == nil {
		return fmt.Errorf("%w: on most providers it trapped, exited with a fault or met a limit", deal.ErrJob)
	}
	return writeOutputs(c, o.out, found.Outputs)
}

// explain adds to an error why nobody took a job, if that is what happened.
func explain(ctx context.Context, err error, b buy.Buyer, client *solve.Client, offer market.JobOffer, spec deal.Spec) error {
	if !errors.Is(err, buy.ErrUnmatched) {
		return err
	}
	active, fault := b.Market.ActiveMediators(ctx)
	why := ""
	if fault == nil {
		why, fault = client.Explain(ctx, offer, spec, active)
	}
	if fault != nil {
		why = fmt.Sprintf("why is not known: %v", fault)
	}
	return fmt.Errorf("%w: %s. No money was locked: offer a higher --price, ask for less, or leave it on offer for longer with --valid", err, why)
}

// writeOutputs puts a job's outputs into a directory.
func writeOutputs(c *cobra.Command, directory string, outputs map[string][]byte) error {
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return fmt.Errorf("write outputs: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if err := os.WriteFile(filepath.Join(directory, name), outputs[name], 0o644); err != nil {
			return fmt.Errorf("write output: %w", err)
		}
		fmt.Fprintln(c.OutOrStdout(), filepath.Join(directory, name))
	}
	return nil
}
