package fuel

import (
	"bytes"
	"fmt"
	"strings"
)

// Sections of a module (core specification 2.0, 5.5.2).
const (
	sectionCustom    = 0
	sectionType      = 1
	sectionImport    = 2
	sectionFunction  = 3
	sectionTable     = 4
	sectionMemory    = 5
	sectionGlobal    = 6
	sectionExport    = 7
	sectionStart     = 8
	sectionElement   = 9
	sectionCode      = 10
	sectionData      = 11
	sectionDataCount = 12
	sectionTag       = 13
)

// Types of values.
const (
	typeI32    = 0x7f
	typeI64    = 0x7e
	typeF32    = 0x7d
	typeF64    = 0x7c
	typeV128   = 0x7b
	typeFunc   = 0x70 // reference to a function
	typeExtern = 0x6f
)

// remedy ends the message about a feature that no job may use.
const remedy = "compile for wasm32-wasip1, as a core module, with this feature off"

// signature is a function's type.
type signature struct{ params, results []byte }

// module is what the rewriting needs to know of a binary.
type module struct {
	binary     []byte
	rows       *[0x300]row // of describe
	everywhere bool        // every NaN is made canonical at once
	sections   []section
	types      []signature
	functions  []uint32 // index of each function's type, imported ones first
	imported   int      // functions
	globals    uint32
	memories   int
	resume     resumption
	started    bool
	start      uint32
}

type section struct {
	id   byte
	body reader
}

func sectionName(id byte) string {
	names := []string{"custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count", "tag"}
	if int(id) < len(names) {
		return names[id] + " section"
	}
	return fmt.Sprintf("section %d", id)
}

// parse reads the header and the sections before the code.
func parse(binary []byte) (*module, error) {
	switch {
	case !bytes.HasPrefix(binary, []byte("\x00asm")) || len(binary) < 8:
		return nil, fmt.Errorf("%w: it is not a WebAssembly binary", ErrMalformed)
	case string(binary[6:8]) == "\x01\x00":
		return nil, fmt.Errorf("%w: header, offset 0x6: it is a component; compile for wasm32-wasip1, as a core module", ErrUnsupported)
	case string(binary[4:8]) != "\x01\x00\x00\x00":
		return nil, fmt.Errorf("%w: header, offset 0x4: its binary format is version %d, want 1", ErrUnsupported, binary[4])
	}
	m := &module{binary: binary, rows: new([0x300]row)}
	for o := range m.rows {
		m.rows[o] = describe(op(o))
	}
	r := reader{module: binary, at: 8, end: len(binary), where: "header"}
	order := 0
	for r.more() && r.err == nil {
		r.where = "header"
		id := r.byte()
		r.where = sectionName(id)
		if id == sectionTag {
			r.fail(ErrUnsupported, "exception handling; %s", remedy)
		}
		if id > sectionTag {
			r.fail(ErrMalformed, "there is no such section")
		}
		s := section{id, r.part(r.u32(), r.where)}
		if id != sectionCustom {
			if rank(id) <= order {
				r.fail(ErrMalformed, "it is out of order")
			}
			order = rank(id)
		}
		if r.err == nil {
			m.sections = append(m.sections, s)
			r.err = m.read(s)
		}
	}
	return m, r.err
}

// rank is a section's place in the order that they must have.
func rank(id byte) int {
	switch id {
	case sectionDataCount:
		return 2*sectionElement + 1
	default:
		return 2 * int(id)
	}
}

// read takes in a section that comes before the code, if it matters here.
func (m *module) read(s section) error {
	r := s.body
	switch s.id {
	case sectionType:
		for n := r.u32(); n > 0 && r.err == nil; n-- {
			if form := r.byte(); form != 0x60 && r.err == nil {
				r.fail(ErrUnsupported, "type of form %#x: garbage collection; %s", form, remedy)
			}
			m.types = append(m.types, signature{m.valueTypes(&r), m.valueTypes(&r)})
		}
	case sectionImport:
		for n := r.u32(); n > 0 && r.err == nil; n-- {
			m.readImport(&r)
		}
		m.imported = len(m.functions)
	case sectionFunction:
		for n := r.u32(); n > 0 && r.err == nil; n-- {
			m.addFunction(&r)
		}
	case sectionMemory:
		for n := r.u32(); n > 0 && r.err == nil; n-- {
			m.memories++
			readLimits(&r)
		}
	case sectionGlobal:
		for n := r.u32(); n > 0 && r.err == nil; n-- {
			m.resume.readGlobal(&r, m.globals)
			m.globals++
		}
	case sectionExport:
		for n := r.u32(); n > 0 && r.err == nil; n-- {
			m.resume.readExport(string(r.skip(r.u32())), r.byte(), r.u32())
		}
	case sectionStart:
		m.started, m.start = true, r.u32()
		if int(m.start) >= len(m.functions) {
			r.fail(ErrMalformed, "there is no function %d", m.start)
		} else if t := m.types[m.functions[m.start]]; len(t.params)+len(t.results) > 0 {
			r.fail(ErrMalformed, "the start function has parameters or results")
		}
	case sectionElement:
		m.resume.elements = true
		return r.err
	default:
		return r.err
	}
	if r.more() {
		r.fail(ErrMalformed, "bytes behind the last entry")
	}
	if m.memories > 1 {
		r.fail(ErrUnsupported, "several memories; %s", remedy)
	}
	return r.err
}

func (m *module) addFunction(r *reader) {
	t := r.u32()
	if int(t) >= len(m.types) {
		r.fail(ErrMalformed, "there is no type %d", t)
	}
	m.functions = append(m.functions, t)
}

func (m *module) readImport(r *reader) {
	r.skip(r.u32())
	name := string(r.skip(r.u32()))
	kind := r.byte()
	m.resume.foreign = m.resume.foreign || kind != 0
	switch kind {
	case 0:
		m.resume.imports = append(m.resume.imports, name)
		m.addFunction(r)
	case 1:
		r.byte()
		readLimits(r)
	case 2:
		m.memories++
		readLimits(r)
	case 3:
		checkType(r, r.byte())
		r.byte()
		m.globals++
	case 4:
		r.fail(ErrUnsupported, "exception handling; %s", remedy)
	default:
		r.fail(ErrMalformed, "import of kind %d", kind)
	}
}

// limits of a memory or table; no maximum = all that there can be.
type limits struct {
	min, max uint32
	bounded  bool
}

func readLimits(r *reader) limits {
	flags := r.byte()
	switch {
	case r.err != nil:
	case flags&4 != 0:
		r.fail(ErrUnsupported, "64-bit memory; %s", remedy)
	case flags&2 != 0:
		r.fail(ErrUnsupported, "memory shared between threads; %s", remedy)
	case flags > 1:
		r.fail(ErrUnsupported, "limits with flags %#x; %s", flags, remedy)
	}
	l := limits{min: r.u32(), max: 1<<32 - 1}
	if flags == 1 {
		l.max, l.bounded = r.u32(), true
	}
	return l
}

func (m *module) valueTypes(r *reader) []byte {
	types := r.skip(r.u32())
	for _, t := range types {
		checkType(r, t)
	}
	return types
}

func checkType(r *reader, t byte) {
	switch t {
	case typeI32, typeI64, typeF32, typeF64, typeV128, typeFunc, typeExtern:
	default:
		r.fail(ErrUnsupported, "values of type %#x: garbage collection or typed references; %s", t, remedy)
	}
}

// misplaced tells whether a custom section speaks of offsets in the code, which
// are others afterwards; it is left out.
func misplaced(r reader) bool {
	name := string(r.skip(r.u32()))
	return strings.HasPrefix(name, ".debug_") || strings.HasPrefix(name, "reloc.") || strings.HasPrefix(name, "metadata.code.") || name == "sourceMappingURL"
}
