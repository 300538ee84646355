package fuel_test

import (
	"encoding/binary"
	"math"
	"slices"
)

// program writes a valid module whose choices are a string of bytes, and which
// ends: loops count down and functions call only those after them. Its function
// run takes nothing and leaves its results in memory and globals. A blind program
// never tells one NaN's bits from another's.
type program struct {
	choices []byte
	blind   bool
	body    []byte
	kind    int // of the function at work
	labels  [][]byte
	loops   int
	size    int
}

const (
	i32  = byte(0x7f)
	f32  = byte(0x7d)
	f64  = byte(0x7c)
	v128 = byte(0x7b)
)

// kinds are the types of functions: run, and three that are called.
var kinds = [][2][]byte{
	{{}, {}},
	{{i32, f32, f64, v128}, {f32}},
	{{v128, f64, f32, i32}, {v128, i32}},
	{{f64}, {f64}},
}

// Locals of every function, after its parameters: two of each type, then counters.
const counters = 4

func generate(choices []byte, blind bool) []byte {
	p := &program{blind: blind}
	section := func(id byte, content ...byte) []byte { return append(leb([]byte{id}, len(content)), content...) }
	types := []byte{byte(len(kinds))}
	for _, k := range kinds {
		types = append(append(leb(append(types, 0x60), len(k[0])), k[0]...), append(leb(nil, len(k[1])), k[1]...)...)
	}
	code := []byte{byte(len(kinds))}
	part := (len(choices) + 1) / len(kinds)
	for kind := range kinds {
		p.choices = choices[min(kind*part, len(choices)):min((kind+1)*part, len(choices))]
		b := p.function(kind)
		code = append(leb(code, len(b)), b...)
	}
	globals := []byte{4, i32, 1, 0x41, 0, 0x0b, f32, 1, 0x43, 1, 0, 0xc0, 0xff, 0x0b, f64, 1, 0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0xff, 0x0b, v128, 1, 0xfd, 12}
	globals = append(append(globals, make([]byte, 16)...), 0x0b)
	exports := []byte{6, 3, 'r', 'u', 'n', 0, 0, 3, 'm', 'e', 'm', 2, 0}
	for i := range byte(4) {
		exports = append(exports, 2, 'g', '0'+i, 3, i)
	}
	return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"), section(1, types...), section(3, 4, 0, 1, 2, 3), section(4, 1, 0x70, 0, 4),
		section(5, 1, 1, 1, 3), section(6, globals...), section(7, exports...), section(9, 1, 0, 0x41, 0, 0x0b, 4, 0, 1, 2, 3), section(10, code...))
}

func leb(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) }

func (p *program) pick(n int) int {
	if len(p.choices) == 0 {
		return 0
	}
	c := p.choices[0]
	p.choices = p.choices[1:]
	return int(c) % n
}

func (p *program) emit(b ...byte) { p.body = append(p.body, b...) }

func (p *program) function(kind int) []byte {
	p.kind, p.body, p.labels, p.loops, p.size = kind, nil, [][]byte{kinds[kind][1]}, 0, 0
	p.emit(5, 2, i32, 2, f32, 2, f64, 2, v128, counters, i32)
	for range 4 + p.pick(8) {
		p.statement(4)
	}
	for i, t := range []byte{i32, f32, f64, v128} { // what is in the locals shows
		for k := range byte(2) {
			own := byte(len(kinds[kind][0]) + 2*i)
			switch {
			case t == i32:
				p.emit(0x41, 0, 0x20, own+k, 0x36, 0, 8+4*k)
			case !p.blind:
				p.emit(0x41, 0, 0x20, own+k)
				p.emit(map[byte][]byte{f32: {0x38, 0, 16 + 4*k}, f64: {0x39, 0, 24 + 8*k}, v128: {0xfd, 11, 0, 40 + 16*k}}[t]...)
			}
		}
	}
	for i, t := range kinds[kind][0] {
		if !p.blind && t != i32 {
			p.emit(0x41, byte(kind), 0x20, byte(i))
			p.emit(map[byte][]byte{f32: {0x38, 0, 90}, f64: {0x39, 0, 100}, v128: {0xfd, 11, 0, 110}}[t]...)
		}
	}
	p.values(kinds[kind][1], 3)
	p.emit(0x0b)
	return p.body
}

func (p *program) values(types []byte, depth int) {
	for _, t := range types {
		p.expression(t, depth)
	}
}

// local picks a local of the type.
func (p *program) local(t byte) byte {
	parameters := kinds[p.kind][0]
	own := map[byte]int{i32: 0, f32: 2, f64: 4, v128: 6}[t] + len(parameters)
	if i := slices.Index(parameters, t); i >= 0 && p.pick(3) == 0 {
		return byte(i)
	}
	return byte(own + p.pick(2))
}

func (p *program) constant(t byte) {
	switch t {
	case i32:
		p.emit(0x41, byte(p.pick(64)))
	case f32:
		if p.pick(4) == 0 { // 0 / 0: a NaN whose sign the CPU chooses
			p.emit(0x43, 0, 0, 0, 0, 0x43, 0, 0, 0, 0, 0x95)
			return
		}
		v := []uint32{0, 0x3f800000, 0x7f800000, 0xff800000, 0x7fc00123, 0xffc00001, 0x7f800001, 0x80000000, 0x4f000000, 0xbf000000}[p.pick(10)]
		p.emit(binary.LittleEndian.AppendUint32([]byte{0x43}, v)...)
	case f64:
		if p.pick(4) == 0 {
			p.emit(0x43, 0, 0, 0, 0, 0x43, 0, 0, 0, 0, 0x95, 0xbb)
			return
		}
		v := []float64{0, 1, math.Inf(1), math.Inf(-1), math.Float64frombits(0xfff8000000000001), 1e300, -2.5, math.Float64frombits(0x7ff8000000000321)}[p.pick(8)]
		p.emit(binary.LittleEndian.AppendUint64([]byte{0x44}, math.Float64bits(v))...)
	case v128:
		p.emit(0xfd, 12)
		for range 4 {
			v := []uint32{0, 0x3f800000, 0x7f800000, 0xff800000, 0x7fc00456, 0xfff80000}[p.pick(6)]
			p.emit(binary.LittleEndian.AppendUint32(nil, v)...)
		}
	}
}

// statement leaves the stack as it is.
func (p *program) statement(depth int) {
	types := []byte{i32, f32, f64, v128}
	t := types[p.pick(4)]
	if p.size++; depth <= 0 || p.size > 300 {
		p.expression(t, 0)
		p.emit(0x21, p.local(t))
		return
	}
	switch p.pick(13) {
	case 0, 1:
		p.expression(t, depth-1)
		p.emit(0x21, p.local(t))
	case 2: // store
		if p.blind {
			t = i32
		}
		p.address(depth - 1)
		p.expression(t, depth-1)
		p.emit(map[byte][]byte{i32: {0x36, 0, 4}, f32: {0x38, 0, 8}, f64: {0x39, 0, 16}, v128: {0xfd, 11, 0, 32}}[t]...)
	case 3: // global
		if p.blind {
			t = i32
		}
		p.expression(t, depth-1)
		p.emit(0x24, byte(slices.Index(types, t)))
	case 4:
		p.expression(i32, depth-1)
		p.emit(0x04, 0x40)
		p.nested(nil, depth)
		if p.pick(2) == 1 {
			p.emit(0x05)
			p.nested(nil, depth)
		}
		p.emit(0x0b)
	case 5:
		p.emit(0x02, 0x40)
		p.nested(nil, depth)
		p.emit(0x0b)
	case 6, 7:
		p.loop(depth)
	case 8:
		p.branch(depth)
	case 9:
		p.call(depth)
	case 10: // memory.fill, copy
		p.address(depth - 1)
		p.address(depth - 1)
		p.address(0)
		p.emit([][]byte{{0xfc, 11, 0}, {0xfc, 10, 0, 0}}[p.pick(2)]...)
	case 11:
		p.emit(0x41, byte(p.pick(3)), 0x40, 0, 0x21, p.local(i32)) // memory.grow
	case 12:
		p.expression(t, depth-1)
		p.emit(0x1a)
	}
}

// nested is statements within a block whose label takes results.
func (p *program) nested(results []byte, depth int) {
	p.labels = append(p.labels, results)
	for range p.pick(4) {
		p.statement(depth - 1)
	}
	p.labels = p.labels[:len(p.labels)-1]
}

func (p *program) loop(depth int) {
	if p.loops == counters {
		return
	}
	counter := byte(len(kinds[p.kind][0]) + 8 + p.loops)
	p.loops++
	p.emit(0x41, byte(1+p.pick(5)), 0x21, counter, 0x03, 0x40)
	// Its own label is none to jump to: only the counter goes on.
	p.labels = append(p.labels, []byte{0})
	for range 1 + p.pick(4) {
		p.statement(depth - 1)
	}
	p.labels = p.labels[:len(p.labels)-1]
	p.emit(0x20, counter, 0x41, 1, 0x6b, 0x22, counter, 0x0d, 0, 0x0b)
	p.loops--
}

// branch goes out of some block, with its results.
func (p *program) branch(depth int) {
	n := p.pick(len(p.labels))
	results := p.labels[len(p.labels)-1-n]
	if len(results) == 1 && results[0] == 0 {
		return
	}
	p.emit(0x02, 0x40) // so that what follows is code of its own
	p.values(results, depth-1)
	p.expression(i32, depth-1)
	switch p.pick(4) {
	case 0:
		p.emit(0x1a)
		p.emit(leb([]byte{0x0c}, n+1)...)
	case 1:
		p.emit(leb(leb([]byte{0x0e, 1}, n+1), n+1)...)
	case 2:
		if n+1 == len(p.labels) {
			p.emit(0x1a, 0x0f)
			break
		}
		fallthrough
	default:
		p.emit(leb([]byte{0x0d}, n+1)...)
		for range results {
			p.emit(0x1a)
		}
	}
	p.emit(0x0b)
}

// call calls a later function.
func (p *program) call(depth int) {
	if p.kind+1 == len(kinds) {
		return
	}
	to := p.kind + 1 + p.pick(len(kinds)-p.kind-1)
	p.values(kinds[to][0], depth-1)
	if p.pick(2) == 0 {
		p.emit(0x10, byte(to))
	} else {
		p.emit(0x41, byte(to), 0x11, byte(to), 0)
	}
	for _, t := range slices.Backward(kinds[to][1]) {
		p.emit(0x21, p.local(t))
	}
}

func (p *program) address(depth int) {
	p.expression(i32, depth)
	p.emit(0x41, 0xff, 0x03, 0x71) // and 511
}
