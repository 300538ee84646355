package btree_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/edge/store/btree"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, path string) *btree.File {
	t.Helper()
	f, err := btree.Open(path, btree.Options{Buckets: []string{"b"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(f.View(func(tx btree.Tx) error { return tx.Check() }), f.Close()); err != nil {
			t.Error(err)
		}
	})
	return f
}

// fill makes a file of several pages.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := btree.Open(path, btree.Options{Buckets: []string{"b"}})
	if err != nil {
		t.Fatal(err)
	}
	if !f.Fresh() || f.Recovered() != "" {
		t.Errorf("a new file: fresh %v, recovered %q", f.Fresh(), f.Recovered())
	}
	err = f.Update(func(tx btree.Tx) (err error) {
		b := tx.Bucket("b")
		b.Grow()
		for n := range 100 {
			err = errors.Join(err, b.Put(fmt.Appendf(nil, "key-%03d", n), make([]byte, 200)))
		}
		return err
	})
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestTransactions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "file.db")
	fill(t, path)
	f := open(t, path)
	if f.Fresh() {
		t.Error("the file is taken for a new one")
	}
	refusal := errors.New("no")
	err := f.Update(func(tx btree.Tx) error {
		return errors.Join(tx.Bucket("b").Delete([]byte("key-050")), refusal)
	})
	if !errors.Is(err, refusal) {
		t.Errorf("update: %v", err)
	}
	if err := f.Update(func(tx btree.Tx) error { return tx.Bucket("b").Delete([]byte("key-000")) }); err != nil {
		t.Fatal(err)
	}
	err = f.View(func(tx btree.Tx) error {
		b := tx.Bucket("b")
		if b.Get([]byte("key-050")) == nil || b.Get([]byte("key-000")) != nil {
			t.Error("a transaction that failed was kept, or one that did not was not")
		}
		c := b.Cursor()
		var walk []string
		for _, step := range []func() ([]byte, []byte){c.First, c.Next, c.Previous, c.Last, c.Next, func() ([]byte, []byte) { return c.Seek([]byte("key-0499")) }} {
			key, _ := step()
			walk = append(walk, string(key))
		}
		if want := "[key-001 key-002 key-001 key-099  key-050]"; fmt.Sprint(walk) != want {
			t.Errorf("walked %v, want %s", walk, want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := btree.Open(path, btree.Options{}); !errors.Is(err, btree.ErrLocked) {
		t.Errorf("opened twice: %v", err)
	}
}

// A leaf whose first key is not that under which the page above has it passes bbolt's own
// check, and breaks at the next change.
func TestFirstKeyOfALeaf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.db")
	fill(t, path)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	altered := false
	for at := 2 * page; at < len(content) && !altered; at += page {
		first := int(binary.NativeEndian.Uint32(content[at+20:])) + at + 16
		leaf := binary.NativeEndian.Uint16(content[at+8:]) == 2
		if leaf && first+7 < len(content) && bytes.HasPrefix(content[first:], []byte("key-0")) && content[first+6] < '9' && string(content[first:first+7]) != "key-000" {
			size := content[at+24:]
			binary.NativeEndian.PutUint32(size, binary.NativeEndian.Uint32(size)+1) // it borrows a byte of its value
			value := content[at+28:]
			binary.NativeEndian.PutUint32(value, binary.NativeEndian.Uint32(value)-1)
			altered = true
		}
	}
	if !altered {
		t.Fatal("no leaf to alter")
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if f := open(t, path); f.Recovered() != path+".damaged-1" {
		t.Errorf("the file was taken as sound: recovered %q", f.Recovered())
	}
}
