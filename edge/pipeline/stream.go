package pipeline

import (
	"context"
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
)

// stream is a job that is fed what is on disk, as it comes.
type stream struct {
	*Pipeline
	setup  setup.Job
	stream Stream
	input  []byte
}

func (p *Pipeline) openStream(ctx context.Context, j setup.Job) (reader, error) {
	running, err := p.startStream(ctx, j)
	if err != nil {
		return nil, err
	}
	return fed{p, j.Name, &stream{Pipeline: p, setup: j, stream: running}}, nil
}

func (p *Pipeline) startStream(ctx context.Context, j setup.Job) (Stream, error) {
	request, err := p.request(j)
	if err != nil {
		return nil, err
	}
	if request.Inputs, err = p.inputs(ctx, j); err != nil {
		return nil, err
	}
	return p.config.Streamer.Stream(ctx, request)
}

func (s *stream) take(ctx context.Context, due buffer.Due) error {
	batch := buffer.Batch{Priority: s.setup.Priority, Done: []buffer.Place{{Sink: s.setup.Name, Next: behind(due.Readings)}}}
	if own := of(due.Readings, s.setup.Inputs); len(own) > 0 {
		s.input = s.input[:0]
		for _, r := range own {
			s.input = reading.Append(s.input, r.Reading)
		}
		output, err := s.stream.Send(ctx, s.input)
		if err == nil {
			batch.Readings, err = derived(output, s.setup)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			// It would fail again with the same readings: they are left out, and counted.
			s.note(jobKind, s.setup.Name, func(part *Part) { part.Skipped += uint64(len(own)) })
			if _, lost := s.buffer.Append(ctx, batch); lost != nil {
				return lost
			}
			return fmt.Errorf("%d readings left out: %w", len(own), err)
		}
		s.works(jobKind, s.setup.Name, uint64(len(own)))
	}
	_, err := s.buffer.Append(ctx, batch)
	return err
}

func (s *stream) idle(context.Context) error { return nil }
func (s *stream) close() error               { return s.stream.Close() }

// live runs a streaming job over readings as they come, before they are on disk.
func (p *Pipeline) live(ctx context.Context, j setup.Job) {
	p.note(jobKind, j.Name, func(*Part) {})
	one := p.taps.open(4*atOnce, j.Inputs...)
	defer p.taps.close(one)
	for ctx.Err() == nil {
		err := p.liveUntil(ctx, j, one)
		if ctx.Err() != nil {
			return
		}
		missed := uint64(len(one.readings)) // what waits is old by the time that it runs again
		for range missed {
			<-one.readings
		}
		p.note(jobKind, j.Name, func(part *Part) { part.Skipped += missed })
		if !sleep(ctx, p.failed(jobKind, j.Name, err, firstWait)) {
			return
		}
	}
}

func (p *Pipeline) liveUntil(ctx context.Context, j setup.Job, one *tap) (err error) {
	running, err := p.startStream(ctx, j)
	if err != nil {
		return err
	}
	defer running.Close()
	var input []byte
	for {
		input = input[:0]
		n := uint64(0)
		select {
		case r := <-one.readings:
			input = reading.Append(input, r)
			n++
		case <-ctx.Done():
			return ctx.Err()
		}
		for more := true; more && n < atOnce; {
			select {
			case r := <-one.readings:
				input = reading.Append(input, r)
				n++
			default:
				more = false
			}
		}
		if why := p.config.Paused(j.Name); why != "" {
			p.note(jobKind, j.Name, func(part *Part) { part.Paused, part.Skipped = why, part.Skipped+n })
			if !sleep(ctx, pausedFor) {
				return ctx.Err()
			}
			continue
		}
		output, err := running.Send(ctx, input)
		if err != nil {
			return err
		}
		made, err := derived(output, j)
		if err != nil {
			return err
		}
		for _, r := range made {
			p.taps.pass(ctx, r, false)
		}
		p.works(jobKind, j.Name, n)
		p.note(jobKind, j.Name, func(part *Part) { part.Paused = "" })
		if len(made) > 0 {
			p.put(ctx, jobKind, j.Name, buffer.Batch{Priority: j.Priority, Readings: made})
		}
	}
}
