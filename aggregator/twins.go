package aggregator

import (
	"context"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Twins knows how devices are to be set up (package twin). Its methods are called in the
// aggregator's loop.
type Twins interface {
	Desired(device key.Address) (d wire.Desired, owed bool)
	Reported(device key.Address, m wire.Reported) (d wire.Desired, owed bool)
	Unsupported(device key.Address, text string)
	Module(device key.Address, h blob.Hash) (m blob.Manifest, found bool)
	Blobs() []blob.Hash
}

// Redesired has the devices that are online told how they are to be set up now.
func (a *Aggregator) Redesired(ctx context.Context) error {
	return a.do(ctx, func() {
		for device, s := range a.sessions {
			if s.online {
				a.desire(device)
			}
		}
	})
}

// desire tells a device how it is to be set up, unless it has said that it knows.
func (a *Aggregator) desire(device key.Address) {
	if a.config.Twins == nil {
		return
	}
	if d, owed := a.config.Twins.Desired(device); owed {
		a.sender.Send(device, wire.KindDesired, d)
	}
}

func (a *Aggregator) reported(device key.Address, m wire.Reported) {
	if a.config.Twins == nil {
		return
	}
	if d, owed := a.config.Twins.Reported(device, m); owed {
		a.sender.Send(device, wire.KindDesired, d)
	}
}
