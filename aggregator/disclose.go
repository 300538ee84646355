package aggregator

import (
	"context"
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// opening is a dataset or testimony that a device discloses for a case, on its
// way. It is encrypted: the aggregator carries what it cannot read.
type opening struct {
	device   key.Address // that is asked: the leaf's, or its owner's second
	ask      wire.Disclose
	asked    time.Time
	manifest blob.Manifest
	transfer *blob.Transfer // nil = not offered yet
	wanted   uint32         // chunks asked for: all below are there or on their way
	flight   int            // chunks on their way
	done     chan struct{}  // closed at the end
	content  []byte
	reason   error
}

// maxDisclosed bounds a disclosed dataset in bytes.
const maxDisclosed = 1 << 30

// Disclose asks a device for its dataset, encrypted to the recipients, or for the
// testimony that its owner gives in its place, so that its update of a finished
// round can be checked. It waits until that has arrived. An error says that the
// owner's policy allows neither, or what else went wrong.
func (a *Aggregator) Disclose(ctx context.Context, device key.Address, n uint32, m wire.Disclose) ([]byte, error) {
	base, claimed, err := a.claimed(m.Federation, n, device)
	if err != nil {
		return nil, err
	}
	type begun struct {
		opening *opening
		err     error
	}
	b, err := ask(ctx, a, func() begun {
		r := a.runs[m.Federation]
		if o := a.opening[m.Case]; o != nil {
			return begun{opening: o} // another mediator's wish, or an earlier one
		}
		if r == nil {
			return begun{err: fmt.Errorf("federation %s: %w", m.Federation, ErrUnknown)}
		}
		var err error
		if m.Task, err = r.taskOf(n, device, base); err != nil {
			return begun{err: err}
		}
		m.Module, m.Claimed = a.module.Hash, claimed
		o := &opening{device: device, ask: m, asked: a.config.Now(), done: make(chan struct{})}
		a.opening[m.Case] = o
		a.sender.Send(device, wire.KindDisclose, m)
		return begun{opening: o}
	})
	if err == nil {
		err = b.err
	}
	if err != nil {
		return nil, err
	}
	o := b.opening
	again := time.NewTicker(askAgain)
	defer again.Stop()
	for {
		select {
		case <-o.done:
			if o.reason != nil {
				return nil, fmt.Errorf("data of %s for case %s: %w", device, m.Case.Short(), o.reason)
			}
			return o.content, nil
		case <-again.C:
			// A device that was offline, or restarted, offers anew.
			if err := a.do(ctx, func() { a.askOpening(o) }); err != nil {
				return nil, err
			}
		case <-ctx.Done():
			_ = a.post(context.WithoutCancel(ctx), func() { a.closeOpening(o, ctx.Err()) })
			return nil, fmt.Errorf("data of %s for case %s: %w", device, m.Case.Short(), ctx.Err())
		}
	}
}

func (a *Aggregator) askOpening(o *opening) {
	select {
	case <-o.done:
	default:
		if o.wanted, o.flight = 0, 0; o.transfer != nil {
			a.wantOpening(o)
		}
		a.sender.Send(o.device, wire.KindDisclose, o.ask)
	}
}

// disclosed begins to pull what a device offers.
func (a *Aggregator) disclosed(device key.Address, m wire.Disclosed) {
	o := a.opening[m.Case]
	if o == nil || o.device != device {
		return
	}
	if m.Reason != "" {
		a.closeOpening(o, fmt.Errorf("the device says: %s", m.Reason))
		return
	}
	if o.transfer != nil && o.manifest.Hash == m.Data.Hash {
		return
	}
	if !m.Second.IsZero() {
		a.askSecond(o, m)
		return
	}
	if err := m.Data.Validate(); err != nil || m.Data.Size > maxDisclosed {
		a.closeOpening(o, fmt.Errorf("it offers %d bytes, %v", m.Data.Size, err))
		return
	}
	if o.transfer != nil {
		_ = o.transfer.Abandon() // it restarted, and encrypted anew
	}
	transfer, err := blob.Receive(&blob.Memory{}, m.Data)
	if err != nil {
		a.closeOpening(o, err)
		return
	}
	o.manifest, o.transfer, o.wanted, o.flight = m.Data, transfer, 0, 0
	a.wantOpening(o)
}

// askSecond sends the question on to the device that its owner named.
func (a *Aggregator) askSecond(o *opening, m wire.Disclosed) {
	switch {
	case o.device != o.ask.Task.Device:
		a.closeOpening(o, fmt.Errorf("the second device names a third, %s", m.Second))
	case !a.config.Roster.Allowed(m.Second):
		a.closeOpening(o, fmt.Errorf("the device names %s as its owner's second, which does not belong to the fleet", m.Second))
	default:
		o.device, o.asked = m.Second, a.config.Now()
		// Whoever runs the task again is not told what should come out.
		o.ask.Vouch, o.ask.Claimed = m.Vouch, blob.Hash{}
		a.sender.Send(o.device, wire.KindDisclose, o.ask)
	}
}

// claimed gives the model that a finished round began with, and the answer that a
// device's leaf commits to.
func (a *Aggregator) claimed(name string, n uint32, device key.Address) (base blob.Manifest, answer blob.Hash, err error) {
	unknown := fmt.Errorf("update of %s in round %d of federation %s: %w", device, n, name, ErrUnknown)
	rounds, err := a.History(name, n-1, 1)
	if err != nil {
		return base, answer, err
	}
	if len(rounds) == 0 || rounds[0].Round != n {
		return base, answer, unknown
	}
	h := rounds[0]
	for i, encoded := range h.Leaves {
		l, err := leaf.Decode(encoded)
		if err != nil || l.Device != device || i >= len(h.Updates) {
			continue
		}
		base, err = blob.DescribeStored(a.config.Blobs, h.Base, 0)
		return base, leaf.Answer(h.Updates[i], l.Samples, l.Fuel), err
	}
	return base, answer, unknown
}

// openingChunk takes a chunk in and tells whether it was one of disclosed data.
func (a *Aggregator) openingChunk(device key.Address, h blob.Hash, i uint32, data []byte) bool {
	for _, o := range a.opening {
		if o.device != device || o.transfer == nil || o.manifest.Hash != h {
			continue
		}
		added, err := o.transfer.Add(i, data)
		if err != nil {
			a.closeOpening(o, err)
			return true
		}
		if !added {
			return true
		}
		o.flight = max(0, o.flight-1)
		if !o.transfer.Done() {
			a.wantOpening(o)
			return true
		}
		for i := range o.manifest.Chunks {
			part, err := o.transfer.Read(uint32(i), nil)
			if err != nil {
				a.closeOpening(o, err)
				return true
			}
			o.content = append(o.content, part...)
		}
		a.closeOpening(o, nil)
		return true
	}
	return false
}

func (a *Aggregator) wantOpening(o *opening) {
	if o.flight > wire.MaxWant/2 {
		return
	}
	var chunks []uint32
	for n := uint32(len(o.manifest.Chunks)); o.wanted < n && o.flight < wire.MaxWant; o.wanted++ {
		if !o.transfer.Have(o.wanted) {
			chunks = append(chunks, o.wanted)
			o.flight++
		}
	}
	if len(chunks) > 0 {
		a.sender.Send(o.device, wire.KindWant, wire.Want{Blob: o.manifest.Hash, Chunks: chunks})
	}
}

func (a *Aggregator) closeOpening(o *opening, reason error) {
	select {
	case <-o.done:
		return
	default:
	}
	o.reason = reason
	close(o.done)
	delete(a.opening, o.ask.Case)
}
