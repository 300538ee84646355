package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// message has a body of 100 bytes, and about 150 in the file.
func message(n int, priority uint8) store.Message {
	return store.Message{ID: hash(n), Kind: fmt.Sprint(n), Priority: priority, Body: make([]byte, 100)}
}

func kinds(messages []store.Message) string {
	var names []string
	for _, m := range messages {
		names = append(names, m.Kind)
	}
	return strings.Join(names, " ")
}

func TestOutboxOrder(t *testing.T) {
	s := fast(t)
	for _, m := range []store.Message{message(1, 0), message(2, 9), message(3, 0), message(4, 255), message(5, 9)} {
		if dropped, err := s.Enqueue(m); err != nil || dropped != nil {
			t.Fatalf("enqueue %s: dropped %s, %v", m.Kind, kinds(dropped), err)
		}
	}
	f := func(limit int, want string) {
		t.Helper()
		if got, err := s.Pending(limit); err != nil || kinds(got) != want {
			t.Errorf("pending %d: %s, %v, want %s", limit, kinds(got), err, want)
		}
	}
	f(0, "4 2 5 1 3")
	f(2, "4 2")
	f(9, "4 2 5 1 3")
	if err := errors.Join(s.Ack(hash(4)), s.Ack(hash(4)), s.Ack(hash(99))); err != nil {
		t.Fatal(err)
	}
	f(0, "2 5 1 3")

	same := message(2, 9)
	same.Kind = "2new"
	if _, err := s.Enqueue(same); err != nil {
		t.Fatal(err)
	}
	f(0, "2new 5 1 3")
	if _, err := s.Enqueue(message(1, 10)); err != nil {
		t.Fatal(err)
	}
	f(0, "1 2new 5 3")
}

func TestOutboxQuota(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "device.db"), store.Options{NoSync: true, OutboxBytes: 700}) // four messages
	f := func(m store.Message, wantDropped, wantPending string) {
		t.Helper()
		dropped, err := s.Enqueue(m)
		if err != nil || kinds(dropped) != wantDropped {
			t.Errorf("enqueue %s: dropped %q, %v, want %q", m.Kind, kinds(dropped), err, wantDropped)
		}
		if pending, err := s.Pending(0); err != nil || kinds(pending) != wantPending {
			t.Errorf("after %s: pending %q, %v, want %q", m.Kind, kinds(pending), err, wantPending)
		}
	}
	f(message(1, 1), "", "1")
	f(message(2, 0), "", "1 2")
	f(message(3, 0), "", "1 2 3")
	f(message(4, 1), "", "1 4 2 3")
	f(message(5, 2), "2", "5 1 4 3")
	f(message(6, 2), "3", "5 6 1 4")
	f(message(7, 0), "7", "5 6 1 4") // it is the least itself
	f(message(8, 1), "1", "5 6 4 8")
	large := message(9, 1)
	large.Body = make([]byte, 250)
	f(large, "4 8", "5 6 9")
	f(message(9, 1), "", "5 6 9") // in its own place, and smaller
	f(message(10, 1), "", "5 6 9 10")
}

func TestOutboxRefusesOversize(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "device.db"), store.Options{NoSync: true, OutboxBytes: 700})
	if _, err := s.Enqueue(message(1, 0)); err != nil {
		t.Fatal(err)
	}
	large := store.Message{ID: hash(2), Kind: "large", Priority: 9, Body: make([]byte, 700)}
	if dropped, err := s.Enqueue(large); !errors.Is(err, store.ErrOversize) || dropped != nil {
		t.Errorf("dropped %q, error %v, want ErrOversize", kinds(dropped), err)
	}
	if pending, err := s.Pending(0); err != nil || kinds(pending) != "1" {
		t.Errorf("pending %q, %v, want 1", kinds(pending), err)
	}
}

// Random operations, checked against a slice that does the same by brute force.
func TestOutboxAgainstModel(t *testing.T) {
	const quota = 2000
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	s := open(t, filepath.Join(t.TempDir(), "device.db"), store.Options{NoSync: true, OutboxBytes: quota})
	var model []store.Message // in the order of leaving
	for n := range 1000 {
		if len(model) > 0 && r.IntN(4) == 0 {
			i := r.IntN(len(model))
			if err := s.Ack(model[i].ID); err != nil {
				t.Fatal(err)
			}
			model = slices.Delete(model, i, i+1)
			continue
		}
		m := message(n, uint8(r.IntN(3)))
		m.Body = make([]byte, r.IntN(500))
		place := len(model)
		for place > 0 && model[place-1].Priority < m.Priority {
			place--
		}
		model = slices.Insert(model, place, m)
		var want []store.Message
		for size(t, model) > quota {
			least := slices.IndexFunc(model, func(m store.Message) bool { return m.Priority == model[len(model)-1].Priority })
			want = append(want, model[least])
			model = slices.Delete(model, least, least+1)
		}
		dropped, err := s.Enqueue(m)
		if err != nil || kinds(dropped) != kinds(want) {
			t.Fatalf("seed %d, step %d: dropped %q, %v, want %q", seed, n, kinds(dropped), err, kinds(want))
		}
		if got, err := s.Pending(0); err != nil || kinds(got) != kinds(model) {
			t.Fatalf("seed %d, step %d: pending %q, %v\nwant %q", seed, n, kinds(got), err, kinds(model))
		}
	}
}

// size is what the messages take of the quota, in bytes.
func size(t *testing.T, messages []store.Message) (total int) {
	for _, m := range messages {
		encoded, err := wire.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		total += len(encoded)
	}
	return total
}
