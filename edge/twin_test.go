package edge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// A device that is not to be set up from afar says so, as one of before would.
func TestDesiredIsAnsweredByWhoCannot(t *testing.T) {
	s := newServer(t)
	defer s.start()()
	s.send(s.key, wire.KindDesired, wire.Desired{Version: 1})
	var answer wire.Error
	s.next(wire.KindError, &answer)
	if answer.Kind != wire.KindDesired {
		t.Errorf("answered %+v", answer)
	}
}

// Blobs that are wanted are fetched; one that is not wanted any more leaves nothing behind.
func TestFetch(t *testing.T) {
	s := newServer(t)
	defer s.start()()
	content := strings.Repeat("module", 40_000)
	m, err := blob.Describe(strings.NewReader(content), 0)
	if err != nil {
		t.Fatal(err)
	}
	s.device.Fetch(t.Context(), []blob.Manifest{m})
	var want wire.Want
	for len(want.Chunks) == 0 {
		e := <-s.inbox
		if e.Kind == wire.KindWant {
			if err := wire.Unmarshal(e.Body, &want); err != nil {
				t.Fatal(err)
			}
		}
	}
	if want.Blob != m.Hash {
		t.Fatalf("wants %s", want.Blob)
	}
	chunk := func(i uint32) {
		from := int(i) * int(m.ChunkSize)
		s.device.Deliver(t.Context(), wire.KindChunk, wire.EncodeChunk(m.Hash, i, []byte(content[from:min(len(content), from+int(m.ChunkSize))])))
	}
	blobs, err := blob.OpenDir(s.dir + "/blobs")
	if err != nil {
		t.Fatal(err)
	}
	has := func(want bool) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); blobs.Has(m.Hash) != want; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the blob is there: %v, want %v", !want, want)
			}
		}
	}
	chunk(0)
	s.device.Fetch(t.Context(), nil)
	for i := range m.Chunks {
		chunk(uint32(i))
	}
	s.device.Status(t.Context()) // the chunks were seen
	has(false)
	s.device.Fetch(t.Context(), []blob.Manifest{m})
	for i := range m.Chunks {
		chunk(uint32(i))
	}
	has(true)
}
