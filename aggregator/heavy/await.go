package heavy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bacalhau-project/bacalhau/pkg/models"
)

// Outcome is a job that came to its end.
type Outcome struct {
	Name       string
	Executions []Execution // that ran to their end, one for each replica
}

// Execution is one run on one node.
type Execution struct {
	ID, Node string
	ExitCode int
	Stderr   string // its end, as the node tells it
	result   models.SpecConfig
}

// Progress is where a job stands.
type Progress struct {
	State   string   // as Bacalhau names it
	Message string   // why, if it says so
	Running []string // executions that run now
	Nodes   []string // on which they do
	Done    int      // executions that completed
	ended   bool
	left    bool // no execution is under way, after some failed
}

// Watch tells of every change of a job until it ends, or ctx does. It may be called
// at any time, also after a restart of either side.
func (c *Cluster) Watch(ctx context.Context, name string, report func(Progress)) (Outcome, error) {
	last, wait := "", 10*time.Millisecond
	away := time.Time{} // since when the cluster has not answered
	left := time.Time{} // since when no node has the job that had it
	for {
		asked := time.Now()
		got, err := c.get(ctx, name, "executions")
		took := time.Since(asked)
		switch {
		case errors.Is(err, ErrUnreachable) && (away.IsZero() || time.Since(away) < c.patience):
			if away.IsZero() {
				away = time.Now()
			}
		case err != nil:
			return Outcome{}, err
		default:
			away = time.Time{}
			var executions []*models.Execution
			if got.Executions != nil {
				executions = got.Executions.Items
			}
			p := progress(got.Job, executions)
			if line := fmt.Sprint(p.State, p.Message, p.Running, p.Nodes, p.Done); line != last {
				if last, wait = line, 10*time.Millisecond; report != nil {
					report(p)
				}
			}
			if p.ended {
				return conclude(got.Job, executions)
			}
			if !p.left {
				left = time.Time{}
			} else if left.IsZero() {
				left = time.Now()
			} else if c.requeue > 0 && time.Since(left) > c.requeue {
				return Outcome{}, fmt.Errorf("job %q: %w: and no other takes it: %s", name, ErrNode, flat(p.Message))
			}
		}
		select {
		case <-ctx.Done():
			return Outcome{}, fmt.Errorf("watch job %q: %w", name, ctx.Err())
		// An answer carries the job's whole spec: a cluster that is slow to give it is
		// not asked as often, or many who watch would leave it no time for their jobs.
		case <-time.After(max(wait, 2*took)):
		}
		wait = min(2*wait, c.config.Poll)
	}
}

// Await is Watch without a word.
func (c *Cluster) Await(ctx context.Context, name string) (Outcome, error) {
	return c.Watch(ctx, name, nil)
}

func progress(j *models.Job, executions []*models.Execution) Progress {
	p := Progress{State: state(j).String(), Message: j.State.Message, ended: j.IsTerminal()}
	failed, underWay := false, false
	for _, e := range executions {
		failed = failed || e.ComputeState.StateType == models.ExecutionStateFailed
		underWay = underWay || !e.IsTerminalState()
		switch e.ComputeState.StateType {
		case models.ExecutionStateBidAccepted, models.ExecutionStateRunning, models.ExecutionStatePublishing: // v1.9.3 tells of the first only
			p.Running, p.Nodes = append(p.Running, e.ID), append(p.Nodes, e.NodeID)
		case models.ExecutionStateCompleted:
			p.Done++
		}
	}
	p.left = failed && !underWay
	return p
}

// conclude gives the outcome of a job that ended, or the reason why there is none.
func conclude(j *models.Job, executions []*models.Execution) (Outcome, error) {
	o := Outcome{Name: j.Name}
	var failures []string
	trapped, late := 0, 0
	for _, e := range executions {
		message := e.ComputeState.Message
		switch {
		case e.ComputeState.StateType == models.ExecutionStateCompleted:
			done := Execution{ID: e.ID, Node: e.NodeID}
			if e.RunOutput != nil {
				done.ExitCode, done.Stderr = e.RunOutput.ExitCode, e.RunOutput.STDERR
			}
			if e.PublishedResult != nil {
				done.result = *e.PublishedResult
			}
			o.Executions = append(o.Executions, done)
		case e.ComputeState.StateType == models.ExecutionStateFailed:
			failures = append(failures, fmt.Sprintf("on %s: %s", e.NodeID, firstLine(message)))
			if strings.HasPrefix(message, "wasm error:") {
				trapped++
			}
			if strings.Contains(message, "timed out") {
				late++
			}
		}
	}
	wrap := func(kind error, detail string) (Outcome, error) {
		return o, fmt.Errorf("job %q: %w: %s", j.Name, kind, detail)
	}
	why := strings.Join(failures, "; ")
	switch state(j) {
	case models.JobStateTypeCompleted:
		return o, nil
	case models.JobStateTypeStopped:
		if strings.Contains(j.State.Message, "timed out") {
			return wrap(ErrLate, j.State.Message)
		}
		return wrap(ErrStopped, j.State.Message)
	}
	switch {
	case trapped > 0 && trapped == len(failures):
		return wrap(ErrJob, why)
	case late > 0, strings.Contains(j.State.Message, "timed out"):
		return wrap(ErrLate, why+j.State.Message)
	case len(failures) == 0:
		return wrap(ErrNoNode, flat(j.State.Message))
	}
	return wrap(ErrNode, why)
}

func firstLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}

func flat(text string) string { return strings.Join(strings.Fields(text), " ") }
