package recording_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/recording"
)

func open(t testing.TB, dir string, o recording.Options) *recording.Recording {
	t.Helper()
	r, err := recording.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func all(t testing.TB, r *recording.Recording) (rows []float32) {
	t.Helper()
	if err := r.Each(func(some []float32) error { rows = append(rows, some...); return nil }); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestRowsAndPlaceComeBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "room")
	o := recording.Options{Width: 2}
	r := open(t, dir, o)
	place := recording.Place{Era: 7, Next: 3, Mark: -5}
	for _, rows := range [][]float32{{1, 2}, {}, {3, 4, 5, 6}} {
		if err := r.Append(rows, place); err != nil {
			t.Fatal(err)
		}
		place.Next++
	}
	r.Close()
	r = open(t, dir, o)
	if got := all(t, r); !slices.Equal(got, []float32{1, 2, 3, 4, 5, 6}) || r.Rows() != 3 {
		t.Errorf("rows %v, %d of them", got, r.Rows())
	}
	if want := (recording.Place{Era: 7, Next: 5, Mark: -5}); r.Place() != want {
		t.Errorf("place %+v, want %+v", r.Place(), want)
	}
	if err := r.Append([]float32{1}, place); err == nil {
		t.Error("half a row was taken")
	}
}

// What the columns mean has changed: the old rows are kept, but apart.
func TestOtherMeaningIsSetAside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "room")
	r := open(t, dir, recording.Options{Width: 1})
	if err := r.Append([]float32{1}, recording.Place{Next: 9}); err != nil {
		t.Fatal(err)
	}
	r.Close()
	r = open(t, dir, recording.Options{Width: 1, Tag: sha256.Sum256([]byte("other"))})
	if r.Rows() != 0 || r.Place() != (recording.Place{}) || r.Aside() != dir+".old-1" {
		t.Errorf("%d rows at %+v, aside %q", r.Rows(), r.Place(), r.Aside())
	}
	if old := open(t, r.Aside(), recording.Options{Width: 1}); old.Rows() != 1 {
		t.Errorf("%d old rows", old.Rows())
	}
}

func TestQuota(t *testing.T) {
	const quota = 64 << 10
	r := open(t, filepath.Join(t.TempDir(), "room"), recording.Options{Width: 4, Bytes: quota})
	next := float32(0)
	for i := range 4000 {
		row := []float32{next, 0, 0, 0}
		next++
		if err := r.Append(row, recording.Place{Next: uint64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	rows := all(t, r)
	if uint64(len(rows)/4)+r.Dropped() != 4000 || r.Dropped() == 0 {
		t.Errorf("%d rows and %d dropped, want 4000 in sum", len(rows)/4, r.Dropped())
	}
	if rows[len(rows)-4] != next-1 || rows[0] != next-float32(len(rows)/4) {
		t.Errorf("rows from %v to %v, want the newest", rows[0], rows[len(rows)-4])
	}
	if n := len(rows) / 4 * 48; n < quota*6/8 || n > quota {
		t.Errorf("%d bytes are used of %d", n, quota)
	}
}

// The power fails while a file is written: of what was not synced any part may be there,
// or something else. What Append had said was there is there, with its place.
func TestPowerCuts(t *testing.T) {
	const cuts = 2000
	r := rand.New(rand.NewPCG(4, 2))
	dir := filepath.Join(t.TempDir(), "room")
	o := recording.Options{Width: 3, Bytes: 1 << 20}
	o.Bytes = 8 * 900 // some rows a segment; all are kept for the test's length
	next, kept := 0, 0
	rec := open(t, dir, o)
	for range cuts {
		before := snapshot(t, dir)
		// One more append, of which a part reaches the disk.
		rows := make([]float32, 0, 9)
		for range 1 + r.IntN(3) {
			rows = append(rows, float32(next), float32(next)/2, -float32(next))
			next++
		}
		if err := rec.Append(rows, recording.Place{Next: uint64(next)}); err != nil {
			t.Fatal(err)
		}
		acknowledged := next
		if r.IntN(2) == 0 {
			acknowledged -= len(rows) / 3
			tear(t, r, dir, before)
		}
		rec.Close()
		rec = open(t, dir, o)
		got := int(rec.Place().Next)
		if got != next && got != acknowledged {
			t.Fatalf("place %d, want %d or %d", got, acknowledged, next)
		}
		next = got
		if have := all(t, rec); len(have) > 0 {
			for i := 0; i < len(have); i += 3 {
				if want := float32(next - len(have)/3 + i/3); have[i] != want || have[i+1] != want/2 || have[i+2] != -want {
					t.Fatalf("row %d is %v, want %v", i/3, have[i:i+3], want)
				}
			}
			kept = len(have) / 3
		}
	}
	if kept < 100 {
		t.Errorf("%d rows only at the end", kept)
	}
}

func snapshot(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = content
	}
	return files
}

// tear leaves of the last file, beyond what was synced before, a part: cut short, or
// with a hole, or with noise.
func tear(t testing.TB, r *rand.Rand, dir string, before map[string][]byte) {
	t.Helper()
	for name, after := range snapshot(t, dir) {
		old, was := before[name]
		if bytes.Equal(old, after) {
			continue
		}
		tail := after[len(old):]
		switch r.IntN(3) {
		case 0:
			tail = tail[:r.IntN(len(tail))]
		case 1:
			from := r.IntN(len(tail))
			clear(tail[from : from+1+r.IntN(len(tail)-from)])
			if len(old) == 0 && bytes.Equal(tail, after) {
				tail = nil
			}
		case 2:
			tail[r.IntN(len(tail))] ^= byte(1 + r.IntN(255))
			if !was { // the head was synced before any frame
				tail = tail[:r.IntN(44)]
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), append(slices.Clone(old), tail...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	r := open(f, dir, recording.Options{Width: 1})
	for i := range 3 {
		if err := r.Append([]float32{float32(i)}, recording.Place{Next: uint64(i)}); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(snapshot(f, dir)[fmt.Sprintf("%016x.rows", 0)])
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%016x.rows", 0)), content, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := recording.Open(dir, recording.Options{Width: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		n := r.Rows()
		if err := r.Append([]float32{1}, recording.Place{Next: 5}); err != nil {
			t.Fatal(err)
		}
		if got := uint64(len(all(t, r))); got != n+1 {
			t.Errorf("%d rows, want %d", got, n+1)
		}
	})
}
