package job

import (
	"context"
	"slices"
	"sync"

	"github.com/tetratelabs/wazero"

	"github.com/tadpole-edge/tadpole/internal/blob"
)

// compiled is a module ready to run.
type compiled struct {
	needs     module
	module    wazero.CompiledModule
	runtime   wazero.Runtime // that compiled it
	resumable bool           // it has fuel.Resume's form, and a memory to keep
}

// warm keeps the modules that were used last. Those in use are kept besides.
type warm struct {
	keep    int
	mu      sync.Mutex // guards all below
	entries []*entry   // in the order of last use, oldest first
}

type entry struct {
	*compiled // set by ready, as is err
	err       error
	hash      blob.Hash
	ready     sync.Once
	users     int
}

// take gives the module of that hash until give; compile is called if it is not
// warm, once however many wait for it. An error is not kept.
func (w *warm) take(hash blob.Hash, compile func() (*compiled, error)) (*entry, error) {
	e := w.enter(hash)
	e.ready.Do(func() { e.compiled, e.err = compile() })
	if e.err != nil {
		w.leave(e, true)
		return nil, e.err
	}
	return e, nil
}

// give says that the taker of a module has ended.
func (w *warm) give(e *entry) { w.leave(e, false) }

func (w *warm) enter(hash blob.Hash) *entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := &entry{hash: hash}
	for i, have := range w.entries {
		if have.hash == hash {
			e = have
			w.entries = append(w.entries[:i], w.entries[i+1:]...)
			break
		}
	}
	e.users++
	w.entries = append(w.entries, e)
	return e
}

func (w *warm) leave(e *entry, failed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e.users--
	if failed && e.users == 0 {
		w.entries = slices.DeleteFunc(w.entries, func(other *entry) bool { return other == e })
	}
	spare := len(w.entries) - w.keep
	w.entries = slices.DeleteFunc(w.entries, func(old *entry) bool {
		if spare <= 0 || old.users > 0 || old.compiled == nil {
			return false
		}
		spare--
		old.module.Close(context.Background())
		return true
	})
}
