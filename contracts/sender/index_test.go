package sender_test

import (
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// A journal of the version without an index goes on where it was: in it lie what
// is settled, what is on its way and what waits.
func TestOpensJournalWithoutIndex(t *testing.T) {
	n, c := setup(t)
	c.InFlight = 2
	s, end := begin(t, c)
	queue(t, s, "settled")
	eventually(t, "the first is in a block", func() bool { n.mine(); return n.count(to) == 1 })
	for range 5 {
		n.mine()
	}
	time.Sleep(20 * time.Millisecond)
	queue(t, s, "sent 1", "sent 2", "waiting 1", "waiting 2")
	eventually(t, "two in the pool", func() bool { n.mu.Lock(); defer n.mu.Unlock(); return len(n.pool) == 2 })
	end()

	dropIndex(t, c.Path)
	n.mu.Lock()
	clear(n.pool) // the node lost what it had
	n.mu.Unlock()
	n.fallBack(0)
	s, _ = begin(t, c)
	queue(t, s, "settled", "waiting 1") // are known
	eventually(t, "all happened", func() bool { n.mine(); return n.count(to) == 5 })
	for _, id := range []string{"settled", "sent 1", "sent 2", "waiting 1", "waiting 2"} {
		if _, err := s.Wait(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	for range 10 {
		n.mine()
		time.Sleep(2 * time.Millisecond)
	}
	if got := n.count(to); got != 5 {
		t.Errorf("%d transactions on the chain, want 5", got)
	}
}

// dropIndex makes a closed journal one of the earlier version.
func dropIndex(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{"waiting", "flying", "settled"} {
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
