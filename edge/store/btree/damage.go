package btree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// errDamaged marks a file whose pages cannot be trusted.
var errDamaged = errors.New("database is damaged")

// maxAside is how many damaged files are kept; a failing flash must not fill
// itself with them. The last one makes room.
const maxAside = 4

// examine reads a file's pages before anything builds on them. A file that is
// missing or empty is sound.
func examine(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file: move it away", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout, ReadOnly: true})
	if err != nil {
		if errors.Is(err, berrors.ErrTimeout) || errors.As(err, new(*fs.PathError)) || errors.As(err, new(syscall.Errno)) {
			return err
		}
		return fmt.Errorf("%w: %v", errDamaged, err)
	}
	err = db.View(func(tx *bbolt.Tx) error {
		if tx.Size() < 0 || tx.Size() > info.Size() {
			return fmt.Errorf("%w: %d bytes, want %d", errDamaged, info.Size(), tx.Size())
		}
		w := walk{file: file, pageSize: int64(db.Info().PageSize), pages: uint64(tx.Size()) / uint64(db.Info().PageSize), seen: map[uint64]bool{}}
		if err := w.page(uint64(tx.Cursor().Bucket().Root()), nil, nil); err != nil {
			return fmt.Errorf("%w: %v", errDamaged, err)
		}
		if err := checkPages(tx); err != nil {
			return fmt.Errorf("%w: %v", errDamaged, err)
		}
		return nil
	})
	return errors.Join(err, db.Close())
}

func checkPages(tx *bbolt.Tx) error {
	var faults []error
	for err := range tx.Check() {
		if len(faults) < 10 {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// setAside moves a damaged file to a name beside it, for somebody to look into.
func setAside(path string) (string, error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.damaged-%d", path, n)
		if _, err := os.Lstat(aside); err == nil && n < maxAside {
			continue
		}
		if err := os.Rename(path, aside); err != nil {
			return "", fmt.Errorf("set damaged %s aside: %w", path, err)
		}
		return aside, nil
	}
}
