package twin

import (
	"reflect"
	"slices"

	"github.com/tadpole-edge/tadpole/aggregator/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Desired gives what a device is to be told: nothing if there is nothing, or if the device
// has said that it has it.
func (k *Keeper) Desired(device key.Address) (d wire.Desired, owed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, err := k.bring(device, 0) // it may have joined just now
	if err != nil {
		k.log.Error("desired setup not known", "device", device, "error", err)
		return d, false
	}
	return r.Desired, r.Desired.Version > 0 && r.Reported.Version != r.Desired.Version
}

// bring gives a device's record as it should be, and keeps it if that is something else.
func (k *Keeper) bring(device key.Address, above uint64) (r record, err error) {
	d, err := k.config.Device(device)
	if err != nil {
		return r, err
	}
	changed := false
	err = k.config.Store.View(func(tx *store.Tx) error {
		r, changed, err = k.renew(tx, d, above)
		return err
	})
	if err == nil && changed {
		err = k.config.Store.Update(func(tx *store.Tx) error { return tx.Put(bucketTwins, device.String(), r) })
	}
	return r, err
}

// Reported notes how a device says that it is set up. If it is behind, owed has what it
// is to be told again.
func (k *Keeper) Reported(device key.Address, m wire.Reported) (d wire.Desired, owed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, err := k.bring(device, 0)
	if err == nil && m.Version > r.Desired.Version {
		// This server was restored from a backup: the device would not take an older version.
		r, err = k.bring(device, m.Version+1)
	}
	k.parts[device] = m.Parts
	old := r
	r.Reported, r.Unsupported = m, ""
	news := old.ReportedAt == 0 || old.Unsupported != "" || !reflect.DeepEqual(uncounted(old.Reported), uncounted(m))
	if err == nil && news && r.Desired.Version > 0 {
		r.ReportedAt = k.config.Now().UnixMilli()
		err = k.config.Store.Update(func(tx *store.Tx) error { return tx.Put(bucketTwins, device.String(), r) })
	}
	if err != nil {
		k.log.Error("report not kept", "device", device, "error", err)
		return d, false
	}
	return r.Desired, m.Version < r.Desired.Version
}

// uncounted is a report without what changes all the time, which is not worth a write.
func uncounted(m wire.Reported) wire.Reported {
	m.Parts = slices.Clone(m.Parts)
	for i := range m.Parts {
		m.Parts[i].Count, m.Parts[i].Skipped = 0, 0
	}
	return m
}

// Unsupported notes that a device does not understand desired setups.
func (k *Keeper) Unsupported(device key.Address, text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	err := k.config.Store.Update(func(tx *store.Tx) error {
		var r record
		if _, err := tx.Get(bucketTwins, device.String(), &r); err != nil {
			return err
		}
		r.Unsupported = text
		return tx.Put(bucketTwins, device.String(), r)
	})
	if err != nil {
		k.log.Error("answer not kept", "device", device, "error", err)
	}
}

// Module finds a module that a device is to have.
func (k *Keeper) Module(device key.Address, h blob.Hash) (m blob.Manifest, found bool) {
	var r record
	err := k.config.Store.View(func(tx *store.Tx) error {
		_, err := tx.Get(bucketTwins, device.String(), &r)
		return err
	})
	for _, d := range r.Desired.Deployments {
		if err == nil && d.Module.Hash == h {
			return d.Module, true
		}
	}
	return m, false
}

// Blobs gives all modules that are still of use, for those who sweep.
func (k *Keeper) Blobs() (kept []blob.Hash) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, d := range k.deployments {
		for _, r := range d.Revisions {
			if !r.Removed {
				kept = append(kept, r.Module.Hash)
			}
		}
	}
	return kept
}
