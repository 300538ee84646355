package solve

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

func age(t *testing.T, s *shelf, h blob.Hash, by time.Duration) {
	t.Helper()
	at := time.Now().Add(-by)
	if err := os.Chtimes(s.dir.Path(h), at, at); err != nil {
		t.Fatal(err)
	}
}

func TestShelfRefusesWhatIsBeyondItsQuota(t *testing.T) {
	path := t.TempDir()
	s, err := openShelf(path, 10)
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Put(t.Context(), []byte("eight by"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), []byte("eight by")); err != nil {
		t.Errorf("a blob that is there: %v", err)
	}
	_, err = s.Put(t.Context(), []byte("three"))
	if !errors.Is(err, errNoRoom) || code(err) != 507 || !strings.Contains(err.Error(), "quota is 10 bytes, 8 are taken") {
		t.Errorf("a blob too many: %v", err)
	}
	if s, err = openShelf(path, 10); err != nil || s.size != 8 {
		t.Fatalf("after a restart: %v, %v", s, err)
	}
	age(t, s, first, time.Hour)
	if deleted, bytes, err := s.tidy(nil, time.Now().Add(-time.Minute)); deleted != 1 || bytes != 8 || err != nil {
		t.Errorf("deleted %d, %d bytes, %v", deleted, bytes, err)
	}
	if _, err := s.Put(t.Context(), []byte("three")); err != nil {
		t.Errorf("after there is room again: %v", err)
	}
}

func TestShelfKeepsWhatIsNamedOrNew(t *testing.T) {
	s, err := openShelf(t.TempDir(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	put := func(text string, old time.Duration) blob.Hash {
		t.Helper()
		h, err := s.Put(t.Context(), []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		age(t, s, h, old)
		return h
	}
	named, fresh, touched, again, forgotten := put("named", time.Hour), put("fresh", 0), put("touched", time.Hour), put("again", time.Hour), put("forgotten", time.Hour)
	if err := s.touch(touched); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), []byte("again")); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-time.Minute)
	for range 2 {
		if _, _, err := s.tidy(map[blob.Hash]bool{named: true, {7}: true}, before); err != nil {
			t.Fatal(err)
		}
	}
	for what, h := range map[string]blob.Hash{"named": named, "fresh": fresh, "touched": touched, "posted again": again} {
		if err := s.has(h); err != nil {
			t.Errorf("the blob that is %s: %v", what, err)
		}
	}
	for _, ask := range []func(blob.Hash) error{s.has, s.touch} {
		if err := ask(forgotten); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("the forgotten blob: %v", err)
		}
	}
	// It was named by the last look: its time begins now.
	if deleted, _, err := s.tidy(nil, before); deleted != 0 || err != nil {
		t.Errorf("deleted %d, %v", deleted, err)
	}
}
