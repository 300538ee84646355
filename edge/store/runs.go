package store

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// keepRuns is how long runs are remembered: longer than any interval that the
// owner's policy may ask for.
const keepRuns = 8 * 24 * time.Hour

// runKey sorts by dataset, then time. Names have any length and any bytes, so
// their hash stands for them.
func runKey(dataset string, at time.Time) []byte {
	name := blob.Sum([]byte(dataset))
	return binary.BigEndian.AppendUint64(name[:], uint64(at.UnixMilli())^1<<63) // so that times before 1970 sort too
}

// AddRun notes a run on a dataset, to the millisecond, and forgets those more than
// 8 days before it.
func (tx *Tx) AddRun(dataset string, at time.Time) error {
	number, err := tx.next(bucketRuns)
	if err != nil {
		return err
	}
	if err := tx.put(bucketRuns, append(runKey(dataset, at), number...), at.UnixMilli()); err != nil {
		return err
	}
	first, kept := runKey(dataset, time.UnixMilli(math.MinInt64)), runKey(dataset, at.Add(-keepRuns))
	cursor := tx.bucket(bucketRuns).Cursor()
	for {
		key, _ := cursor.Seek(first)
		if bytes.Compare(key, kept) >= 0 {
			return nil
		}
		if err := tx.remove(bucketRuns, key); err != nil {
			return err
		}
	}
}

// Runs gives the runs on a dataset at and after since, ascending.
func (tx *Tx) Runs(dataset string, since time.Time) (runs []time.Time, err error) {
	from := runKey(dataset, since)
	err = each(tx, bucketRuns, from, func(key []byte, ms int64) (bool, error) {
		if !bytes.HasPrefix(key, from[:len(blob.Hash{})]) {
			return false, nil
		}
		runs = append(runs, time.UnixMilli(ms))
		return true, nil
	})
	return runs, err
}

// AddRun is Tx.AddRun in a transaction of its own.
func (s *Store) AddRun(dataset string, at time.Time) error {
	return s.Update(func(tx *Tx) error { return tx.AddRun(dataset, at) })
}

// Runs is Tx.Runs in a transaction of its own.
func (s *Store) Runs(dataset string, since time.Time) (runs []time.Time, err error) {
	err = s.View(func(tx *Tx) error { runs, err = tx.Runs(dataset, since); return err })
	return runs, err
}
