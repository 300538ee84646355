// Package btree is the device's door to bbolt: a file of named buckets, in which
// keys are sorted and a transaction is on disk as a whole or not at all.
//
// A path flows into Open and a File flows out. One that is damaged is set aside
// first and a new one begun, for bbolt maps its file and trusts it. Keys and values
// are bytes here; package store and the readings' buffer say what they mean, each in
// a file of its own: readings may fill their quota or wear their pages out, and the
// device's tasks and receipts are none the worse for it. No other package of the
// edge names bbolt.
package btree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// ErrLocked says that another process has the file open.
var ErrLocked = errors.New("database is in use by another process")

// Options change how a file is used. The zero value waits for the disk.
type Options struct {
	NoSync  bool     // do not wait for the disk: for simulations, which a crash may lose
	Buckets []string // those that there must be; Open makes them
}

// pageSize is the unit in which new files are written, whatever the kernel's pages
// are: where those have 16 KiB (Raspberry Pi 5), each commit would write four times
// as much.
const pageSize = 4 << 10

// lockTimeout is how long a predecessor may take to let go of the file.
const lockTimeout = 2 * time.Second

// File is an open file. It is safe for concurrent use; writers take turns.
type File struct {
	db        *bbolt.DB
	recovered string
	fresh     bool
}

// Open opens the file, and makes it and its directory on first use. It reads the
// whole file once to know that it is sound: see Recovered.
func Open(path string, o Options) (*File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f := &File{}
	err := examine(path)
	if errors.Is(err, errDamaged) {
		f.recovered, err = setAside(path)
	}
	info, missing := os.Stat(path)
	f.fresh = errors.Is(missing, fs.ErrNotExist) || missing == nil && info.Size() == 0
	if err == nil {
		f.db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout, PageSize: pageSize, NoSync: o.NoSync, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	}
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("open %s: %w: is another tadpole-edge running? stop it first", path, ErrLocked)
	} else if err != nil {
		return nil, err
	}
	err = f.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range o.Buckets {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return fmt.Errorf("make bucket %s: %w", name, err)
			}
		}
		return nil
	})
	if f.fresh && !o.NoSync {
		err = errors.Join(err, syncDirectory(filepath.Dir(path)))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), f.db.Close())
	}
	return f, nil
}

// syncDirectory keeps a new file's name: what is in the file is on disk, but a power
// cut could still leave no way to it.
func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Recovered names the file to which a damaged one was moved when this one was
// opened; "" = it was sound.
func (f *File) Recovered() string { return f.recovered }

// Fresh tells whether Open made the file.
func (f *File) Fresh() bool { return f.fresh }

// Close waits for transactions under way and closes the file.
func (f *File) Close() error { return f.db.Close() }

// Update runs change in one transaction: all of it is on disk when Update returns
// nil, and none of it if change returns an error. If the disk refuses a write, the
// transaction may be there or not.
func (f *File) Update(change func(Tx) error) error {
	return f.db.Update(func(tx *bbolt.Tx) error { return change(Tx{tx}) })
}

// View runs read over one unchanging state of the file.
func (f *File) View(read func(Tx) error) error {
	return f.db.View(func(tx *bbolt.Tx) error { return read(Tx{tx}) })
}

// Tx is a transaction. It, and all bytes that it gave, are valid until the function
// that got it returns.
type Tx struct{ tx *bbolt.Tx }

// Check tells whether the pages are sound.
func (tx Tx) Check() error { return checkPages(tx.tx) }

// Bucket gives one of the buckets that Open was told of.
func (tx Tx) Bucket(name string) Bucket { return Bucket{tx.tx.Bucket([]byte(name))} }

// Bucket holds values under sorted keys.
type Bucket struct{ b *bbolt.Bucket }

// Get gives the value under a key, nil if there is none.
func (b Bucket) Get(key []byte) []byte { return b.b.Get(key) }

// Put keeps a value under a key.
func (b Bucket) Put(key, value []byte) error { return b.b.Put(key, value) }

// Delete forgets the value under a key, if any.
func (b Bucket) Delete(key []byte) error { return b.b.Delete(key) }

// Next gives the bucket's next sequence number, from 1.
func (b Bucket) Next() (uint64, error) { return b.b.NextSequence() }

// Grow says that new keys come behind all others, so that pages are filled to the
// brim in this transaction, not to the half.
func (b Bucket) Grow() { b.b.FillPercent = 1 }

// Cursor walks the bucket in the order of its keys.
func (b Bucket) Cursor() Cursor { return Cursor{b.b.Cursor()} }

// Cursor is a place in a bucket. Its methods give nil where there is no key.
type Cursor struct{ c *bbolt.Cursor }

// First goes to the first key.
func (c Cursor) First() (key, value []byte) { return c.c.First() }

// Last goes to the last key.
func (c Cursor) Last() (key, value []byte) { return c.c.Last() }

// Next goes to the next key.
func (c Cursor) Next() (key, value []byte) { return c.c.Next() }

// Previous goes to the key before.
func (c Cursor) Previous() (key, value []byte) { return c.c.Prev() }

// Seek goes to the first key that is not below from.
func (c Cursor) Seek(from []byte) (key, value []byte) { return c.c.Seek(from) }
