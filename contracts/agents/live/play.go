package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"text/tabwriter"

	"github.com/tadpole-edge/tadpole/contracts/agents"
	"github.com/tadpole-edge/tadpole/contracts/market"
)

// Row is what one world gave.
type Row struct {
	World   agents.World
	Refused error         // the contracts take no such offers; the rest is of Go's rules alone then
	Chain   agents.Result // on the contracts
	Rules   agents.Result // the same learners and jobs by the rules in Go; chance is another
	Tally   Tally
}

// Play plays so many jobs of each world, all worlds side by side on one chain, and
// each once more by the rules in Go.
func Play(ctx context.Context, c Config, jobs int) (rows []Row, err error) {
	g, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	rows = make([]Row, len(c.Worlds))
	faults := make([]error, len(rows))
	var playing sync.WaitGroup
	for i, w := range c.Worlds {
		playing.Go(func() { rows[i], faults[i] = g.play(ctx, i, w, jobs) })
	}
	playing.Wait()
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return rows, g.Solvent(ctx)
}

func (g *Ground) play(ctx context.Context, i int, w agents.World, jobs int) (row Row, err error) {
	row.World = w
	if row.Rules, err = w.Play(ctx, jobs); err != nil {
		return row, err
	}
	court := g.courts[i]
	w.Court = court
	row.Chain, err = w.Play(ctx, jobs)
	if errors.Is(err, market.ErrRefused) && court.Tally == (Tally{}) {
		row.Refused, err = err, nil
	}
	row.Tally = court.Tally
	return row, err
}

// Table prints rows.
func Table(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "collateral\tof a fee\tcheat share\tby Go's rules\tjobs\taccepted\tupheld\trefuted\tundecided\tballots\tgains compared\t")
	for _, r := range rows {
		terms := r.World.Terms
		fmt.Fprintf(t, "%g x K*\t%g x\t", terms.Collateral, terms.Stake())
		if r.Refused != nil {
			fmt.Fprintf(t, "refused\t%.2f\t0\t\t\t\t\t\t\t\n", r.Rules.CheatShare)
			continue
		}
		e := r.Tally.Endings
		fmt.Fprintf(t, "%.2f\t%.2f\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", r.Chain.CheatShare, r.Rules.CheatShare, r.Chain.Jobs,
			e[agents.Accepted], e[agents.Upheld], e[agents.Refuted], e[agents.Undecided], r.Tally.Ballots, r.Tally.Compared)
	}
	return t.Flush()
}
