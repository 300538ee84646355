package seal

import (
	"encoding/binary"
	"fmt"

	"github.com/tadpole-edge/tadpole/edge/fuel"
)

// Of the binary format (core specification 2.0, 5.5).
const (
	sectionImport = 2
	sectionMemory = 5
	kindFunction  = 0
	kindMemory    = 2
)

// wasi is the module that jobs import.
const wasi = "wasi_snapshot_preview1"

// moveMemory rewrites a supervised job such that it takes its memory from the host
// module and WASI from the sealing module, and gives the memory section that it had;
// nil = it had none. No index in it changes: a module has one memory, whether its
// own or imported.
func moveMemory(job []byte) (moved, memory []byte, err error) {
	sections, err := split(job)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sections {
		if s.id == sectionMemory {
			memory = s.body
		}
	}
	moved = append(moved, job[:8]...)
	imported := false
	for _, s := range sections {
		if !imported && s.id >= sectionImport {
			old := []byte{0}
			if s.id == sectionImport {
				old = s.body
			}
			imports, err := redirect(old, memory)
			if err != nil {
				return nil, nil, err
			}
			moved = appendSection(moved, section{sectionImport, imports})
			imported = true
		}
		if s.id != sectionImport && s.id != sectionMemory {
			moved = appendSection(moved, s)
		}
	}
	return moved, memory, nil
}

// redirect gives an import section with the job's memory in it.
func redirect(old, memory []byte) ([]byte, error) {
	r := reader{rest: old}
	n := r.number()
	total := n
	if memory != nil {
		total++
	}
	out := binary.AppendUvarint(nil, total)
	for ; n > 0 && !r.bad; n-- {
		module, name, kind := string(r.bytes(r.number())), string(r.bytes(r.number())), r.byte()
		switch {
		case r.bad:
		case kind != kindFunction, module != wasi && (module != fuel.ExitFile || name != "proc_exit"):
			// Nobody else is there, and what the modules here have for each other is none of a job's.
			return nil, fmt.Errorf("%w: it imports %q of %q", fuel.ErrUnsupported, name, module)
		case module == wasi:
			module = SealFile
		}
		out = append(appendText(appendText(out, module), name), kind)
		out = binary.AppendUvarint(out, r.number()) // its type
	}
	if memory != nil {
		limits := reader{rest: memory}
		if limits.number() != 1 {
			return nil, fmt.Errorf("%w: a job has one memory", fuel.ErrUnsupported)
		}
		limits.byte()
		out = append(appendText(appendText(out, HostFile), "memory"), kindMemory, 0) // as large as it starts, at least
		out = binary.AppendUvarint(out, limits.number())
		r.bad = r.bad || limits.bad
	}
	if r.bad {
		return nil, fmt.Errorf("%w: import section: truncated", fuel.ErrMalformed)
	}
	return out, nil
}

// withMemory gives a module of this package with another memory section.
func withMemory(module, memory []byte) []byte {
	sections, err := split(module)
	if err != nil {
		panic(fmt.Sprintf("BUG: seal: %v", err))
	}
	out := append([]byte(nil), module[:8]...)
	for _, s := range sections {
		if s.id == sectionMemory && memory != nil {
			s.body = memory
		}
		out = appendSection(out, s)
	}
	return out
}

type section struct {
	id   byte
	body []byte
}

func split(module []byte) ([]section, error) {
	if len(module) < 8 {
		return nil, fmt.Errorf("%w: header: truncated", fuel.ErrMalformed)
	}
	var sections []section
	for r := (reader{rest: module[8:]}); len(r.rest) > 0; {
		s := section{r.byte(), r.bytes(r.number())}
		if r.bad {
			return nil, fmt.Errorf("%w: section %d: truncated", fuel.ErrMalformed, s.id)
		}
		sections = append(sections, s)
	}
	return sections, nil
}

func appendSection(out []byte, s section) []byte {
	return append(binary.AppendUvarint(append(out, s.id), uint64(len(s.body))), s.body...)
}

func appendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

// reader takes a binary apart; after the first thing that is cut off, all that it
// gives is zero.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.rest, r.bad = nil, true
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) byte() byte {
	b := r.bytes(1)
	if b == nil {
		return 0
	}
	return b[0]
}

// number reads an unsigned LEB128.
func (r *reader) number() uint64 {
	value, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.rest, r.bad = nil, true
		return 0
	}
	r.rest = r.rest[n:]
	return value
}
