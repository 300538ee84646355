package twin

import (
	"context"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/wire"
)

// tick lets time pass.
func (k *Keeper) tick(ctx context.Context) {
	s := k.machine.State()
	if s.Outcome == wire.TwinFetching {
		k.fetch(ctx)
	}
	if s.Trial() {
		k.prove(ctx, s)
	}
	k.again(ctx)
}

// prove tells the machine how a trial goes, and asks the server for signs of life.
func (k *Keeper) prove(ctx context.Context, s State) {
	_, hold := trial(s.Running.Remote)
	every := min(max(hold/3, busy), 10*time.Second)
	now := time.Now()
	if !k.config.Online() || now.Sub(k.heard) > 3*every {
		k.since = time.Time{}
	}
	if now.Sub(k.asked) >= every {
		k.asked = now
		k.config.Hello(ctx)
	}
	e := Ticked{Elapsed: now.Sub(k.started), Fault: k.fault(s), Base: k.merged.Base}
	if !k.since.IsZero() {
		e.Held = k.heard.Sub(k.since)
	}
	k.do(ctx, e)
}

// fault finds a part that the version on trial has brought or changed, and that has done
// nothing yet but fail.
func (k *Keeper) fault(s State) string {
	_, good, err := k.prepare(s.Good)
	if err != nil {
		return ""
	}
	for _, p := range k.config.Parts() {
		title := p.Kind + " " + p.Name
		of := func(h TableHash) bool { return h.Table == title }
		tables := k.merged.Base.Remote
		i := slices.IndexFunc(tables, of)
		if p.Fault == "" || p.Count > 0 || i < 0 || slices.Contains(good.Base.Remote, tables[i]) {
			continue
		}
		return title + ": " + p.Fault
	}
	return ""
}
