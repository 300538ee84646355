package job

import (
	"github.com/tetratelabs/wazero/experimental"
)

// memory is one job's linear memory. It never moves and never exceeds its limit,
// and it remembers whether the job asked for more, and whether the system gave it
// less than it may have: what a job makes of that would differ from host to host.
type memory struct {
	limit     uint64
	region    []byte // the whole limit, reserved
	committed uint64
	refused   bool
	starved   bool
}

var (
	_ experimental.MemoryAllocator = (*memory)(nil)
	_ experimental.LinearMemory    = (*memory)(nil)
)

// newMemory commits the module's minimum at once, because wazero panics when it
// is refused later.
func newMemory(minimum, limit uint64) (*memory, error) {
	limit -= limit % pageSize
	if minimum > limit {
		return nil, failed(ErrMemory, "it starts with %d bytes, at most %d", minimum, limit)
	}
	if limit == 0 {
		return &memory{}, nil // the module has a memory that never has a page
	}
	region, err := reserve(limit)
	if err != nil {
		return nil, failed(ErrMemory, "reserve %d bytes: %v", limit, err)
	}
	m := &memory{limit: limit, region: region}
	if m.Reallocate(minimum) == nil {
		m.Free()
		return nil, failed(ErrMemory, "the system refuses %d bytes", minimum)
	}
	return m, nil
}

// Allocate hands itself to the one instance that it was made for.
func (m *memory) Allocate(_, _ uint64) experimental.LinearMemory { return m }

// Reallocate grows the memory to size bytes, or gives nil.
func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.region)) {
		m.refused = true
		return nil
	}
	if size > m.committed && commit(m.region[m.committed:size]) != nil {
		m.refused, m.starved = true, true
		return nil
	}
	m.committed = max(m.committed, size)
	return m.region[:size:size]
}

// Free gives the memory back; a second call does nothing.
func (m *memory) Free() {
	if m.region != nil {
		release(m.region)
	}
	m.region, m.committed = nil, 0
}
