package store

import (
	"errors"
	"math"
)

// Names of the counters.
const (
	counterEpoch  = "epoch"
	counterTime   = "time"
	counterOutbox = "outbox-bytes"
)

func counter[T uint32 | int64](tx *Tx, name string) (T, error) {
	n, _, err := get[T](tx, bucketCounters, []byte(name))
	return n, err
}

// NextEpoch gives a number that is greater than all it gave before, from 1: the
// upper half of a message counter, so that counters grow over restarts.
func (tx *Tx) NextEpoch() (uint32, error) {
	n, err := counter[uint32](tx, counterEpoch)
	if err != nil {
		return 0, err
	}
	if n == math.MaxUint32 {
		return 0, errors.New("boot epochs are used up: enrol the device anew")
	}
	return n + 1, tx.put(bucketCounters, []byte(counterEpoch), n+1)
}

// RaiseTime notes a time that has certainly passed, in Unix milliseconds. An
// earlier one than is known changes nothing.
func (tx *Tx) RaiseTime(ms int64) error {
	if floor, err := tx.TimeFloor(); err != nil || ms <= floor {
		return err
	}
	return tx.put(bucketCounters, []byte(counterTime), ms)
}

// TimeFloor is the latest time noted by RaiseTime; 0 = none.
func (tx *Tx) TimeFloor() (int64, error) { return counter[int64](tx, counterTime) }

// NextEpoch is Tx.NextEpoch in a transaction of its own.
func (s *Store) NextEpoch() (epoch uint32, err error) {
	err = s.Update(func(tx *Tx) error { epoch, err = tx.NextEpoch(); return err })
	return epoch, err
}

// RaiseTime is Tx.RaiseTime in a transaction of its own, if one is needed.
func (s *Store) RaiseTime(ms int64) error {
	if floor, err := s.TimeFloor(); err != nil || ms <= floor {
		return err
	}
	return s.Update(func(tx *Tx) error { return tx.RaiseTime(ms) })
}

// TimeFloor is Tx.TimeFloor in a transaction of its own.
func (s *Store) TimeFloor() (ms int64, err error) {
	err = s.View(func(tx *Tx) error { ms, err = tx.TimeFloor(); return err })
	return ms, err
}
