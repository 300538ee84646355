package store

import "github.com/tadpole-edge/tadpole/internal/blob"

// Receipt is the aggregator's word that it has a task's update. It is what the
// owner shows if the update is left out, so it outlives the task.
type Receipt struct {
	Task    blob.Hash `cbor:"1,keyasint"`
	Receipt []byte    `cbor:"2,keyasint"` // as it came
}

// PutReceipt keeps a task's receipt, in place of an earlier one. Beyond
// Options.Receipts the oldest are forgotten.
func (tx *Tx) PutReceipt(task blob.Hash, receipt []byte) error {
	key, known, err := get[[]byte](tx, bucketReceiptTasks, task[:])
	if err == nil && !known {
		key, err = tx.next(bucketReceipts)
	}
	if err != nil {
		return err
	}
	if err := tx.put(bucketReceiptTasks, task[:], key); err != nil {
		return err
	}
	if err := tx.put(bucketReceipts, key, Receipt{task, receipt}); err != nil {
		return err
	}
	return trim(tx, bucketReceipts, tx.options.Receipts, func(r Receipt) error { return tx.remove(bucketReceiptTasks, r.Task[:]) })
}

// Receipts gives all receipts, oldest first.
func (tx *Tx) Receipts() (receipts []Receipt, err error) {
	err = each(tx, bucketReceipts, nil, func(_ []byte, r Receipt) (bool, error) {
		receipts = append(receipts, r)
		return true, nil
	})
	return receipts, err
}

// PutReceipt is Tx.PutReceipt in a transaction of its own.
func (s *Store) PutReceipt(task blob.Hash, receipt []byte) error {
	return s.Update(func(tx *Tx) error { return tx.PutReceipt(task, receipt) })
}

// Receipts is Tx.Receipts in a transaction of its own.
func (s *Store) Receipts() (receipts []Receipt, err error) {
	err = s.View(func(tx *Tx) error { receipts, err = tx.Receipts(); return err })
	return receipts, err
}
