package store

// Attest puts an attestation's message into the outbox, and notes that windows of the
// quantity until end have been attested. It changes nothing, and fresh is false, for a
// window that ends no later than one before: what was once signed of it must not be
// signed otherwise, even if readings were lost with power and the window came out
// differently when it was read again.
func (tx *Tx) Attest(quantity string, end int64, m Message) (fresh bool, dropped []Message, err error) {
	name := []byte("attested/" + quantity)
	last, known, err := get[int64](tx, bucketCounters, name)
	if err != nil || known && end <= last {
		return false, nil, err
	}
	if dropped, err = tx.Enqueue(m); err != nil {
		return false, nil, err
	}
	return true, dropped, tx.put(bucketCounters, name, end)
}

// PendingOf is Pending for messages of one kind.
func (tx *Tx) PendingOf(kind string, limit int) (messages []Message, err error) {
	err = each(tx, bucketOutbox, nil, func(_ []byte, m Message) (bool, error) {
		if m.Kind == kind {
			messages = append(messages, m)
		}
		return limit == 0 || len(messages) < limit, nil
	})
	return messages, err
}

// PendingOf is Tx.PendingOf in a transaction of its own.
func (s *Store) PendingOf(kind string, limit int) (messages []Message, err error) {
	err = s.View(func(tx *Tx) error { messages, err = tx.PendingOf(kind, limit); return err })
	return messages, err
}
