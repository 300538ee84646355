// Package store is the aggregator's database: one bbolt file, so that whatever
// belongs together changes in one transaction (design, decision 8).
//
// Go values flow in under a bucket and a key, and flow out again; on disk they
// are deterministic CBOR. What the buckets mean is their owners' business. No
// other package of the aggregator names bbolt.
package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Errors that callers branch on.
var (
	ErrLocked  = errors.New("database is in use by another process")
	ErrDamaged = errors.New("database is damaged")
)

// Options change how the file is opened. The zero value is right for a service.
type Options struct {
	NoSync bool // do not wait for the disk: for simulations, which a crash may lose
}

// Store is an open database. It is safe for concurrent use; writers take turns.
type Store struct{ db *bbolt.DB }

// Open opens the file, and makes it and its directory on first use.
func Open(path string, o Options) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 2 * time.Second, NoSync: o.NoSync, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("open %s: %w: is another tadpole running on this directory?", path, ErrLocked)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, fmt.Errorf("open %s: %w (%v): restore it from a backup, or move it away to start anew", path, ErrDamaged, err)
	case err != nil:
		return nil, fmt.Errorf("open database: %w", err)
	}
	return &Store{db}, nil
}

// Close waits for transactions under way and closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Update runs change in one transaction: all of it is on disk when Update
// returns, or nothing is and it returns an error.
func (s *Store) Update(change func(*Tx) error) error {
	return s.db.Update(func(tx *bbolt.Tx) error { return change(&Tx{tx}) })
}

// View runs read over one unchanging state of the database.
func (s *Store) View(read func(*Tx) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return read(&Tx{tx}) })
}

// Check tells whether the file is sound (for tests, and after a crash).
func (s *Store) Check() error {
	return s.db.View(func(tx *bbolt.Tx) error {
		var faults []error
		for err := range tx.Check() {
			faults = append(faults, err)
		}
		return errors.Join(faults...)
	})
}

// Tx is a transaction. It is valid until the function that got it returns.
type Tx struct{ tx *bbolt.Tx }

// Put keeps value under key.
func (tx *Tx) Put(bucket, key string, value any) error {
	encoded, err := wire.Marshal(value)
	if err != nil {
		return fmt.Errorf("put %s/%s: %w", bucket, key, err)
	}
	b, err := tx.tx.CreateBucketIfNotExists([]byte(bucket))
	if err != nil {
		return fmt.Errorf("put %s/%s: %w", bucket, key, err)
	}
	if err := b.Put([]byte(key), encoded); err != nil {
		return fmt.Errorf("put %s/%s: %w", bucket, key, err)
	}
	return nil
}

// Get reads the value under key and tells whether there is one.
func (tx *Tx) Get(bucket, key string, into any) (found bool, err error) {
	b := tx.tx.Bucket([]byte(bucket))
	if b == nil {
		return false, nil
	}
	encoded := b.Get([]byte(key))
	if encoded == nil {
		return false, nil
	}
	if err := wire.Unmarshal(encoded, into); err != nil {
		return false, fmt.Errorf("get %s/%s: %w", bucket, key, err)
	}
	return true, nil
}

// Delete forgets the value under key, if any.
func (tx *Tx) Delete(bucket, key string) error {
	if b := tx.tx.Bucket([]byte(bucket)); b != nil {
		if err := b.Delete([]byte(key)); err != nil {
			return fmt.Errorf("delete %s/%s: %w", bucket, key, err)
		}
	}
	return nil
}

// DeleteAll forgets every value of a bucket.
func (tx *Tx) DeleteAll(bucket string) error {
	err := tx.tx.DeleteBucket([]byte(bucket))
	if err != nil && !errors.Is(err, berrors.ErrBucketNotFound) {
		return fmt.Errorf("delete %s: %w", bucket, err)
	}
	return nil
}

// Each reads a bucket's values of type T in the order of their keys.
func Each[T any](tx *Tx, bucket string, visit func(key string, value T) error) error {
	return EachFrom(tx, bucket, "", func(key string, value T) (bool, error) { return true, visit(key, value) })
}

// EachFrom is Each from the given key on, for as long as visit wants more.
func EachFrom[T any](tx *Tx, bucket, from string, visit func(key string, value T) (more bool, err error)) error {
	b := tx.tx.Bucket([]byte(bucket))
	if b == nil {
		return nil
	}
	cursor := b.Cursor()
	for key, encoded := cursor.Seek([]byte(from)); key != nil; key, encoded = cursor.Next() {
		var value T
		if err := wire.Unmarshal(encoded, &value); err != nil {
			return fmt.Errorf("get %s/%s: %w", bucket, key, err)
		}
		if more, err := visit(string(key), value); err != nil || !more {
			return err
		}
	}
	return nil
}
