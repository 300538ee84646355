package aggregator

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// incoming is one update on its way: chunks go to disk as they come, and into
// the sum as soon as all before them are there.
type incoming struct {
	device   key.Address
	offer    wire.Offer
	transfer *blob.Transfer
	update   *combine.Update
	folded   uint32 // chunks in the sum
	wanted   uint32 // chunks asked for: all below are there or on their way
	flight   int    // chunks on their way
	progress time.Time
}

// stalled is how long a transfer may rest before its chunks are asked for again.
const stalled = 5 * time.Second

// offer begins to pull a finished update, after its claim was checked.
func (a *Aggregator) offer(device key.Address, m wire.Offer) {
	t, known := a.tasks[m.Task]
	switch {
	case known && t.device == device && t.round == t.run.machine.State().Round:
	case known && t.device == device:
		t.run.late++
		fallthrough
	default:
		a.sender.Send(device, wire.KindReject, wire.Reject{Task: m.Task, Reason: "its round is over"})
		return
	}
	if a.sessions[device] == nil {
		// After a restart the aggregator must learn first what data it has.
		a.sender.Send(device, wire.KindWelcome, wire.Welcome{Time: a.config.Now().UnixMilli(), Unknown: true})
		return
	}
	r := t.run
	member, _ := r.machine.Member(device)
	switch {
	case member.Standing == round.Accepted:
		r.step(round.Received{Device: device}) // its receipt was lost
		return
	case member.Standing != round.Asked || r.machine.State().Phase != round.Train:
		r.step(round.Received{Device: device}) // late
		return
	case r.incoming[device] != nil && r.incoming[device].offer.Update.Hash == m.Update.Hash:
		r.incoming[device].wanted, r.incoming[device].flight = 0, 0
		r.want(r.incoming[device])
		return
	case r.incoming[device] != nil:
		r.spoil(device, fmt.Errorf("it offers a second, different update"))
		return
	}
	if err := r.check(device, m); err != nil {
		r.spoil(device, err)
		return
	}
	if err := r.receive(device, m); err != nil {
		r.spoil(device, err)
	}
}

// check holds an offer's leaf to the task that was given.
func (r *run) check(device key.Address, m wire.Offer) error {
	l, err := leaf.Decode(m.Leaf)
	if err != nil {
		return err
	}
	want, err := r.leaf(device, m, l.Fuel)
	if err != nil {
		return err
	}
	if l.Owner != want.Owner {
		want.Owner = l.Owner // the device's owner is the device's to name
	}
	if l != want {
		return fmt.Errorf("its leaf %+v is not what its task and offer give: %+v", l, want)
	}
	var signature key.Signature
	if len(m.Signature) != len(signature) {
		return fmt.Errorf("its leaf's signature has %d bytes", len(m.Signature))
	}
	copy(signature[:], m.Signature)
	if signer, err := signature.Recover(l.Claim()); err != nil || signer != device {
		return fmt.Errorf("its leaf is not signed by it")
	}
	if size := uint64(r.record.Config.Form(r.architecture).FileSize()); m.Update.Size != size {
		return fmt.Errorf("its update has %d bytes, want %d", m.Update.Size, size)
	}
	if holder, found := r.aggregator.holder(m.Update.Hash); found {
		return fmt.Errorf("its update is %s", holder)
	}
	if !finite(m.Metrics.Loss) || m.Metrics.Loss < 0 {
		return fmt.Errorf("its loss is %v", m.Metrics.Loss)
	}
	return nil
}

// holder tells whose a blob is already. Seeds differ between devices, so two equal
// updates are a copy; and forgetting a copy would delete the original's file.
func (a *Aggregator) holder(h blob.Hash) (holder string, found bool) {
	if _, served := a.served(h); served {
		return "a model or module", true
	}
	for _, r := range a.runs {
		for device, in := range r.incoming {
			if in.offer.Update.Hash == h {
				return "a copy of that of " + device.String(), true
			}
		}
		for device, offer := range r.offers {
			if offer.Update.Hash == h {
				return "a copy of that of " + device.String(), true
			}
		}
	}
	return "", false
}

// leaf is what a device must claim, given what it offers and the fuel that its job
// took, which a re-execution checks.
func (r *run) leaf(device key.Address, m wire.Offer, fuel uint64) (leaf.Leaf, error) {
	t, err := r.task(device)
	if err != nil {
		return leaf.Leaf{}, err
	}
	l := leaf.Leaf{Chain: t.Market.Chain, Contract: t.Market.Contract, Federation: r.record.Config.ID(), Round: t.Round, Device: device, Owner: device, BaseModel: t.Model.Hash,
		Module: t.Module.Hash, Configuration: blob.Sum(t.Training), Fuel: fuel}
	if s := r.aggregator.sessions[device]; s != nil {
		// Of a dataset that grows a device has the newest copy, first, and those that tasks
		// were begun with; of these it may choose as far as it has joined with them.
		offered, _ := leaf.Decode(m.Leaf)
		for _, d := range s.hello.Datasets {
			if d.Name == t.Dataset && (l.Data.IsZero() || d.Commitment == offered.Data) && r.joined(device, d.Commitment) {
				l.Data, l.Samples = d.Commitment, d.Records
			}
		}
	}
	l.Update = leaf.Commit(m.Update.Hash, l.Samples, l.Fuel)
	if epochs := uint64(r.record.Config.Training.Epochs); m.Metrics.Samples != l.Samples*epochs {
		return l, fmt.Errorf("it trained on %d samples, its dataset of %d in %d epochs has %d", m.Metrics.Samples, l.Samples, epochs, l.Samples*epochs)
	}
	return l, nil
}

// receive opens the transfer and folds what an earlier try left on disk.
func (r *run) receive(device key.Address, m wire.Offer) error {
	l, err := leaf.Decode(m.Leaf)
	if err != nil {
		return err
	}
	update, err := r.sum.Begin(l.Samples)
	if err != nil {
		return err
	}
	transfer, err := blob.Receive(r.aggregator.config.Blobs, m.Update)
	if err != nil {
		return err
	}
	in := &incoming{device: device, offer: m, transfer: transfer, update: update, progress: r.aggregator.config.Now()}
	r.incoming[device] = in
	return r.advance(in)
}

// chunk takes one chunk of an update, or of disclosed data, in.
func (a *Aggregator) chunk(device key.Address, h blob.Hash, i uint32, data []byte) {
	if a.openingChunk(device, h, i, data) {
		return
	}
	for _, r := range a.runs {
		in := r.incoming[device]
		if in == nil || in.offer.Update.Hash != h {
			continue
		}
		added, err := in.transfer.Add(i, data)
		if err != nil {
			r.spoil(device, err)
			return
		}
		if !added {
			return
		}
		in.progress = a.config.Now()
		in.flight = max(0, in.flight-1)
		if err := r.advance(in); err != nil {
			r.spoil(device, err)
		}
		return
	}
}

// advance folds the chunks that are next, and finishes or asks for more.
func (r *run) advance(in *incoming) error {
	var buffer []byte
	for in.transfer.Have(in.folded) {
		data, err := in.transfer.Read(in.folded, buffer)
		if err != nil {
			return err
		}
		if err := in.update.Fold(data); err != nil {
			return err
		}
		in.folded++
		buffer = data
	}
	if !in.transfer.Done() {
		r.want(in)
		return nil
	}
	if err := in.update.Finish(); err != nil {
		return err
	}
	if err := in.transfer.Finish(); err != nil {
		return err
	}
	delete(r.incoming, in.device)
	r.offers[in.device] = &in.offer
	r.step(round.Received{Device: in.device})
	return nil
}

// want keeps as many chunks on their way as a transfer may have, asking for two
// at a time or more, so that not every chunk costs a signed message.
func (r *run) want(in *incoming) {
	if in.flight > wire.MaxWant/2 {
		return
	}
	var chunks []uint32
	for n := uint32(len(in.offer.Update.Chunks)); in.wanted < n && in.flight < wire.MaxWant; in.wanted++ {
		if !in.transfer.Have(in.wanted) {
			chunks = append(chunks, in.wanted)
			in.flight++
		}
	}
	if len(chunks) > 0 {
		r.aggregator.sender.Send(in.device, wire.KindWant, wire.Want{Blob: in.offer.Update.Hash, Chunks: chunks})
	}
}

// spoil refuses a device's update, with the reason.
func (r *run) spoil(device key.Address, err error) {
	r.log.Warn("update refused", "device", device, "round", r.machine.State().Round, "error", err)
	r.step(round.Spoiled{Device: device, Reason: err.Error()})
	if in := r.incoming[device]; in != nil {
		r.drop(in)
	}
	if t, err := r.task(device); err == nil {
		if id, err := t.ID(); err == nil {
			r.aggregator.sender.Send(device, wire.KindReject, wire.Reject{Task: id, Reason: "update refused"})
		}
	}
}

// drop takes an update out of the sum again and forgets it.
func (r *run) drop(in *incoming) {
	delete(r.incoming, in.device)
	file := io.Reader(&chunkReader{transfer: in.transfer})
	if err := in.update.Undo(file); err != nil {
		// The sum can no longer be trusted; a restart folds it anew.
		r.aggregator.fatal = fmt.Errorf("take the update of %s out: %w", in.device, err)
	}
	if err := in.transfer.Abandon(); err != nil {
		r.log.Warn("not deleted", "blob", in.offer.Update.Hash.Short(), "error", err)
	}
}

// chunkReader reads a transfer's chunks from the first on.
type chunkReader struct {
	transfer *blob.Transfer
	next     uint32
	rest     bytes.Reader
}

func (c *chunkReader) Read(b []byte) (int, error) {
	if c.rest.Len() == 0 {
		if !c.transfer.Have(c.next) {
			return 0, io.EOF
		}
		data, err := c.transfer.Read(c.next, nil)
		if err != nil {
			return 0, err
		}
		c.next++
		c.rest.Reset(data)
	}
	return c.rest.Read(b)
}

// receipt gives a device the aggregator's signature over its leaf.
func (r *run) receipt(device key.Address) {
	offer := r.offers[device]
	if offer == nil {
		return
	}
	l, err := leaf.Decode(offer.Leaf)
	if err != nil {
		return
	}
	signature := r.aggregator.config.Key.Sign(l.Receipt())
	r.aggregator.sender.Send(device, wire.KindReceipt, wire.Receipt{Task: offer.Task, Leaf: l.Hash(), Signature: signature[:]})
}

// closeTransfers lets go of files; what has arrived is taken up after a restart.
func (a *Aggregator) closeTransfers() {
	for _, r := range a.runs {
		for _, in := range r.incoming {
			in.transfer.Close()
		}
	}
}
