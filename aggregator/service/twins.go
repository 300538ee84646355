package service

import (
	"context"
	"errors"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/twin"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// openTwins restores how devices are to be set up.
func (s *Service) openTwins(blobs blob.Store) (err error) {
	s.twins, err = twin.New(twin.Config{Store: s.store, Blobs: blobs, Logger: s.log,
		Devices: func(ctx context.Context) (list []twin.Device, err error) {
			all, err := s.registry.List(ctx)
			for _, d := range all {
				if !d.Removed {
					list = append(list, selectable(d))
				}
			}
			return list, err
		},
		Device: func(address key.Address) (twin.Device, error) {
			d, err := s.registry.Device(address)
			return selectable(d), err
		}})
	return err
}

func selectable(d devices.Device) twin.Device {
	return twin.Device{Address: d.Address, Name: d.Name, Labels: d.Labels}
}

// twins is what the control socket may do with how devices are set up: what changes is told
// to the devices that are online, and to the others when they come.
type twins struct {
	*twin.Keeper
	service *Service
}

func (t twins) Deploy(ctx context.Context, name string, r twin.Revision, module []byte) (twin.Revision, error) {
	r, err := t.Keeper.Deploy(ctx, name, r, module)
	return r, t.tell(ctx, err)
}

func (t twins) RollBack(ctx context.Context, name string) (twin.Revision, error) {
	r, err := t.Keeper.RollBack(ctx, name)
	return r, t.tell(ctx, err)
}

func (t twins) Configure(ctx context.Context, selector, text string, trial uint64) ([]twin.Device, error) {
	found, err := t.Keeper.Configure(ctx, selector, text, trial)
	return found, t.tell(ctx, err)
}

// Label changes the labels of the devices that a selector means.
func (t twins) Label(ctx context.Context, selector string, set map[string]string, remove []string) ([]twin.Device, error) {
	found, err := t.Find(ctx, selector)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		if err := t.service.registry.Label(ctx, d.Address, set, remove); err != nil {
			return nil, err
		}
	}
	return found, t.tell(ctx, t.Relabelled(ctx))
}

// tell has the devices told, after a change that succeeded.
func (t twins) tell(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	err = t.service.aggregator.Redesired(ctx)
	if errors.Is(err, aggregator.ErrClosed) {
		err = nil // they are told when the server starts again
	}
	return err
}
