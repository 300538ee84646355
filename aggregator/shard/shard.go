// Package shard cuts a round's updates into shards, each of which a job sums up by
// itself (wasm-jobs/fold).
//
// The names of a round's updates flow in; shards flow out: each with a name of its
// own, the file that its job reads, put together of the blobs as it is read, and
// what the job may use. What the job wrote comes back through Sum. Whoever runs
// jobs is somewhere else.
package shard

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/wasm-jobs/fold"
)

// Update is one update of a round.
type Update struct {
	Blob    blob.Hash
	Samples uint64 // its weight
}

// Shard is some of a round's updates.
type Shard struct {
	Name    string // says whose it is and, by a hash, what is in it
	Form    combine.Form
	Updates []Update
}

// Split deals the updates to n shards, or as many as there are updates, whose sizes
// differ by one at most. The same updates in the same order give the same shards.
func Split(round string, form combine.Form, updates []Update, n int) []Shard {
	n = min(n, len(updates))
	shards := make([]Shard, n)
	for i := range shards {
		s := Shard{Form: form, Updates: updates[i*len(updates)/n : (i+1)*len(updates)/n]}
		// A name stands for one result for ever, so what is in it is part of it.
		h := s.Hash()
		s.Name = fmt.Sprintf("%s-%d-of-%d-%x", round, i+1, n, h[:16])
		shards[i] = s
	}
	return shards
}

// Hash names what the shard's file is made of, without reading it.
func (s Shard) Hash() blob.Hash {
	b := s.head()
	for _, u := range s.Updates {
		b = append(binary.LittleEndian.AppendUint64(b, u.Samples), u.Blob[:]...)
	}
	return blob.Sum(append(b, fold.Module...))
}

// head is what comes before the first update.
func (s Shard) head() []byte {
	return binary.LittleEndian.AppendUint64(s.Form.Encode(), uint64(len(s.Updates)))
}

// samples is the weight of all updates.
func (s Shard) samples() (n uint64) {
	for _, u := range s.Updates {
		n += u.Samples
	}
	return n
}

// stride is the length in bytes of an update and what stands before it.
func (s Shard) stride() int64 { return entryHead + (s.Form.FileSize()+7)&^7 }

const entryHead = 16 // samples and size

// Size is the length in bytes of the shard's file.
func (s Shard) Size() int64 { return int64(len(s.head())) + int64(len(s.Updates))*s.stride() }

// Limits of the job: fuel in units, memory and outputs in bytes. They are roomy;
// the job's own work is known.
func (s Shard) Limits() (fuel, memory, output uint64) {
	var values uint64
	for _, n := range s.Form.Tensors {
		values += uint64(n)
	}
	sum := uint64(len(s.head())) + 64 + 8*values
	return 1<<24 + uint64(len(s.Updates))*(1<<14+64*values), 1<<20 + sum + uint64(s.stride()), sum
}

// Sum reads what the job wrote, and holds it to the shard: it must be of all of its
// updates.
func (s Shard) Sum(outputs map[string][]byte) (combine.Partial, error) {
	p, err := combine.DecodePartial(outputs[fold.Output])
	if err == nil && (p.Updates != len(s.Updates) || p.Samples != s.samples()) {
		err = fmt.Errorf("%w: of %d updates with %d samples, want %d with %d", combine.ErrPartial, p.Updates, p.Samples, len(s.Updates), s.samples())
	}
	if err != nil {
		return combine.Partial{}, fmt.Errorf("sum of shard %s: %w", s.Name, err)
	}
	return p, nil
}

// File is the shard's file: a reader that has no more in memory than it is asked
// for. It is safe for concurrent use.
func (s Shard) File(blobs blob.Store) io.ReaderAt { return file{s, s.head(), blobs} }

type file struct {
	shard Shard
	head  []byte
	blobs blob.Store
}

func (f file) ReadAt(b []byte, at int64) (n int, err error) {
	if size := f.shard.Size(); at < 0 || at >= size {
		return 0, io.EOF
	} else if int64(len(b)) > size-at {
		b, err = b[:size-at], io.EOF
	}
	for n < len(b) {
		did, failed := f.piece(b[n:], at+int64(n))
		if n += did; failed != nil {
			return n, fmt.Errorf("read shard %s: %w", f.shard.Name, failed)
		}
	}
	return n, err
}

// piece reads to the next border within the file, at least a byte.
func (f file) piece(b []byte, at int64) (int, error) {
	if at < int64(len(f.head)) {
		return copy(b, f.head[at:]), nil
	}
	at -= int64(len(f.head))
	stride, size := f.shard.stride(), f.shard.Form.FileSize()
	u, at := f.shard.Updates[at/stride], at%stride
	if at < entryHead {
		entry := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, u.Samples), uint64(size))
		return copy(b, entry[at:]), nil
	}
	if at -= entryHead; at >= size {
		n := min(len(b), int(stride-entryHead-at))
		clear(b[:n])
		return n, nil
	}
	r, has, err := f.blobs.Open(u.Blob)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	if has != size {
		return 0, fmt.Errorf("update %s has %d bytes, want %d", u.Blob.Short(), has, size)
	}
	n, err := r.ReadAt(b[:min(int64(len(b)), size-at)], at)
	if err == io.EOF && n > 0 {
		err = nil
	}
	return n, err
}
