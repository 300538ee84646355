package twin

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// ModulesDir is where the modules of deployments are, as <hash>.wasm, each with the
// signature that came with it as <hash>.wasm.sig.
const ModulesDir = "modules"

const (
	moduleSuffix    = ".wasm"
	signatureSuffix = ".wasm.sig"
	unfinished      = ".new"
)

// install moves the module of a deployment from among the blobs to its place.
func (k *Keeper) install(d wire.Deployment) error {
	path := filepath.Join(k.modules(), d.Module.Hash.String())
	if err := os.MkdirAll(k.modules(), 0o700); err != nil {
		return fmt.Errorf("install module of %s: %w", d.Name, err)
	}
	if _, err := os.Stat(path + moduleSuffix); err == nil {
		return k.config.Blobs.Delete(d.Module.Hash)
	}
	from, _, err := k.config.Blobs.Open(d.Module.Hash)
	if err != nil {
		return fmt.Errorf("install module of %s: %w", d.Name, err)
	}
	defer from.Close()
	if err := replace(path+moduleSuffix, io.NewSectionReader(from, 0, int64(d.Module.Size))); err != nil {
		return fmt.Errorf("install module of %s: %w", d.Name, err)
	}
	return k.config.Blobs.Delete(d.Module.Hash)
}

func (k *Keeper) modules() string { return filepath.Join(k.config.Dir, ModulesDir) }

func (k *Keeper) installed(d wire.Deployment) bool {
	_, err := os.Stat(filepath.Join(k.modules(), d.Module.Hash.String()+moduleSuffix))
	return err == nil
}

// sign puts the signatures of a desired setup beside its modules: another version may have
// brought other ones for the same modules.
func (k *Keeper) sign(d wire.Desired) error {
	for _, one := range d.Deployments {
		path := filepath.Join(k.modules(), one.Module.Hash.String()+signatureSuffix)
		there, err := os.ReadFile(path)
		switch {
		case one.Signature == nil:
			err = remove(path)
		case err != nil || string(there) != string(one.Signature):
			err = replace(path, strings.NewReader(string(one.Signature)))
		}
		if err != nil {
			return fmt.Errorf("install signature of %s: %w", one.Name, err)
		}
	}
	return nil
}

// sweep deletes modules that nothing names any more.
func (k *Keeper) sweep() {
	entries, err := os.ReadDir(k.modules())
	if err != nil {
		return // there are none
	}
	s := k.machine.State()
	used := map[string]bool{}
	name := func(d wire.Desired) {
		for _, one := range d.Deployments {
			used[one.Module.Hash.String()+moduleSuffix] = true
			if one.Signature != nil {
				used[one.Module.Hash.String()+signatureSuffix] = true
			}
		}
	}
	name(s.Running.Remote)
	name(s.Good.Remote)
	if s.Outcome == wire.TwinFetching || s.Outcome == wire.TwinChecking {
		name(s.Next)
	}
	for _, e := range entries {
		hash, _, _ := strings.Cut(e.Name(), ".")
		if _, err := blob.ParseHash(hash); err != nil || used[e.Name()] {
			continue // somebody else's, or needed
		}
		if err := os.Remove(filepath.Join(k.modules(), e.Name())); err != nil {
			k.log.Warn("module not deleted", "module", e.Name(), "error", err)
		}
	}
}

// replace writes a file whole, or leaves it as it was.
func replace(path string, content io.Reader) error {
	f, err := os.OpenFile(path+unfinished, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+unfinished, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// remove deletes a file that need not be there.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
