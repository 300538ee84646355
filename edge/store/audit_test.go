package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// This file tests from the inside, for only there can an entry be altered.

// kept is how many entries the tests' logs keep.
const kept = 20

func logOf(t *testing.T, entries int) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "device.db"), Options{NoSync: true, AuditEntries: kept})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	err = s.Update(func(tx *Tx) error {
		for n := range entries {
			if err := tx.Append(Entry{At: int64(n), Kind: "run", Dataset: "mnist", Detail: fmt.Sprint(n)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func entryKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func TestWalkGivesWhatWasAppended(t *testing.T) {
	s := logOf(t, 2)
	want := Entry{Number: 3, At: 7, Kind: "refused", Dataset: "mnist", Detail: "per_day", Task: blob.Sum([]byte("t")), Module: blob.Sum([]byte("m"))}
	appended := want
	appended.Number = 99 // Append sets it
	if err := s.Append(appended); err != nil {
		t.Fatal(err)
	}
	var got []Entry
	if err := s.Walk(func(e Entry) error { got = append(got, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Detail != "0" || got[1].Detail != "1" || got[2] != want {
		t.Errorf("got %+v, want three with the last %+v", got, want)
	}
	boom := errors.New("boom")
	if err := s.Walk(func(Entry) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("walk: error %v, want that of the visitor", err)
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
}

func TestTextsFromAfarAreClipped(t *testing.T) {
	s := logOf(t, 0)
	long := strings.Repeat("é", maxText)
	if err := s.Append(Entry{Kind: "refused", Dataset: long + "x", Detail: "x" + long}); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(Entry{Kind: "refused", Dataset: "a\xffb"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := s.Walk(func(e Entry) error { got = append(got, e.Dataset, e.Detail); return nil }); err != nil {
		t.Fatal(err)
	}
	want := []string{long[:maxText], "x" + long[:maxText-2], "ab", ""}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %.30q, want %.30q", got, want)
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
}

func TestVerifyNamesTheFirstAlteredEntry(t *testing.T) {
	// rewrite changes an entry as somebody would who knows the format.
	rewrite := func(tx *Tx, n uint64, change func(*link)) error {
		l, _, err := get[link](tx, bucketAudit, entryKey(n))
		if err != nil {
			return err
		}
		change(&l)
		return tx.put(bucketAudit, entryKey(n), l)
	}
	rehash := func(l *link) {
		l.Entry.Detail = "nothing"
		l.Hash, _ = l.sum()
	}
	for name, c := range map[string]struct {
		alter func(tx *Tx) error
		want  string
	}{
		"detail":          {func(tx *Tx) error { return rewrite(tx, 3, func(l *link) { l.Entry.Detail = "x" }) }, "entry 3 is not what was written"},
		"time":            {func(tx *Tx) error { return rewrite(tx, 1, func(l *link) { l.Entry.At++ }) }, "entry 1 is not what was written"},
		"hash":            {func(tx *Tx) error { return rewrite(tx, 4, func(l *link) { l.Hash[0]++ }) }, "entry 4 is not what was written"},
		"detail and hash": {func(tx *Tx) error { return rewrite(tx, 3, rehash) }, "entry 4 is not what was written"}, // its link is what tells
		"last, and hash":  {func(tx *Tx) error { return rewrite(tx, 5, rehash) }, "entry 5 is not what was written"},
		"first removed":   {func(tx *Tx) error { return tx.remove(bucketAudit, entryKey(1)) }, "entry 1 is missing"},
		"middle removed":  {func(tx *Tx) error { return tx.remove(bucketAudit, entryKey(3)) }, "entry 3 is missing"},
		"last removed":    {func(tx *Tx) error { return tx.remove(bucketAudit, entryKey(5)) }, "entry 5 is missing"},
		"all removed": {func(tx *Tx) (err error) {
			for n := range uint64(5) {
				err = errors.Join(err, tx.remove(bucketAudit, entryKey(n+1)))
			}
			return err
		}, "entry 1 is missing"},
		"one added": {func(tx *Tx) error { return tx.put(bucketAudit, entryKey(6), link{Entry: Entry{Number: 6}}) }, "entry 6 is not what was written"},
		"another's entry": {func(tx *Tx) error {
			return tx.bucket(bucketAudit).Put(entryKey(2), tx.bucket(bucketAudit).Get(entryKey(3)))
		}, "entry 2 is not what was written"},
		"not even a record": {func(tx *Tx) error { return tx.bucket(bucketAudit).Put(entryKey(2), []byte{0xff}) }, "entry 2 cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			s := logOf(t, 5)
			if err := s.Verify(); err != nil {
				t.Fatal(err)
			}
			if err := s.Update(c.alter); err != nil {
				t.Fatal(err)
			}
			if err := s.Verify(); !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestChainGoesOnWhenTheOldestAreForgotten(t *testing.T) {
	const extra = 3
	s := logOf(t, kept+extra)
	entries, first := 0, uint64(0)
	err := s.Walk(func(e Entry) error {
		if entries++; entries == 1 {
			first = e.Number
		}
		return nil
	})
	if err != nil || entries != kept || first != extra+1 {
		t.Errorf("%d entries from number %d, %v, want %d from %d", entries, first, err, kept, extra+1)
	}
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	if err := s.Update(func(tx *Tx) error { return tx.remove(bucketAudit, entryKey(first)) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(); !errors.Is(err, ErrAltered) {
		t.Errorf("the oldest that is kept was removed: error %v, want ErrAltered", err)
	}
}
