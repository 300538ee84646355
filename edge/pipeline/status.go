package pipeline

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
)

// Kinds of parts.
const (
	sourceKind   = "source"
	jobKind      = "job"
	datasetKind  = "dataset"
	quantityKind = "quantity"
	sinkKind     = "sink"
)

// Part is one source, job, dataset, quantity or sink as it stands.
type Part struct {
	Kind    string    `json:"kind"`
	Name    string    `json:"name"`
	Count   uint64    `json:"count"`   // readings of a source or a sink, runs of a job, rows of a dataset, windows of a quantity
	Skipped uint64    `json:"skipped"` // what could not be read, run, recorded or attested
	Faults  uint64    `json:"faults"`  // in a row
	Fault   string    `json:"fault"`   // the latest; "" = it works
	Since   time.Time `json:"since"`   // of the fault, or of the first reading
	Lag     uint64    `json:"lag"`     // readings in the buffer that it has not done with
	Paused  string    `json:"paused"`  // why it waits; "" = it does not
	Ended   bool      `json:"ended"`   // a source that has no more
	Next    time.Time `json:"next"`    // when a job that runs by the clock does; zero = it is no such job
}

// Status is a pipeline as it stands.
type Status struct {
	Parts   []Part        `json:"parts"` // by kind and name
	Bytes   int64         `json:"bytes"` // of readings on disk
	Waiting int           `json:"waiting"`
	Commits uint64        `json:"commits"`
	Fault   string        `json:"fault"` // of the disk; "" = none
	Aside   string        `json:"aside"` // where a damaged buffer was moved
	Dropped []buffer.Drop `json:"dropped"`
}

// Status tells how all parts are.
func (p *Pipeline) Status() Status {
	var s Status
	lag := map[string]uint64{}
	select {
	case <-p.opened:
		if b, err := p.buffer.Status(); err != nil {
			s.Fault = err.Error()
		} else {
			s.Bytes, s.Waiting, s.Commits, s.Aside, s.Dropped, lag = b.Bytes, b.Waiting, b.Commits, b.Recovered, b.Dropped, b.Lag
			if b.Fault != nil {
				s.Fault = b.Fault.Error()
			}
		}
	default:
	}
	p.mu.Lock()
	select {
	case <-p.opened:
	default:
		if p.fault != nil {
			s.Fault = p.fault.Error()
		}
	}
	for _, part := range p.parts {
		part := *part
		part.Lag = lag[part.Name]
		s.Parts = append(s.Parts, part)
	}
	p.mu.Unlock()
	order := []string{sourceKind, jobKind, datasetKind, quantityKind, sinkKind}
	sort.Slice(s.Parts, func(i, j int) bool {
		a, b := s.Parts[i], s.Parts[j]
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(a.Name, b.Name)) < 0
	})
	return s
}

// note changes what is said of a part.
func (p *Pipeline) note(kind, name string, change func(*Part)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	part := p.parts[name]
	if part == nil {
		part = &Part{Kind: kind, Name: name}
		p.parts[name] = part
	}
	change(part)
}

// failed notes a fault, and gives how long to wait before the next try.
func (p *Pipeline) failed(kind, name string, err error, first time.Duration) time.Duration {
	wait := first
	p.note(kind, name, func(part *Part) {
		if part.Faults == 0 {
			part.Since = time.Now()
		}
		wait = min(maxWait, first<<min(part.Faults, 20))
		part.Faults++
		part.Fault = err.Error()
	})
	p.log.Warn(kind+" failed", "name", name, "error", err, "again in", wait)
	return wait
}

// works notes that a part does.
func (p *Pipeline) works(kind, name string, count uint64) {
	p.note(kind, name, func(part *Part) {
		part.Count += count
		if part.Faults > 0 || part.Since.IsZero() {
			part.Faults, part.Fault, part.Since = 0, "", time.Now()
		}
	})
}

// Waits between tries.
const (
	firstWait = time.Second
	maxWait   = 5 * time.Minute
)
