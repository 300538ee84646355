package edge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// tolerated is how far before the aggregator's time a window may end: a reading from the
// future is of a clock that is wrong, and to sign it would keep the device from signing
// what comes after the clock is set right.
const tolerated = 5 * time.Minute

// ErrFuture says that a window ends in the future, by the aggregator's time.
var ErrFuture = errors.New("the window ends in the future: the source's clock is wrong")

// Attest signs what was measured over a window and keeps it until the aggregator has it.
// When it returns it is on disk. A window that ends no later than one that was attested
// before is left out, so each is signed once, whatever is killed; fresh tells.
func (d *Device) Attest(ctx context.Context, s attestation.Statement) (fresh bool, err error) {
	if end := time.Unix(0, s.End); end.Sub(d.config.Clock.Now()) > tolerated {
		if !d.welcomed.Load() {
			return false, fmt.Errorf("attest %s until %s: the aggregator has not told the time yet: it is tried again", s.Quantity, end.UTC().Format(time.RFC3339))
		}
		return false, fmt.Errorf("attest %s until %s: %w", s.Quantity, end.UTC().Format(time.RFC3339), ErrFuture)
	}
	s.Fleet = d.config.Fleet
	signed, err := attestation.Sign(d.config.Key, s)
	if err != nil {
		return false, fmt.Errorf("attest %s: %w", s.Quantity, err)
	}
	body, err := wire.Marshal(signed)
	if err != nil {
		return false, fmt.Errorf("attest %s: %w", s.Quantity, err)
	}
	err = d.config.Journal.Update(func(r Records) (err error) {
		var dropped []store.Message
		fresh, dropped, err = r.Attest(s.Quantity, s.End, store.Message{ID: signed.ID(), Kind: string(wire.KindAttest), Body: body})
		if len(dropped) > 0 {
			d.log.Warn("outbox is full: messages were dropped", "messages", len(dropped))
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("attest %s: %w", s.Quantity, err)
	}
	if fresh {
		d.post(ctx, d.sendAttestations)
	}
	return fresh, nil
}

// sendAttestations sends the oldest that wait, unless some are on their way.
func (d *Device) sendAttestations() {
	now := d.config.Clock.Now()
	if !d.attested.IsZero() && now.Sub(d.attested) < stalled {
		return
	}
	d.attested = time.Time{}
	pending, err := d.config.Journal.PendingOf(string(wire.KindAttest), attestation.MaxBatch)
	if err != nil {
		d.log.Error("attestations not read", "error", err)
		return
	}
	var m attestation.Message
	for _, p := range pending {
		var a attestation.Signed
		if err := wire.Unmarshal(p.Body, &a); err != nil {
			d.log.Error("attestation not read", "id", p.ID.Short(), "error", err)
			continue
		}
		m.Attestations = append(m.Attestations, a)
	}
	if len(m.Attestations) > 0 {
		d.attested = now
		d.send(wire.KindAttest, m)
	}
}

// attestedBy forgets what the aggregator has, and sends the next.
func (d *Device) attestedBy(m attestation.Answer) {
	err := d.config.Journal.Update(func(r Records) error {
		for _, o := range m.Done {
			if o.Refused != "" {
				d.log.Warn("attestation refused", "id", o.ID.Short(), "reason", o.Refused)
			}
			if err := r.Ack(o.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.log.Error("outbox", "error", err)
		return
	}
	d.attested = time.Time{}
	d.sendAttestations()
}
