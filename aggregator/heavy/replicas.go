package heavy

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Verdict is what replicas agree on.
type Verdict struct {
	Result  Result   // of the majority
	Agree   []string // nodes that found it
	Dissent []string // nodes that found something else
	Missing []string // nodes whose results could not be had
}

// Open gives what is in a result that was sealed; see Result.Unseal.
type Open func(Result) (Result, error)

// Compare fetches what the replicas left, opens it, and finds the majority of their
// manifests and exit codes. A majority is of all that ran: what cannot be fetched or
// opened counts for nobody. Without one the error is ErrDissent. A nil open takes
// results as they are.
func (c *Cluster) Compare(ctx context.Context, o Outcome, open Open) (Verdict, error) {
	type finding struct {
		manifest blob.Hash
		exit     int
	}
	results := make([]Result, len(o.Executions))
	faults := make([]error, len(o.Executions))
	var fetches sync.WaitGroup
	for i, e := range o.Executions {
		fetches.Go(func() {
			if results[i], faults[i] = c.Fetch(ctx, e); faults[i] == nil && open != nil {
				results[i], faults[i] = open(results[i])
			}
		})
	}
	fetches.Wait()
	if err := ctx.Err(); err != nil {
		return Verdict{}, fmt.Errorf("compare replicas of job %q: %w", o.Name, err)
	}
	votes := map[finding][]int{}
	var v Verdict
	for i, e := range o.Executions {
		if faults[i] != nil {
			v.Missing = append(v.Missing, e.Node)
			continue
		}
		f := finding{results[i].Manifest(), e.ExitCode}
		votes[f] = append(votes[f], i)
	}
	var found finding
	for f, by := range votes {
		if 2*len(by) > len(o.Executions) {
			found = f
		}
	}
	by := votes[found]
	for f, dissenters := range votes {
		for _, i := range dissenters {
			if f == found {
				v.Agree = append(v.Agree, o.Executions[i].Node)
			} else {
				v.Dissent = append(v.Dissent, o.Executions[i].Node)
			}
		}
	}
	if len(by) == 0 {
		if len(votes) == 0 {
			return v, fmt.Errorf("compare replicas of job %q: %w", o.Name, errors.Join(faults...))
		}
		return v, fmt.Errorf("compare replicas of job %q: %w: %d results of %d executions, %d different", o.Name, ErrDissent, len(results)-len(v.Missing), len(o.Executions), len(votes))
	}
	v.Result = results[by[0]]
	return v, nil
}
