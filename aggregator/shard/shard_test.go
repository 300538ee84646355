package shard_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/shard"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/wasm-jobs/fold"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// round is a store with random updates, and their sum.
func round(t *testing.T, f combine.Form, n int) (*blob.Memory, []shard.Update, *combine.Sum) {
	t.Helper()
	store := &blob.Memory{}
	sum, err := combine.NewSum(f)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, uint64(n)))
	var updates []shard.Update
	for k := range n {
		samples := uint64(1 + k)
		b := []byte{'T', 'P', 'U', '1', byte(f.Width), 0}
		b = binary.LittleEndian.AppendUint16(b, uint16(len(f.Tensors)))
		values := 0
		for _, n := range f.Tensors {
			values += n
		}
		b = binary.LittleEndian.AppendUint64(b, uint64(values))
		b = binary.LittleEndian.AppendUint64(b, samples)
		for range f.Tensors {
			b = append(b, byte(f.ScaleBits-r.IntN(8)))
		}
		b = append(b, make([]byte, -len(b)&7)...)
		for range values * f.Width {
			b = append(b, byte(r.Uint32()))
		}
		h, err := store.Put(b)
		if err != nil {
			t.Fatal(err)
		}
		u, err := sum.Begin(samples)
		if err == nil {
			err = u.Fold(b)
		}
		if err == nil {
			err = u.Finish()
		}
		if err != nil {
			t.Fatal(err)
		}
		updates = append(updates, shard.Update{Blob: h, Samples: samples})
	}
	return store, updates, sum
}

var forms = map[string]combine.Form{
	"int8":  {Tensors: []int{5, 0, 1001, 7}, Width: 1, ScaleBits: 24, MaxSamples: 1 << 10, MaxUpdates: 40},
	"int16": {Tensors: []int{5, 0, 1001, 7}, Width: 2, ScaleBits: 24, MaxSamples: 1 << 10, MaxUpdates: 40},
	"int32": {Tensors: []int{5, 0, 1001, 7}, Width: 4, ScaleBits: 10, MaxSamples: 1 << 10, MaxUpdates: 40},
	"small": {Tensors: []int{1}, Width: 1, ScaleBits: 0, MaxSamples: 40, MaxUpdates: 40},
}

// All shards' sums, each found in the sandbox within its limits, are the round's sum.
func TestShardsSumUpToTheRound(t *testing.T) {
	sandbox, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer sandbox.Close()
	for name, f := range forms {
		store, updates, want := round(t, f, 30)
		for _, n := range []int{1, 2, 7, 30, 100} {
			merged, err := combine.NewSum(f)
			if err != nil {
				t.Fatal(err)
			}
			names := map[string]bool{}
			for _, s := range shard.Split("round", f, updates, n) {
				names[s.Name] = true
				content, err := io.ReadAll(io.NewSectionReader(s.File(store), 0, s.Size()))
				if err != nil || int64(len(content)) != s.Size() {
					t.Fatalf("%s: %d bytes, want %d: %v", s.Name, len(content), s.Size(), err)
				}
				fuel, memory, output := s.Limits()
				result, err := sandbox.Run(t.Context(), job.Request{Module: fold.Module, Inputs: []job.Input{{Name: fold.Input, Content: content}},
					Limits: job.Limits{MemoryBytes: memory, OutputBytes: output, Fuel: fuel}})
				if err != nil {
					t.Fatalf("%s: %v", s.Name, err)
				}
				out, _ := result.Output(fold.Output)
				p, err := s.Sum(map[string][]byte{fold.Output: out})
				if err != nil {
					t.Fatal(err)
				}
				if err := merged.Merge(p); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(merged.Partial().Encode(), want.Partial().Encode()) || len(names) != min(n, len(updates)) {
				t.Errorf("%s in %d shards: another sum, or the names %v", name, n, names)
			}
		}
	}
}

// The file reads the same in pieces of any kind, and says what is wrong with it.
func TestFile(t *testing.T) {
	f := forms["int8"]
	store, updates, _ := round(t, f, 3)
	s := shard.Split("round", f, updates, 1)[0]
	file := s.File(store)
	whole := make([]byte, s.Size())
	if n, err := file.ReadAt(whole, 0); n != len(whole) || err != nil {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if err := iotest.TestReader(io.NewSectionReader(file, 0, s.Size()), whole); err != nil {
		t.Error(err)
	}
	if n, err := file.ReadAt(make([]byte, 10), s.Size()-3); n != 3 || err != io.EOF {
		t.Errorf("beyond its end: %d bytes, %v", n, err)
	}
	if err := store.Delete(updates[1].Blob); err != nil {
		t.Fatal(err)
	}
	if _, err := file.ReadAt(whole, 0); !errors.Is(err, blob.ErrMissing) {
		t.Errorf("with an update deleted: %v", err)
	}
	short, err := store.Put([]byte("short"))
	if err != nil {
		t.Fatal(err)
	}
	s.Updates[1].Blob = short
	if _, err := s.File(store).ReadAt(whole, 0); err == nil {
		t.Error("an update of another size was read")
	}
}

// A name stands for what is in the shard; results of other updates are refused.
func TestNamesAndSums(t *testing.T) {
	f := forms["int8"]
	_, updates, sum := round(t, f, 3)
	a := shard.Split("round", f, updates, 2)
	if again := shard.Split("round", f, updates, 2); a[0].Name != again[0].Name || a[0].Name == a[1].Name {
		t.Errorf("names %q and %q, again %q", a[0].Name, a[1].Name, again[0].Name)
	}
	updates[0].Samples++
	if other := shard.Split("round", f, updates, 2); a[0].Name == other[0].Name {
		t.Errorf("another weight and the same name %q", a[0].Name)
	}
	for name, outputs := range map[string]map[string][]byte{"nothing": nil, "another": {fold.Output: sum.Partial().Encode()}} {
		if _, err := a[0].Sum(outputs); !errors.Is(err, combine.ErrPartial) {
			t.Errorf("%s for a result: %v", name, err)
		}
	}
}
