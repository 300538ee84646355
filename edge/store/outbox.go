package store

import (
	"errors"
	"fmt"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// ErrOversize says that a message alone is larger than the whole outbox.
var ErrOversize = errors.New("message is larger than the outbox")

// Message waits in the outbox until its receiver has it.
type Message struct {
	ID       blob.Hash `cbor:"1,keyasint"`
	Kind     string    `cbor:"2,keyasint"`
	Priority uint8     `cbor:"3,keyasint"` // greater ones leave first, and are dropped last
	Body     []byte    `cbor:"4,keyasint"`
}

// messageKey sorts by priority, the greatest first, then by age.
func messageKey(priority uint8, number []byte) []byte { return append([]byte{^priority}, number...) }

// Enqueue puts a message into the outbox. One with the same id gives way to it,
// and its place if the priority is the same. If the quota is passed, the oldest
// messages of the lowest priority are dropped and given back; that may be m
// itself.
func (tx *Tx) Enqueue(m Message) (dropped []Message, err error) {
	encoded, err := wire.Marshal(m)
	if err != nil {
		return nil, err
	}
	if len(encoded) > tx.options.OutboxBytes {
		return nil, fmt.Errorf("enqueue %s %s of %d bytes, the outbox has %d: %w", m.Kind, m.ID.Short(), len(encoded), tx.options.OutboxBytes, ErrOversize)
	}
	number, err := tx.replace(m)
	if err != nil {
		return nil, err
	}
	key := messageKey(m.Priority, number)
	if err := tx.bucket(bucketOutbox).Put(key, encoded); err != nil {
		return nil, fmt.Errorf("enqueue %s %s: %w", m.Kind, m.ID.Short(), err)
	}
	if err := tx.put(bucketOutboxIDs, m.ID[:], key); err != nil {
		return nil, err
	}
	used, err := tx.addOutbox(len(encoded))
	for err == nil && used > int64(tx.options.OutboxBytes) {
		var victim Message
		if victim, err = tx.leastMessage(); err == nil {
			dropped = append(dropped, victim)
			used, err = tx.takeMessage(victim.ID)
		}
	}
	return dropped, err
}

// replace takes out the message with m's id, if there is one, and gives the
// number under which m goes in.
func (tx *Tx) replace(m Message) (number []byte, err error) {
	key, found, err := get[[]byte](tx, bucketOutboxIDs, m.ID[:])
	if err != nil {
		return nil, err
	}
	if found {
		if _, err := tx.takeMessage(m.ID); err != nil {
			return nil, err
		}
		if key[0] == ^m.Priority {
			return key[1:], nil
		}
	}
	return tx.next(bucketOutbox)
}

// takeMessage takes the message out, if it is there, and gives the bytes still used.
func (tx *Tx) takeMessage(id blob.Hash) (used int64, err error) {
	key, found, err := get[[]byte](tx, bucketOutboxIDs, id[:])
	if err != nil || !found {
		return 0, err
	}
	size := len(tx.bucket(bucketOutbox).Get(key))
	if err := errors.Join(tx.remove(bucketOutbox, key), tx.remove(bucketOutboxIDs, id[:])); err != nil {
		return 0, err
	}
	return tx.addOutbox(-size)
}

// leastMessage finds the oldest message of the lowest priority.
func (tx *Tx) leastMessage() (least Message, err error) {
	last, _ := tx.bucket(bucketOutbox).Cursor().Last()
	if last == nil {
		return Message{}, errors.New("outbox is empty, yet over its quota: its count is wrong")
	}
	err = each(tx, bucketOutbox, last[:1], func(_ []byte, m Message) (bool, error) {
		least = m
		return false, nil
	})
	return least, err
}

func (tx *Tx) addOutbox(bytes int) (used int64, err error) {
	used, err = counter[int64](tx, counterOutbox)
	if err != nil {
		return 0, err
	}
	used += int64(bytes)
	return used, tx.put(bucketCounters, []byte(counterOutbox), used)
}

// Pending gives up to limit messages in the order in which they should leave; 0 =
// all.
func (tx *Tx) Pending(limit int) (messages []Message, err error) {
	err = each(tx, bucketOutbox, nil, func(_ []byte, m Message) (bool, error) {
		messages = append(messages, m)
		return len(messages) != limit, nil
	})
	return messages, err
}

// Ack forgets a message that its receiver has, if it is there.
func (tx *Tx) Ack(id blob.Hash) error {
	_, err := tx.takeMessage(id)
	return err
}

// checkOutbox tells whether messages, index and count agree.
func (tx *Tx) checkOutbox() error {
	var faults []error
	ids, used := 0, int64(0)
	err := each(tx, bucketOutboxIDs, nil, func(id []byte, key []byte) (bool, error) {
		ids++
		encoded := tx.bucket(bucketOutbox).Get(key)
		used += int64(len(encoded))
		if m, err := decode[Message](bucketOutbox, key, encoded); err != nil {
			faults = append(faults, fmt.Errorf("outbox: id %x: %w", id, err))
		} else if m.ID != blob.Hash(id) {
			faults = append(faults, fmt.Errorf("outbox: id %x leads to message %s", id, m.ID))
		}
		return true, nil
	})
	messages, err2 := tx.Pending(0)
	if len(messages) != ids {
		faults = append(faults, fmt.Errorf("outbox: %d messages, %d ids", len(messages), ids))
	}
	counted, err3 := counter[int64](tx, counterOutbox)
	if counted != used {
		faults = append(faults, fmt.Errorf("outbox: counted %d bytes, there are %d", counted, used))
	}
	return errors.Join(append(faults, err, err2, err3)...)
}

// Enqueue is Tx.Enqueue in a transaction of its own.
func (s *Store) Enqueue(m Message) (dropped []Message, err error) {
	err = s.Update(func(tx *Tx) error { dropped, err = tx.Enqueue(m); return err })
	if err != nil {
		return nil, err // nothing has changed
	}
	return dropped, nil
}

// Pending is Tx.Pending in a transaction of its own.
func (s *Store) Pending(limit int) (messages []Message, err error) {
	err = s.View(func(tx *Tx) error { messages, err = tx.Pending(limit); return err })
	return messages, err
}

// Ack is Tx.Ack in a transaction of its own.
func (s *Store) Ack(id blob.Hash) error { return s.Update(func(tx *Tx) error { return tx.Ack(id) }) }
