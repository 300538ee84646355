package edge

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

func arch() string  { return runtime.GOOS + "/" + runtime.GOARCH }
func cores() uint32 { return uint32(runtime.NumCPU()) }

// Deliver takes a frame from the aggregator. It checks the frame's signature in
// the caller's goroutine.
func (d *Device) Deliver(ctx context.Context, kind wire.Kind, frame []byte) {
	if kind == wire.KindChunk {
		h, i, data, err := wire.DecodeChunk(frame)
		if err != nil {
			d.log.Warn("frame refused", "kind", kind, "error", err)
			return
		}
		d.post(ctx, func() { d.chunk(h, i, data) })
		return
	}
	e, err := wire.Open(frame)
	if err == nil {
		err = e.Check(wire.Expect{Fleet: d.config.Fleet, From: d.config.Aggregator, To: d.config.Key.Address(), Kind: kind, Now: d.config.Clock.Now()})
	}
	if err == nil {
		err = d.replays.Accept(e)
	}
	if err != nil {
		d.log.Warn("frame refused", "kind", kind, "error", err)
		return
	}
	d.post(ctx, func() { d.message(e) })
}

func (d *Device) message(e wire.Envelope) {
	var err error
	switch e.Kind {
	case wire.KindWelcome:
		err = handle(e, d.welcome)
	case wire.KindTask:
		err = handle(e, d.take)
	case wire.KindWant:
		err = handle(e, d.serve)
	case wire.KindReceipt:
		err = handle(e, d.receipt)
	case wire.KindReject:
		err = handle(e, func(m wire.Reject) { d.forget(m.Task, "rejected", m.Reason) })
	case wire.KindCancel:
		err = handle(e, func(m wire.Cancel) { d.forget(m.Task, "cancelled", m.Reason) })
	case wire.KindCertificate:
		err = handle(e, d.certificate)
	case wire.KindJoin:
		err = handle(e, d.join)
	case wire.KindDisclose:
		err = handle(e, d.disclose)
	case wire.KindHandBack:
		err = handle(e, d.handedBack)
	case wire.KindAttested:
		err = handle(e, d.attestedBy)
	case wire.KindError:
		err = handle(e, d.misunderstood)
	case wire.KindDesired:
		if d.config.Twin == nil {
			err = errors.New("this device is not to be set up from afar")
			break
		}
		err = handle(e, d.config.Twin.Heard)
	default:
		err = fmt.Errorf("unknown kind of message %.20q", e.Kind)
	}
	if err != nil {
		d.send(wire.KindError, wire.Error{Kind: e.Kind, Text: err.Error()})
	}
}

func handle[M any](e wire.Envelope, then func(M)) error {
	var m M
	if err := wire.Unmarshal(e.Body, &m); err != nil {
		return err
	}
	then(m)
	return nil
}

// welcome takes the time, and says again what is still unanswered.
func (d *Device) welcome(m wire.Welcome) {
	if err := d.config.Clock.Observe(time.UnixMilli(m.Time)); err != nil {
		d.log.Warn("time not stored", "error", err)
	}
	d.welcomed.Store(true)
	if d.config.Twin != nil && !m.Unknown {
		d.config.Twin.Answered()
	}
	if m.Unknown {
		d.hello()
		return
	}
	for _, w := range d.works {
		switch {
		case w.state == offered:
			d.offer(w)
		case w.state == away:
			d.handOverAgain(w)
		}
	}
	for _, r := range d.refused {
		d.send(wire.KindRefuse, r)
	}
	d.attested = time.Time{}
	d.sendAttestations()
	for _, f := range d.fetches {
		f.flight = 0
		d.want(f)
	}
}

// serve sends chunks of updates and disclosed data that are on offer, and of
// nothing else.
func (d *Device) serve(m wire.Want) {
	manifest, found := d.onOffer(m.Blob)
	if !found {
		return
	}
	for _, i := range m.Chunks[:min(len(m.Chunks), wire.MaxWant)] {
		d.sender.Chunk(d.config.Aggregator, func() ([]byte, error) {
			data, err := blob.ReadChunk(d.config.Blobs, manifest, i)
			if err != nil {
				return nil, err
			}
			return wire.EncodeChunk(manifest.Hash, i, data), nil
		})
	}
}

func (d *Device) onOffer(h blob.Hash) (blob.Manifest, bool) {
	for _, w := range d.works {
		if w.state == offered && w.offered.Update.Hash == h {
			w.heard = d.config.Clock.Now()
			return w.offered.Update, true
		}
		if w.state == away && w.over.Data.Size > 0 && w.over.Data.Hash == h {
			w.heard = d.config.Clock.Now()
			return w.over.Data, true
		}
	}
	for _, o := range d.disclosed {
		if o.Data.Hash == h {
			return o.Data, true
		}
	}
	return blob.Manifest{}, false
}

// receipt ends a task: the signature is kept, as proof should the update be left
// out.
func (d *Device) receipt(m wire.Receipt) {
	w := d.works[m.Task]
	if w == nil || w.state != offered {
		return
	}
	l, err := leaf.Decode(w.offered.Leaf)
	if err != nil {
		return
	}
	var signature key.Signature
	if len(m.Signature) == len(signature) {
		copy(signature[:], m.Signature)
	}
	signer, err := signature.Recover(l.Receipt())
	if err != nil || signer != d.config.Aggregator || m.Leaf != l.Hash() {
		d.log.Warn("receipt refused", "task", m.Task.Short(), "error", "it is not the aggregator's signature over this update")
		return
	}
	kept, err := wire.Marshal(leaf.Receipt{Leaf: w.offered.Leaf, Signature: m.Signature})
	if err != nil {
		d.log.Error("receipt not kept", "task", m.Task.Short(), "error", err)
		return // the update is offered again, and the receipt comes again
	}
	d.conclude(m.Task, "accepted", "", func(r Records) error { return r.PutReceipt(m.Task, kept) })
}

func (d *Device) certificate(m wire.Certificate) {
	if d.config.Renewed == nil {
		return
	}
	if err := d.config.Renewed(m); err != nil {
		d.log.Error("certificate refused", "error", err)
	}
}

// misunderstood hears that a blob is not to be had any more: what waits for it
// waits in vain.
func (d *Device) misunderstood(m wire.Error) {
	d.log.Warn("the aggregator answers", "kind", m.Kind, "text", m.Text)
}
