package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/store"
)

// filled writes a file of many pages and gives its bytes.
func filled(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "device.db")
	s, err := store.Open(path, store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for batch := range 2 {
		err := s.Update(func(tx *store.Tx) error {
			var faults []error
			for n := range 60 {
				_, err := tx.Enqueue(store.Message{ID: hash(60*batch + n), Body: make([]byte, 200)})
				faults = append(faults, err, tx.Append(store.Entry{Kind: "run", Task: hash(n)}))
			}
			return errors.Join(faults...)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// reopen opens a file of that content, and holds the store to working whatever
// that was. It tells whether the file was set aside.
func reopen(t *testing.T, content []byte) (aside bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "device.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path, store.Options{NoSync: true})
	if _, err := s.Pending(0); err != nil {
		t.Errorf("pending: %v", err)
	}
	if _, err := s.Enqueue(store.Message{ID: hash(-1)}); err != nil {
		t.Errorf("enqueue: %v", err)
	}
	if s.Recovered() == "" {
		return false
	}
	if want := path + ".damaged-1"; s.Recovered() != want {
		t.Errorf("recovered %s, want %s", s.Recovered(), want)
	}
	if kept, err := os.ReadFile(s.Recovered()); err != nil || !bytes.Equal(kept, content) {
		t.Errorf("the damaged file was not kept as it was: %v", err)
	}
	return true
}

func TestDamagedFileIsSetAside(t *testing.T) {
	sound := filled(t)
	if reopen(t, sound) {
		t.Fatal("a sound file was set aside")
	}
	if reopen(t, nil) {
		t.Error("an empty file was set aside")
	}
	for name, content := range map[string][]byte{
		"zeros":         make([]byte, 1<<16),
		"one byte":      {1},
		"text":          bytes.Repeat([]byte("not a database\n"), 1000),
		"half of it":    sound[:len(sound)/2],
		"two pages":     sound[:2*4096],
		"both headers":  append(make([]byte, 2*4096), sound[2*os.Getpagesize():]...),
		"first quarter": append(make([]byte, len(sound)/4), sound[len(sound)/4:]...),
	} {
		t.Run(name, func(t *testing.T) {
			if !reopen(t, content) {
				t.Error("the damaged file was taken as sound")
			}
		})
	}
}

// A page may be free or one of the two headers, so that its loss does not matter;
// what may not happen is a store that does not open, or a panic.
func TestAnyLostPage(t *testing.T) {
	sound := filled(t)
	page := 4096
	aside := 0
	for at := 0; at < len(sound); at += page {
		t.Run(fmt.Sprint(at/page), func(t *testing.T) {
			content := bytes.Clone(sound)
			clear(content[at : at+page])
			if reopen(t, content) {
				aside++
			}
		})
	}
	if aside < 10 {
		t.Errorf("%d of %d lost pages were noticed, want most of those in use", aside, len(sound)/page)
	}
}

func TestFewDamagedFilesAreKept(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "device.db")
	for n := range 6 {
		if err := os.WriteFile(path, bytes.Repeat([]byte{byte('0' + n)}, 1<<14), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(path, store.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(path + ".damaged-*")
	if err != nil || len(files) != 4 {
		t.Errorf("%q, %v, want four files", files, err)
	}
	if newest, err := os.ReadFile(path + ".damaged-4"); err != nil || newest[0] != '5' {
		t.Errorf("the last file begins with %.1q, %v, want the newest, 5", newest, err)
	}
}

func TestOpenTellsOtherFaults(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "device.db"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(filepath.Join(dir, "device.db"), store.Options{}); err == nil {
		t.Error("a directory was opened")
	}
	if _, err := os.Stat(filepath.Join(dir, "device.db.damaged-1")); err == nil {
		t.Error("a directory was set aside")
	}
}
