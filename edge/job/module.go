package job

import (
	"encoding/binary"
	"errors"
)

// module is what a binary says it needs, read before wazero reads it: so that
// each refusal can be put in the user's words, and a hostile minimum of memory is
// known before it is allocated. It checks no more than that; wazero validates.
type module struct {
	memory    bool   // defines a memory
	minPages  uint64 // of 64 KiB, that the memory starts with
	imports   []importName
	hasTagged bool // uses exception tags, which are not in core 2.0
}

// importName is a thing that the module wants from its host.
type importName struct {
	module, name string
	kind         byte // as in the binary format: 0 function, 1 table, 2 memory, 3 global, 4 tag
}

// pageSize is WebAssembly's, in bytes.
const pageSize = 64 << 10

// Sections of the binary format (WebAssembly core specification 2.0, 5.5.2).
const (
	sectionImport = 2
	sectionMemory = 5
	sectionTag    = 13
)

// Bits of a limits field (threads proposal and memory64).
const (
	limitsShared = 1 << 1
	limits64     = 1 << 2
)

var errTruncated = errors.New("truncated")

// inspect reads a binary's header, imports and memory.
func inspect(binary []byte) (module, error) {
	switch {
	case len(binary) < 8 || string(binary[:4]) != "\x00asm":
		return module{}, failed(ErrModule, "it is not a WebAssembly binary")
	case binary[6] == 1 && binary[7] == 0:
		return module{}, failed(ErrModule, "it is a component; build for wasm32-wasip1")
	case string(binary[4:8]) != "\x01\x00\x00\x00":
		return module{}, failed(ErrModule, "its binary format is version %d, want 1", binary[4])
	}
	m := module{}
	r := reader{binary[8:]}
	for len(r.rest) > 0 {
		id := r.byte()
		body := reader{r.bytes(r.number())}
		switch id {
		case sectionImport:
			for n := body.number(); n > 0 && !body.bad(); n-- {
				m.readImport(&body)
			}
		case sectionMemory:
			if n := body.number(); n > 1 {
				return m, failed(ErrModule, "it has %d memories, a job has one", n)
			} else if n == 1 {
				m.memory = true
				flags, minPages := body.limits()
				if flags&limitsShared != 0 {
					return m, failed(ErrModule, "its memory is shared between threads; build it without threads")
				}
				if flags&limits64 != 0 {
					return m, failed(ErrModule, "its memory is 64-bit; build for wasm32-wasip1")
				}
				m.minPages = minPages
			}
		case sectionTag:
			m.hasTagged = true
		}
		if r.bad() || body.bad() {
			return m, failed(ErrModule, "section %d is %v", id, errTruncated)
		}
	}
	return m, nil
}

func (m *module) readImport(r *reader) {
	imported := importName{module: r.name(), name: r.name(), kind: r.byte()}
	switch imported.kind {
	case 0:
		r.number()
	case 1:
		r.byte()
		r.limits()
	case 2:
		r.limits()
	case 3:
		r.bytes(2)
	default: // of a proposal that is not supported: its length is unknown
		r.rest = nil
	}
	m.imports = append(m.imports, imported)
}

// reader takes a binary apart; after the first thing that is cut off, all that
// it gives is zero.
type reader struct{ rest []byte }

// bad tells by a nil rest, which slicing never makes of a whole binary.
func (r *reader) bad() bool { return r.rest == nil }

func (r *reader) byte() byte {
	b := r.bytes(1)
	if b == nil {
		return 0
	}
	return b[0]
}

func (r *reader) bytes(n uint64) []byte {
	if r.rest == nil || n > uint64(len(r.rest)) {
		r.rest = nil
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

// number reads an unsigned LEB128.
func (r *reader) number() uint64 {
	value, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.rest = nil
		return 0
	}
	r.bytes(uint64(n))
	return value
}

func (r *reader) name() string { return string(r.bytes(r.number())) }

func (r *reader) limits() (flags byte, minimum uint64) {
	flags = r.byte()
	minimum = r.number()
	if flags&1 != 0 {
		r.number()
	}
	return flags, minimum
}
