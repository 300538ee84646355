package store

import (
	"encoding/binary"
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Names of the buckets, and what their keys are.
const (
	bucketCounters     = "counters"      // name
	bucketTasks        = "tasks"         // task's id
	bucketReceipts     = "receipts"      // sequence number
	bucketReceiptTasks = "receipt-tasks" // task's id; its receipt's key
	bucketOutbox       = "outbox"        // urgency and sequence number
	bucketOutboxIDs    = "outbox-ids"    // message's id; the message's key
	bucketRuns         = "runs"          // hash of the dataset's name, time, sequence number
	bucketAudit        = "audit"         // sequence number
	bucketPins         = "pins"          // hash of the federation's name
	bucketTwin         = "twin"          // one
)

func buckets() []string {
	return []string{bucketCounters, bucketTasks, bucketReceipts, bucketReceiptTasks, bucketOutbox, bucketOutboxIDs, bucketRuns, bucketAudit, bucketPins, bucketTwin}
}

func (tx *Tx) bucket(name string) btree.Bucket { return tx.tx.Bucket(name) }

// put keeps a value under a key.
func (tx *Tx) put(bucket string, key []byte, value any) error {
	encoded, err := wire.Marshal(value)
	if err == nil {
		err = tx.bucket(bucket).Put(key, encoded)
	}
	if err != nil {
		return fmt.Errorf("put %s/%x: %w", bucket, key, err)
	}
	return nil
}

// get reads the value under a key and tells whether there is one.
func get[T any](tx *Tx, bucket string, key []byte) (value T, found bool, err error) {
	encoded := tx.bucket(bucket).Get(key)
	if encoded == nil {
		return value, false, nil
	}
	value, err = decode[T](bucket, key, encoded)
	return value, err == nil, err
}

func decode[T any](bucket string, key, encoded []byte) (value T, err error) {
	if err := wire.Unmarshal(encoded, &value); err != nil {
		return value, fmt.Errorf("get %s/%x: %w", bucket, key, err)
	}
	return value, nil
}

// remove forgets the value under a key, if any.
func (tx *Tx) remove(bucket string, key []byte) error {
	if err := tx.bucket(bucket).Delete(key); err != nil {
		return fmt.Errorf("delete %s/%x: %w", bucket, key, err)
	}
	return nil
}

// each reads a bucket's values in the order of their keys, from the first that is
// not below from on, until visit returns false or an error.
func each[T any](tx *Tx, bucket string, from []byte, visit func(key []byte, value T) (more bool, err error)) error {
	cursor := tx.bucket(bucket).Cursor()
	for key, encoded := cursor.Seek(from); key != nil; key, encoded = cursor.Next() {
		value, err := decode[T](bucket, key, encoded)
		if err != nil {
			return err
		}
		if more, err := visit(key, value); err != nil || !more {
			return err
		}
	}
	return nil
}

// next gives a bucket's next sequence number, from 1, as a key that sorts.
func (tx *Tx) next(bucket string) ([]byte, error) {
	n, err := tx.bucket(bucket).Next()
	if err != nil {
		return nil, fmt.Errorf("number %s: %w", bucket, err)
	}
	return binary.BigEndian.AppendUint64(nil, n), nil
}

// trim deletes the oldest values of a bucket whose keys are sequence numbers
// without gaps until at most keep are left; gone sees each before.
func trim[T any](tx *Tx, bucket string, keep uint64, gone func(T) error) error {
	cursor := tx.bucket(bucket).Cursor()
	newest, _ := cursor.Last()
	if newest == nil {
		return nil
	}
	last := binary.BigEndian.Uint64(newest)
	for {
		first, encoded := cursor.First()
		if last-binary.BigEndian.Uint64(first) < keep {
			return nil
		}
		value, err := decode[T](bucket, first, encoded)
		if err != nil {
			return err
		}
		if err := gone(value); err != nil {
			return err
		}
		if err := tx.remove(bucket, first); err != nil {
			return err
		}
	}
}
