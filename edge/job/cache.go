package job

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
)

// maxCacheBytes is how much compiled code stays on disk.
const maxCacheBytes = 64 << 20

// openCache opens the directory of compiled modules. What lies there is run as
// native code, so nobody else may write to it.
func openCache(dir string) (wazero.CompilationCache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open compile cache: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open compile cache: %w", err)
	}
	if cacheSize(dir) > maxCacheBytes {
		clearCache(dir)
	}
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open compile cache: %w", err)
	}
	return cache, nil
}

func cacheSize(dir string) (total int64) {
	eachCached(dir, func(path string, size int64) { total += size })
	return total
}

// clearCache removes the compiled modules, and leaves the directories to wazero.
func clearCache(dir string) {
	eachCached(dir, func(path string, _ int64) { os.Remove(path) })
}

// eachCached visits the files that can be seen; a cache that cannot be read is as
// good as none.
func eachCached(dir string, visit func(path string, size int64)) {
	filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			visit(path, info.Size())
		}
		return nil
	})
}
