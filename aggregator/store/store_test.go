package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/store"
)

// TestMain lets the test binary be the process that TestKill kills.
func TestMain(m *testing.M) {
	if path := os.Getenv("STORE_WRITER"); path != "" {
		writeForEver(path)
	}
	os.Exit(m.Run())
}

func open(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

type record struct {
	N    int    `cbor:"1,keyasint"`
	Text string `cbor:"2,keyasint"`
}

func TestPutGetEachDelete(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a", "b.db"))
	err := s.Update(func(tx *store.Tx) error {
		return errors.Join(tx.Put("rounds", "2", record{2, "two"}), tx.Put("rounds", "1", record{1, "one"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(func(tx *store.Tx) error {
		var got record
		if found, err := tx.Get("rounds", "2", &got); !found || err != nil || got != (record{2, "two"}) {
			t.Errorf("get: %v, %v, %v", got, found, err)
		}
		if found, err := tx.Get("rounds", "3", &got); found || err != nil {
			t.Errorf("get of a missing key: %v, %v", found, err)
		}
		if found, err := tx.Get("none", "3", &got); found || err != nil {
			t.Errorf("get of a missing bucket: %v, %v", found, err)
		}
		order := ""
		err := store.Each(tx, "rounds", func(key string, r record) error { order += key + r.Text + " "; return nil })
		if order != "1one 2two " {
			t.Errorf("each: %q", order)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(func(tx *store.Tx) error {
		return errors.Join(tx.Delete("rounds", "1"), tx.Delete("none", "1"), tx.DeleteAll("rounds"), tx.DeleteAll("none"))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFailedUpdateLeavesNothing(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "x.db"))
	boom := errors.New("boom")
	err := s.Update(func(tx *store.Tx) error { return errors.Join(tx.Put("b", "k", 1), boom) })
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	s.View(func(tx *store.Tx) error {
		var n int
		if found, _ := tx.Get("b", "k", &n); found {
			t.Error("half of a failed transaction is there")
		}
		return nil
	})
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	open(t, path)
	if _, err := store.Open(path, store.Options{}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("second open: error %v, want ErrLocked", err)
	}
	damaged := filepath.Join(t.TempDir(), "y.db")
	os.WriteFile(damaged, make([]byte, 1<<16), 0o600)
	if _, err := store.Open(damaged, store.Options{}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("open of zeros: error %v, want ErrDamaged", err)
	}
}

func writeForEver(path string) {
	s, err := store.Open(path, store.Options{})
	if err != nil {
		panic(err)
	}
	var last int
	s.View(func(tx *store.Tx) error { _, err := tx.Get("n", "last", &last); return err })
	for n := last + 1; ; n++ {
		err := s.Update(func(tx *store.Tx) error {
			return errors.Join(tx.Put("n", "last", n), tx.Put("n", strconv.Itoa(n), make([]byte, n%5000)))
		})
		if err != nil {
			panic(err)
		}
		fmt.Println(n)
	}
}

// Every number that was printed was on disk before.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for i := range 10 {
		writer := exec.Command(os.Args[0])
		writer.Env = append(os.Environ(), "STORE_WRITER="+path)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(20+7*i)*time.Millisecond, func() { writer.Process.Kill() })
		acknowledged := 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			acknowledged, _ = strconv.Atoi(lines.Text())
		}
		writer.Wait()
		s, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var last int
		s.View(func(tx *store.Tx) error { _, err := tx.Get("n", "last", &last); return err })
		if last < acknowledged {
			t.Errorf("killed after %d was acknowledged; the file has %d", acknowledged, last)
		}
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Error(err)
		}
	}
}
