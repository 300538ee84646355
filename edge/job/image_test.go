package job

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// fileOf is a checkpoint's file with an image in it.
func fileOf(t testing.TB, parts ...[]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "checkpoint")
	if err := os.WriteFile(path, append(make([]byte, imageAt), bytes.Join(parts, nil)...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImagesLeaveZerosOut(t *testing.T) {
	memory := make([]byte, 9*pageSize)
	memory[3*pageSize], memory[5*pageSize-1], memory[8*pageSize+7] = 1, 2, 3
	parts, err := encodeImage(memory, []uint64{4, 5}, 6)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(bytes.Join(parts, nil)); n > 3*pageSize+200 {
		t.Errorf("three pages take %d bytes", n)
	}
	i, err := openImage(fileOf(t, parts...))
	if err != nil {
		t.Fatal(err)
	}
	i.file.Close()
	if i.Pages != 9 || len(i.Runs) != 2 || i.Runs[0] != (pageRun{3, 2}) || i.Runs[1] != (pageRun{8, 1}) || i.Globals[1] != 5 || i.Elapsed != 6 {
		t.Errorf("got %+v", i.imageHeader)
	}
}

// Whatever a file holds, it is refused or makes sense.
func FuzzImage(f *testing.F) {
	memory := make([]byte, 3*pageSize)
	memory[pageSize] = 1
	parts, err := encodeImage(memory, []uint64{4, 5}, 6)
	if err != nil {
		f.Fatal(err)
	}
	whole := bytes.Join(parts, nil)
	f.Add(whole[:len(whole)-sha256.Size])
	f.Add(parts[0])
	f.Add([]byte{0, 0, 0, 1, 0xa0})
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body) // or it would get no further
		i, err := openImage(fileOf(t, body, sum[:]))
		if err != nil {
			if !errors.Is(err, errImage) {
				t.Errorf("error %v", err)
			}
			return
		}
		defer i.file.Close()
		pages, next := uint64(0), uint32(0)
		for _, r := range i.Runs {
			if r.First < next || r.First+r.Count > i.Pages || r.Count == 0 {
				t.Fatalf("runs %v of %d pages", i.Runs, i.Pages)
			}
			next = r.First + r.Count
			pages += uint64(r.Count)
		}
		if pages*pageSize > uint64(len(body)) {
			t.Errorf("%d pages in %d bytes", pages, len(body))
		}
	})
}
