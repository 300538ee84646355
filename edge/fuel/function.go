package fuel

// function is one function's body and what is known of it.
type function struct {
	module *module
	index  uint32
	kind   signature
	locals []byte // types, parameters first
	groups uint32 // that declare locals
	decl   []byte // the groups as they are
	code   reader // the instructions

	// Set by scan.
	charges  []charge
	count    int  // instructions
	calls    bool // others
	loops    bool
	computes bool // with floats
	bulk     bool // has instructions that pay for their size
}

// readFunction reads the locals of the body at r.
func (m *module) readFunction(index uint32, r reader) (*function, error) {
	f := &function{module: m, index: index, kind: m.types[m.functions[index]]}
	f.locals = append(f.locals, f.kind.params...)
	start := r
	f.groups = r.u32()
	start = r
	for n := f.groups; n > 0 && r.err == nil; n-- {
		count := r.u32()
		t := r.byte()
		checkType(&r, t)
		if uint64(len(f.locals))+uint64(count) > maxLocals-extraLocals {
			r.fail(ErrUnsupported, "more than %d locals; split the function", maxLocals-extraLocals)
		}
		for ; count > 0 && r.err == nil; count-- {
			f.locals = append(f.locals, t)
		}
	}
	f.decl = m.binary[start.at:r.at]
	f.code = r
	return f, r.err
}

// maxNesting bounds the blocks within blocks.
const maxNesting = 1 << 20

// charge is fuel that is due after an instruction; those due at the entry are
// after number -1.
type charge struct {
	after  int
	cost   int64
	before int // the charge that is always due before it, and no more rarely; -1 = none
}

// frame is an open block, loop or if, or the function itself.
type frame struct {
	op      op
	dead    bool // opened in code that cannot be reached
	segment int  // the charge at work where it was opened
	reach   int  // the outermost frame that a branch inside it leads to
}

// scan checks the code and cuts it into runs that are charged as a whole.
//
// A charge covers all instructions that are reached whenever it is. Code behind a
// frame's end is under the charge from before the frame if no branch within leads
// out beyond that end; otherwise, and behind a br_if, a new charge begins. A loop's
// body has charges of its own, so every turn pays.
func (f *function) scan() error {
	b := f.instructions()
	f.charges = append(f.charges, charge{-1, entryCost(len(f.locals) - len(f.kind.params)), -1})
	frames := []frame{{op: opBlock}}
	now, dead := 0, false
	begin := func(i instruction, before int) {
		f.charges = append(f.charges, charge{i.number, 0, before})
		now, dead = len(f.charges)-1, false
	}
	for len(frames) > 0 && b.err == nil {
		i := b.read()
		if b.err != nil {
			break
		}
		if !dead {
			f.charges[now].cost += i.row.class.cost()
			f.calls = f.calls || i.op == opCall || i.op == opCallIndirect
		}
		f.loops = f.loops || i.op == opLoop
		f.computes = f.computes || i.row.nan == computes
		f.bulk = f.bulk || i.row.class == bulk
		top := len(frames) - 1
		branch := func(to int) {
			if !dead {
				frames[top].reach = min(frames[top].reach, to)
			}
		}
		switch i.op {
		case opBlock, opLoop, opIf:
			if len(frames) == maxNesting {
				b.fail(ErrUnsupported, "more than %d blocks within each other", maxNesting)
			}
			frames = append(frames, frame{op: i.op, dead: dead, segment: now, reach: len(frames)})
			if !dead && i.op == opIf {
				begin(i, now)
			} else if !dead && i.op == opLoop {
				begin(i, -1)
			}
		case opElse:
			if frames[top].op != opIf {
				b.fail(ErrMalformed, "else without if")
			}
			frames[top].op = opElse
			if !frames[top].dead {
				begin(i, frames[top].segment)
			}
		case opEnd:
			closed := frames[top]
			frames = frames[:top]
			switch {
			case top == 0 || closed.dead:
			case closed.reach < top:
				frames[top-1].reach = min(frames[top-1].reach, closed.reach)
				begin(i, closed.segment)
			default:
				now, dead = closed.segment, false
			}
		case opBr, opBrIf, opBrTable:
			for _, l := range i.labels {
				if int64(l) > int64(top) {
					b.fail(ErrMalformed, "branch out of %d blocks of %d", l, top)
					break
				}
				branch(top - int(l))
			}
			if i.op != opBrIf {
				dead = true
			} else if !dead {
				begin(i, now)
			}
		case opReturn:
			branch(0)
			dead = true
		case opUnreachable:
			dead = true
		}
	}
	f.count = b.next
	f.absorb()
	if b.err == nil && b.more() {
		b.fail(ErrMalformed, "code behind the function's end")
	}
	return b.err
}

// absorb lets a charge take in small ones that may be due after it: code that may
// be skipped is then paid for as if it never were, but never makes a run of code
// dearer than half as much again.
func (f *function) absorb() {
	spare := make([]int64, len(f.charges))
	for i := range f.charges {
		c := &f.charges[i]
		spare[i] = c.cost / 2
		if c.before < 0 {
			continue
		}
		// What was before has been absorbed itself, or not.
		into := c.before
		if f.charges[into].cost == 0 && f.charges[into].before >= 0 {
			into = f.charges[into].before
		}
		if c.cost > spare[into] {
			continue
		}
		f.charges[into].cost += c.cost
		spare[into] -= c.cost
		c.cost, c.before = 0, into
	}
}

// unitOfFrame is how many instructions and locals make a frame count as one more.
// Each may take a place of 16 bytes on the stack of compiled code, so a unit is
// less than 24 KB and MaxDepth of them less than 43 MB of the 50 MB there are.
const unitOfFrame = 1500

// weight is what a call of the function takes from Depth. One that calls no other
// takes nothing: no more than one of them is on the stack.
func (f *function) weight() int64 {
	if !f.calls {
		return 0
	}
	return min(1+int64(f.count+len(f.locals))/unitOfFrame, MaxDepth/6)
}
