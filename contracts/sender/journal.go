package sender

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// The states of a record.
const (
	waiting uint8 = 1 // no nonce yet
	sent    uint8 = 2 // signed, and given to the node
	mined   uint8 = 3 // in a block, not deep enough to be left alone
	settled uint8 = 4 // deep enough; revived if the chain falls back behind it
	refused uint8 = 5 // the contract would not have it; no nonce was spent
)

// record is an intent in the journal.
type record struct {
	ID         string      `cbor:"1,keyasint"`
	To         key.Address `cbor:"2,keyasint"`
	Data       []byte      `cbor:"3,keyasint"`
	Value      []byte      `cbor:"4,keyasint"` // big-endian
	Gas        uint64      `cbor:"5,keyasint"`
	Sequence   uint64      `cbor:"6,keyasint"`
	State      uint8       `cbor:"7,keyasint"`
	Nonce      uint64      `cbor:"8,keyasint"`
	Attempts   [][]byte    `cbor:"9,keyasint"`  // signed transactions of this nonce, the latest last
	SentAt     int64       `cbor:"10,keyasint"` // of the latest attempt, Unix milliseconds
	Hash       [32]byte    `cbor:"11,keyasint"` // of the attempt that was mined
	Block      uint64      `cbor:"12,keyasint"`
	BlockHash  [32]byte    `cbor:"13,keyasint"`
	Reason     string      `cbor:"14,keyasint"`
	RevertData []byte      `cbor:"15,keyasint"`
	Taken      uint8       `cbor:"16,keyasint"` // looks at which the nonce was spent and no attempt mined
}

func (i Intent) value() *big.Int {
	if i.Value == nil {
		return new(big.Int)
	}
	return i.Value
}

func (r record) value() *big.Int { return new(big.Int).SetBytes(r.Value) }

// Buckets: records by id, ids by sequence number, what the journal is of, and the
// index (index.go).
var (
	bucketRecords = []byte("records")
	bucketOrder   = []byte("order")
	bucketMeta    = []byte("meta")
)

// queueDelay is how long a queued intent waits for others to share its write to
// disk; many come at once.
const queueDelay = time.Millisecond

func openJournal(path string, chain uint64, account key.Address) (*bbolt.DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make journal's folder: %w", err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 2 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("open journal %s (does another process have it?): %w", path, err)
	}
	db.MaxBatchDelay = queueDelay
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketRecords, bucketOrder, bucketMeta} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		want := fmt.Sprintf("chain %d, account %s", chain, account)
		meta := tx.Bucket(bucketMeta)
		if have := meta.Get([]byte("of")); have != nil && string(have) != want {
			return fmt.Errorf("it is of %s, not of %s: name another journal", have, want)
		}
		if err := meta.Put([]byte("of"), []byte(want)); err != nil {
			return err
		}
		return openIndex(tx)
	})
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	return db, nil
}

func newRecord(tx *bbolt.Tx, i Intent) error {
	sequence, err := tx.Bucket(bucketOrder).NextSequence()
	if err != nil {
		return err
	}
	r := record{ID: i.ID, To: i.To, Data: i.Data, Value: i.value().Bytes(), Gas: i.Gas, Sequence: sequence, State: waiting}
	if err := tx.Bucket(bucketOrder).Put(orderKey(sequence), []byte(i.ID)); err != nil {
		return err
	}
	return putRecord(tx, r)
}

func orderKey(sequence uint64) []byte { return binary.BigEndian.AppendUint64(nil, sequence) }

// putRecord writes a record, and the index with it.
func putRecord(tx *bbolt.Tx, r record) error {
	if err := unlist(tx, r.ID); err != nil {
		return err
	}
	encoded, err := wire.Marshal(r)
	if err != nil {
		return err
	}
	if err := tx.Bucket(bucketRecords).Put([]byte(r.ID), encoded); err != nil {
		return err
	}
	return enlist(tx, r)
}

func deleteRecord(tx *bbolt.Tx, r record) error {
	if err := unlist(tx, r.ID); err != nil {
		return err
	}
	if err := tx.Bucket(bucketOrder).Delete(orderKey(r.Sequence)); err != nil {
		return err
	}
	return tx.Bucket(bucketRecords).Delete([]byte(r.ID))
}

func getRecord(tx *bbolt.Tx, id string) (r record, found bool, err error) {
	encoded := tx.Bucket(bucketRecords).Get([]byte(id))
	if encoded == nil {
		return r, false, nil
	}
	if err := wire.Unmarshal(encoded, &r); err != nil {
		return r, false, fmt.Errorf("read transaction %s of the journal: %w", id, err)
	}
	return r, true, nil
}

func (s *Sender) load(id string) (r record, found bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		r, found, err = getRecord(tx, id)
		return err
	})
	return r, found, err
}

// save writes records in one transaction, and wakes who waits for them.
func (s *Sender) save(list ...record) error {
	if len(list) == 0 {
		return nil
	}
	err := s.db.Update(func(tx *bbolt.Tx) error {
		for _, r := range list {
			if err := putRecord(tx, r); err != nil {
				return fmt.Errorf("write transaction %s to the journal: %w", r.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range list {
		s.changed(r.ID)
	}
	return nil
}
