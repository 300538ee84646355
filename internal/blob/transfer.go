package blob

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// Transfer receives one blob chunk by chunk. It is not safe for concurrent use.
// What has arrived survives a crash when the store is a Dir.
type Transfer struct {
	manifest Manifest
	store    Store
	content  partial
	have     []bool
	missing  int
}

// Receive starts, or goes on with, the transfer of a blob. Chunks left by an
// earlier try are kept if they match the manifest.
func Receive(s Store, m Manifest) (*Transfer, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	content, begun, err := s.partial(m)
	if err != nil {
		return nil, err
	}
	t := &Transfer{manifest: m, store: s, content: content, have: make([]bool, len(m.Chunks)), missing: len(m.Chunks)}
	if !begun {
		return t, nil
	}
	buffer := make([]byte, m.ChunkSize)
	for i := range m.Chunks {
		offset, length := m.span(uint32(i))
		if _, err := content.ReadAt(buffer[:length], offset); err != nil && err != io.EOF {
			content.Close()
			return nil, fmt.Errorf("resume blob %s: %w", m.Hash.Short(), err)
		}
		if Sum(buffer[:length]) == m.Chunks[i] {
			t.have[i] = true
			t.missing--
		}
	}
	return t, nil
}

// Manifest gives what is being received.
func (t *Transfer) Manifest() Manifest { return t.manifest }

// Add checks and keeps chunk i. It reports false for one that was there already.
func (t *Transfer) Add(i uint32, data []byte) (added bool, err error) {
	if err := t.manifest.Check(i, data); err != nil {
		return false, err
	}
	if t.have[i] {
		return false, nil
	}
	offset, _ := t.manifest.span(i)
	if _, err := t.content.WriteAt(data, offset); err != nil {
		return false, fmt.Errorf("keep chunk %d of blob %s: %w", i, t.manifest.Hash.Short(), err)
	}
	t.have[i] = true
	t.missing--
	return true, nil
}

// Have tells whether chunk i has arrived.
func (t *Transfer) Have(i uint32) bool { return int(i) < len(t.have) && t.have[i] }

// Read reads a chunk that has arrived, into buffer where it is large enough.
func (t *Transfer) Read(i uint32, buffer []byte) ([]byte, error) {
	offset, length := t.manifest.span(i)
	if cap(buffer) < length {
		buffer = make([]byte, length)
	}
	buffer = buffer[:length]
	if _, err := t.content.ReadAt(buffer, offset); err != nil && err != io.EOF {
		return nil, fmt.Errorf("read chunk %d of blob %s: %w", i, t.manifest.Hash.Short(), err)
	}
	return buffer, nil
}

// Missing lists at most limit chunks that have not arrived, in order.
func (t *Transfer) Missing(limit int) []uint32 {
	var missing []uint32
	for i, have := range t.have {
		if len(missing) == limit {
			break
		}
		if !have {
			missing = append(missing, uint32(i))
		}
	}
	return missing
}

// Done tells whether every chunk has arrived.
func (t *Transfer) Done() bool { return t.missing == 0 }

// Finish checks the whole against its hash, puts it into the store and closes the
// transfer. A blob whose chunks all fit the manifest, but not the manifest's own
// hash, fails with ErrMismatch; then, as at any failure, the transfer stays open,
// to be read from or abandoned.
func (t *Transfer) Finish() error {
	if !t.Done() {
		return fmt.Errorf("finish blob %s: %d chunks are missing", t.manifest.Hash.Short(), t.missing)
	}
	whole := sha256.New()
	if _, err := io.Copy(whole, io.NewSectionReader(t.content, 0, int64(t.manifest.Size))); err != nil {
		return fmt.Errorf("finish blob %s: %w", t.manifest.Hash.Short(), err)
	}
	if got := Hash(whole.Sum(nil)); got != t.manifest.Hash {
		return fmt.Errorf("finish blob %s: it hashes to %s: %w", t.manifest.Hash.Short(), got.Short(), ErrMismatch)
	}
	return t.store.finish(t.manifest.Hash, t.content)
}

// Close stops the transfer and keeps what has arrived for another try.
func (t *Transfer) Close() error { return t.content.Close() }

// Abandon stops the transfer and forgets what has arrived.
func (t *Transfer) Abandon() error {
	return errors.Join(t.content.Close(), t.store.Delete(t.manifest.Hash))
}
