package virtual

import (
	"slices"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/edge"
	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// models is the blob store that all devices share. Devices delete their own
// updates; models, which no single device may delete, go when enough newer ones
// have been asked for.
type models struct {
	blob.Memory
	mu     sync.Mutex
	recent []blob.Hash // fetched blobs, the latest use last
}

// kept is the number of fetched blobs (models and modules) that stay.
const kept = 6

// Has notes the use of a blob that devices fetch: they ask for it before a job.
func (m *models) Has(h blob.Hash) bool {
	if !m.Memory.Has(h) {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.recent = append(slices.DeleteFunc(m.recent, func(r blob.Hash) bool { return r == h }), h)
	if len(m.recent) > kept {
		m.Memory.Delete(m.recent[0])
		m.recent = m.recent[1:]
	}
	return true
}

// journal is a device's memory without a disk. It keeps no audit log and no
// receipts: a simulation has no owner to show them to.
type journal struct {
	mu    sync.Mutex
	epoch uint32
	runs  []time.Time
}

func (j *journal) NextEpoch() (uint32, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.epoch++
	return j.epoch, nil
}

func (j *journal) Tasks() ([]store.Task, error)       { return nil, nil }
func (j *journal) PutTask(store.Task) error           { return nil }
func (j *journal) DeleteTask(blob.Hash) error         { return nil }
func (j *journal) PutReceipt(blob.Hash, []byte) error { return nil }
func (j *journal) PutPin(store.Pin) error             { return nil }
func (j *journal) Pins() ([]store.Pin, error)         { return nil, nil }
func (j *journal) Append(store.Entry) error           { return nil }
func (j *journal) Ack(blob.Hash) error                { return nil }

func (j *journal) PendingOf(string, int) ([]store.Message, error)             { return nil, nil }
func (j *journal) Enqueue(store.Message) (dropped []store.Message, err error) { return nil, nil }

// Attest takes nothing: virtual devices have no sensors.
func (j *journal) Attest(string, int64, store.Message) (bool, []store.Message, error) {
	return false, nil, nil
}

// Update needs no transaction: what is lost with the process is lost whole.
func (j *journal) Update(change func(edge.Records) error) error { return change(j) }

func (j *journal) AddRun(_ string, at time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.runs = append(j.runs, at)
	return nil
}

func (j *journal) Runs(_ string, since time.Time) ([]time.Time, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	i, _ := slices.BinarySearchFunc(j.runs, since, time.Time.Compare)
	j.runs = slices.Clone(j.runs[i:])
	return j.runs, nil
}
