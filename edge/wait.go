package edge

import "context"

// Wait says why the device must not work from now on, as for a battery that is low; "" =
// it may. No task is started while it must not, and the aggregator hears of it, so that
// it selects the device for no further round. What runs already is the Runner's to pause.
func (d *Device) Wait(ctx context.Context, why string) {
	d.post(ctx, func() {
		if d.waiting == why {
			return
		}
		d.waiting = why
		d.hello()
	})
}
