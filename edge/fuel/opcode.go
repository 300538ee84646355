package fuel

// op is an instruction's opcode (core specification 2.0, 5.4): the byte, or the
// number behind a prefix plus that prefix's base.
type op uint16

const (
	baseFC op = 0x100 // saturating truncation, bulk memory, tables
	baseFD op = 0x200 // v128
)

// Instructions that are told apart by more than their row in describe.
const (
	opUnreachable  op = 0x00
	opNop          op = 0x01
	opBlock        op = 0x02
	opLoop         op = 0x03
	opIf           op = 0x04
	opElse         op = 0x05
	opEnd          op = 0x0b
	opBr           op = 0x0c
	opBrIf         op = 0x0d
	opBrTable      op = 0x0e
	opReturn       op = 0x0f
	opCall         op = 0x10
	opCallIndirect op = 0x11
	opDrop         op = 0x1a
	opSelect       op = 0x1b
	opSelectTyped  op = 0x1c
	opLocalGet     op = 0x20
	opLocalSet     op = 0x21
	opLocalTee     op = 0x22
	opGlobalGet    op = 0x23
	opGlobalSet    op = 0x24
	opTableSet     op = 0x26
	opMemoryGrow   op = 0x40
	opI32Const     op = 0x41
	opI64Const     op = 0x42
	opF32Const     op = 0x43
	opF64Const     op = 0x44
	opI64LtS       op = 0x53
	opF32Eq        op = 0x5b
	opF64Eq        op = 0x61
	opI64Add       op = 0x7c
	opI64Sub       op = 0x7d
	opI64Mul       op = 0x7e
	opI64Or        op = 0x84
	opI64ShrU      op = 0x88
	opI64ExtendU   op = 0xad
	opRefNull      op = 0xd0
	opRefFunc      op = 0xd2
	opMemoryInit      = baseFC + 8
	opDataDrop        = baseFC + 9
	opMemoryCopy      = baseFC + 10
	opMemoryFill      = baseFC + 11
	opTableInit       = baseFC + 12
	opElemDrop        = baseFC + 13
	opTableCopy       = baseFC + 14
	opTableGrow       = baseFC + 15
	opTableFill       = baseFC + 17
	opV128Const       = baseFD + 12
	opF32x4Eq         = baseFD + 65
	opF64x2Eq         = baseFD + 71
	opBitselect       = baseFD + 82
)

// immediate is what follows an opcode.
type immediate uint8

const (
	noImmediate immediate = iota
	control               // decoded by name
	index                 // one index
	twoIndexes
	memarg
	memargLane
	lane
	zero      // a reserved byte
	twoZeros  // two of them
	sixteen   // bytes
	constant4 // bytes
	constant8
	constantS32
	constantS64
)

// row describes the instructions of one opcode.
type row struct {
	known     bool
	immediate immediate
	pops      uint8
	pushes    uint8
	class     class
	nan       nanRole
	in, out   shape // of the role
}

// describe gives an opcode's row; those whose effect depends on their immediates
// have pops and pushes of 0.
func describe(o op) row {
	switch {
	case o >= baseFD:
		return describeVector(o - baseFD)
	case o >= baseFC:
		return describeMisc(o - baseFC)
	case o >= 0x45:
		return describeNumeric(o)
	}
	plain := func(i immediate, pops, pushes uint8, c class) row {
		return row{known: true, immediate: i, pops: pops, pushes: pushes, class: c}
	}
	switch {
	case o == opNop:
		return plain(noImmediate, 0, 0, free)
	case o == opUnreachable, o == opBlock, o == opLoop, o == opElse, o == opEnd:
		return plain(control, 0, 0, free)
	case o == opIf, o == opBr, o == opBrIf, o == opReturn:
		return plain(control, 0, 0, simple)
	case o == opBrTable:
		return plain(control, 0, 0, jump)
	case o == opCall:
		return plain(control, 0, 0, call)
	case o == opCallIndirect:
		return plain(control, 0, 0, callIndirect)
	case o == opDrop:
		return plain(control, 1, 0, free)
	case o == opSelect, o == opSelectTyped:
		return plain(control, 0, 0, simple)
	case o >= opLocalGet && o <= opGlobalSet:
		return plain(control, 0, 0, simple)
	case o == 0x25: // table.get
		return plain(index, 1, 1, access)
	case o == opTableSet:
		return plain(index, 2, 0, access)
	case o >= 0x28 && o <= 0x35: // loads
		return plain(memarg, 1, 1, access)
	case o >= 0x36 && o <= 0x3e: // stores
		return plain(memarg, 2, 0, access)
	case o == 0x3f: // memory.size
		return plain(zero, 0, 1, simple)
	case o == opMemoryGrow:
		return plain(zero, 1, 1, bulk)
	case o == opI32Const:
		return plain(constantS32, 0, 1, simple)
	case o == opI64Const:
		return plain(constantS64, 0, 1, simple)
	case o == opF32Const:
		return plain(constant4, 0, 1, simple)
	case o == opF64Const:
		return plain(constant8, 0, 1, simple)
	}
	return row{}
}

// describeNumeric is for 0x45 to 0xff.
func describeNumeric(o op) row {
	r := row{known: true, pops: 2, pushes: 1, class: simple}
	between := func(low, high op) bool { return low <= o && o <= high }
	switch {
	case o == 0x45, o == 0x50, between(0x67, 0x69), between(0x79, 0x7b), o == 0xa7, o == 0xac, o == opI64ExtendU, between(0xbc, 0xbf), between(0xc0, 0xc4):
		r.pops = 1
	case between(0x46, 0x4f), between(0x51, 0x5a), between(0x6a, 0x6c), between(0x71, 0x78), between(0x7c, 0x7e), between(0x83, 0x8a):
	case between(0x6d, 0x70), between(0x7f, 0x82):
		r.class = divide
	case between(0x5b, 0x60):
		r.nan, r.in = compares, f32
	case between(0x61, 0x66):
		r.nan, r.in = compares, f64
	case o == 0x8b, o == 0x8c, o == 0x99, o == 0x9a: // abs and neg
		r.pops = 1
	case between(0x8d, 0x91):
		r.pops, r.nan, r.in, r.out = 1, computes, f32, f32
	case between(0x92, 0x97):
		r.nan, r.in, r.out = computes, f32, f32
	case o == 0x98, o == 0xa6: // copysign
	case between(0x9b, 0x9f):
		r.pops, r.nan, r.in, r.out = 1, computes, f64, f64
	case between(0xa0, 0xa5):
		r.nan, r.in, r.out = computes, f64, f64
	case between(0xa8, 0xa9), between(0xae, 0xaf):
		r.pops, r.nan, r.in = 1, compares, f32
	case between(0xaa, 0xab), between(0xb0, 0xb1):
		r.pops, r.nan, r.in = 1, compares, f64
	case between(0xb2, 0xb5), between(0xb7, 0xba):
		r.pops, r.nan = 1, numbers
	case o == 0xb6:
		r.pops, r.nan, r.in, r.out = 1, computes, f64, f32
	case o == 0xbb:
		r.pops, r.nan, r.in, r.out = 1, computes, f32, f64
	case o == opRefNull:
		r.pops, r.immediate = 0, lane
	case o == 0xd1: // ref.is_null
		r.pops = 1
	case o == opRefFunc:
		r.pops, r.immediate = 0, index
	default:
		return row{}
	}
	switch o {
	case 0x91, 0x95, 0x9f, 0xa3:
		r.class = divide
	}
	return r
}

// describeMisc is for the prefix 0xfc.
func describeMisc(o op) row {
	r := row{known: true, pops: 3, class: bulk}
	switch {
	case o <= 1, o == 4, o == 5:
		return row{known: true, pops: 1, pushes: 1, class: simple, nan: compares, in: f32}
	case o <= 7:
		return row{known: true, pops: 1, pushes: 1, class: simple, nan: compares, in: f64}
	case o == 8: // memory.init
		r.immediate = control
	case o == 10: // memory.copy
		r.immediate = twoZeros
	case o == 11: // memory.fill
		r.immediate = zero
	case o == 12, o == 14: // table.init, table.copy
		r.immediate = twoIndexes
	case o == 9, o == 13: // data.drop, elem.drop
		return row{known: true, immediate: index, class: simple}
	case o == 15: // table.grow
		r.immediate, r.pops, r.pushes = index, 2, 1
	case o == 16: // table.size
		return row{known: true, immediate: index, pushes: 1, class: simple}
	case o == 17: // table.fill
		r.immediate = index
	default:
		return row{}
	}
	return r
}
