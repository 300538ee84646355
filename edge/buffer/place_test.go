package buffer

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// A job makes one reading of each that it gets. Whatever the disk refuses, and wherever
// a kill cuts: on disk are as many readings of the job as its place says.
func TestPlaceIsThereWithItsReadings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	disk := rand.New(rand.NewPCG(3, 4)) // used by the committer alone
	path := filepath.Join(t.TempDir(), "readings.db")
	var checked atomic.Int32
	for range 60 {
		var dead atomic.Bool
		b, err := Open(path, Options{Sinks: []string{"job", "keeper"}, CommitAge: time.Hour, NoSync: true, retryBackoff: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		b.mu.Lock() // the committer has not begun to write
		b.update = func(change func(btree.Tx) error) error {
			if dead.Load() {
				return syscall.EIO
			}
			there := disk.IntN(2) == 0
			if disk.IntN(3) == 0 {
				if there {
					if err := b.file.Update(change); err != nil {
						return err
					}
				}
				return syscall.EIO
			}
			if err := b.file.Update(change); err != nil {
				return err
			}
			return b.file.View(func(tx btree.Tx) error {
				derived := int64(0)
				for p := range priorities {
					c := blocksOf(tx, p).Cursor()
					for k, v := c.First(); k != nil; k, v = c.Next() {
						block, err := openBlock(p, k, v)
						if err != nil {
							return err
						}
						if err := block.each(func(_ uint64, r reading.Reading, _ int) {
							if r.Source == "job" {
								derived++
							}
						}); err != nil {
							return err
						}
					}
				}
				key := []byte(prefixSink + "job")
				n, ok := parseRecord(key, tx.Bucket(bucketState).Get(key), 4)
				if !ok || int64(n[3]) != derived {
					t.Errorf("the place says %v, and there are %d readings", n, derived)
				}
				checked.Add(1)
				return nil
			})
		}
		b.mu.Unlock()
		made := b.Mark("job") // it goes on where it was
		for range 1 + r.IntN(40) {
			if s := status(t, b); r.IntN(2) == 0 {
				batch := Batch{Readings: []reading.Reading{{Source: "imu", Time: int64(s.Next)}}, Priority: Priority(r.IntN(4))}
				if err := appendSoon(t, b, batch); err != nil {
					t.Fatal(err)
				}
			}
			if r.IntN(2) == 0 {
				_ = b.Flush(t.Context()) // the disk may refuse
			}
			s := status(t, b)
			if s.Lag["job"] == 0 || s.Next == 0 {
				continue
			}
			b.mu.Lock()
			read := b.sinks["job"].read
			b.mu.Unlock()
			if read >= s.Next {
				continue
			}
			due, err := b.Next(t.Context(), "job", 1+r.IntN(5))
			if err != nil {
				t.Fatal(err)
			}
			batch := Batch{Priority: Priority(r.IntN(4))}
			for _, d := range due.Readings {
				if d.Source == "imu" {
					batch.Readings = append(batch.Readings, reading.Reading{Source: "job", Time: d.Time})
					made++
				}
			}
			batch.Done = []Place{{"job", due.Readings[len(due.Readings)-1].Number + 1, made}}
			if err := appendSoon(t, b, batch); err != nil {
				t.Fatal(err)
			}
		}
		if r.IntN(2) == 0 { // a kill, with what is not on disk
			dead.Store(true)
		}
		_ = b.Close()
	}
	if n := checked.Load(); n < 50 {
		t.Errorf("looked at %d commits only", n)
	}
}

func status(t *testing.T, b *Buffer) Status {
	t.Helper()
	s, err := b.Status()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// appendSoon gives up where the disk keeps refusing.
func appendSoon(t *testing.T, b *Buffer, batch Batch) error {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := b.Append(ctx, batch)
	return err
}
