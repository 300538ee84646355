package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/store"
)

// openJunk opens a sound file with 8 bytes of junk somewhere: Open must give a
// store that works, whether it takes the file or sets it aside.
func openJunk(t *testing.T, sound []byte, at int, junk uint64) (aside bool) {
	t.Helper()
	content := bytes.Clone(sound)
	binary.NativeEndian.PutUint64(content[at:], junk)
	path := filepath.Join(t.TempDir(), "device.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(path, store.Options{NoSync: true})
	if err != nil {
		t.Fatalf("%#x at %d: %v", junk, at, err)
	}
	// What a sound page says may be wrong all the same: that is an error, no panic.
	s.Pending(0)
	s.Verify()
	if err := errors.Join(s.RaiseTime(math.MaxInt64), s.Close()); err != nil {
		t.Errorf("%#x at %d: %v", junk, at, err)
	}
	return s.Recovered() != ""
}

// Junk in the heads of pages, where bbolt would follow it out of the file, round
// in circles or into a page of another kind.
func TestJunkInPages(t *testing.T) {
	sound := filled(t)
	size := 4096
	pages := len(sound) / size
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	aside := 0
	for range 60 {
		page := r.IntN(pages)
		junk := []uint64{0, 1, 2, 3, uint64(page), r.Uint64N(uint64(pages)), 1 << 63, math.MaxUint64, r.Uint64()}[r.IntN(9)]
		if openJunk(t, sound, page*size+8*r.IntN(12), junk) {
			aside++
		}
	}
	if aside < 10 {
		t.Errorf("seed %d: junk in the heads of 60 pages was noticed %d times, want about half", seed, aside)
	}
}

func FuzzOpen(f *testing.F) {
	sound := filled(f)
	size := 4096
	for page := range 4 {
		f.Add(uint32(page*size), uint64(page+1)) // names itself another
		f.Add(uint32(page*size+8), uint64(1))    // a branch without elements
		f.Add(uint32(page*size+16), uint64(math.MaxUint64))
	}
	f.Fuzz(func(t *testing.T, at uint32, junk uint64) {
		openJunk(t, sound, int(at)%(len(sound)-8), junk)
	})
}
