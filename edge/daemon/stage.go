package daemon

import (
	"context"
	"errors"
	"sync"

	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/setup"
)

// stage is where one pipeline runs at a time, and is exchanged for another while the
// device goes on.
type stage struct {
	mu        sync.Mutex
	running   *pipeline.Pipeline // nil = nothing is set up
	exchanged chan struct{}      // closed when running is another
	next      *setup.Setup       // nil = nothing at all is to run
	changed   chan struct{}      // holds one: next is another
}

func newStage() *stage {
	return &stage{exchanged: make(chan struct{}), changed: make(chan struct{}, 1)}
}

// play says what is to run, in place of what runs; set is false for nothing at all.
func (s *stage) play(next setup.Setup, set bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = nil
	if set {
		s.next = &next
	}
	select {
	case s.changed <- struct{}{}:
	default: // it is known already
	}
}

// current gives the pipeline that runs, nil for none, and what is closed when it is another.
func (s *stage) current() (*pipeline.Pipeline, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running, s.exchanged
}

// take gives what is to run, and makes it what current gives.
func (s *stage) take(prepare func(setup.Setup) *pipeline.Pipeline) *pipeline.Pipeline {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.changed:
	default:
	}
	s.running = nil
	if s.next != nil {
		s.running = prepare(*s.next)
	}
	close(s.exchanged)
	s.exchanged = make(chan struct{})
	return s.running
}

// runPipelines runs one pipeline after the other, until ctx ends. One that fails is an
// error, unless the twin has another to run in its place.
func (d *Daemon) runPipelines(ctx context.Context) error {
	for ctx.Err() == nil {
		if p := d.stage.take(d.prepare); p != nil {
			if err := d.runPipeline(ctx, p); err != nil {
				return err
			}
		} else {
			select {
			case <-d.stage.changed:
			case <-ctx.Done():
			}
		}
	}
	return nil
}

// runPipeline runs a pipeline until another is wanted.
func (d *Daemon) runPipeline(ctx context.Context, p *pipeline.Pipeline) error {
	within, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- p.Run(within) }()
	select {
	case <-d.stage.changed:
		stop()
		err := <-ended
		if err != nil && !errors.Is(err, context.Canceled) {
			d.log.Warn("pipeline ended", "error", err)
		}
		return nil
	case err := <-ended:
		if ctx.Err() != nil || err == nil {
			return err
		}
		if !d.twin.Failed(ctx, err) {
			return err
		}
		select {
		case <-d.stage.changed:
		case <-ctx.Done():
		}
		return nil
	}
}
