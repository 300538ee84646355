// Package store is the device's memory: one bbolt file, device.db, so that
// whatever belongs together changes in one transaction (design, decision 8).
//
// Tasks, receipts, messages on their way out, runs and audit entries flow in; the
// same flow out after a kill or a power cut at any instant, for all that was
// acknowledged. What a task's states and a message's body mean is the business of
// others. On disk all values are deterministic CBOR. No other package of the edge
// names bbolt.
//
// Every method of a Store is one transaction, and waits for the disk. Update does
// several things in one, through the same methods of a Tx.
package store

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// ErrLocked says that another process has the file open.
var ErrLocked = errors.New("device database is in use by another process")

// Options change how the file is used. The zero value is right for a device.
type Options struct {
	NoSync       bool   // do not wait for the disk: for simulations, which a crash may lose
	OutboxBytes  int    // quota of messages on their way out; 0 = 16 MiB
	Receipts     uint64 // kept, the newest; 0 = 10 000
	AuditEntries uint64 // kept, the newest; 0 = 100 000: a flood of refused tasks must not fill the flash
}

// Store is an open database. It is safe for concurrent use; writers take turns.
type Store struct {
	db        *bbolt.DB
	options   Options
	recovered string
}

// Open opens the file, and makes it and its directory on first use. A file that
// is damaged is set aside and a new one begun, for a device that does not start
// helps nobody: see Recovered. It reads the whole file once to know.
func Open(path string, o Options) (*Store, error) {
	o.OutboxBytes = cmp.Or(o.OutboxBytes, defaultOutboxBytes)
	o.Receipts, o.AuditEntries = cmp.Or(o.Receipts, defaultReceipts), cmp.Or(o.AuditEntries, defaultAuditEntries)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open device database: %w", err)
	}
	s := &Store{options: o}
	err := examine(path)
	if errors.Is(err, errDamaged) {
		s.recovered, err = setAside(path)
	}
	if err == nil {
		s.db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout, NoSync: o.NoSync, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	}
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("open %s: %w: is another tadpole-edge running? stop it first", path, ErrLocked)
	case err != nil:
		return nil, fmt.Errorf("open device database: %w", err)
	}
	if err := s.db.Update(makeBuckets); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), s.db.Close())
	}
	return s, nil
}

// Defaults of Options.
const (
	defaultOutboxBytes  = 16 << 20
	defaultReceipts     = 10_000
	defaultAuditEntries = 100_000
)

// lockTimeout is how long a predecessor may take to let go of the file.
const lockTimeout = 2 * time.Second

// Recovered names the file to which a damaged database was moved when this one
// was opened; "" = it was sound.
func (s *Store) Recovered() string { return s.recovered }

// Close waits for transactions under way and closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Update runs change in one transaction: all of it is on disk when Update
// returns, or nothing is and it returns an error.
func (s *Store) Update(change func(*Tx) error) error {
	return s.db.Update(func(tx *bbolt.Tx) error { return change(&Tx{tx, s.options}) })
}

// View runs read over one unchanging state of the database.
func (s *Store) View(read func(*Tx) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return read(&Tx{tx, s.options}) })
}

// Check tells whether the file is sound and its parts agree. It does not verify
// the audit log: see Verify.
func (s *Store) Check() error {
	return s.View(func(tx *Tx) error { return errors.Join(checkPages(tx.tx), tx.checkOutbox()) })
}

// Tx is a transaction. It is valid until the function that got it returns.
type Tx struct {
	tx      *bbolt.Tx
	options Options
}
