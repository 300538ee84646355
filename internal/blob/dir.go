package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Dir is a Store in a directory: one file a blob, named by its hash. Files
// appear by rename after fsync, so a power cut leaves whole blobs only.
type Dir struct{ path string }

// OpenDir makes the directory if need be.
func OpenDir(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("open blob store: %w", err)
	}
	return &Dir{path}, nil
}

var _ Store = (*Dir)(nil)

// Path gives the file of a whole blob.
func (d *Dir) Path(h Hash) string { return filepath.Join(d.path, h.String()) }

// Put writes content to disk; one already there is not written again.
func (d *Dir) Put(content []byte) (Hash, error) {
	h := Sum(content)
	if d.Has(h) {
		return h, nil
	}
	f, err := os.CreateTemp(d.path, ".put-*")
	if err != nil {
		return h, fmt.Errorf("put blob %s: %w", h.Short(), err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return h, fmt.Errorf("put blob %s: %w", h.Short(), err)
	}
	if err := os.Rename(f.Name(), d.Path(h)); err != nil {
		return h, fmt.Errorf("put blob %s: %w", h.Short(), err)
	}
	return h, syncDir(d.path)
}

// Open opens the blob's file.
func (d *Dir) Open(h Hash) (Reader, int64, error) {
	f, err := os.Open(d.Path(h))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("open blob %s: %w", h.Short(), ErrMissing)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("open blob: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("open blob: %w", err)
	}
	return f, info.Size(), nil
}

// Has looks for the blob's file.
func (d *Dir) Has(h Hash) bool {
	_, err := os.Stat(d.Path(h))
	return err == nil
}

// Delete removes the blob's files.
func (d *Dir) Delete(h Hash) error {
	for _, path := range []string{d.Path(h), d.Path(h) + ".part"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete blob: %w", err)
		}
	}
	return nil
}

// unfinishedKept is how long an unfinished blob may rest before a sweep takes it.
const unfinishedKept = 24 * time.Hour

// Sweep deletes the blobs that keep does not want, unfinished ones that have
// rested for a day, and what a crash left of a Put.
func (d *Dir) Sweep(keep func(Hash) bool) error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return fmt.Errorf("sweep blob store: %w", err)
	}
	var faults []error
	for _, e := range entries {
		name, unfinished := strings.CutSuffix(e.Name(), ".part")
		h, err := ParseHash(name)
		switch {
		case err == nil && unfinished:
			info, err := e.Info()
			if err != nil || time.Since(info.ModTime()) < unfinishedKept {
				continue
			}
		case err == nil && keep(h), err != nil && !strings.HasPrefix(name, ".put-"):
			continue
		}
		faults = append(faults, os.Remove(filepath.Join(d.path, e.Name())))
	}
	return errors.Join(faults...)
}

func (d *Dir) partial(m Manifest) (p partial, begun bool, err error) {
	f, err := os.OpenFile(d.Path(m.Hash)+".part", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, fmt.Errorf("receive blob: %w", err)
	}
	info, err := f.Stat()
	if err == nil {
		err = f.Truncate(int64(m.Size))
	}
	if err != nil {
		f.Close()
		return nil, false, fmt.Errorf("receive blob %s of %d bytes: %w", m.Hash.Short(), m.Size, err)
	}
	return f, info.Size() > 0, nil
}

func (d *Dir) finish(h Hash, p partial) error {
	if err := errors.Join(p.(*os.File).Sync(), p.Close()); err != nil {
		return fmt.Errorf("finish blob %s: %w", h.Short(), err)
	}
	if err := os.Rename(d.Path(h)+".part", d.Path(h)); err != nil {
		return fmt.Errorf("finish blob: %w", err)
	}
	return syncDir(d.path)
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("sync blob store: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("sync blob store: %w", err)
	}
	return nil
}
