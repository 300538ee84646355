package fuel

// extraLocals is how many locals a metered function may have more.
const extraLocals = 6

// emitter writes one metered function.
type emitter struct {
	*function
	out   []byte
	fuel  uint32 // globals
	depth uint32
	extra []byte // types of the locals that are added

	// In a function with loops a local mirrors the fuel left, and is read anew behind
	// each call: a loop that waits for what its last turn stored takes longer.
	mirrors bool

	left    uint32 // locals: fuel,
	spare   uint32 // depth,
	size    uint32 // what a bulk instruction asks for,
	scratch map[byte]uint32
}

// emit gives the function's body: its locals, then its code. resultType gives the
// block type of a list of results.
func (f *function) emit(resultType func(results []byte) []byte) ([]byte, error) {
	canonical, err := f.analyse()
	if err != nil {
		return nil, err
	}
	e := &emitter{function: f, fuel: f.module.globals, depth: f.module.globals + 1, scratch: map[byte]uint32{}}
	e.left = e.local(typeI64)
	weight := f.weight()
	if weight > 0 {
		e.spare = e.local(typeI64)
		e.get(opGlobalGet, e.depth)
		e.constant(weight)
		e.op(opI64Sub)
		e.get(opLocalTee, e.spare)
		e.get(opGlobalSet, e.depth)
	}
	charges := f.charges
	e.charge(charges[0].cost, weight > 0)
	charges = charges[1:]
	e.mirrors = f.loops
	if weight > 0 {
		e.op(opBlock)
		e.out = append(e.out, resultType(f.kind.results)...)
	}
	nesting := uint32(0)
	b := f.instructions()
	for b.more() {
		i := b.read()
		e.cleanUp(canonical.locals[i.number])
		switch i.op {
		case opBlock, opLoop, opIf:
			nesting++
		case opEnd:
			nesting--
		}
		if i.op == opReturn && weight > 0 {
			e.get(opBr, nesting)
		} else {
			if i.row.class == bulk {
				e.chargeSize(i.op)
			}
			e.out = append(e.out, f.module.binary[i.start:i.end]...)
		}
		if e.mirrors && (i.op == opCall || i.op == opCallIndirect) {
			e.get(opGlobalGet, e.fuel)
			e.get(opLocalSet, e.left)
		}
		if len(charges) > 0 && charges[0].after == i.number {
			e.charge(charges[0].cost, false)
			charges = charges[1:]
		}
		if s, marked := canonical.values[i.number]; marked {
			e.canonicalise(s)
		} else if canonical.everywhere && i.row.nan == computes {
			e.canonicalise(i.row.out)
		}
	}
	if weight > 0 {
		e.get(opLocalGet, e.spare)
		e.constant(weight)
		e.op(opI64Add)
		e.get(opGlobalSet, e.depth)
		e.op(opEnd)
	}
	body := appendU32(nil, f.groups+uint32(len(e.extra)))
	body = append(body, f.decl...)
	for _, t := range e.extra {
		body = append(body, 1, t)
	}
	return append(body, e.out...), nil
}

// local adds a local.
func (e *emitter) local(t byte) uint32 {
	e.extra = append(e.extra, t)
	return uint32(len(e.locals) + len(e.extra) - 1)
}

func (e *emitter) op(o op) {
	switch {
	case o >= baseFD:
		e.out = appendU32(append(e.out, 0xfd), uint32(o-baseFD))
	default:
		e.out = append(e.out, byte(o))
	}
}

// get writes an instruction with one index.
func (e *emitter) get(o op, index uint32) {
	e.op(o)
	e.out = appendU32(e.out, index)
}

func (e *emitter) constant(v int64) {
	e.op(opI64Const)
	e.out = appendS64(e.out, v)
}

// charge takes fuel, and traps if there is too little, or too little depth.
func (e *emitter) charge(cost int64, depth bool) {
	if cost == 0 {
		return
	}
	e.remaining()
	e.constant(cost)
	e.take(depth)
}

// remaining pushes the fuel left.
func (e *emitter) remaining() {
	if e.mirrors {
		e.get(opLocalGet, e.left)
	} else {
		e.get(opGlobalGet, e.fuel)
	}
}

// take charges what is on top of the stack, above the fuel left.
func (e *emitter) take(depth bool) {
	e.op(opI64Sub)
	e.get(opLocalTee, e.left)
	e.get(opGlobalSet, e.fuel)
	e.get(opLocalGet, e.left)
	if depth {
		e.get(opLocalGet, e.spare)
		e.op(opI64Or) // below zero if either is
	}
	e.constant(0)
	e.op(opI64LtS)
	e.op(opIf)
	e.out = append(e.out, 0x40, byte(opUnreachable), byte(opEnd))
}

// chargeSize charges a bulk instruction for its size, which is on top of the
// stack. No sum overflows: fuel is below 2^63 and a size below 2^32.
func (e *emitter) chargeSize(o op) {
	if e.size == 0 {
		e.size = e.local(typeI32)
	}
	e.get(opLocalTee, e.size)
	e.remaining()
	e.get(opLocalGet, e.size)
	e.op(opI64ExtendU)
	switch o {
	case opMemoryInit, opMemoryCopy, opMemoryFill:
		e.constant(1<<bytesShift - 1)
		e.op(opI64Add)
		e.constant(bytesShift)
		e.op(opI64ShrU)
	case opMemoryGrow:
		e.constant(grownAtMost)
		e.get(opLocalGet, e.size)
		e.op(opI64ExtendU)
		e.constant(grownAtMost)
		e.op(opI64LtS)
		e.op(opSelect)
		e.constant(pageCost)
		e.op(opI64Mul)
	}
	e.take(false)
}
