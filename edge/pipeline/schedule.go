package pipeline

import (
	"context"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
)

// A run takes about so much at most. What is more goes to further runs, which follow at
// once.
const (
	runReadings = 1 << 16
	runBytes    = 4 << 20
)

// nudge is how far a clock may be set back, as by NTP, without its slots being counted anew.
const nudge = time.Minute

// scheduled is a job that runs by the wall clock: over all readings that came into the
// buffer since it ran last, in their order there, in which they wait until then. A slot at which there are none is
// passed over; of slots that were missed, while the device was off or paused, the last one
// is made up.
//
// Before a slot's first run the buffer's mark says that the slot has begun: so a run that a
// kill cut off is tried again as the same, and replaces what files it had left.
//
// The wall clock may jump. Forwards, that makes up one slot; backwards, the next slot is
// that of the new time.
type scheduled struct {
	runs
	known bool      // slot is
	slot  time.Time // that is run, or was last
	part  int64     // of its runs that is next, from 1; 0 = it is done with
	next  uint64    // reading
	until uint64    // reading at which the slot is done with
}

func (p *Pipeline) openScheduled(j setup.Job) (reader, error) {
	r, err := p.openRuns(j)
	if err != nil {
		return nil, err
	}
	s := &scheduled{runs: r}
	s.resume(p.buffer.Mark(j.Name))
	return s, nil
}

// A mark is the slot in milliseconds since 1970 and the part. That of a job which had a
// window before is in nanoseconds: as a slot it would be in the year 2700 or so, and is none.
const (
	partBits = 16
	lastSlot = 1 << 43 // in 2248
)

func (s *scheduled) mark() int64 { return s.slot.UnixMilli()<<partBits | s.part&(1<<partBits-1) }

func (s *scheduled) resume(mark int64) {
	if slot := mark >> partBits; slot > 0 && slot < lastSlot {
		s.known, s.slot, s.part = true, time.UnixMilli(slot).UTC(), mark&(1<<partBits-1)
	}
}

// turn waits for a slot, or does one run of it.
func (s *scheduled) turn(ctx context.Context) error {
	if s.part == 0 {
		now := s.config.Now()
		slot, next := s.setup.Schedule.Slot(now)
		switch {
		case !s.known || s.slot.Sub(now) > min(nudge, s.setup.Schedule.Every):
			s.known, s.slot = true, slot
			return s.save(ctx, nil, s.place())
		case !slot.After(s.slot):
			s.note(jobKind, s.setup.Name, func(part *Part) { part.Next = next })
			sleep(ctx, min(idleAfter, next.Sub(now))) // the clock may be set meanwhile
			return ctx.Err()
		}
		s.slot = slot
		s.advance()
	}
	if s.until == 0 {
		if more, err := s.begin(ctx); err != nil || !more {
			return err
		}
	}
	return s.runPart(ctx)
}

// begin has it on disk that the slot's runs begin, and what was read before. If that is
// nothing, the slot is done with.
func (s *scheduled) begin(ctx context.Context) (more bool, err error) {
	status, err := s.buffer.Status()
	if err != nil {
		return false, err
	}
	if status.Lag[s.setup.Name] == 0 && status.Waiting == 0 {
		return false, s.done(ctx, nil)
	}
	if err := s.sure(ctx, nil); err != nil {
		return false, err
	}
	if status, err = s.buffer.Status(); err != nil {
		return false, err
	}
	s.until = status.Next
	return true, nil
}

func (s *scheduled) place() buffer.Place {
	return buffer.Place{Sink: s.setup.Name, Next: s.next, Mark: s.mark()}
}

func (s *scheduled) done(ctx context.Context, made []reading.Reading) error {
	s.part, s.until = 0, 0
	return s.save(ctx, made, s.place())
}

func (s *scheduled) runPart(ctx context.Context) error {
	encoded, err := s.gather(ctx)
	if err != nil {
		return err
	}
	var made []reading.Reading
	if len(encoded) > 0 {
		if made, err = s.run(ctx, span{"run of " + s.slot.Format(time.RFC3339), s.end()}, encoded); err != nil {
			return err
		}
	}
	if s.next >= s.until {
		return s.done(ctx, made)
	}
	s.advance()
	return s.sure(ctx, made)
}

// sure has the place on disk.
func (s *scheduled) sure(ctx context.Context, made []reading.Reading) error {
	if err := s.save(ctx, made, s.place()); err != nil {
		return err
	}
	return s.buffer.Flush(ctx)
}

// advance goes to the next part. Where the clock was set back over the slot, files of those
// before stay.
func (s *scheduled) advance() {
	for s.part++; s.outputs.has(s.end()); s.part++ {
	}
}

// end names the files of a part.
func (s *scheduled) end() int64 { return s.slot.UnixNano() + s.part - 1 }

// gather takes what is due of the job's inputs, as much as a run may have.
func (s *scheduled) gather(ctx context.Context) (encoded []byte, err error) {
	for n := 0; s.next < s.until && n < runReadings && len(encoded) < runBytes; {
		due, err := s.due(ctx, s.setup.Name)
		if err != nil {
			return nil, err
		}
		for _, r := range of(due.Readings, s.setup.Inputs) {
			encoded = reading.Append(encoded, r.Reading)
			n++
		}
		if s.next = s.until; len(due.Readings) > 0 { // or else they were dropped meanwhile
			s.next = behind(due.Readings)
		}
	}
	return encoded, nil
}
