// Package store is the device's memory: one bbolt file, device.db, so that
// whatever belongs together changes in one transaction (design, decision 8).
//
// Tasks, receipts, messages on their way out, runs and audit entries flow in; the
// same flow out after a kill or a power cut at any instant, for all that was
// acknowledged. What a task's states and a message's body mean is the business of
// others. On disk all values are deterministic CBOR.
//
// Every method of a Store is one transaction, and waits for the disk. Update does
// several things in one, through the same methods of a Tx.
package store

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// ErrLocked says that another process has the file open.
var ErrLocked = btree.ErrLocked

// Options change how the file is used. The zero value is right for a device.
type Options struct {
	NoSync       bool   // do not wait for the disk: for simulations, which a crash may lose
	OutboxBytes  int    // quota of messages on their way out; 0 = 16 MiB
	Receipts     uint64 // kept, the newest; 0 = 10 000
	AuditEntries uint64 // kept, the newest; 0 = 100 000: a flood of refused tasks must not fill the flash
}

// Store is an open database. It is safe for concurrent use; writers take turns.
type Store struct {
	file    *btree.File
	options Options
}

// Open opens the file, and makes it and its directory on first use. A file that
// is damaged is set aside and a new one begun, for a device that does not start
// helps nobody: see Recovered. It reads the whole file once to know.
func Open(path string, o Options) (*Store, error) {
	o.OutboxBytes = cmp.Or(o.OutboxBytes, defaultOutboxBytes)
	o.Receipts, o.AuditEntries = cmp.Or(o.Receipts, defaultReceipts), cmp.Or(o.AuditEntries, defaultAuditEntries)
	file, err := btree.Open(path, btree.Options{NoSync: o.NoSync, Buckets: buckets()})
	if err != nil {
		return nil, fmt.Errorf("open device database: %w", err)
	}
	return &Store{file, o}, nil
}

// Defaults of Options.
const (
	defaultOutboxBytes  = 16 << 20
	defaultReceipts     = 10_000
	defaultAuditEntries = 100_000
)

// Recovered names the file to which a damaged database was moved when this one
// was opened; "" = it was sound.
func (s *Store) Recovered() string { return s.file.Recovered() }

// Close waits for transactions under way and closes the file.
func (s *Store) Close() error { return s.file.Close() }

// Update runs change in one transaction: all of it is on disk when Update
// returns, or nothing is and it returns an error.
func (s *Store) Update(change func(*Tx) error) error {
	return s.file.Update(func(tx btree.Tx) error { return change(&Tx{tx, s.options}) })
}

// View runs read over one unchanging state of the database.
func (s *Store) View(read func(*Tx) error) error {
	return s.file.View(func(tx btree.Tx) error { return read(&Tx{tx, s.options}) })
}

// Check tells whether the file is sound and its parts agree. It does not verify
// the audit log: see Verify.
func (s *Store) Check() error {
	return s.View(func(tx *Tx) error { return errors.Join(tx.tx.Check(), tx.checkOutbox()) })
}

// Tx is a transaction. It is valid until the function that got it returns.
type Tx struct {
	tx      btree.Tx
	options Options
}
