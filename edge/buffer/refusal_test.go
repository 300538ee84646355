package buffer

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

// The disk refuses, before a transaction or behind its last page: then it is seen
// although it is not safe. In either case nothing is acknowledged before another try
// succeeds, and nothing comes twice.
func TestRefusedCommit(t *testing.T) {
	for name, c := range map[string]struct {
		fault error
		there bool
	}{
		"input/output error":              {syscall.EIO, false},
		"input/output error, yet there":   {syscall.EIO, true},
		"full":                            {syscall.ENOSPC, false},
		"full, yet there":                 {syscall.ENOSPC, true},
		"read-only since something broke": {syscall.EROFS, false},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := Open(filepath.Join(t.TempDir(), "readings.db"), Options{Sinks: []string{"job"}, Bytes: 8 << 10, CommitAge: time.Hour, NoSync: true, retryBackoff: time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			var refusals atomic.Int32
			b.update = func(change func(btree.Tx) error) error {
				if refusals.Add(-1) < 0 {
					return b.file.Update(change)
				}
				if c.there {
					if err := b.file.Update(change); err != nil {
						return err
					}
				}
				return c.fault
			}
			const commits, each = 20, 50
			for n := range commits {
				refuse := n % 4 // times in a row
				refusals.Store(int32(refuse))
				batch := Batch{}
				for i := range each {
					batch.Readings = append(batch.Readings, reading.Reading{Source: "imu", Time: int64(n*each + i)})
				}
				receipt, err := b.Append(t.Context(), batch)
				if err != nil {
					t.Fatal(err)
				}
				if err := b.Flush(t.Context()); err != nil && (refuse == 0 || !errors.Is(err, c.fault)) {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				if err := receipt.Wait(ctx); err != nil {
					t.Fatal(err)
				}
				cancel()
				if refusals.Load() > 0 {
					t.Fatalf("commit %d was acknowledged while the disk refused", n)
				}
			}
			if err := b.Check(); err != nil {
				t.Error(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			due, err := b.Next(ctx, "job", 10_000)
			if err != nil {
				t.Fatal(err)
			}
			s, err := b.Status()
			if err != nil {
				t.Fatal(err)
			}
			missed := 0
			for _, d := range s.Dropped {
				missed += int(d.Readings)
			}
			for i, r := range due.Readings {
				if want := int64(missed + i); r.Time != want || r.Number != uint64(want) {
					t.Fatalf("reading %d with number %d, want %d", r.Time, r.Number, want)
				}
			}
			if len(due.Readings)+missed != commits*each || missed == 0 {
				t.Errorf("%d readings and %d dropped, want %d in sum", len(due.Readings), missed, commits*each)
			}
			// For good: closing says what it costs.
			refusals.Store(1 << 30)
			if _, err := b.Append(t.Context(), Batch{Readings: one("imu")}); err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); !errors.Is(err, c.fault) {
				t.Errorf("closed with %v", err)
			}
		})
	}
}

func one(source string) []reading.Reading { return []reading.Reading{{Source: source}} }

// While the disk refuses, memory stays within its bounds: sources wait.
func TestMemoryIsBounded(t *testing.T) {
	b, err := Open(filepath.Join(t.TempDir(), "readings.db"), Options{CommitBytes: 4 << 10, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	b.update = func(func(btree.Tx) error) error { return syscall.EIO }
	accepted := 0
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		_, err := b.Append(ctx, Batch{Readings: one("imu")})
		cancel()
		if err != nil {
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, syscall.EIO) {
				t.Errorf("refused with %v, want both the deadline and the disk's fault", err)
			}
			break
		}
		accepted++
	}
	if most := 8 << 10 / 12; accepted > most || accepted < most/3 {
		t.Errorf("%d readings were accepted into 8 KiB", accepted)
	}
	if err := b.Close(); !errors.Is(err, syscall.EIO) {
		t.Errorf("closed with %v", err)
	}
}
