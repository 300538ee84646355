package fuel

// instruction is one instruction of a function's body. It is valid until the next
// one is read.
type instruction struct {
	op         op
	row        row
	number     int // within the function
	start, end int // offsets in the module
	index      uint32
	labels     []uint32  // of a branch, the default last
	block      blockType // of block, loop and if
}

// blockType tells how many values go into a block and come out of it.
type blockType struct{ params, results int }

// body reads a function's instructions one after another, and refuses those that
// are not of core 2.0 or would reach what Meter adds.
type body struct {
	reader
	module *module
	locals uint32
	next   int // number of the next instruction
	labels []uint32
}

func (f *function) instructions() body {
	return body{reader: f.code, module: f.module, locals: uint32(len(f.locals))}
}

// read gives the next instruction.
func (b *body) read() instruction {
	i := instruction{start: b.at, number: b.next}
	b.next++
	i.op = op(b.byte())
	switch i.op {
	case 0xfc, 0xfd:
		base := baseFC
		if i.op == 0xfd {
			base = baseFD
		}
		if sub := b.u32(); sub > 0xff {
			b.at = i.start
			b.fail(ErrUnsupported, "instruction %#x %d: %s; %s", uint16(i.op), sub, feature(i.op, sub), remedy)
		} else {
			i.op = base + op(sub)
		}
	}
	if b.err != nil {
		return instruction{}
	}
	if i.row = b.module.rows[i.op]; !i.row.known {
		b.at = i.start
		b.fail(ErrUnsupported, "instruction %#x: %s; %s", b.module.binary[i.start:min(i.start+2, b.end)], feature(i.op, 0), remedy)
		return instruction{}
	}
	switch i.row.immediate {
	case control:
		b.readControl(&i)
	case index:
		b.u32()
	case twoIndexes:
		b.u32()
		b.u32()
	case memarg, memargLane:
		if align := b.u32(); align >= 64 {
			b.fail(ErrUnsupported, "several memories; %s", remedy)
		}
		b.u32()
		if i.row.immediate == memargLane {
			b.byte()
		}
	case lane:
		b.byte()
	case zero:
		b.zero()
	case twoZeros:
		b.zero()
		b.zero()
	case sixteen:
		b.skip(16)
	case constant4:
		b.skip(4)
	case constant8:
		b.skip(8)
	case constantS32:
		b.s64(32)
	case constantS64:
		b.s64(64)
	}
	i.end = b.at
	return i
}

func (b *body) zero() {
	if b.byte() != 0 {
		b.fail(ErrUnsupported, "several memories; %s", remedy)
	}
}

// readControl reads the immediates whose meaning matters.
func (b *body) readControl(i *instruction) {
	switch i.op {
	case opBlock, opLoop, opIf:
		i.block = b.blockType()
	case opBr, opBrIf:
		b.labels = append(b.labels[:0], b.u32())
	case opBrTable:
		b.labels = b.labels[:0]
		for n := uint64(b.u32()) + 1; n > 0 && b.err == nil; n-- {
			b.labels = append(b.labels, b.u32())
		}
	case opCall:
		if i.index = b.u32(); int(i.index) >= len(b.module.functions) {
			b.fail(ErrMalformed, "there is no function %d", i.index)
		}
	case opCallIndirect:
		if i.index = b.u32(); int(i.index) >= len(b.module.types) {
			b.fail(ErrMalformed, "there is no type %d", i.index)
		}
		b.u32()
	case opSelectTyped:
		if n := b.u32(); n != 1 && b.err == nil {
			b.fail(ErrMalformed, "select of %d values", n)
		}
		checkType(&b.reader, b.byte())
	case opLocalGet, opLocalSet, opLocalTee:
		if i.index = b.u32(); i.index >= b.locals {
			b.fail(ErrMalformed, "there is no local %d", i.index)
		}
	case opGlobalGet, opGlobalSet:
		if i.index = b.u32(); i.index >= b.module.globals {
			b.fail(ErrMalformed, "there is no global %d", i.index)
		}
	case opMemoryInit:
		b.u32()
		b.zero()
	}
	i.labels = b.labels
}

func (b *body) blockType() blockType {
	t := b.s64(33)
	switch {
	case b.err != nil:
		return blockType{}
	case t == -64: // 0x40
		return blockType{}
	case t < 0:
		checkType(&b.reader, byte(t)&0x7f)
		return blockType{results: 1}
	case t >= int64(len(b.module.types)):
		b.fail(ErrMalformed, "there is no type %d", t)
		return blockType{}
	}
	s := b.module.types[t]
	return blockType{len(s.params), len(s.results)}
}

// callType is the type that a call needs.
func (b *body) callType(i instruction) signature {
	if i.op == opCall {
		return b.module.types[b.module.functions[i.index]]
	}
	return b.module.types[i.index]
}

// feature names what an instruction that is not of core 2.0 belongs to.
func feature(o op, sub uint32) string {
	switch {
	case o == 0x06, o == 0x07, o == 0x08, o == 0x09, o == 0x0a, o == 0x18, o == 0x19, o == 0x1f:
		return "exception handling"
	case o == 0x12, o == 0x13:
		return "tail calls"
	case o == 0x14, o == 0x15, o >= 0xd3 && o <= 0xd6:
		return "typed function references"
	case o == 0xfb:
		return "garbage collection"
	case o == 0xfe:
		return "threads"
	case o == 0xfd && sub >= 0x100 && sub < 0x120:
		return "relaxed SIMD"
	case o >= baseFC+19 && o <= baseFC+22:
		return "wide arithmetic"
	}
	return "not in core 2.0"
}
