package policy

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// ErrRefused marks every refusal by the owner's policy.
var ErrRefused = errors.New("refused by the owner's policy")

// Refusal is why the policy says no, in words for its owner.
type Refusal struct {
	File   string
	Line   int // that says so; 0 = there is none
	Reason string
}

func (r *Refusal) Error() string {
	switch {
	case r.File == "":
		return r.Reason
	case r.Line == 0:
		return r.File + ": " + r.Reason
	}
	return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Reason)
}

// Unwrap makes errors.Is(err, ErrRefused) hold.
func (r *Refusal) Unwrap() error { return ErrRefused }

// Ask is a job that somebody wants to run on the owner's data.
type Ask struct {
	Federation string
	Dataset    string
	Module     blob.Hash
	Memory     uint64        // bytes that it wants; 0 = whatever the policy grants
	Deadline   time.Duration // that it wants; 0 = whatever the policy grants
	Now        time.Time     // its location is that of times in refusals
	Runs       []time.Time   // on this dataset within the last day and interval, ascending
}

// day is the window of per_day: any 24 hours, not a calendar day.
const day = 24 * time.Hour

// Allow tells whether the job may run now; if not, the error is a *Refusal.
func (p Policy) Allow(a Ask) error {
	r, err := p.rule(a)
	switch {
	case err != nil:
		return err
	case a.Memory > p.Limits.MemoryBytes:
		return p.refuse(p.limitsLines.memory, "a job may use %s of memory; this one wants %s", size(p.Limits.MemoryBytes), size(a.Memory))
	case a.Deadline > p.Limits.Deadline:
		return p.refuse(p.limitsLines.deadline, "a job may run for %v; this one wants %v", p.Limits.Deadline, a.Deadline)
	}
	// A run later than now was noted before the clock was set back. It counts: of
	// two mistakes about private data the smaller one is to wait.
	if r.PerDay > 0 {
		first, _ := slices.BinarySearchFunc(a.Runs, a.Now.Add(-day), time.Time.Compare)
		if first < len(a.Runs) && a.Runs[first].Equal(a.Now.Add(-day)) {
			first++
		}
		if used := a.Runs[first:]; len(used) >= r.PerDay {
			return p.refuse(r.perDayLine, "dataset %q may be used %s a day; it was used %s since %s", a.Dataset, times(r.PerDay), times(len(used)), clock(used[0], a.Now))
		}
	}
	if r.MinInterval > 0 && len(a.Runs) > 0 {
		if last := a.Runs[len(a.Runs)-1]; a.Now.Sub(last) < r.MinInterval {
			return p.refuse(r.minIntervalLine, "dataset %q may be used every %v; it was used at %s", a.Dataset, r.MinInterval, clock(last, a.Now))
		}
	}
	return nil
}

// rule finds the one rule that governs a job, rates aside.
func (p Policy) rule(a Ask) (Rule, error) {
	dataset, known := p.Dataset(a.Dataset)
	if !known {
		return Rule{}, p.refuse(0, "there is no dataset %.64q; add a [[dataset]] to offer it", a.Dataset)
	}
	var near *Rule // all but the module fits
	for i, r := range p.Rules {
		if fits, err := path.Match(r.Federation, a.Federation); err != nil || !fits || r.Dataset != a.Dataset {
			continue
		}
		if r.AnyModule || r.Module == a.Module {
			return r, nil
		}
		if near == nil {
			near = &p.Rules[i]
		}
	}
	if near != nil {
		return Rule{}, p.refuse(near.moduleLine, "dataset %q is open to module %s, not to %s; add an [[allow]] for that if you trust it", a.Dataset, near.Module, a.Module)
	}
	return Rule{}, p.refuse(dataset.Line, "dataset %q is not open to federation %.64q; add an [[allow]] to open it", a.Dataset, a.Federation)
}

func (p Policy) refuse(line int, format string, a ...any) error {
	return &Refusal{p.file, line, fmt.Sprintf(format, a...)}
}

// clock writes a time as short as it can be told from others around now.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func size(bytes uint64) string {
	if bytes%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}
