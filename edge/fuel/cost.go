package fuel

// class is what an instruction costs. The costs are in units of what the simplest
// instruction takes on a current 64-bit core, after compiling; they are rough, and
// what matters more is that they are the same everywhere.
//
//	free          0   block, loop, else, end, nop, drop, unreachable: they have no code
//	simple        1   constants, locals, globals, select, arithmetic, vectors, branches
//	access        2   loads, stores, table.get, table.set
//	jump          3   br_table
//	divide        8   division, remainder and square root, of numbers and of vectors
//	call          8   call; besides what the function itself costs
//	callIndirect  12  call_indirect
//	bulk          8   memory.init, copy, fill, grow, table.init, copy, fill, grow
//
// A function costs 1 more, and 1 for each 8 of its own locals, which are cleared.
//
// On top of it bulk instructions pay for their size, taken from the stack before
// they run: 1 for each 16 bytes begun, 1024 for each page of memory.grow, and 1 for
// each element of a table. A memory.grow pays for 65 536 pages at most: beyond
// that it fails without work.
type class uint8

const (
	free class = iota
	simple
	access
	jump
	divide
	call
	callIndirect
	bulk
)

func (c class) cost() int64 {
	switch c {
	case simple:
		return 1
	case access:
		return 2
	case jump:
		return 3
	case divide, call, bulk:
		return 8
	case callIndirect:
		return 12
	}
	return 0
}

// entryCost is that of entering a function with so many locals of its own.
func entryCost(locals int) int64 { return 1 + int64(locals+7)/8 }

// Sizes that bulk instructions pay for.
const (
	bytesShift  = 4    // 16 bytes
	pageCost    = 1024 // 64 KiB, cleared
	grownAtMost = 1 << 16
)
