package solve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// errNoRoom marks a blob beyond what a solver keeps.
var errNoRoom = errors.New("the solver has no room for more blobs")

// shelf is a store of blobs with a bound on all of them together.
type shelf struct {
	dir *blob.Dir
	max int64

	mu   sync.Mutex // guards size
	size int64
}

var _ deal.Store = (*shelf)(nil)

func openShelf(path string, most int64) (*shelf, error) {
	dir, err := blob.OpenDir(path)
	if err != nil {
		return nil, err
	}
	s := &shelf{dir: dir, max: most}
	if err := dir.Sweep(func(blob.Hash) bool { return true }); err != nil { // what a crash left half written
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("open blob store: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("open blob store: %w", err)
		}
		s.size += info.Size()
	}
	return s, nil
}

// Has tells whether a blob is there.
func (s *shelf) Has(h blob.Hash) bool { return s.dir.Has(h) }

// Get reads a blob and checks it, since a disk can rot.
func (s *shelf) Get(_ context.Context, h blob.Hash) ([]byte, error) {
	content, err := blob.ReadAll(s.dir, h)
	if err == nil && blob.Sum(content) != h {
		return nil, fmt.Errorf("read blob %s: %w", h.Short(), blob.ErrMismatch)
	}
	return content, err
}

// Put keeps a blob, if there is room.
func (s *shelf) Put(_ context.Context, content []byte) (blob.Hash, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := blob.Sum(content)
	if s.dir.Has(h) {
		return h, nil
	}
	if s.size+int64(len(content)) > s.max {
		return h, fmt.Errorf("keep blob %s of %d bytes: %w", h.Short(), len(content), errNoRoom)
	}
	h, err := s.dir.Put(content)
	if err == nil {
		s.size += int64(len(content))
	}
	return h, err
}
