package store

// keyTwin is the only key of its bucket.
var keyTwin = []byte("state")

// PutTwin keeps the state of the device's twin, in place of the one before.
func (tx *Tx) PutTwin(state []byte) error { return tx.put(bucketTwin, keyTwin, state) }

// Twin gives the state of the device's twin; nil = there is none yet.
func (tx *Tx) Twin() ([]byte, error) {
	state, _, err := get[[]byte](tx, bucketTwin, keyTwin)
	return state, err
}

// PutTwin is Tx.PutTwin in a transaction of its own.
func (s *Store) PutTwin(state []byte) error {
	return s.Update(func(tx *Tx) error { return tx.PutTwin(state) })
}

// Twin is Tx.Twin in a transaction of its own.
func (s *Store) Twin() (state []byte, err error) {
	err = s.View(func(tx *Tx) error { state, err = tx.Twin(); return err })
	return state, err
}
