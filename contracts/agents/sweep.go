package agents

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"text/tabwriter"
)

// Sweep is a grid of worlds.
type Sweep struct {
	World     World
	Rates     []float64 // check rates
	Multiples []float64 // of the threshold collateral
	Seeds     int       // worlds a cell, averaged; 0 = 3
	Jobs      int       // a world
}

// Cell is the mean over the seeds at one check rate and collateral.
type Cell struct {
	Rate, Multiple float64
	CheatShare     float64 // mean over the seeds
	Worst          float64 // of the seeds
	Exploitable    float64
	EchoShare      float64
}

// Standard is the sweep that the defaults of federation.toml come from: 60
// providers and 20 mediators, of whom 11 execute whatever happens and 9 learn to
// echo, guess or be bribed; the contracts promise nothing where a pool's majority
// is for sale.
func Standard(learner func(int) Learner) Sweep {
	return Sweep{World: World{Terms: Defaults(), Providers: 60, Mediators: 20, Honest: 11, Clients: 10, Learner: learner},
		Rates: []float64{0.01, 0.02, 0.05, 0.1, 0.2}, Multiples: []float64{0.5, 0.8, 0.9, 1, 1.1, 1.5, 2, 3}, Jobs: 200_000}
}

// Run plays the grid, a world a core.
func (s Sweep) Run(ctx context.Context) ([]Cell, error) {
	if s.Seeds == 0 {
		s.Seeds = 3
	}
	cells := make([]Cell, len(s.Rates)*len(s.Multiples))
	faults := make([]error, len(cells))
	work := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range work {
				cells[i], faults[i] = s.cell(ctx, s.Rates[i/len(s.Multiples)], s.Multiples[i%len(s.Multiples)])
			}
		})
	}
	for i := range cells {
		select {
		case work <- i:
		case <-ctx.Done():
		}
	}
	close(work)
	workers.Wait()
	for _, err := range append(faults, ctx.Err()) {
		if err != nil {
			return nil, err
		}
	}
	return cells, nil
}

func (s Sweep) cell(ctx context.Context, rate, multiple float64) (Cell, error) {
	c := Cell{Rate: rate, Multiple: multiple}
	for seed := range s.Seeds {
		w := s.World
		w.Terms.CheckRate, w.Terms.Collateral, w.Seed = rate, multiple, uint64(seed+1)
		r, err := w.Play(ctx, s.Jobs)
		if err != nil {
			return c, err
		}
		c.CheatShare += r.CheatShare / float64(s.Seeds)
		c.Exploitable += r.Exploitable / float64(s.Seeds)
		c.EchoShare += r.EchoShare / float64(s.Seeds)
		c.Worst = max(c.Worst, r.CheatShare)
	}
	return c, nil
}

// Table prints the cheat share over check rate (down) and collateral (across).
func (s Sweep) Table(w io.Writer, cells []Cell) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "check rate\t")
	for _, m := range s.Multiples {
		fmt.Fprintf(t, "%g x K*\t", m)
	}
	fmt.Fprintln(t)
	for i, rate := range s.Rates {
		fmt.Fprintf(t, "%g %%\t", 100*rate)
		for j := range s.Multiples {
			fmt.Fprintf(t, "%.2f\t", cells[i*len(s.Multiples)+j].CheatShare)
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// SVG draws the same as a heat map: white is honest, red is all cheating.
func (s Sweep) SVG(w io.Writer, title string, cells []Cell) error {
	const size, left, top = 64, 90, 60
	width, height := left+size*len(s.Multiples)+20, top+size*len(s.Rates)+50
	out := &printer{w: w}
	out.f("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n", width, height)
	out.f("<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n<text x=\"%d\" y=\"24\" font-size=\"15\">%s</text>\n", left, title)
	for j, m := range s.Multiples {
		out.f("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%g</text>\n", left+j*size+size/2, top-8, m)
	}
	for i, rate := range s.Rates {
		out.f("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%g %%</text>\n", left-8, top+i*size+size/2+5, 100*rate)
		for j := range s.Multiples {
			c := cells[i*len(s.Multiples)+j]
			pale := int(255 * (1 - c.CheatShare))
			out.f("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"rgb(255,%d,%d)\" stroke=\"#999\"/>\n", left+j*size, top+i*size, size, size, pale, pale)
			out.f("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%.2f</text>\n", left+j*size+size/2, top+i*size+size/2+5, c.CheatShare)
		}
	}
	out.f("<text x=\"%d\" y=\"%d\">collateral, times the threshold K*</text>\n", left, height-18)
	out.f("<text transform=\"translate(20,%d) rotate(-90)\">check rate</text>\n</svg>\n", top+size*len(s.Rates))
	return out.err
}

// printer prints until the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) f(format string, a ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, a...)
	}
}
