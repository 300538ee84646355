package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/internal/attestation"
)

// attester is a quantity whose windows are attested.
type attester struct {
	*Pipeline
	setup   setup.Quantity
	value   *feature.Vector // and how many readings it was made of
	machine *window.Machine
	since   time.Time // when the place was last given to the buffer
}

// placeAge is how often a quantity's place is given to the buffer if no window ends.
const placeAge = time.Minute

func (p *Pipeline) openAttester(ctx context.Context, q setup.Quantity) (reader, error) {
	if p.config.Attest == nil {
		return nil, errors.New("nobody takes attestations here")
	}
	channels, err := p.Channels(ctx, q.Source)
	if err != nil {
		return nil, err
	}
	a := &attester{Pipeline: p, setup: q}
	if a.value, err = feature.New([]feature.Feature{q.Feature, {Statistic: feature.Count, Channel: q.Feature.Channel}}, channels, nil, nil); err != nil {
		return nil, err
	}
	if a.machine, err = window.New(q.Window); err != nil {
		return nil, err
	}
	if mark := p.buffer.Mark(q.Name); mark != 0 {
		a.machine.Resume(mark)
	}
	return fed{p, q.Name, a}, nil
}

// take attests the windows that end. The attestation is on disk before the place is: after
// a kill in between the window comes again, and Attest leaves it out.
func (a *attester) take(ctx context.Context, due buffer.Due) error {
	ended := false
	for _, n := range due.Readings {
		if n.Source != a.setup.Source {
			a.machine.Skip(n.Number)
			continue
		}
		for _, w := range a.machine.AddNumbered(n.Number, n.Reading) {
			ended = true
			if err := a.attest(ctx, w); err != nil {
				return err
			}
		}
	}
	if !ended && time.Since(a.since) < placeAge {
		return nil
	}
	a.since = time.Now()
	next, mark := a.machine.Needed()
	_, err := a.buffer.Append(ctx, buffer.Batch{Done: []buffer.Place{{Sink: a.setup.Name, Next: next, Mark: mark}}})
	return err
}

func (a *attester) attest(ctx context.Context, w window.Window) error {
	skip := func(err error) error {
		a.note(quantityKind, a.setup.Name, func(part *Part) { part.Skipped++ })
		if err != nil {
			a.log.Warn("window not attested", "name", a.setup.Name, "error", err)
		}
		return nil
	}
	row, ok := a.value.Of(w.Readings, nil)
	if w.Cut || !ok || row[1] == 0 {
		return skip(nil) // it is not whole, or nothing was read
	}
	fresh, err := a.config.Attest(ctx, attestation.Statement{Group: a.setup.Group, Quantity: a.setup.Name, Feature: a.setup.Feature.String(), Unit: a.setup.Unit,
		Start: w.Start, End: w.End, Value: float64(row[0]), Count: uint64(row[1])})
	switch {
	case errors.Is(err, attestation.ErrInvalid) || errors.Is(err, ErrNever):
		return skip(err) // it would be so again
	case err != nil:
		return err
	case fresh:
		a.works(quantityKind, a.setup.Name, 1)
	}
	return nil
}

func (a *attester) idle(context.Context) error { return nil }
func (a *attester) close() error               { return nil }

// ErrNever says that a window cannot be attested, now or later.
var ErrNever = errors.New("the window cannot be attested")
