package daemon

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/power"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

// memoryBack is how long a job may be paused before its memory is wanted back, unless the
// duty cycle's period is longer: one that it evicts again and again would never end if it
// cannot leave a checkpoint, and wear the flash if it can.
const memoryBack = 10 * time.Minute

// guard is what watches battery and heat, by the rules of the setup that runs.
type guard struct {
	mu      sync.Mutex
	monitor *power.Monitor // nil = there are no rules
	changed chan struct{}  // closed when the rules are others
}

// current gives the monitor, nil for none, and what is closed when its rules are others.
func (g *guard) current() (*power.Monitor, <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.monitor, g.changed
}

// govern has rules hold in place of those before; nil = none. What is known of battery and
// heat stays.
func (d *Daemon) govern(rules *power.Rules) {
	d.power.mu.Lock()
	defer d.power.mu.Unlock()
	switch m := d.power.monitor; {
	case rules == nil && m == nil, rules != nil && m != nil && *rules == m.Rules():
		return
	case rules == nil:
		d.power.monitor = nil
	case m == nil:
		d.power.monitor = power.New(power.Config{Rules: *rules, Worked: d.pool.Worked, Changed: d.obey, Logger: d.log})
	default:
		m.Follow(*rules)
	}
	close(d.power.changed)
	d.power.changed = make(chan struct{})
}

// obey has all work wait, or go on.
func (d *Daemon) obey(s power.State) {
	if s.Wait == power.May {
		d.pool.Resume()
	} else {
		limit := memoryBack
		if m, _ := d.power.current(); m != nil {
			limit = max(limit, m.Rules().WithDefaults().Period)
		}
		d.pool.Pause(limit)
		if s.Wait == power.Battery {
			d.pool.Save() // what pauses for that may soon be off
		}
	}
	d.device.Wait(context.Background(), s.Detail) // it ends with the device
}

// paused is why jobs must wait.
func (d *Daemon) paused(string) string {
	if m, _ := d.power.current(); m != nil {
		return m.Paused()
	}
	return ""
}

// watchPower runs the monitor, and gives it what the pipeline reads for it.
func (d *Daemon) watchPower(ctx context.Context) error {
	for ctx.Err() == nil {
		m, changed := d.power.current()
		within, stop := context.WithCancel(ctx)
		var watching sync.WaitGroup
		if m == nil {
			d.obey(power.State{})
		} else {
			for _, c := range m.Channels() {
				watching.Go(func() { d.follow(within, m, c) })
			}
			watching.Go(func() { _ = m.Run(within) }) // it ends with the context
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
		stop()
		watching.Wait()
	}
	return nil
}

// follow gives the monitor a channel's values until ctx ends.
func (d *Daemon) follow(ctx context.Context, m *power.Monitor, c power.Channel) {
	for ctx.Err() == nil {
		running, exchanged := d.stage.current()
		within, stop := context.WithCancel(ctx)
		var following sync.WaitGroup
		if running != nil {
			following.Go(func() { d.followIn(within, running, m, c) })
		}
		select {
		case <-exchanged:
		case <-ctx.Done():
		}
		stop()
		following.Wait()
	}
}

// followIn does so while a pipeline runs.
func (d *Daemon) followIn(ctx context.Context, running *pipeline.Pipeline, m *power.Monitor, c power.Channel) {
	names, err := running.Channels(ctx, c.Stream)
	if err != nil {
		return // ctx has ended
	}
	i := slices.Index(names, c.Name)
	if i < 0 {
		d.log.Error("edge.toml: [power] names a channel that the source does not have", "source", c.Stream, "channel", c.Name, "channels", names)
		return
	}
	_ = running.Tail(ctx, c.Stream, func(r reading.Reading) error {
		if i < len(r.Values) {
			m.Observe(c, r.Values[i])
		}
		return nil
	})
}
