package fuel

// shape is how a value's bits make numbers; of a value that arithmetic made it
// tells how its NaNs look, until they are canonical. A set of them, with exact, is
// what a value may be on the several ways that lead to its use; the empty set is a
// value without NaN in any shape.
type shape uint8

const (
	exact shape = 1 << iota // its bits are given by the specification
	f32
	f64
	f32x4
	f64x2
)

// nanRole is what an instruction does with the NaNs of its operands.
type nanRole uint8

const (
	sees     nanRole = iota // their bits; its own result is exact
	computes                // takes any NaN for any other, and may make one
	compares                // takes any NaN for any other, and makes none
	moves                   // its operands' numbers of the shape, as they are
	replaces                // one number in a vector
	numbers                 // its result is never a NaN
)

// value is what is known of an operand.
type value struct {
	shapes shape
	origin int // the instruction that pushed it
	local  int // whence several shapes come
}

// analysis finds where a function's NaNs must be made canonical.
//
// It walks through the code with a set of shapes for each operand and local. An
// operand of one shape that is seen is made canonical right behind the
// instruction that pushed it, where it is on top of the stack. An operand that is
// exact on one way and not on another comes from a local: then the walk begins
// anew, and makes that local canonical at the end of each block, or, if the same
// happens again, sees whatever is written to it. (A sum that starts from memory
// is exact at the head of its loop but not at the end: so it is made canonical
// once, behind the loop.) States at the head of a loop grow by what comes from its
// end until they no longer change. All results and arguments of blocks are seen.
//
// The number of walks and the work in all are bounded; a function that is beyond
// has every operation made canonical on the spot.
type analysis struct {
	function *function
	body     body
	places   []int           // of each local among the floats and vectors, or -1
	floats   []uint32        // the locals that have places
	care     []care          // of each place
	heads    map[int][]shape // of each loop: the state, by its instruction's number
	found    canonical
	grown    bool // a head, after its loop was walked
	again    bool // care changed

	state  []shape // of each place, now
	stack  []value
	frames []context
	dead   bool
	work   int // left
}

// canonical is where NaNs must be made canonical, each map by the number of an
// instruction.
type canonical struct {
	everywhere bool              // behind every operation that may make one
	values     map[int]shape     // on top of the stack, behind the instruction
	locals     map[int][]cleanup // before the instruction
}

type cleanup struct {
	local uint32
	shape shape
}

// care is how a local is kept from being exact on one way and not on another.
type care uint8

const (
	atUse   care = iota // by nothing
	atEnds              // of blocks
	atWrite             // always exact
)

// context is an open block.
type context struct {
	op          op
	number      int
	dead        bool
	height      int // of the stack below its arguments
	block       blockType
	entry, exit []shape // states: of an if, of the branches to its end
}

const maxWalks = 32

// analyse finds where the function's NaNs must be made canonical.
func (f *function) analyse() (canonical, error) {
	if !f.computes {
		return canonical{}, nil
	}
	if f.module.everywhere {
		return canonical{everywhere: true}, nil
	}
	a := &analysis{function: f, places: make([]int, len(f.locals)), heads: map[int][]shape{}, work: 64*f.count + 1<<20}
	for i, t := range f.locals {
		a.places[i] = -1
		if t == typeF32 || t == typeF64 || t == typeV128 {
			a.places[i] = len(a.floats)
			a.floats = append(a.floats, uint32(i))
		}
	}
	a.care = make([]care, len(a.floats))
	for range maxWalks {
		a.walk()
		switch {
		case a.body.err != nil:
			return canonical{}, a.body.err
		case a.work < 0:
			return canonical{everywhere: true}, nil
		case a.again:
			clear(a.heads)
		case !a.grown:
			return a.found, nil
		}
	}
	return canonical{everywhere: true}, nil
}

func (a *analysis) walk() {
	a.body = a.function.instructions()
	a.found = canonical{values: map[int]shape{}, locals: map[int][]cleanup{}}
	a.grown, a.again, a.dead = false, false, false
	a.state = make([]shape, len(a.care))
	for i := range a.function.kind.params {
		if p := a.places[i]; p >= 0 {
			a.state[p] = exact
		}
	}
	a.stack = a.stack[:0]
	a.frames = append(a.frames[:0], context{op: opBlock, block: blockType{results: len(a.function.kind.results)}})
	for len(a.frames) > 0 && a.body.err == nil && a.work >= 0 {
		i := a.body.read()
		a.work--
		if a.body.err == nil {
			a.step(i)
		}
	}
}

// step takes in one instruction.
func (a *analysis) step(i instruction) {
	switch i.op {
	case opBlock, opLoop, opIf:
		a.open(i)
		return
	case opElse, opEnd:
		a.close(i)
		return
	}
	if a.dead {
		return
	}
	switch i.op {
	case opBr, opBrIf, opBrTable:
		if i.op != opBr {
			a.pop()
		}
		for _, l := range i.labels {
			a.branch(i, len(a.frames)-1-int(l))
		}
		a.dead = i.op != opBrIf
	case opReturn:
		a.branch(i, 0)
		a.dead = true
	case opUnreachable:
		a.dead = true
	case opCall, opCallIndirect:
		if i.op == opCallIndirect {
			a.pop()
		}
		s := a.body.callType(i)
		a.see(len(s.params))
		a.drop(len(s.params))
		a.push(i, len(s.results), exact)
	case opDrop:
		a.pop()
	case opSelect, opSelectTyped:
		a.pop()
		a.move(i, 2, 0)
	case opLocalGet, opLocalSet, opLocalTee:
		a.local(i)
	case opGlobalGet:
		a.push(i, 1, exact)
	case opGlobalSet:
		a.see(1)
		a.drop(1)
	case opF32Const, opF64Const, opV128Const:
		a.push(i, 1, constant(a.body.module.binary[i.start:i.end], i.op))
	default:
		a.operate(i)
	}
}

// operate takes in an instruction that does what its row says.
func (a *analysis) operate(i instruction) {
	n := int(i.row.pops)
	switch i.row.nan {
	case computes, compares:
		for k := range n {
			if v := a.top(k); v.shapes&^(exact|i.row.in) != 0 {
				a.show(v)
			}
		}
		a.drop(n)
		if i.row.nan == computes {
			a.push(i, 1, i.row.out)
		} else {
			a.push(i, 1, exact)
		}
	case numbers:
		a.drop(n)
		a.push(i, 1, 0)
	case moves, replaces:
		if scalar := map[shape]shape{f32x4: f32, f64x2: f64}[i.row.in]; i.row.nan == replaces && a.top(0).shapes == scalar {
			a.top(0).shapes = i.row.in
			if v := a.top(1); v.shapes&^i.row.in != 0 {
				a.top(0).shapes = scalar
			}
		}
		a.move(i, n, i.row.in)
	default:
		a.see(n)
		a.drop(n)
		a.push(i, int(i.row.pushes), exact)
	}
}

// move takes in an instruction that hands on one of n operands, or parts of them
// as numbers of a shape; 0 = in any one shape.
func (a *analysis) move(i instruction, n int, in shape) {
	var all shape
	for k := range n {
		all |= a.top(k).shapes
	}
	whole := in == 0 && all&(all-1) == 0
	switch {
	case whole, all == exact:
	case all == in:
		all = i.row.out
	case all == 0 && i.row.out != f64x2: // whose halves may be NaNs as f32x4
	default:
		a.see(n)
		all = exact
	}
	a.drop(n)
	a.push(i, 1, all)
}

func (a *analysis) local(i instruction) {
	p := a.places[i.index]
	if i.op == opLocalGet {
		if p < 0 {
			a.push(i, 1, exact)
			return
		}
		a.push(i, 1, a.state[p])
		a.top(0).local = p
		return
	}
	v := a.top(0)
	if p >= 0 {
		if a.care[p] == atWrite {
			a.show(v)
		}
		a.state[p] = v.shapes
	}
	if i.op == opLocalSet {
		a.drop(1)
	} else {
		v.origin = i.number
	}
}

// constant tells whether a constant holds a NaN (or, for simplicity, an infinity);
// that one is exact.
func constant(b []byte, o op) shape {
	width := 4
	switch o {
	case opF64Const:
		if b = b[len(b)-8:]; b[7]&0x7f == 0x7f && b[6] >= 0xf0 {
			return exact
		}
		return 0
	case opV128Const:
		width = 16
	}
	// A NaN as f64 has one as f32 in its upper half.
	for b = b[len(b)-width:]; len(b) > 0; b = b[4:] {
		if b[3]&0x7f == 0x7f && b[2] >= 0x80 {
			return exact
		}
	}
	return 0
}

// show makes an operand's bits those of the specification.
func (a *analysis) show(v *value) {
	switch v.shapes {
	case 0, exact:
		return
	case f32, f64, f32x4, f64x2:
		a.found.values[v.origin] = v.shapes
	default:
		if a.care[v.local] < atWrite {
			a.care[v.local]++
			a.again = true
		}
	}
	v.shapes = exact
}

// see shows the n operands on top.
func (a *analysis) see(n int) {
	for k := range n {
		a.show(a.top(k))
	}
}
