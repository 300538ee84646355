package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// ErrAltered says that the audit log is not what was written.
var ErrAltered = errors.New("audit log was altered")

// maxText bounds each of an entry's texts in bytes, for they may come from afar.
const maxText = 1 << 10

// Entry is one line of the audit log: something that was done with the owner's
// data, or refused. Of each text the first 1 KiB is kept.
type Entry struct {
	Number  uint64    `cbor:"1,keyasint"` // from 1; Append sets it
	At      int64     `cbor:"2,keyasint"` // Unix milliseconds
	Kind    string    `cbor:"3,keyasint"` // e.g. "run" or "refused"
	Dataset string    `cbor:"4,keyasint"`
	Detail  string    `cbor:"5,keyasint"` // in words
	Task    blob.Hash `cbor:"6,keyasint"`
	Module  blob.Hash `cbor:"7,keyasint"`
}

// link is an entry in its chain.
type link struct {
	Entry    Entry     `cbor:"1,keyasint"`
	Previous blob.Hash `cbor:"2,keyasint"` // the entry before; zero for the first
	Hash     blob.Hash `cbor:"3,keyasint"` // over the two above
}

// anchor names an entry by its place in the chain.
type anchor struct {
	Number uint64    `cbor:"1,keyasint"`
	Hash   blob.Hash `cbor:"2,keyasint"`
}

// Names of the anchors among the counters.
const (
	anchorHead = "audit-head" // the newest entry
	anchorTail = "audit-tail" // the newest of those that were forgotten
)

func (l link) sum() (blob.Hash, error) {
	encoded, err := wire.Marshal(l.Entry)
	if err != nil {
		return blob.Hash{}, err
	}
	return blob.Sum(append(append([]byte("tadpole/audit/v1\x00"), l.Previous[:]...), encoded...)), nil
}

// clip cuts a text off; CBOR takes valid UTF-8 only.
func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxText)], "")
}

// Append writes an entry behind all others. Beyond Options.AuditEntries
// the oldest are forgotten, and the chain goes on.
func (tx *Tx) Append(e Entry) error {
	head, _, err := get[anchor](tx, bucketCounters, []byte(anchorHead))
	if err != nil {
		return err
	}
	e.Number = head.Number + 1
	e.Kind, e.Dataset, e.Detail = clip(e.Kind), clip(e.Dataset), clip(e.Detail)
	l := link{Entry: e, Previous: head.Hash}
	if l.Hash, err = l.sum(); err != nil {
		return err
	}
	if err := tx.put(bucketAudit, binary.BigEndian.AppendUint64(nil, e.Number), l); err != nil {
		return err
	}
	if err := tx.put(bucketCounters, []byte(anchorHead), anchor{e.Number, l.Hash}); err != nil {
		return err
	}
	return trim(tx, bucketAudit, tx.options.AuditEntries, func(l link) error {
		return tx.put(bucketCounters, []byte(anchorTail), anchor{l.Entry.Number, l.Hash})
	})
}

// Walk visits the entries, oldest first.
func (tx *Tx) Walk(visit func(Entry) error) error {
	return each(tx, bucketAudit, nil, func(_ []byte, l link) (bool, error) { return true, visit(l.Entry) })
}

// Verify tells whether the log is what was appended. If not, the error names the
// first entry that was altered or removed. A rewritten whole chain is beyond it:
// for that, keep the last hash elsewhere.
func (tx *Tx) Verify() error {
	last, _, err := get[anchor](tx, bucketCounters, []byte(anchorTail))
	if err != nil {
		return err
	}
	head, _, err := get[anchor](tx, bucketCounters, []byte(anchorHead))
	if err != nil {
		return err
	}
	err = each(tx, bucketAudit, nil, func(key []byte, l link) (bool, error) {
		sum, err := l.sum()
		switch {
		case err != nil:
			return false, err
		case binary.BigEndian.Uint64(key) != last.Number+1:
			return false, fmt.Errorf("%w: entry %d is missing", ErrAltered, last.Number+1)
		case l.Entry.Number != last.Number+1, l.Previous != last.Hash, l.Hash != sum:
			return false, fmt.Errorf("%w: entry %d is not what was written", ErrAltered, last.Number+1)
		}
		last = anchor{l.Entry.Number, l.Hash}
		return true, nil
	})
	switch {
	case errors.Is(err, wire.ErrFrame):
		return fmt.Errorf("%w: entry %d cannot be read: %w", ErrAltered, last.Number+1, err)
	case err != nil:
		return err
	case last.Number < head.Number:
		return fmt.Errorf("%w: entry %d is missing", ErrAltered, last.Number+1)
	case last != head:
		return fmt.Errorf("%w: entry %d is not what was written", ErrAltered, last.Number)
	}
	return nil
}

// Append is Tx.Append in a transaction of its own.
func (s *Store) Append(e Entry) error { return s.Update(func(tx *Tx) error { return tx.Append(e) }) }

// Walk is Tx.Walk over one unchanging state. Do not append while visiting.
func (s *Store) Walk(visit func(Entry) error) error {
	return s.View(func(tx *Tx) error { return tx.Walk(visit) })
}

// Verify is Tx.Verify in a transaction of its own.
func (s *Store) Verify() error { return s.View((*Tx).Verify) }
