package aggregator

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Heavy runs tasks that are too heavy for their devices.
type Heavy interface {
	// Provider is what tasks name as theirs: an age recipient to whom devices encrypt
	// their data, or wire.ProviderMarket.
	Provider() string
	// Takes tells whether it can run the tasks of a device whose owner lets these age
	// recipients see data for it. It is called from the loop and must not wait.
	Takes(trusted []string) bool
	// Train runs a task as its device would, over data that are encrypted as the
	// device's message says, and gives the update file, metrics.bin and the fuel. A
	// task, by its id, is run once, however often it is asked for.
	Train(ctx context.Context, t wire.Task, over wire.HandOver, module, model, data []byte) (update, metrics []byte, fuel uint64, err error)
}

// handover is a task that its device handed over. It is in memory only: after a
// restart the device asks again, and finds what has been run meanwhile.
type handover struct {
	id     blob.Hash
	task   wire.Task
	over   wire.HandOver  // as the data that come are encrypted; not changed once they are here
	asked  *opening       // the data on their way
	answer *wire.HandBack // nil = not yet
}

// handOver takes a device's task: its data are pulled, and the provider runs it.
func (a *Aggregator) handOver(ctx context.Context, device key.Address, m wire.HandOver) {
	t, known := a.tasks[m.Task]
	if !known || t.device != device || t.round != t.run.machine.State().Round || t.run.machine.State().Phase != round.Train {
		a.sender.Send(device, wire.KindCancel, wire.Cancel{Task: m.Task, Reason: "its round is over"})
		return
	}
	h := a.handed[m.Task]
	if h != nil && h.answer != nil {
		a.sender.Send(device, wire.KindHandBack, *h.answer)
		return
	}
	if h == nil {
		task, err := t.run.task(device)
		if err == nil && (a.config.Heavy == nil || task.Heavy == "") {
			err = fmt.Errorf("tasks of %s are not run elsewhere", task.Federation)
		}
		if err != nil {
			a.sender.Send(device, wire.KindHandBack, wire.HandBack{Task: m.Task, Reason: err.Error()})
			return
		}
		h = &handover{id: m.Task, task: task, over: m, asked: &opening{device: device, ask: wire.Disclose{Case: m.Task, Task: task}, asked: a.config.Now(), done: make(chan struct{})}}
		a.handed[m.Task], a.opening[m.Task] = h, h.asked
		a.workers.Go(func() { a.runElsewhere(ctx, h) })
	}
	select {
	case <-h.asked.done:
	default: // a device that was restarted has encrypted them anew
		h.over = m
	}
	// The data come as disclosed ones do.
	a.disclosed(device, wire.Disclosed{Case: m.Task, Data: m.Data})
}

// runElsewhere waits for the data and runs the task, in a goroutine of its own.
func (a *Aggregator) runElsewhere(ctx context.Context, h *handover) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	a.workers.Go(func() {
		select {
		case <-a.stopped:
			cancel()
		case <-ctx.Done():
		}
	})
	select {
	case <-ctx.Done():
		return
	case <-h.asked.done:
	}
	begin := time.Now()
	answer := wire.HandBack{Task: h.id}
	var model, update []byte
	err := h.asked.reason
	if err == nil {
		model, err = blob.ReadAll(a.config.Blobs, h.task.Model.Hash)
	}
	if err == nil {
		update, answer.Metrics, answer.Fuel, err = a.config.Heavy.Train(ctx, h.task, h.over, a.config.Module, model, h.asked.content)
	}
	answer.Millis = uint64(time.Since(begin).Milliseconds())
	_ = a.post(ctx, func() { a.handBack(h, answer, update, err) })
}

// handBack keeps what came of a task, and offers it to its device.
func (a *Aggregator) handBack(h *handover, answer wire.HandBack, update []byte, err error) {
	if a.handed[h.id] != h {
		return // its round is over
	}
	if err == nil {
		if answer.Update, err = blob.Describe(bytes.NewReader(update), 0); err == nil {
			_, err = a.elsewhere.Put(update)
		}
	}
	if err != nil {
		a.log.Warn("task not run elsewhere", "device", h.task.Device, "federation", h.task.Federation, "round", h.task.Round, "error", err)
		answer = wire.HandBack{Task: h.id, Reason: err.Error()}
		if h.task.Provider == wire.ProviderMarket {
			h.answer, h.asked.content = &answer, nil // a device cannot have it bought until it suits it
		} else {
			delete(a.handed, h.id) // asked again, it is tried again
		}
	} else {
		a.log.Info("task run elsewhere", "device", h.task.Device, "federation", h.task.Federation, "round", h.task.Round, "fuel", answer.Fuel, "ms", answer.Millis)
		h.answer, h.asked.content = &answer, nil
	}
	a.sender.Send(h.task.Device, wire.KindHandBack, answer)
}

// handedBack gives the update that is on offer to a device, if that blob is one.
func (a *Aggregator) handedBack(device key.Address, b blob.Hash) (blob.Manifest, bool) {
	for _, h := range a.handed {
		if h.task.Device == device && h.answer != nil && h.answer.Reason == "" && h.answer.Update.Hash == b {
			return h.answer.Update, true
		}
	}
	return blob.Manifest{}, false
}

// forgetHandover drops a task that was handed over.
func (a *Aggregator) forgetHandover(id blob.Hash) {
	h := a.handed[id]
	if h == nil {
		return
	}
	delete(a.handed, id)
	a.closeOpening(h.asked, fmt.Errorf("its round is over"))
	if h.answer != nil && h.answer.Reason == "" {
		_ = a.elsewhere.Delete(h.answer.Update.Hash)
	}
}
