package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/control"
)

// source is where a federation can be watched: in this process or over the
// control socket.
type source interface {
	Status(ctx context.Context, name string) (aggregator.Status, error)
	History(ctx context.Context, name string, after uint32) ([]aggregator.Round, error)
}

type clientSource struct{ *control.Client }

// localSource watches an aggregator in this process.
type localSource struct{ *aggregator.Aggregator }

func (l localSource) History(_ context.Context, name string, after uint32) ([]aggregator.Round, error) {
	return l.Aggregator.History(name, after, 100)
}

const refresh = 200 * time.Millisecond

// follow shows a federation's progress until it ends: a line a round, and on a
// terminal one that lives below them.
func follow(ctx context.Context, out io.Writer, s source, name string) (aggregator.Status, error) {
	f, isFile := out.(*os.File)
	live := isFile && term.IsTerminal(int(f.Fd()))
	var shown []aggregator.Round
	after := uint32(0)
	ticker := time.NewTicker(refresh)
	defer ticker.Stop()
	for {
		status, err := s.Status(ctx, name)
		if err != nil {
			return status, err
		}
		rounds, err := s.History(ctx, name, after)
		if err != nil {
			return status, err
		}
		for _, r := range rounds {
			if live {
				fmt.Fprint(out, "\r\x1b[K")
			}
			fmt.Fprintln(out, roundLine(r))
			after = r.Round
		}
		shown = append(shown, rounds...)
		if status.Ended() && len(rounds) == 0 {
			if live {
				fmt.Fprint(out, "\r\x1b[K")
			}
			fmt.Fprintf(out, "ended: %s\n", status.Reason)
			return status, nil
		}
		if live {
			fmt.Fprintf(out, "\r\x1b[K%s", liveLine(status, shown))
		}
		select {
		case <-ctx.Done():
			if live {
				fmt.Fprintln(out)
			}
			return status, ctx.Err()
		case <-ticker.C:
		}
	}
}

// roundLine describes a finished round.
func roundLine(r aggregator.Round) string {
	text := fmt.Sprintf("round %3d  ", r.Round)
	if r.Evaluated {
		text += fmt.Sprintf("accuracy %6.2f %%  loss %.4f  ", 100*r.Accuracy, r.Loss)
	} else {
		text += fmt.Sprintf("training loss %.4f  ", r.TrainLoss)
	}
	text += fmt.Sprintf("%d updates, %d samples  up %s  down %s  %.1f s  model %s",
		len(r.Leaves), r.Samples, size(r.BytesUp), size(r.BytesDown), float64(r.Ended-r.Began)/1000, r.Model.Short())
	if lost := len(r.Members) - len(r.Leaves); lost > 0 {
		text += fmt.Sprintf("  (%d others)", lost)
	}
	switch {
	case r.Shards > 0:
		text += fmt.Sprintf("  folded in %d shards", r.Shards)
	case r.Unsharded != "":
		text += "  folded here: " + r.Unsharded
	}
	return text
}

// liveLine describes what is under way.
func liveLine(s aggregator.Status, shown []aggregator.Round) string {
	const width = 20
	done := min(width, width*s.Accepted/max(1, s.Cohort))
	text := fmt.Sprintf("round %3d  [%s%s] %s  %d training, %d reporting, %d of %d in, %d online  up %s  down %s", s.Round,
		strings.Repeat("#", done), strings.Repeat(".", width-done), s.Phase, s.Training, s.Reporting, s.Accepted, s.Cohort, s.Online,
		size(s.BytesUp), size(s.BytesDown))
	if left, known := remaining(s, shown); known {
		text += fmt.Sprintf("  at most %v left", left.Round(time.Second))
	}
	return text
}

// remaining is the time that all rounds left would take at the pace of the last
// ten. A target may end the federation sooner.
func remaining(s aggregator.Status, shown []aggregator.Round) (time.Duration, bool) {
	last := shown[max(0, len(shown)-10):]
	if s.Rounds == 0 || len(last) == 0 {
		return 0, false
	}
	var sum int64
	for _, r := range last {
		sum += r.Ended - r.Began
	}
	pace := time.Duration(sum/int64(len(last))) * time.Millisecond
	return time.Duration(s.Rounds-s.Round+1) * pace, true
}

func size(bytes uint64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%.0f kB", float64(bytes)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}
