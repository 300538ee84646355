package aggregator

import (
	"bytes"
	"context"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Presence is a device that has said hello since the aggregator started.
type Presence struct {
	Device  key.Address `json:"device"`
	Online  bool        `json:"online"`
	Waiting string      `json:"waiting,omitempty"` // why it must not work now, and is not selected; "" = it may
}

// Presence lists the devices that have said hello, in order of their addresses.
func (a *Aggregator) Presence(ctx context.Context) ([]Presence, error) {
	return ask(ctx, a, func() (list []Presence) {
		for device, s := range a.sessions {
			list = append(list, Presence{device, s.online, s.hello.Waiting})
		}
		slices.SortFunc(list, func(x, y Presence) int { return bytes.Compare(x.Device[:], y.Device[:]) })
		return list
	})
}
