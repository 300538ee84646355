package pipeline

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// steady is how long a source must have run for its next fault to count as the first.
const steady = time.Minute

// Readings wait between a source and the buffer, and go into it together: as many as
// these, or those of so long. Waking up for each costs more than all else. Critical ones
// do not wait.
const (
	gathered  = 1024
	gatherFor = 100 * time.Millisecond
)

// feed runs one source, again and again, and brings what it reads into the buffer.
func (p *Pipeline) feed(ctx context.Context, s setup.Source) {
	readings := queue{make(chan read, gathered), make(chan struct{}, 1)}
	var appender sync.WaitGroup
	appender.Go(func() { p.append(ctx, s, readings) })
	defer appender.Wait()
	defer close(readings.waiting)
	p.note(sourceKind, s.Name, func(*Part) {})
	var last int64 // position of what was read since the start
	for {
		began := time.Now()
		err := p.run(ctx, s, readings, &last)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			p.note(sourceKind, s.Name, func(part *Part) { part.Ended = true })
			p.log.Info("source has ended", "name", s.Name)
			return
		}
		if time.Since(began) > steady {
			p.note(sourceKind, s.Name, func(part *Part) { part.Faults = 0 })
		}
		if !sleep(ctx, p.failed(sourceKind, s.Name, err, cmp.Or(s.Restart, firstWait))) {
			return
		}
	}
}

// run opens the source and gives what it reads, until it ends.
func (p *Pipeline) run(ctx context.Context, s setup.Source, into queue, last *int64) error {
	src, err := p.openSource(s)
	if err != nil {
		return err
	}
	position := func() int64 { return 0 }
	if again, can := src.(source.Resumer); can {
		if *last == 0 {
			if *last, err = p.position(ctx, s.Name); err != nil {
				return err
			}
		}
		again.Resume(*last)
		position = func() int64 {
			*last = again.Position()
			return *last
		}
	}
	skipped := p.watchSkipped(s.Name, src)
	defer skipped()
	return src.Run(ctx, func(r reading.Reading) error {
		p.taps.pass(ctx, r, s.Wait)
		select {
		case into.waiting <- read{r, position()}:
			if len(into.waiting) == gathered/2 {
				select {
				case into.many <- struct{}{}:
				default:
				}
			}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// running is what a source and a bundle of them have in common.
type running interface {
	Run(ctx context.Context, emit func(reading.Reading) error) error
	Skipped() uint64
}

// openSource opens a source, or several on one connection, and announces its channels.
func (p *Pipeline) openSource(s setup.Source) (running, error) {
	if s.Bundle == nil {
		one, err := s.Open()
		if err == nil {
			p.announce(s.Name, one.Channels())
		}
		return one, err
	}
	all, err := s.Bundle()
	if err == nil {
		for name, channels := range all.Channels() {
			p.announce(name, channels)
		}
	}
	return all, err
}

// read is a reading, and the source's position behind it; 0 = it has none.
type read struct {
	reading.Reading
	position int64
}

// queue is what a source has read and the buffer has not.
type queue struct {
	waiting chan read
	many    chan struct{} // told when it is half full
}

// position is behind what is on disk of a source.
func (p *Pipeline) position(ctx context.Context, name string) (int64, error) {
	select {
	case <-p.opened:
		return p.buffer.Position(name)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// watchSkipped adds what a source skipped to what its runs before did, when it ends.
func (p *Pipeline) watchSkipped(name string, src running) func() {
	return func() {
		p.note(sourceKind, name, func(part *Part) { part.Skipped += src.Skipped() })
	}
}

// append brings readings into the buffer: as many at once as have come meanwhile.
func (p *Pipeline) append(ctx context.Context, s setup.Source, from queue) {
	select {
	case <-p.opened:
	case <-ctx.Done():
		return
	}
	batch := buffer.Batch{Priority: s.Priority, Wait: s.Wait}
	for r := range from.waiting {
		if s.Priority < buffer.Critical {
			from.gather(ctx)
		}
		batch.Readings, batch.Position = append(batch.Readings[:0], r.Reading), r.position
		for more := true; more && len(batch.Readings) < gathered; {
			select {
			case r, more = <-from.waiting:
				if more {
					batch.Readings, batch.Position = append(batch.Readings, r.Reading), r.position
				}
			default:
				more = false
			}
		}
		if batch.Origin = ""; batch.Position > 0 {
			batch.Origin = s.Name
		}
		p.put(ctx, sourceKind, s.Name, batch)
	}
}

// gather waits for more to come.
func (q queue) gather(ctx context.Context) {
	if len(q.waiting) >= gathered/2 {
		return
	}
	timer := time.NewTimer(gatherFor)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-q.many:
	case <-ctx.Done():
	}
}

// patience is how long a reading that cannot wait does, when the disk refuses.
const patience = 10 * time.Second

// put appends a batch. Sources that can wait do; of others the readings are given up,
// which the buffer counts.
func (p *Pipeline) put(ctx context.Context, kind, name string, batch buffer.Batch) {
	within := ctx
	if !batch.Wait {
		var cancel context.CancelFunc
		within, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	if _, err := p.buffer.Append(within, batch); err != nil {
		if ctx.Err() == nil && !errors.Is(err, buffer.ErrClosed) {
			p.note(kind, name, func(part *Part) { part.Skipped += uint64(len(batch.Readings)) })
			p.log.Error("readings given up", "name", name, "readings", len(batch.Readings), "error", err)
		}
		return
	}
	p.works(kind, name, uint64(len(batch.Readings)))
}
