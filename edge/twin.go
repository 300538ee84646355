package edge

import (
	"context"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Twin follows what the server desires the device to be (package twin). Its methods are
// called in the device's loop, and must not wait for it.
type Twin interface {
	Heard(d wire.Desired)
	Answered() // the server has answered a hello
}

// Fetch brings blobs to the device, in place of those that it was to bring before.
func (d *Device) Fetch(ctx context.Context, wanted []blob.Manifest) {
	d.post(ctx, func() {
		for _, old := range d.wanted {
			f := d.fetches[old.Hash]
			if f == nil || d.neededByTask(old.Hash) || slices.ContainsFunc(wanted, func(m blob.Manifest) bool { return m.Hash == old.Hash }) {
				continue
			}
			f.transfer.Close()
			delete(d.fetches, old.Hash)
			d.delete(old.Hash)
		}
		d.wanted = wanted
		for _, m := range wanted {
			if _, err := d.need(m); err != nil {
				d.log.Warn("blob not fetched", "blob", m.Hash.Short(), "error", err)
			}
		}
	})
}

func (d *Device) neededByTask(h blob.Hash) bool {
	for _, w := range d.works {
		if w.task.Module.Hash == h || w.task.Model.Hash == h {
			return true
		}
	}
	return false
}

// Report tells the server how the device is set up.
func (d *Device) Report(ctx context.Context, r wire.Reported) {
	d.post(ctx, func() { d.send(wire.KindReported, r) })
}
