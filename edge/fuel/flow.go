package fuel

import "slices"

// The operand stack and the control flow of an analysis.

// top gives the operand k below the top.
func (a *analysis) top(k int) *value {
	at := len(a.stack) - 1 - k
	if at < 0 || len(a.frames) == 0 || at < a.frames[len(a.frames)-1].height {
		a.body.fail(ErrMalformed, "an operand is missing")
		return &value{shapes: exact}
	}
	return &a.stack[at]
}

func (a *analysis) drop(n int) {
	if n > 0 {
		a.top(n - 1)
	}
	if a.body.err == nil {
		a.stack = a.stack[:len(a.stack)-n]
	}
}

func (a *analysis) pop() { a.drop(1) }

func (a *analysis) push(i instruction, n int, s shape) {
	for range n {
		a.stack = append(a.stack, value{shapes: s, origin: i.number})
	}
	a.work -= n
}

// open enters a block.
func (a *analysis) open(i instruction) {
	c := context{op: i.op, number: i.number, dead: a.dead, block: i.block}
	if a.dead {
		a.frames = append(a.frames, c)
		return
	}
	if i.op == opIf {
		a.pop()
	}
	a.see(i.block.params)
	a.work -= i.block.params
	c.height = max(0, len(a.stack)-i.block.params)
	switch i.op {
	case opIf:
		c.entry = a.copy(a.state)
	case opLoop:
		head, known := a.heads[i.number]
		if !known {
			head = a.copy(a.state)
			a.heads[i.number] = head
		}
		a.join(head, a.state)
		a.state = a.copy(head)
	}
	a.frames = append(a.frames, c)
}

// close leaves a block, or the first half of an if.
func (a *analysis) close(i instruction) {
	c := &a.frames[len(a.frames)-1]
	if c.dead && i.op == opElse {
		return
	}
	if !c.dead {
		if !a.dead {
			a.arrive(i, c)
		}
		a.stack = a.stack[:c.height]
		if i.op == opElse {
			a.state, c.entry = c.entry, nil
			a.dead = false
			a.push(i, c.block.params, exact)
			return
		}
		if c.entry != nil { // an if without else
			a.merge(c, c.entry)
		}
		a.dead = c.exit == nil
		a.state = c.exit
	}
	results := c.block.results
	a.frames = a.frames[:len(a.frames)-1]
	if !a.dead {
		a.push(i, results, exact)
	}
}

// branch goes to a frame's label.
func (a *analysis) branch(i instruction, to int) {
	c := &a.frames[to]
	if c.op != opLoop {
		a.arrive(i, c)
		return
	}
	a.see(c.block.params)
	a.work -= c.block.params
	if a.join(a.heads[c.number], a.state) {
		a.grown = true
	}
}

// arrive comes to a block's end with its results.
func (a *analysis) arrive(i instruction, c *context) {
	a.see(c.block.results)
	a.work -= c.block.results + len(a.state)
	for p, s := range a.state {
		if a.care[p] == atEnds && s != exact && s != 0 && s&(s-1) == 0 {
			a.found.locals[i.number] = append(a.found.locals[i.number], cleanup{a.floats[p], s})
			a.state[p] = exact
		}
	}
	a.merge(c, a.state)
}

func (a *analysis) merge(c *context, s []shape) {
	if c.exit == nil {
		c.exit = a.copy(s)
		return
	}
	a.join(c.exit, s)
}

func (a *analysis) copy(s []shape) []shape {
	a.work -= len(s)
	if s == nil {
		return []shape{}
	}
	return slices.Clone(s)
}

// join adds a state to another, and tells whether that has grown.
func (a *analysis) join(to, from []shape) (grown bool) {
	a.work -= len(from)
	for i, s := range from {
		grown = grown || to[i]|s != to[i]
		to[i] |= s
	}
	return grown
}
