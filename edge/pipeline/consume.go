package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
)

// reader is a job, a dataset or a sink that reads the buffer.
type reader interface {
	// turn does what there is to do, or waits a while for it, and says to the buffer how
	// far it is then.
	turn(ctx context.Context) error
	close() error
}

// fed is a reader that is given what is due once there is any.
type fed struct {
	*Pipeline
	name string
	taker
}

type taker interface {
	// take does what there is to do with readings.
	take(ctx context.Context, due buffer.Due) error
	// idle is called when nothing has come for a while.
	idle(ctx context.Context) error
	close() error
}

// Of the buffer at once, and how long a reader that gets nothing may rest.
const (
	atOnce    = 512
	idleAfter = 5 * time.Second
	pausedFor = time.Second // until it is asked again whether a job may go on
)

// consume opens a reader and gives it what is due, again and again. After a fault it
// begins anew from what it had last told the buffer.
func (p *Pipeline) consume(ctx context.Context, kind, name string, open func(context.Context) (reader, error)) {
	p.note(kind, name, func(*Part) {})
	for {
		r, err := open(ctx)
		if err == nil {
			for err == nil {
				err = p.step(ctx, kind, name, r)
			}
			err = errors.Join(err, r.close())
		}
		if ctx.Err() != nil {
			return
		}
		if !sleep(ctx, p.failed(kind, name, err, firstWait)) || !p.rewind(ctx, kind, name) {
			return
		}
	}
}

// rewind takes a reader back to where it was last known to be: what it has already said
// of its place must be on disk first, with the readings that it made.
func (p *Pipeline) rewind(ctx context.Context, kind, name string) bool {
	for {
		err := p.buffer.Flush(ctx)
		if err == nil {
			err = p.buffer.Rewind(name)
		}
		if err == nil {
			return true
		}
		if ctx.Err() != nil || !sleep(ctx, p.failed(kind, name, err, firstWait)) {
			return false
		}
	}
}

func (p *Pipeline) step(ctx context.Context, kind, name string, r reader) error {
	if why := p.config.Paused(name); why != "" && kind == jobKind {
		p.note(kind, name, func(part *Part) { part.Paused = why })
		sleep(ctx, pausedFor)
		return ctx.Err()
	}
	p.note(kind, name, func(part *Part) { part.Paused = "" })
	return r.turn(ctx)
}

func (f fed) turn(ctx context.Context) error {
	due, err := f.due(ctx, f.name)
	switch {
	case err != nil:
		return err
	case len(due.Readings) == 0:
		return f.idle(ctx)
	}
	return f.take(ctx, due)
}

// due gives what there is for a reader; nothing if nothing comes for a while.
func (p *Pipeline) due(ctx context.Context, name string) (buffer.Due, error) {
	within, cancel := context.WithTimeout(ctx, idleAfter)
	defer cancel()
	due, err := p.buffer.Next(within, name, atOnce)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return buffer.Due{}, nil
	}
	return due, err
}

// of gives the readings of some streams.
func of(due []buffer.Numbered, streams []string) (own []buffer.Numbered) {
	for _, r := range due {
		if slices.Contains(streams, r.Source) {
			own = append(own, r)
		}
	}
	return own
}

// behind is the number behind the last reading.
func behind(due []buffer.Numbered) uint64 { return due[len(due)-1].Number + 1 }
