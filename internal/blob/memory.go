package blob

import (
	"bytes"
	"fmt"
	"sync"
)

// Memory is a Store in memory, for simulations and tests. The zero value is
// empty and ready.
type Memory struct {
	mu    sync.Mutex
	whole map[Hash][]byte
}

var _ Store = (*Memory)(nil)

// Put keeps a reference to content, which must not change any more.
func (s *Memory) Put(content []byte) (Hash, error) {
	h := Sum(content)
	s.keep(h, content)
	return h, nil
}

func (s *Memory) keep(h Hash, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.whole == nil {
		s.whole = map[Hash][]byte{}
	}
	s.whole[h] = content
}

// Open reads from memory.
func (s *Memory) Open(h Hash) (Reader, int64, error) {
	s.mu.Lock()
	content, found := s.whole[h]
	s.mu.Unlock()
	if !found {
		return nil, 0, fmt.Errorf("open blob %s: %w", h.Short(), ErrMissing)
	}
	return memoryReader{bytes.NewReader(content)}, int64(len(content)), nil
}

type memoryReader struct{ *bytes.Reader }

func (memoryReader) Close() error { return nil }

// Has looks in memory.
func (s *Memory) Has(h Hash) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.whole[h]
	return found
}

// Delete forgets the blob.
func (s *Memory) Delete(h Hash) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.whole, h)
	return nil
}

func (s *Memory) partial(m Manifest) (p partial, begun bool, err error) {
	return &memoryPartial{content: make([]byte, m.Size)}, false, nil
}

func (s *Memory) finish(h Hash, p partial) error {
	s.keep(h, p.(*memoryPartial).content)
	return nil
}

type memoryPartial struct{ content []byte }

func (p *memoryPartial) WriteAt(b []byte, offset int64) (int, error) {
	return copy(p.content[offset:], b), nil
}

func (p *memoryPartial) ReadAt(b []byte, offset int64) (int, error) {
	return bytes.NewReader(p.content).ReadAt(b, offset)
}

func (p *memoryPartial) Close() error { return nil }
