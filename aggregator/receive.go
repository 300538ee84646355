package aggregator

import (
	"context"
	"fmt"

	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Deliver takes a frame from a device. It checks the frame's signature in the
// caller's goroutine, so callers may be many, and waits while the loop is busy,
// which is what holds a fast sender back.
func (a *Aggregator) Deliver(ctx context.Context, topic wire.Topic, frame []byte) {
	a.up.Add(uint64(len(frame)))
	var call func()
	switch topic.Kind {
	case wire.KindStatus:
		online := string(frame) == "online"
		call = func() { a.status(topic.Device, online) }
	case wire.KindChunk:
		h, i, data, err := wire.DecodeChunk(frame)
		if err != nil {
			a.refuse(topic, err)
			return
		}
		call = func() { a.chunk(topic.Device, h, i, data) }
	default:
		e, err := a.open(topic, frame)
		if err != nil {
			a.refuse(topic, err)
			return
		}
		call = func() { a.message(ctx, e) }
	}
	a.post(ctx, call) // fails only when there is nobody left to tell
}

func (a *Aggregator) open(topic wire.Topic, frame []byte) (wire.Envelope, error) {
	e, err := wire.Open(frame)
	if err != nil {
		return e, err
	}
	err = e.Check(wire.Expect{Fleet: a.config.Fleet, From: topic.Device, To: a.config.Key.Address(), Kind: topic.Kind, Now: a.config.Now()})
	if err != nil {
		return e, err
	}
	if !a.config.Roster.Allowed(e.From) {
		return e, fmt.Errorf("%s from %s: it does not belong to the fleet", e.Kind, e.From)
	}
	return e, a.replays.Accept(e)
}

// refuse notes a frame that cannot be from who it says, or not for now. It gets
// no answer: the sender is not known.
func (a *Aggregator) refuse(topic wire.Topic, err error) {
	a.log.Warn("frame refused", "device", topic.Device, "kind", topic.Kind, "error", err)
	a.refused.Add(1)
}

func (a *Aggregator) status(device key.Address, online bool) {
	s := a.sessions[device]
	switch {
	case s != nil:
		s.online = online && s.online // only a hello brings a device online
	case online && a.config.Roster.Allowed(device):
		a.sender.Send(device, wire.KindWelcome, wire.Welcome{Time: a.config.Now().UnixMilli(), Unknown: true})
	}
}

// message handles one verified message. What cannot be understood is answered
// with an error.
func (a *Aggregator) message(ctx context.Context, e wire.Envelope) {
	var err error
	switch e.Kind {
	case wire.KindHello:
		err = handle(e, a.hello)
	case wire.KindOffer:
		err = handle(e, a.offer)
	case wire.KindRefuse:
		err = handle(e, a.declined)
	case wire.KindWant:
		err = handle(e, a.serve)
	case wire.KindJoined:
		err = handle(e, a.joined)
	case wire.KindDisclosed:
		err = handle(e, a.disclosed)
	case wire.KindHandOver:
		err = handle(e, func(device key.Address, m wire.HandOver) { a.handOver(ctx, device, m) })
	case wire.KindAttest:
		err = handle(e, a.attest)
	case wire.KindRenew:
		err = handle(e, func(device key.Address, m wire.Renew) { a.renew(ctx, device, m) })
	case wire.KindReported:
		err = handle(e, a.reported)
	case wire.KindError:
		err = handle(e, func(device key.Address, m wire.Error) {
			if m.Kind == wire.KindDesired && a.config.Twins != nil {
				a.config.Twins.Unsupported(device, m.Text)
			}
			a.log.Warn("device did not understand", "device", device, "kind", m.Kind, "text", m.Text)
		})
	default:
		err = fmt.Errorf("unknown kind of message %.20q", e.Kind)
	}
	if err != nil {
		a.sender.Send(e.From, wire.KindError, wire.Error{Kind: e.Kind, Text: err.Error()})
	}
}

func handle[M any](e wire.Envelope, then func(device key.Address, message M)) error {
	var m M
	if err := wire.Unmarshal(e.Body, &m); err != nil {
		return err
	}
	then(e.From, m)
	return nil
}

// hello brings a device online and sends again whatever it may have missed.
func (a *Aggregator) hello(device key.Address, m wire.Hello) {
	a.sessions[device] = &session{hello: m, online: true}
	a.sender.Send(device, wire.KindWelcome, wire.Welcome{Time: a.config.Now().UnixMilli()})
	for _, r := range a.sorted() {
		if member, selected := r.machine.Member(device); selected && r.machine.State().Phase == round.Train && member.Standing == round.Asked {
			r.ask(device)
		}
		r.tick()
	}
	a.desire(device)
}

// online tells whether a device is connected.
func (a *Aggregator) online(device key.Address) bool {
	s := a.sessions[device]
	return s != nil && s.online
}

// declined notes a refusal; the device repeats it until it is told so.
func (a *Aggregator) declined(device key.Address, m wire.Refuse) {
	t, known := a.tasks[m.Task]
	if !known || t.device != device || t.round != t.run.machine.State().Round || t.run.machine.State().Phase != round.Train {
		a.sender.Send(device, wire.KindCancel, wire.Cancel{Task: m.Task, Reason: "its round is over"})
		return
	}
	t.run.log.Info("task refused", "device", device, "reason", m.Reason)
	t.run.step(round.Declined{Device: device, Reason: m.Reason})
	t.run.tick()
}

// serve sends chunks of the blobs that tasks and desired setups name.
func (a *Aggregator) serve(device key.Address, m wire.Want) {
	var from blob.Store = a.config.Blobs
	manifest, found := a.served(m.Blob)
	if !found {
		manifest, found = a.handedBack(device, m.Blob)
		from = &a.elsewhere
	}
	if !found && a.config.Twins != nil {
		manifest, found = a.config.Twins.Module(device, m.Blob)
		from = a.config.Blobs
	}
	if !found {
		a.sender.Send(device, wire.KindError, wire.Error{Kind: wire.KindWant, Text: fmt.Sprintf("blob %s is not offered any more", m.Blob.Short())})
		return
	}
	for _, i := range m.Chunks[:min(len(m.Chunks), wire.MaxWant)] {
		a.sender.Chunk(device, func() ([]byte, error) {
			data, err := blob.ReadChunk(from, manifest, i)
			if err != nil {
				return nil, err
			}
			return wire.EncodeChunk(manifest.Hash, i, data), nil
		})
	}
}

func (a *Aggregator) served(h blob.Hash) (blob.Manifest, bool) {
	if h == a.module.Hash {
		return a.module, true
	}
	for _, r := range a.runs {
		if h == r.model.Hash {
			return r.model, true
		}
	}
	for _, o := range a.opening { // tasks to be run again for a check
		if h == o.ask.Task.Model.Hash {
			return o.ask.Task.Model, true
		}
	}
	return blob.Manifest{}, false
}

func (a *Aggregator) renew(ctx context.Context, device key.Address, m wire.Renew) {
	certificate, err := a.config.Roster.Certificate(ctx, device, m)
	if err != nil {
		a.sender.Send(device, wire.KindError, wire.Error{Kind: wire.KindRenew, Text: err.Error()})
		return
	}
	a.sender.Send(device, wire.KindCertificate, certificate)
}
