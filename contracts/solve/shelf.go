package solve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/contracts/deal"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// errNoRoom marks a blob beyond what a solver keeps.
var errNoRoom = errors.New("the solver has no room for more blobs")

// shelf is a store of blobs with a bound on all of them together.
type shelf struct {
	path string
	dir  *blob.Dir
	max  int64

	mu   sync.Mutex // guards size
	size int64
}

var _ deal.Store = (*shelf)(nil)

func openShelf(path string, most int64) (*shelf, error) {
	dir, err := blob.OpenDir(path)
	if err != nil {
		return nil, err
	}
	s := &shelf{path: path, dir: dir, max: most}
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

// has tells whether a blob is there; ErrMissing = it is not.
func (s *shelf) has(h blob.Hash) error {
	if !s.dir.Has(h) {
		return fmt.Errorf("blob %s: %w", h.Short(), blob.ErrMissing)
	}
	return nil
}

// touch makes a blob as if it had just come.
func (s *shelf) touch(h blob.Hash) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	err := os.Chtimes(s.dir.Path(h), now, now)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob %s: %w", h.Short(), blob.ErrMissing)
	}
	return err
}

// tidy deletes the blobs that came or were named before a moment and are not
// named now; those that are named are as if they had just come.
func (s *shelf) tidy(named map[blob.Hash]bool, before time.Time) (deleted int, bytes int64, err error) {
	entries, err := os.ReadDir(s.path)
	if err != nil {
		return 0, 0, fmt.Errorf("tidy blobs: %w", err)
	}
	for _, e := range entries {
		h, err := blob.ParseHash(e.Name())
		if err != nil {
			continue // a Put that is not done
		}
		if named[h] {
			if err := s.touch(h); err != nil && !errors.Is(err, blob.ErrMissing) {
				return deleted, bytes, fmt.Errorf("tidy blobs: %w", err)
			}
			continue
		}
		size, err := s.dropIf(h, before)
		if err != nil {
			return deleted, bytes, fmt.Errorf("tidy blobs: %w", err)
		}
		if size >= 0 {
			deleted, bytes = deleted+1, bytes+size
		}
	}
	return deleted, bytes, nil
}

// dropIf deletes a blob that is older than a moment and gives its size; negative =
// it stays.
func (s *shelf) dropIf(h blob.Hash, before time.Time) (size int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info, err := os.Stat(s.dir.Path(h))
	if err != nil || !info.ModTime().Before(before) {
		return -1, err
	}
	if err := s.dir.Delete(h); err != nil {
		return -1, err
	}
	s.size -= info.Size()
	return info.Size(), nil
}

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
		now := time.Now()
		return h, os.Chtimes(s.dir.Path(h), now, now)
	}
	if s.size+int64(len(content)) > s.max {
		return h, fmt.Errorf("keep blob %s of %d bytes: %w: its quota is %d bytes, %d are taken; try again later, or elsewhere", h.Short(), len(content), errNoRoom, s.max, s.size)
	}
	h, err := s.dir.Put(content)
	if err == nil {
		s.size += int64(len(content))
	}
	return h, err
}
