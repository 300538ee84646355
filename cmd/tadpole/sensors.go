package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/internal/key"
)

func sensorsCommand(dir *string) *cobra.Command {
	c := &cobra.Command{
		Use:   "sensors",
		Short: "Show what neighbouring devices agree on, and which are off",
		Long: `Show what neighbouring devices agree on, and which are off.

Devices whose edge.toml has a [[quantity]] sign what they measured, window by window.
Those with the same label group (tadpole device add --label group=hall-3) are compared:
the median is what they agree on, and a device that is too far from it is an outlier.
sensors.toml in the server's directory says how far that is, quantity by quantity.

The root of a verdict commits to it and to every signature that it was made of: 32 bytes
to be put on a chain, as commit does, or anywhere.`,
	}
	var group string
	var limit int
	ls := &cobra.Command{
		Use:   "ls",
		Short: "List the latest verdicts",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			client := control.NewClient(*dir)
			list, err := client.Verdicts(c.Context(), group, limit)
			if err != nil {
				return err
			}
			refused, err := client.Crowding(c.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "GROUP\tQUANTITY\tWINDOW\tLENGTH\tAGREED\tMEMBERS\tOFF\tMISSING\tLATE\tROOT")
			for _, e := range list {
				v := e.Verdict
				agreed := "no quorum"
				if v.Agreed {
					agreed = fmt.Sprintf("%g %s", v.Value, v.Unit)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%v\t%s\t%d\t%d\t%d\t%d\t%s\n", v.Group, v.Quantity, time.Unix(0, v.Start).UTC().Format(time.RFC3339), time.Duration(v.End-v.Start),
					agreed, len(v.Members), v.Outliers(), len(v.Missing), e.LateCount, e.Root.Short())
			}
			if err := w.Flush(); err != nil {
				return err
			}
			for _, device := range slices.SortedFunc(maps.Keys(refused), func(a, b key.Address) int { return bytes.Compare(a[:], b[:]) }) {
				fmt.Fprintf(c.OutOrStdout(), "%s has too many windows that no quorum joins: %d attestations refused since the start\n", device, refused[device])
			}
			return nil
		},
	}
	ls.Flags().StringVar(&group, "group", "", "of this group only")
	ls.Flags().IntVar(&limit, "limit", 20, "at most so many")
	show := &cobra.Command{
		Use:   "show ROOT",
		Short: "Write a verdict and its evidence as JSON",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			e, err := control.NewClient(*dir).Verdict(c.Context(), args[0])
			if err != nil {
				return err
			}
			out := json.NewEncoder(c.OutOrStdout())
			out.SetIndent("", "  ")
			return out.Encode(e)
		},
	}
	var by witness
	verify := &cobra.Command{
		Use:   "verify FILE",
		Short: "Work a verdict out again from its evidence, without a server",
		Long: `Work a verdict out again from its evidence, without a server.

FILE is what show wrote, or - for the standard input. It is checked that each attestation
is signed by its device, that they give this verdict, and that the root is over all of
it. Which devices are missing, and that no attestation was left out, is the server's word.

With --by, the chain is asked whether, and since when, that account has committed to the
root.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return verifyEvidence(c, args[0], by) },
	}
	by.flags(verify)
	c.AddCommand(ls, show, verify, commitCommand())
	return c
}

// maxEvidence bounds an evidence file: one of the largest window.
const maxEvidence = 16 << 20

func verifyEvidence(c *cobra.Command, path string, by witness) error {
	e, err := readEvidence(c, path)
	if err != nil {
		return err
	}
	printVerdict(c.OutOrStdout(), e)
	if err := by.check(c.Context(), e, c.OutOrStdout()); err != nil {
		return err
	}
	if !e.Verdict.Agreed {
		return errors.New("it holds, but there is no quorum")
	}
	return nil
}

// readEvidence reads evidence that holds.
func readEvidence(c *cobra.Command, path string) (e consensus.Evidence, err error) {
	from := c.InOrStdin()
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return e, fmt.Errorf("read evidence: %w", err)
		}
		defer f.Close()
		from = f
	}
	content, err := io.ReadAll(io.LimitReader(from, maxEvidence+1))
	if err == nil && len(content) > maxEvidence {
		err = fmt.Errorf("more than %d bytes", maxEvidence)
	}
	if err == nil {
		err = json.Unmarshal(content, &e)
	}
	if err != nil {
		return e, fmt.Errorf("read evidence %s: %w", path, err)
	}
	return e, e.Check()
}

func printVerdict(out io.Writer, e consensus.Evidence) {
	v := e.Verdict
	fmt.Fprintf(out, "%s of %s in fleet %s, from %s to %s\n", v.Quantity, v.Group, v.Fleet, time.Unix(0, v.Start).UTC().Format(time.RFC3339Nano), time.Unix(0, v.End).UTC().Format(time.RFC3339Nano))
	if v.Agreed {
		fmt.Fprintf(out, "agreed: %g %s; off is what is more than %.4g from it\n", v.Value, v.Unit, v.Limit)
	}
	for _, m := range v.Members {
		fmt.Fprintf(out, "%s  %-11s  %g\n", m.Device, m.Outcome, m.Value)
	}
	for _, device := range v.Missing {
		fmt.Fprintf(out, "%s  missing\n", device)
	}
	if e.LateCount > 0 {
		fmt.Fprintf(out, "%d attestations came late, and count for nothing\n", e.LateCount)
	}
	for _, device := range e.Equivocators() {
		fmt.Fprintf(out, "%s has signed two different statements of this window\n", device)
	}
	fmt.Fprintf(out, "the signatures, the verdict and the root %s hold\n", e.Root)
}
