//go:build unix

package dataset

import (
	"fmt"
	"os"
	"syscall"
)

// Map gives a prepared file's content without reading it into memory: jobs read
// the file themselves, and the daemon only its first page. The content must not
// be used after release.
func Map(path string) (content []byte, release func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("map dataset: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("map dataset: %w", err)
	}
	if info.Size() == 0 { // which no system maps
		return nil, func() error { return nil }, nil
	}
	if content, err = syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED); err != nil {
		return nil, nil, fmt.Errorf("map dataset %s: %w", path, err)
	}
	return content, func() error { return syscall.Munmap(content) }, nil
}
