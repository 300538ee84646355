package twin

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Status is the twin as it stands, without its parts.
func (k *Keeper) Status() wire.Reported { return *k.reported.Load() }

func (k *Keeper) publish() {
	s := k.machine.State()
	k.reported.Store(&wire.Reported{Version: s.Next.Version, Outcome: s.Outcome, Reason: s.Reason, Running: s.Running.Remote.Version,
		Local: s.Edits, Fault: s.Fault, Conflicts: s.Conflicts})
}

// report tells the server how things are.
func (k *Keeper) report(ctx context.Context) {
	r := k.Status()
	r.Parts = k.config.Parts()
	r.Parts = r.Parts[:min(len(r.Parts), wire.MaxParts)]
	k.sent, k.sentAt = uncounted(r), time.Now()
	k.config.Report(ctx, r)
}

// heartbeat is how often counts alone are told.
const heartbeat = 5 * time.Minute

// again reports what has changed since the last report.
func (k *Keeper) again(ctx context.Context) {
	r := k.Status()
	if r.Version == 0 {
		return
	}
	r.Parts = k.config.Parts()
	if time.Since(k.sentAt) >= heartbeat || !bytes.Equal(uncounted(r), k.sent) {
		k.report(ctx)
	}
}

// uncounted is a report without what changes all the time.
func uncounted(r wire.Reported) []byte {
	r.Parts = slices.Clone(r.Parts[:min(len(r.Parts), wire.MaxParts)])
	for i := range r.Parts {
		r.Parts[i].Count, r.Parts[i].Skipped = min(r.Parts[i].Count, 1), 0
	}
	encoded, _ := wire.Marshal(r) // structs of strings and numbers always can be
	return encoded
}
