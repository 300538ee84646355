package edge

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/edge/dataset"
	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/sealed"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// maxDisclosures are kept at a time; the oldest goes first. They are lost with a
// restart: whoever still needs one asks again.
const maxDisclosures = 4

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
	if err := d.note("joined", fmt.Sprintf("%s, collateral %s", m.Federation, config.Amount(m.Collateral)), m.Dataset, m.Module); err != nil {
		d.log.Error("not joined", "federation", m.Federation, "error", err)
		return // what cannot be noted is not done; it is asked again
	}
	d.send(wire.KindJoined, answer)
}

func (d *Device) mayJoin(m wire.Join) error {
	if _, found := d.dataset(m.Dataset); !found {
		return fmt.Errorf("there is no dataset %q", m.Dataset)
	}
	return d.config.Policy.AllowJoin(d.marketAsk(m.Federation, m.Dataset, m.Module), config.Amount(m.Collateral))
}

func (d *Device) marketAsk(federation, dataset string, module blob.Hash) policy.Ask {
	return policy.Ask{Federation: federation, Dataset: dataset, Module: module, Now: d.config.Clock.Now()}
}

// disclose encrypts a dataset to those of the drawn mediators whom the owner
// trusts, and offers it.
func (d *Device) disclose(m wire.Disclose) {
	if i := slices.IndexFunc(d.disclosed, func(o wire.Disclosed) bool { return o.Case == m.Case }); i >= 0 {
		d.send(wire.KindDisclosed, d.disclosed[i])
		return
	}
	answer, err := d.seal(m)
	if err != nil {
		d.log.Warn("data stay closed", "federation", m.Federation, "dataset", m.Dataset, "error", err)
		answer = wire.Disclosed{Case: m.Case, Reason: err.Error()}
		_ = d.note("not disclosed", m.Federation+": "+answer.Reason, m.Dataset, m.Module)
		d.send(wire.KindDisclosed, answer)
		return
	}
	d.disclosed = append(d.disclosed, answer)
	if len(d.disclosed) > maxDisclosures {
		d.delete(d.disclosed[0].Data.Hash)
		d.disclosed = d.disclosed[1:]
	}
	d.send(wire.KindDisclosed, answer)
}

func (d *Device) seal(m wire.Disclose) (wire.Disclosed, error) {
	if len(m.Recipients) > wire.MaxRecipients {
		return wire.Disclosed{}, fmt.Errorf("%d recipients, at most %d", len(m.Recipients), wire.MaxRecipients)
	}
	set, found := d.dataset(m.Dataset)
	if !found {
		return wire.Disclosed{}, fmt.Errorf("there is no dataset %q", m.Dataset)
	}
	recipients, err := d.config.Policy.AllowDisclosure(d.marketAsk(m.Federation, m.Dataset, m.Module), m.Recipients)
	if err != nil {
		return wire.Disclosed{}, err
	}
	content := set.Content
	if set.Path != "" {
		mapped, release, err := dataset.Map(set.Path)
		if err != nil {
			return wire.Disclosed{}, err
		}
		defer release()
		content = mapped
	}
	file, err := sealed.Seal(bytes.NewReader(content), recipients)
	if err != nil {
		return wire.Disclosed{}, err
	}
	// Noted before it can leave.
	if err := d.note("disclosed", fmt.Sprintf("%s, case %s, to %v", m.Federation, m.Case.Short(), recipients), m.Dataset, m.Module); err != nil {
		return wire.Disclosed{}, err
	}
	if _, err := d.config.Blobs.Put(file); err != nil {
		return wire.Disclosed{}, err
	}
	manifest, err := blob.Describe(bytes.NewReader(file), 0)
	return wire.Disclosed{Case: m.Case, Data: manifest}, err
}

// note puts into the audit log what was done with the owner's data outside of a
// task.
func (d *Device) note(kind, detail, dataset string, module blob.Hash) error {
	at := d.config.Clock.Now()
	if at.IsZero() {
		at = time.UnixMilli(0)
	}
	return d.config.Journal.Update(func(r Records) error {
		return r.Append(store.Entry{At: at.UnixMilli(), Kind: kind, Dataset: dataset, Detail: detail, Module: module})
	})
}
