package store

import (
	"bytes"
	"cmp"
	"sort"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Task is a task that the device has taken and not yet answered.
type Task struct {
	ID      blob.Hash `cbor:"1,keyasint"`
	State   uint8     `cbor:"2,keyasint"` // of the owner's state machine
	Task    []byte    `cbor:"3,keyasint"` // as it came
	Offer   []byte    `cbor:"4,keyasint"` // of the finished update; nil = there is none yet
	Update  blob.Hash `cbor:"5,keyasint"` // the finished update; zero = there is none yet
	Created int64     `cbor:"6,keyasint"` // Unix milliseconds
}

// PutTask keeps a task, in place of the one with the same id.
func (tx *Tx) PutTask(t Task) error { return tx.put(bucketTasks, t.ID[:], t) }

// DeleteTask forgets a task, if it is there.
func (tx *Tx) DeleteTask(id blob.Hash) error { return tx.remove(bucketTasks, id[:]) }

// Tasks gives all tasks, oldest first.
func (tx *Tx) Tasks() (tasks []Task, err error) {
	err = each(tx, bucketTasks, nil, func(_ []byte, t Task) (bool, error) {
		tasks = append(tasks, t)
		return true, nil
	})
	sort.Slice(tasks, func(i, j int) bool {
		a, b := &tasks[i], &tasks[j]
		return cmp.Or(cmp.Compare(a.Created, b.Created), bytes.Compare(a.ID[:], b.ID[:])) < 0
	})
	return tasks, err
}

// PutTask is Tx.PutTask in a transaction of its own.
func (s *Store) PutTask(t Task) error { return s.Update(func(tx *Tx) error { return tx.PutTask(t) }) }

// DeleteTask is Tx.DeleteTask in a transaction of its own.
func (s *Store) DeleteTask(id blob.Hash) error {
	return s.Update(func(tx *Tx) error { return tx.DeleteTask(id) })
}

// Tasks is Tx.Tasks in a transaction of its own.
func (s *Store) Tasks() (tasks []Task, err error) {
	err = s.View(func(tx *Tx) error { tasks, err = tx.Tasks(); return err })
	return tasks, err
}
