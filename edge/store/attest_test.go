package store_test

import (
	"path/filepath"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

func TestAttestOnceAWindow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.db")
	for _, c := range []struct {
		quantity string
		end      int64
		fresh    bool
	}{
		{"air", -5, true}, // before 1970
		{"air", -5, false},
		{"air", 10, true},
		{"air", 9, false},
		{"air", 10, false},
		{"water", 9, true}, // another quantity has windows of its own
		{"air", 11, true},
	} {
		s, err := store.Open(path, store.Options{NoSync: true}) // anew each time
		if err != nil {
			t.Fatal(err)
		}
		body := []byte(c.quantity + string(rune(c.end)))
		var fresh bool
		err = s.Update(func(tx *store.Tx) (err error) {
			fresh, _, err = tx.Attest(c.quantity, c.end, store.Message{ID: blob.Sum(body), Kind: "attest", Body: body})
			return err
		})
		if err != nil || fresh != c.fresh {
			t.Errorf("%s until %d: fresh %v, error %v; want %v", c.quantity, c.end, fresh, err, c.fresh)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Open(path, store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Enqueue(store.Message{ID: blob.Sum([]byte("other")), Kind: "refuse", Priority: 9}); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]int{0: 4, 1: 1, 3: 3, 100: 4} {
		if got, err := s.PendingOf("attest", limit); err != nil || len(got) != want {
			t.Errorf("%d pending with limit %d, error %v; want %d", len(got), limit, err, want)
		}
	}
}
