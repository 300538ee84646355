package edge

import (
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// refuse ends a task that the device will not or cannot do. The refusal waits in
// the outbox until the aggregator has noted it.
func (d *Device) refuse(w *work, kind string, cause error) {
	m := wire.Refuse{Task: w.id, Reason: cause.Error()}
	body, err := wire.Marshal(m)
	if err != nil {
		return
	}
	enqueue := func(r Records) error {
		dropped, err := r.Enqueue(store.Message{ID: w.id, Kind: string(wire.KindRefuse), Body: body})
		for _, old := range dropped {
			d.log.Warn("outbox is full: a message was dropped", "kind", old.Kind, "id", old.ID.Short())
			delete(d.refused, old.ID)
		}
		return err
	}
	if d.works[w.id] == w {
		d.conclude(w.id, kind, cause.Error(), enqueue)
	} else if err := d.record(w, kind, cause.Error(), enqueue); err != nil {
		d.log.Error("refusal not kept", "task", w.id.Short(), "error", err)
	}
	d.log.Info("task "+kind, "federation", w.task.Federation, "round", w.task.Round, "error", cause)
	d.refused[w.id] = m
	d.send(wire.KindRefuse, m)
}

// noted forgets a refusal that the aggregator has answered.
func (d *Device) noted(id blob.Hash) {
	if _, waiting := d.refused[id]; !waiting {
		return
	}
	if err := d.config.Journal.Update(func(r Records) error { return r.Ack(id) }); err != nil {
		d.log.Error("outbox", "error", err)
		return
	}
	delete(d.refused, id)
}

// restoreRefusals reads what is still to be said from the outbox.
func (d *Device) restoreRefusals() error {
	pending, err := d.config.Journal.PendingOf(string(wire.KindRefuse), 0)
	if err != nil {
		return err
	}
	for _, m := range pending {
		var r wire.Refuse
		if err := wire.Unmarshal(m.Body, &r); err != nil {
			return fmt.Errorf("read outbox: %w", err)
		}
		d.refused[m.ID] = r
	}
	return nil
}
