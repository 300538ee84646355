package sender

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// The index: what a look at the chain must follow, however long the journal is.
// It is written in the transaction that writes the record.
var (
	bucketWaiting = []byte("waiting") // by sequence number: without a nonce
	bucketFlying  = []byte("flying")  // by sequence number: sent or mined
	bucketSettled = []byte("settled") // by nonce: left alone, unless the chain falls back behind it
)

// openIndex makes the index of a journal that has none: a new one, or one of a
// version that had no index.
func openIndex(tx *bbolt.Tx) error {
	if tx.Bucket(bucketWaiting) != nil {
		return nil
	}
	for _, name := range [][]byte{bucketWaiting, bucketFlying, bucketSettled} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketOrder).ForEach(func(_, id []byte) error {
		r, found, err := getRecord(tx, string(id))
		if err != nil || !found {
			return err
		}
		return enlist(tx, r)
	})
}

// place is where the index lists a record; a nil bucket where it does not.
func (r record) place() (bucket, key []byte) {
	switch r.State {
	case waiting:
		return bucketWaiting, orderKey(r.Sequence)
	case sent, mined:
		return bucketFlying, orderKey(r.Sequence)
	case settled:
		return bucketSettled, append(nonceKey(r.Nonce), orderKey(r.Sequence)...)
	}
	return nil, nil
}

func nonceKey(nonce uint64) []byte { return binary.BigEndian.AppendUint64(nil, nonce) }

func enlist(tx *bbolt.Tx, r record) error {
	bucket, key := r.place()
	if bucket == nil {
		return nil
	}
	return tx.Bucket(bucket).Put(key, []byte(r.ID))
}

// unlist takes what the journal has under an id out of the index.
func unlist(tx *bbolt.Tx, id string) error {
	old, found, err := getRecord(tx, id)
	if err != nil || !found {
		return err
	}
	bucket, key := old.place()
	if bucket == nil {
		return nil
	}
	return tx.Bucket(bucket).Delete(key)
}

// flying lists what has a nonce and may yet change, in the order in which it was
// queued. Before them come settled ones behind which the chain, whose next nonce
// of the account is given, fell back.
func (s *Sender) flying(nonce uint64) (list []record, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		if list, err = listed(tx, bucketSettled, nonceKey(nonce), -1, nil); err == nil {
			list, err = listed(tx, bucketFlying, nil, -1, list)
		}
		return err
	})
	return list, err
}

// fresh lists the first so many that have no nonce; -1 = all of them.
func (s *Sender) fresh(limit int) (list []record, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		list, err = listed(tx, bucketWaiting, nil, limit, nil)
		return err
	})
	return list, err
}

// busy tells whether anything waits or flies.
func (s *Sender) busy() (busy bool, err error) {
	err = s.db.View(func(tx *bbolt.Tx) error {
		for _, bucket := range [][]byte{bucketWaiting, bucketFlying} {
			first, _ := tx.Bucket(bucket).Cursor().First()
			busy = busy || first != nil
		}
		return nil
	})
	return busy, err
}

// listed appends the records that a bucket of the index lists from a key on.
func listed(tx *bbolt.Tx, bucket, from []byte, limit int, list []record) ([]record, error) {
	cursor := tx.Bucket(bucket).Cursor()
	for key, id := cursor.Seek(from); key != nil && limit != 0; key, id = cursor.Next() {
		r, found, err := getRecord(tx, string(id))
		if err == nil && !found {
			err = fmt.Errorf("transaction %s is in the journal's index and not in the journal: restore the file from a backup", id)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, r)
		limit--
	}
	return list, nil
}
