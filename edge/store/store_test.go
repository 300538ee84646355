package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/store"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// open opens a store that is checked when the test ends.
func open(t testing.TB, path string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Check(), s.Verify(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// fast opens a new store that need not survive the machine.
func fast(t testing.TB) *store.Store {
	return open(t, filepath.Join(t.TempDir(), "state", "device.db"), store.Options{NoSync: true})
}

func hash(n int) blob.Hash { return blob.Sum(fmt.Append(nil, n)) }

func TestCountersOnlyGrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.db")
	for want := uint32(1); want <= 3; want++ {
		s, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.NextEpoch(); got != want || err != nil {
			t.Errorf("start %d: epoch %d, %v", want, got, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, path, store.Options{})
	for _, c := range []struct{ raise, want int64 }{{1000, 1000}, {999, 1000}, {1001, 1001}} {
		if err := s.RaiseTime(c.raise); err != nil {
			t.Fatal(err)
		}
		if got, err := s.TimeFloor(); got != c.want || err != nil {
			t.Errorf("raised to %d: floor %d, %v, want %d", c.raise, got, err, c.want)
		}
	}
}

func TestTasks(t *testing.T) {
	s := fast(t)
	young := store.Task{ID: hash(1), State: 1, Task: []byte("young"), Created: 20}
	old := store.Task{ID: hash(2), State: 1, Task: []byte("old"), Created: 10}
	if err := errors.Join(s.PutTask(young), s.PutTask(old)); err != nil {
		t.Fatal(err)
	}
	old.State, old.Offer, old.Update = 2, []byte("offer"), hash(3)
	if err := s.PutTask(old); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Tasks(); err != nil || !reflect.DeepEqual(got, []store.Task{old, young}) {
		t.Errorf("tasks %+v, %v, want %+v", got, err, []store.Task{old, young})
	}
	if err := errors.Join(s.DeleteTask(old.ID), s.DeleteTask(hash(9))); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Tasks(); err != nil || !reflect.DeepEqual(got, []store.Task{young}) {
		t.Errorf("tasks %+v, %v, want %+v", got, err, []store.Task{young})
	}
}

func TestReceiptsKeepTheNewest(t *testing.T) {
	const kept, extra = 20, 5
	s := open(t, filepath.Join(t.TempDir(), "device.db"), store.Options{NoSync: true, Receipts: kept})
	err := s.Update(func(tx *store.Tx) error {
		for n := range kept + extra {
			if err := tx.PutReceipt(hash(n), fmt.Append(nil, n)); err != nil {
				return err
			}
		}
		// One that is there is replaced; one that was forgotten comes back as new.
		return errors.Join(tx.PutReceipt(hash(extra+1), []byte("again")), tx.PutReceipt(hash(0), []byte("back")))
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Receipts()
	if err != nil || len(got) != kept {
		t.Fatalf("%d receipts, %v, want %d", len(got), err, kept)
	}
	for i, want := range map[int]store.Receipt{
		0:        {hash(extra + 1), []byte("again")},
		1:        {hash(extra + 2), []byte("7")},
		kept - 2: {hash(kept + extra - 1), []byte("24")},
		kept - 1: {hash(0), []byte("back")},
	} {
		if !reflect.DeepEqual(got[i], want) {
			t.Errorf("receipt %d: %s %q, want %s %q", i, got[i].Task.Short(), got[i].Receipt, want.Task.Short(), want.Receipt)
		}
	}
}

func TestRuns(t *testing.T) {
	s := fast(t)
	start := time.UnixMilli(1_800_000_000_000)
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	for _, hours := range []int{5, 1, 1, 3} {
		if err := errors.Join(s.AddRun("a", at(hours)), s.AddRun("b", at(hours+100))); err != nil {
			t.Fatal(err)
		}
	}
	f := func(dataset string, since time.Time, want ...time.Time) {
		t.Helper()
		got, err := s.Runs(dataset, since)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("runs of %q since %v: %v, %v, want %v", dataset, since, got, err, want)
		}
	}
	f("a", time.Time{}, at(1), at(1), at(3), at(5))
	f("a", at(3), at(3), at(5))
	f("a", at(6))
	f("b", at(105), at(105))
	f("c", time.Time{})
	// Eight days after the runs of hour 1 they are still there, and gone after that.
	if err := s.AddRun("a", at(1+8*24)); err != nil {
		t.Fatal(err)
	}
	f("a", time.Time{}, at(1), at(1), at(3), at(5), at(193))
	if err := s.AddRun("a", at(4+8*24)); err != nil {
		t.Fatal(err)
	}
	f("a", time.Time{}, at(5), at(193), at(196))
	f("b", time.Time{}, at(101), at(101), at(103), at(105))
}

func TestFailedUpdateLeavesNothing(t *testing.T) {
	s := fast(t)
	boom := errors.New("boom")
	err := s.Update(func(tx *store.Tx) error {
		_, err := tx.Enqueue(store.Message{ID: hash(1)})
		return errors.Join(err, tx.PutTask(store.Task{ID: hash(1)}), tx.Append(store.Entry{Kind: "run"}), tx.AddRun("a", time.Now()), boom)
	})
	if !errors.Is(err, boom) {
		t.Fatalf("error %v, want boom", err)
	}
	tasks, err1 := s.Tasks()
	messages, err2 := s.Pending(0)
	runs, err3 := s.Runs("a", time.Time{})
	err4 := s.Walk(func(e store.Entry) error { return fmt.Errorf("entry %+v is there", e) })
	if err := errors.Join(err1, err2, err3, err4); err != nil || len(tasks)+len(messages)+len(runs) > 0 {
		t.Errorf("half of a failed transaction is there: %v, %v, %v, %v", tasks, messages, runs, err)
	}
}

func TestOpenWhileLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.db")
	open(t, path, store.Options{})
	if s, err := store.Open(path, store.Options{}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("second open: %v, error %v, want ErrLocked", s, err)
	}
	if _, err := os.Stat(path + ".damaged-1"); err == nil {
		t.Error("a locked file was set aside")
	}
}

func BenchmarkStore(b *testing.B) {
	for _, o := range []store.Options{{}, {NoSync: true}} {
		b.Run(fmt.Sprintf("noSync=%v", o.NoSync), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "device.db"), o)
			for n := 0; b.Loop(); n++ {
				if _, err := s.Enqueue(store.Message{ID: hash(n), Body: make([]byte, 200)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleStore_Update() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(filepath.Join(dir, "device.db"), store.Options{})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	// A task is finished, and what is to be said of it waits in the outbox: both or
	// neither.
	task := store.Task{ID: blob.Sum([]byte("task")), State: 2}
	err = s.Update(func(tx *store.Tx) error {
		_, err := tx.Enqueue(store.Message{ID: task.ID, Kind: "offer"})
		return errors.Join(err, tx.PutTask(task), tx.Append(store.Entry{Kind: "offered", Task: task.ID}))
	})
	pending, _ := s.Pending(10)
	fmt.Println(err, len(pending), pending[0].Kind)
	// Output: <nil> 1 offer
}
