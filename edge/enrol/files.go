package enrol

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// createFile makes a file with mode 0600, whole or not at all. One that is there
// already is kept.
func createFile(path string, content []byte) error {
	return place(path, content, func(temporary string) error {
		if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
}

// replaceFile is createFile, but the new content wins.
func replaceFile(path string, content []byte) error {
	return place(path, content, func(temporary string) error { return os.Rename(temporary, path) })
}

// place writes and syncs a temporary file beside path, moves it and syncs the
// directory: after a power cut either all is there or nothing.
func place(path string, content []byte, move func(temporary string) error) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(f.Name()) // fails if it was moved, as it should
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := move(f.Name()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
