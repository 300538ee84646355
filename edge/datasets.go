package edge

import (
	"context"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// SetDataset offers a dataset anew: more of it has been recorded. Federations that were
// joined with what it was before go on with that.
func (d *Device) SetDataset(ctx context.Context, set Dataset) {
	d.post(ctx, func() {
		d.datasets = slices.DeleteFunc(slices.Clone(d.datasets), func(old Dataset) bool {
			return old.Name == set.Name && (old.Commitment == set.Commitment || !d.inUse(old))
		})
		d.datasets = slices.Insert(d.datasets, 0, set)
		d.hello()
	})
}

// inUse tells whether a federation or a task needs this very copy of a dataset.
func (d *Device) inUse(set Dataset) bool {
	for _, p := range d.pins {
		if p.Dataset == set.Name && p.Commitment == set.Commitment {
			return true
		}
	}
	for _, w := range d.works {
		if w.set.Name == set.Name && w.set.Commitment == set.Commitment {
			return true
		}
	}
	return false
}

// InUse tells whether a copy of a dataset is the newest, or needed all the same.
func (d *Device) InUse(ctx context.Context, name string, commitment blob.Hash) (used bool) {
	done := make(chan struct{})
	used = true // unless it is known
	d.post(ctx, func() {
		defer close(done)
		used = slices.ContainsFunc(d.datasets, func(set Dataset) bool { return set.Name == name && set.Commitment == commitment })
	})
	select {
	case <-done:
	case <-d.stopped:
	case <-ctx.Done():
	}
	return used
}

// dataset gives the newest data of a name.
func (d *Device) dataset(name string) (Dataset, bool) {
	return d.find(func(set Dataset) bool { return set.Name == name })
}

// datasetFor gives the data that a federation's tasks run over: those with which it was
// joined, where it was.
func (d *Device) datasetFor(federation, name string) (Dataset, bool) {
	if p, joined := d.pins[federation]; joined && p.Dataset == name {
		return d.find(func(set Dataset) bool { return set.Name == name && set.Commitment == p.Commitment })
	}
	return d.dataset(name)
}

func (d *Device) find(fits func(Dataset) bool) (Dataset, bool) {
	i := slices.IndexFunc(d.datasets, fits)
	if i < 0 {
		return Dataset{}, false
	}
	return d.datasets[i], true
}
