package edge

import (
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// owner is who is paid.
func (d *Device) owner() key.Address {
	if d.config.Policy.Owner.IsZero() {
		return d.config.Key.Address()
	}
	return d.config.Policy.Owner
}

// join signs the device's membership of a federation that pays, if the owner's
// policy lets it. The commitment to the data is fixed by it.
func (d *Device) join(m wire.Join) {
	answer := wire.Joined{Federation: m.Federation}
	if err := d.mayJoin(m); err != nil {
		answer.Reason = err.Error()
		d.note("not joined", m.Federation+": "+answer.Reason, m.Dataset, m.Module)
		d.send(wire.KindJoined, answer)
		return
	}
	set, _ := d.dataset(m.Dataset)
	answer.Owner, answer.Data = d.owner(), set.Commitment
	digest := member.Membership{Chain: m.Market.Chain, Contract: m.Market.Contract, Federation: m.ID, Device: d.config.Key.Address(),
		Owner: answer.Owner, Data: answer.Data, Collateral: config.Amount(m.Collateral), Expiry: m.Expiry, Nonce: m.Nonce}.Digest()
	signature := d.config.Key.Sign(digest)
	answer.Signature = signature[:]
	pin := store.Pin{Federation: m.Federation, Dataset: m.Dataset, Commitment: answer.Data}
	if err := d.noteWith("joined", fmt.Sprintf("%s, collateral %s", m.Federation, config.Amount(m.Collateral)), m.Dataset, m.Module, func(r Records) error { return r.PutPin(pin) }); err != nil {
		d.log.Error("not joined", "federation", m.Federation, "error", err)
		return // what cannot be noted is not done; it is asked again
	}
	d.pins[m.Federation] = pin
	d.send(wire.KindJoined, answer)
}

func (d *Device) mayJoin(m wire.Join) error {
	if _, found := d.dataset(m.Dataset); !found {
		return fmt.Errorf("there is no dataset %q", m.Dataset)
	}
	return d.config.Policy.AllowJoin(d.marketAsk(m.Federation, m.Dataset, m.Module), config.Amount(m.Collateral), m.Checks)
}

func (d *Device) marketAsk(federation, dataset string, module blob.Hash) policy.Ask {
	return policy.Ask{Federation: federation, Dataset: dataset, Module: module, Now: d.config.Clock.Now()}
}

// note puts into the audit log what was done with the owner's data outside of a
// task.
func (d *Device) note(kind, detail, dataset string, module blob.Hash) error {
	return d.noteWith(kind, detail, dataset, module, func(Records) error { return nil })
}

// noteWith changes the journal with the same write.
func (d *Device) noteWith(kind, detail, dataset string, module blob.Hash, change func(Records) error) error {
	at := d.config.Clock.Now()
	if at.IsZero() {
		at = time.UnixMilli(0)
	}
	return d.config.Journal.Update(func(r Records) error {
		if err := change(r); err != nil {
			return err
		}
		return r.Append(store.Entry{At: at.UnixMilli(), Kind: kind, Dataset: dataset, Detail: detail, Module: module})
	})
}
