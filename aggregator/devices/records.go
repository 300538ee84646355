package devices

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Records keeps devices and tokens. Update runs in one transaction: all of its
// changes are kept once it returns nil, and none if change fails. Updates do not
// overlap.
type Records interface {
	View(read func(Tx) error) error
	Update(change func(Tx) error) error
}

// Tx reads and changes records. Device and Token fail with ErrNotFound.
type Tx interface {
	Device(key.Address) (Device, error)
	Devices() ([]Device, error) // in order of their addresses
	PutDevice(Device) error
	Token(hash [32]byte) (Token, error)
	Tokens() ([]Token, error) // in order of their hashes
	PutToken(Token) error
	DeleteToken(hash [32]byte) error
}

// Memory is Records that last as long as the process: for tests and simulations.
// The zero value is empty and ready.
type Memory struct {
	mu      sync.Mutex
	devices map[key.Address]Device
	tokens  map[[32]byte]Token
}

var (
	_ Records = (*Memory)(nil)
	_ Tx      = (*memoryTx)(nil)
)

// View implements Records.
func (m *Memory) View(read func(Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return read(&memoryTx{devices: m.devices, tokens: m.tokens})
}

// Update implements Records on a copy, which replaces the original at the end.
func (m *Memory) Update(change func(Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	tx := &memoryTx{devices: map[key.Address]Device{}, tokens: map[[32]byte]Token{}}
	maps.Copy(tx.devices, m.devices)
	maps.Copy(tx.tokens, m.tokens)
	if err := change(tx); err != nil {
		return err
	}
	m.devices, m.tokens = tx.devices, tx.tokens
	return nil
}

type memoryTx struct {
	devices map[key.Address]Device
	tokens  map[[32]byte]Token
}

func (tx *memoryTx) Device(a key.Address) (Device, error) {
	d, found := tx.devices[a]
	if !found {
		return Device{}, fmt.Errorf("device %s: %w", a, ErrNotFound)
	}
	return d, nil
}

func (tx *memoryTx) Devices() ([]Device, error) {
	return slices.SortedFunc(maps.Values(tx.devices), func(a, b Device) int {
		return bytes.Compare(a.Address[:], b.Address[:])
	}), nil
}

func (tx *memoryTx) PutDevice(d Device) error {
	tx.devices[d.Address] = d
	return nil
}

func (tx *memoryTx) Token(hash [32]byte) (Token, error) {
	t, found := tx.tokens[hash]
	if !found {
		return Token{}, fmt.Errorf("token: %w", ErrNotFound)
	}
	return t, nil
}

func (tx *memoryTx) Tokens() ([]Token, error) {
	return slices.SortedFunc(maps.Values(tx.tokens), func(a, b Token) int {
		return bytes.Compare(a.Hash[:], b.Hash[:])
	}), nil
}

func (tx *memoryTx) PutToken(t Token) error {
	tx.tokens[t.Hash] = t
	return nil
}

func (tx *memoryTx) DeleteToken(hash [32]byte) error {
	delete(tx.tokens, hash)
	return nil
}
