package source

import (
	"context"
	"time"
)

// pace replays event times.
type pace struct {
	speed   float64
	longest time.Duration // pause
	latency time.Duration
	began   bool
	last    int64
	due     time.Time // when the last was
}

// maxBehind is how far a replay that was held up catches up.
const maxBehind = time.Second

// wait waits for as long as it was from the reading before, at the replay's speed.
// Where time ran back it does not wait.
func (p *pace) wait(ctx context.Context, t int64) error {
	last := p.last
	p.last = t
	if p.speed == 0 {
		return nil
	}
	if time.Since(p.due) > p.latency+maxBehind {
		p.due = time.Now()
	}
	if p.began && t > last {
		p.due = p.due.Add(min(time.Duration(min(float64(p.longest), (float64(t)-float64(last))/p.speed)), p.longest))
	}
	p.began = true
	return until(ctx, p.due, p.latency)
}

// until waits for what is due, and then for so much longer: what is due by then need not
// be waited for by itself.
func until(ctx context.Context, due time.Time, latency time.Duration) error {
	wait := time.Until(due)
	if wait <= 0 {
		return ctx.Err()
	}
	return sleep(ctx, wait+latency)
}

// sleep waits, or gives the error with which ctx has ended.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
