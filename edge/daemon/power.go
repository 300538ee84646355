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

// watch makes the monitor of what edge.toml says of battery and heat.
func (d *Daemon) watch(rules *power.Rules) {
	if rules == nil {
		return
	}
	limit := max(memoryBack, rules.WithDefaults().Period)
	apply := func(s power.State) {
		if s.Wait == power.May {
			d.pool.Resume()
		} else {
			d.pool.Pause(limit)
		}
		if s.Wait == power.Battery {
			d.pool.Save() // what pauses for that may soon be off
		}
		d.device.Wait(context.Background(), s.Detail) // it ends with the device
	}
	d.power = power.New(power.Config{Rules: *rules, Worked: d.pool.Worked, Changed: apply, Logger: d.log})
	apply(d.power.State()) // before the first hello
}

// paused is why jobs must wait.
func (d *Daemon) paused(string) string {
	if d.power == nil {
		return ""
	}
	return d.power.Paused()
}

// watchPower runs the monitor, and gives it what the pipeline reads for it.
func (d *Daemon) watchPower(ctx context.Context) error {
	var followers sync.WaitGroup
	defer followers.Wait()
	for _, c := range d.power.Channels() {
		followers.Go(func() { d.follow(ctx, c) })
	}
	return d.power.Run(ctx)
}

// follow gives the monitor a channel's values until ctx ends.
func (d *Daemon) follow(ctx context.Context, c power.Channel) {
	for ctx.Err() == nil {
		running, exchanged := d.stage.current()
		within, stop := context.WithCancel(ctx)
		var following sync.WaitGroup
		if running != nil {
			following.Go(func() { d.followIn(within, running, c) })
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
func (d *Daemon) followIn(ctx context.Context, running *pipeline.Pipeline, c power.Channel) {
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
			d.power.Observe(c, r.Values[i])
		}
		return nil
	})
}
