package edge

import (
	"errors"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// fetch is a blob on its way to the device.
type fetch struct {
	transfer *blob.Transfer
	wanted   uint32 // all chunks below are there or on their way
	flight   int    // chunks on their way
	progress time.Time
}

// stalled is how long a fetch may rest before its chunks are asked for again,
// and an offer before it is made again.
const stalled = 10 * time.Second

// need makes sure that a blob is there or coming, and tells which.
func (d *Device) need(m blob.Manifest) (there bool, err error) {
	if d.config.Blobs.Has(m.Hash) {
		return true, nil
	}
	if d.fetches[m.Hash] != nil {
		return false, nil
	}
	transfer, err := blob.Receive(d.config.Blobs, m)
	if err != nil {
		return false, err
	}
	f := &fetch{transfer: transfer, progress: d.config.Clock.Now()}
	d.fetches[m.Hash] = f
	if transfer.Done() {
		return d.finish(f), nil
	}
	d.want(f)
	return false, nil
}

// want asks for the next chunks, as many as may be on their way, but not for
// each alone: a message costs a signature.
func (d *Device) want(f *fetch) {
	if f.flight > wire.MaxWant/2 {
		return
	}
	if f.flight == 0 {
		f.wanted = 0
	}
	var chunks []uint32
	for n := uint32(len(f.transfer.Manifest().Chunks)); f.wanted < n && f.flight < wire.MaxWant; f.wanted++ {
		if !f.transfer.Have(f.wanted) {
			chunks = append(chunks, f.wanted)
			f.flight++
		}
	}
	if len(chunks) > 0 {
		d.send(wire.KindWant, wire.Want{Blob: f.transfer.Manifest().Hash, Chunks: chunks})
	}
}

func (d *Device) chunk(h blob.Hash, i uint32, data []byte) {
	f := d.fetches[h]
	if f == nil {
		return
	}
	added, err := f.transfer.Add(i, data)
	if err != nil {
		d.log.Warn("chunk refused", "error", err)
		return
	}
	if !added {
		return
	}
	f.progress = d.config.Clock.Now()
	f.flight = max(0, f.flight-1)
	if f.transfer.Done() {
		d.finish(f)
		return
	}
	d.want(f)
}

func (d *Device) finish(f *fetch) (there bool) {
	h := f.transfer.Manifest().Hash
	delete(d.fetches, h)
	if err := f.transfer.Finish(); err != nil {
		d.log.Error("blob refused", "error", errors.Join(err, f.transfer.Abandon()))
		return false
	}
	return true
}

// retry says again what was not answered.
func (d *Device) retry() {
	now := d.config.Clock.Now()
	if !d.attested.IsZero() {
		d.sendAttestations()
	}
	for _, f := range d.fetches {
		if now.Sub(f.progress) > stalled {
			f.progress, f.flight = now, 0
			d.want(f)
		}
	}
	for _, w := range d.works {
		if w.state == offered && now.Sub(w.heard) > stalled {
			d.offer(w)
		}
		if w.state == away && w.back == nil && now.Sub(w.heard) > stalled {
			d.handOver(w)
		}
	}
}
