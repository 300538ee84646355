package blob_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

func content(n int, seed uint64) []byte {
	b := make([]byte, n)
	src := rand.NewChaCha8([32]byte{byte(seed)})
	src.Read(b)
	return b
}

func describe(t testing.TB, b []byte, chunk uint32) blob.Manifest {
	t.Helper()
	m, err := blob.Describe(bytes.NewReader(b), chunk)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func chunks(m blob.Manifest, b []byte) [][]byte {
	var all [][]byte
	for len(b) > 0 {
		n := min(len(b), int(m.ChunkSize))
		all = append(all, b[:n])
		b = b[n:]
	}
	return all
}

func stores(t *testing.T) map[string]blob.Store {
	dir, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]blob.Store{"dir": dir, "memory": new(blob.Memory)}
}

func TestTransferTakesChunksInAnyOrder(t *testing.T) {
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 1023, 1024, 1025, 10_000, 64 << 10} {
				want := content(size, uint64(size))
				m := describe(t, want, 1024)
				transfer, err := blob.Receive(store, m)
				if err != nil {
					t.Fatal(err)
				}
				all := chunks(m, want)
				for _, i := range rand.Perm(len(all)) {
					if added, err := transfer.Add(uint32(i), all[i]); err != nil || !added {
						t.Fatalf("add chunk %d: %v, %v", i, added, err)
					}
					if added, err := transfer.Add(uint32(i), all[i]); err != nil || added {
						t.Fatalf("add chunk %d again: %v, %v; want it ignored", i, added, err)
					}
				}
				if err := transfer.Finish(); err != nil {
					t.Fatal(err)
				}
				if got, err := blob.ReadAll(store, m.Hash); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%d bytes: read back differs (%v)", size, err)
				}
			}
		})
	}
}

func TestTransferResumes(t *testing.T) {
	dir, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	want := content(5000, 1)
	m := describe(t, want, 1024)
	all := chunks(m, want)
	first, err := blob.Receive(dir, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []uint32{3, 0} {
		if _, err := first.Add(i, all[i]); err != nil {
			t.Fatal(err)
		}
	}
	// No Close: a crash does not call it either.
	second, err := blob.Receive(dir, m)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(second.Missing(10)), "[1 2 4]"; got != want {
		t.Errorf("missing after a crash: %s, want %s", got, want)
	}
	for _, i := range second.Missing(10) {
		if _, err := second.Add(i, all[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := second.Finish(); err != nil || !dir.Has(m.Hash) {
		t.Errorf("finish: %v, has %v", err, dir.Has(m.Hash))
	}
}

func TestTransferRefusesWrongContent(t *testing.T) {
	want := content(3000, 2)
	m := describe(t, want, 1024)
	all := chunks(m, want)
	for name, store := range stores(t) {
		transfer, err := blob.Receive(store, m)
		if err != nil {
			t.Fatal(err)
		}
		flipped := bytes.Clone(all[1])
		flipped[7] ^= 1
		for what, c := range map[string]struct {
			i    uint32
			data []byte
		}{"flipped": {1, flipped}, "swapped": {1, all[0]}, "short": {1, all[1][:9]}, "beyond": {99, all[1]}} {
			if _, err := transfer.Add(c.i, c.data); !errors.Is(err, blob.ErrMismatch) {
				t.Errorf("%s: %s chunk: error %v, want ErrMismatch", name, what, err)
			}
		}
		if err := transfer.Finish(); err == nil {
			t.Errorf("%s: finished without any chunk", name)
		}
	}
}

// A sender may sign a manifest whose chunks are right and whose hash is wrong.
func TestFinishRefusesLyingManifest(t *testing.T) {
	for name, store := range stores(t) {
		b := content(3000, 3)
		m := describe(t, b, 1024)
		m.Hash[0] ^= 1
		transfer, err := blob.Receive(store, m)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range chunks(m, b) {
			if _, err := transfer.Add(uint32(i), c); err != nil {
				t.Fatal(err)
			}
		}
		if err := transfer.Finish(); !errors.Is(err, blob.ErrMismatch) || store.Has(m.Hash) {
			t.Errorf("%s: finish: %v, kept %v; want ErrMismatch and nothing kept", name, err, store.Has(m.Hash))
		}
		if got, err := transfer.Read(0, nil); err != nil || !bytes.Equal(got, b[:1024]) {
			t.Errorf("%s: chunk 0 cannot be read any more: %v", name, err)
		}
		if err := transfer.Abandon(); err != nil {
			t.Errorf("%s: abandon: %v", name, err)
		}
	}
}

func TestValidateRefusesBadManifests(t *testing.T) {
	good := describe(t, content(5000, 4), 1024)
	for name, change := range map[string]func(*blob.Manifest){
		"no chunks":      func(m *blob.Manifest) { m.Chunks = nil },
		"empty":          func(m *blob.Manifest) { m.Size, m.Chunks = 0, nil },
		"huge size":      func(m *blob.Manifest) { m.Size = 1 << 62 },
		"chunk size 0":   func(m *blob.Manifest) { m.ChunkSize = 0 },
		"odd chunk size": func(m *blob.Manifest) { m.ChunkSize = 1025 },
		"size too large": func(m *blob.Manifest) { m.Size = 5121 },
	} {
		m := good
		change(&m)
		if err := m.Validate(); !errors.Is(err, blob.ErrManifest) {
			t.Errorf("%s: error %v, want ErrManifest", name, err)
		}
	}
}

func TestSweepKeepsWhatIsWanted(t *testing.T) {
	path := t.TempDir()
	dir, err := blob.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	wanted, _ := dir.Put([]byte("wanted"))
	unwanted, _ := dir.Put([]byte("unwanted"))
	transfer, err := blob.Receive(dir, describe(t, content(3000, 5), 1024))
	if err != nil {
		t.Fatal(err)
	}
	defer transfer.Close()
	if err := os.WriteFile(filepath.Join(path, ".put-123"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := dir.Sweep(func(h blob.Hash) bool { return h == wanted }); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(path)
	if err != nil || !dir.Has(wanted) || dir.Has(unwanted) || len(left) != 2 {
		t.Errorf("left %v, %v; want the wanted blob and the unfinished one", left, err)
	}
}

func TestStoreMissing(t *testing.T) {
	for name, store := range stores(t) {
		if _, err := blob.ReadAll(store, blob.Hash{1}); !errors.Is(err, blob.ErrMissing) {
			t.Errorf("%s: error %v, want ErrMissing", name, err)
		}
		if err := store.Delete(blob.Hash{1}); err != nil {
			t.Errorf("%s: delete of a missing blob: %v", name, err)
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add(uint64(5000), uint32(1024), 5, uint32(4), []byte("x"))
	f.Add(uint64(1)<<63, uint32(8), 0, uint32(0), []byte{})
	f.Fuzz(func(t *testing.T, size uint64, chunkSize uint32, n int, i uint32, data []byte) {
		m := blob.Manifest{Size: size, ChunkSize: chunkSize, Chunks: make([]blob.Hash, n&2047)}
		if m.Validate() != nil {
			return
		}
		if m.Check(i, data) == nil {
			t.Errorf("data %x hashes to zero", data)
		}
	})
}

func Example() {
	sender, receiver := new(blob.Memory), new(blob.Memory)
	h, _ := sender.Put([]byte("a model"))
	m, _ := blob.DescribeStored(sender, h, 0)
	transfer, _ := blob.Receive(receiver, m)
	for _, i := range transfer.Missing(4) {
		data, _ := blob.ReadChunk(sender, m, i)
		transfer.Add(i, data)
	}
	fmt.Println(transfer.Finish(), receiver.Has(h))
	// Output: <nil> true
}
