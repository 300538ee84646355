package fuel

import (
	"fmt"
	"slices"
	"strings"
)

// Resume is the export of a module that can go on from a checkpoint. It is a function
// without parameters, results and locals, in which the work is done:
//
//	(func $resume (export "tadpole.resume")
//	  (loop
//	    (drop (call $sched_yield))
//	    (br_if 0 (call $step)))   ;; anything may stand here
//	  (call $end))
//	(func (export "_start") (call $begin) (call $resume))
//
// Where it calls WASI's sched_yield, which must be the only call of that in the module
// and come before all but block and loop, nothing of the run is left on a stack: all of
// it is in memory and in the globals, which Meter exports ([ResumeGlobal]). A host may
// keep both, and later have a new instance call Resume and give it both back in its first
// sched_yield. From there on the run is the same as one that was not interrupted, to its
// last unit of fuel, because what is left of that is in a global too.
//
// So that this holds for whatever a module does, and a hostile one cannot have a device
// claim what no run from the beginning gives, Meter refuses modules that export the name
// and could tell: whose _start does anything after calling Resume, that change tables or
// drop segments, or that import what has a state of its own, like a clock. Of files, the
// host sees to it that none is open and none was written.
const Resume = "tadpole.resume"

// ResumeGlobal is the name under which Meter exports mutable global number i, of those
// that are mutable, of a module that exports Resume. They are numbers.
func ResumeGlobal(i int) string { return fmt.Sprint(resumeGlobals, i) }

const resumeGlobals = "tadpole.global."

// yield is the import that Resume calls.
const yield = "sched_yield"

// stateless are WASI functions that leave nothing behind but open and written files.
var stateless = []string{yield, "proc_exit", "args_get", "args_sizes_get", "environ_get", "environ_sizes_get",
	"fd_prestat_get", "fd_prestat_dir_name", "fd_filestat_get", "fd_fdstat_get", "fd_read", "fd_pread", "fd_write", "fd_seek", "fd_tell", "fd_close",
	"path_open", "path_filestat_get"}

// resumption is what is known of a module that exports Resume.
type resumption struct {
	exported bool
	function uint32   // Resume
	entry    uint32   // _start
	yield    uint32   // the import, where there is one
	imports  []string // of functions
	foreign  bool     // something else is imported
	elements bool     // functions may be called through tables
	globals  []uint32 // that are mutable
	odd      bool     // one of them is no number
}

// check refuses a module that exports Resume and is not of its form.
func (r *resumption) check(m *module) error {
	refuse := func(format string, a ...any) error {
		return fmt.Errorf("%w: export %s: %s", ErrUnsupported, Resume, fmt.Sprintf(format, a...))
	}
	r.yield = uint32(len(m.functions))
	for i, name := range r.imports {
		if !slices.Contains(stateless, name) {
			return refuse("the module imports %s, of which a checkpoint would know nothing; build it without", name)
		}
		if name == yield {
			r.yield = uint32(i)
		}
	}
	switch {
	case r.foreign:
		return refuse("the module imports more than functions; build it without")
	case r.elements:
		return refuse("the module has an element section; do without pointers to functions")
	case r.odd:
		return refuse("a mutable global is no number; keep it in memory")
	case m.started && (m.start == r.function || m.start == r.entry):
		return refuse("it is run by the start function")
	}
	for _, f := range []uint32{r.function, r.entry} {
		if int(f) < m.imported || int(f) >= len(m.functions) || len(m.types[m.functions[f]].params)+len(m.types[m.functions[f]].results) > 0 {
			return refuse("it and _start must be functions of the module without parameters and results")
		}
	}
	return nil
}

// checkBody refuses a function of such a module that could make a run from a checkpoint
// differ.
func (r *resumption) checkBody(f *function) error {
	b := f.instructions()
	refuse := func(i instruction, format string, a ...any) error {
		b.at = i.start
		b.fail(ErrUnsupported, "export %s: %s", Resume, fmt.Sprintf(format, a...))
		return b.err
	}
	if f.index == r.function && len(f.locals) > 0 {
		return refuse(instruction{start: b.at}, "it has locals, which a checkpoint would not keep; let it only call others")
	}
	first, depth := true, 1
	for b.more() {
		i := b.read()
		if b.err != nil {
			return b.err
		}
		switch {
		case i.op == opCall && i.index == r.yield && (f.index != r.function || !first):
			return refuse(i, "%s is called elsewhere than at its beginning; call it there only", yield)
		case i.op == opCall && i.index == r.entry:
			return refuse(i, "_start is called from within")
		case i.op == opCall && i.index == r.function:
			// The end of the body must follow at once.
			if f.index != r.entry || depth != 1 || b.end-b.at != 1 {
				return refuse(i, "it is called elsewhere than at the end of _start; call it there only")
			}
		case i.op == opTableSet, i.op == opTableInit, i.op == opTableCopy, i.op == opTableGrow, i.op == opTableFill, i.op == opRefFunc, i.op == opDataDrop, i.op == opElemDrop:
			return refuse(i, "the module changes tables or drops segments, which a checkpoint would not keep")
		}
		switch i.op {
		case opBlock, opLoop, opIf:
			if depth++; i.op == opIf || i.block != (blockType{}) {
				first = false
			}
		case opEnd:
			depth--
			first = false
		default:
			first = false
		}
	}
	return b.err
}

// readExport remembers the functions that matter.
func (r *resumption) readExport(name string, kind byte, index uint32) {
	switch {
	case kind == 0 && name == Resume:
		r.exported, r.function = true, index
	case kind == 0 && name == "_start":
		r.entry = index
	}
}

// readGlobal reads one global; index is its number among all.
func (r *resumption) readGlobal(b *reader, index uint32) {
	kind, mutable := b.byte(), b.byte()
	for b.err == nil {
		switch o := op(b.byte()); o {
		case opEnd:
			if mutable == 1 {
				r.globals = append(r.globals, index)
				r.odd = r.odd || !slices.Contains([]byte{typeI32, typeI64, typeF32, typeF64}, kind)
			}
			return
		case opI32Const:
			b.s64(32)
		case opI64Const:
			b.s64(64)
		case opF32Const:
			b.skip(4)
		case opF64Const:
			b.skip(8)
		case opGlobalGet, opRefFunc:
			b.u32()
		case opRefNull:
			b.byte()
		case 0xfd:
			b.u32() // v128.const is the only one that is constant
			b.skip(16)
		default:
			b.fail(ErrMalformed, "instruction %#x in the initial value of global %d", byte(o), index)
		}
	}
}

// reserved tells whether Meter exports the name.
func reserved(name string) bool {
	return name == Global || name == Depth || name == Start || strings.HasPrefix(name, resumeGlobals)
}
