package fuel_test

// form is an operator: what it takes, and its code.
type form struct {
	takes []byte
	code  []byte
	sees  bool // the bits of a NaN
}

func unary(t byte, sees bool, codes ...byte) (forms []form) {
	for _, c := range codes {
		forms = append(forms, form{[]byte{t}, []byte{c}, sees})
	}
	return forms
}

func double(t byte, sees bool, codes ...byte) (forms []form) {
	for _, c := range codes {
		forms = append(forms, form{[]byte{t, t}, []byte{c}, sees})
	}
	return forms
}

func vector(takes []byte, sees bool, codes ...uint16) (forms []form) {
	for _, c := range codes {
		forms = append(forms, form{takes, leb([]byte{0xfd}, int(c)), sees})
	}
	return forms
}

func with(immediate byte, forms []form) []form {
	for i := range forms {
		forms[i].code = append(forms[i].code, immediate)
	}
	return forms
}

func join(lists ...[]form) (all []form) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func span(from, to uint16) (codes []uint16) {
	for ; from <= to; from++ {
		codes = append(codes, from)
	}
	return codes
}

// forms are the operators by the type of their result.
var forms = map[byte][]form{
	i32: join(
		double(i32, false, 0x6a, 0x6b, 0x6c, 0x6a, 0x6b, 0x71, 0x72, 0x73, 0x74, 0x76, 0x46, 0x48, 0x4b),
		double(f32, false, 0x5b, 0x5c, 0x5d, 0x60), double(f64, false, 0x61, 0x62, 0x64, 0x65),
		unary(i32, false, 0x45, 0x67, 0xc0), unary(f32, false, 0xa8), unary(f32, true, 0xbc, 0xbc, 0xbc),
		[]form{{[]byte{f32}, []byte{0xfc, 0}, false}, {[]byte{f64}, []byte{0xfc, 3}, false}, {[]byte{i32, i32}, []byte{0x70}, false}},
		vector([]byte{v128}, true, 83, 100, 163, 196), with(2, vector([]byte{v128}, true, 27, 21)),
	),
	f32: join(
		double(f32, false, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97), double(f32, true, 0x98),
		unary(f32, false, 0x8d, 0x8e, 0x8f, 0x90, 0x91), unary(f32, true, 0x8b, 0x8c), unary(f64, false, 0xb6), unary(i32, false, 0xb2, 0xb3), unary(i32, true, 0xbe),
		with(1, vector([]byte{v128}, true, 31)),
	),
	f64: join(
		double(f64, false, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5), double(f64, true, 0xa6),
		unary(f64, false, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f), unary(f64, true, 0x99, 0x9a), unary(f32, false, 0xbb), unary(i32, false, 0xb7),
		with(1, vector([]byte{v128}, true, 33)),
	),
	v128: join(
		vector([]byte{v128, v128}, false, span(228, 235)...), vector([]byte{v128, v128}, false, span(228, 233)...),
		vector([]byte{v128, v128}, true, span(240, 247)...), vector([]byte{v128, v128}, true, span(65, 81)[:12]...), vector([]byte{v128, v128}, true, 78, 79, 80, 81, 174, 14),
		vector([]byte{v128}, false, 227, 103, 104, 105, 106), vector([]byte{v128}, true, 239, 116, 117, 122, 148, 224, 225, 236, 237, 94, 95, 77, 248, 252, 250, 254),
		vector([]byte{f32}, false, 19), vector([]byte{f64}, true, 20), vector([]byte{i32}, true, 17),
		with(3, vector([]byte{v128, f32}, false, 32)), with(1, vector([]byte{v128, f64}, true, 34)), with(2, vector([]byte{v128, i32}, true, 28)),
		vector([]byte{v128, v128, v128}, true, 82),
	),
}

// expression pushes a value of the type.
func (p *program) expression(t byte, depth int) {
	p.size++
	if depth <= 0 || p.size > 1500 {
		p.leaf(t)
		return
	}
	switch p.pick(12) {
	case 0, 1:
		p.leaf(t)
	case 2:
		p.expression(t, depth-1)
		p.emit(0x22, p.local(t)) // local.tee
	case 3: // select
		p.expression(t, depth-1)
		p.expression(t, depth-1)
		p.expression(i32, depth-1)
		p.emit(0x1b)
	case 4: // block, if
		if p.pick(2) == 0 {
			p.emit(0x02, t)
		} else {
			p.expression(i32, depth-1)
			p.emit(0x04, t)
			p.nested([]byte{t}, depth-1)
			p.expression(t, depth-1)
			p.emit(0x05)
		}
		p.nested([]byte{t}, depth-1)
		p.expression(t, depth-1)
		p.emit(0x0b)
	case 5: // load
		if p.blind {
			t2 := t
			p.leaf(t2)
			return
		}
		p.address(depth - 1)
		p.emit(map[byte][]byte{i32: {0x28, 0, 4}, f32: {0x2a, 0, 8}, f64: {0x2b, 0, 16}, v128: {0xfd, 0, 0, 32}}[t]...)
	case 6:
		if t == f64 && p.loops < counters && p.pick(2) == 0 {
			p.loopOver(depth)
			return
		}
		if t == f64 && p.kind < 3 { // a call that gives one
			p.expression(f64, depth-1)
			p.emit(0x10, 3)
			return
		}
		fallthrough
	default:
		list := forms[t]
		f := list[p.pick(len(list))]
		if p.blind && f.sees {
			p.leaf(t)
			return
		}
		p.values(f.takes, depth-1)
		p.emit(f.code...)
	}
}

// loopOver is a loop that hands a number from turn to turn.
func (p *program) loopOver(depth int) {
	counter := byte(len(kinds[p.kind][0]) + 8 + p.loops)
	p.expression(f64, depth-1)
	p.loops++
	p.emit(0x41, byte(1+p.pick(5)), 0x21, counter, 0x03, 3) // loop f64 -> f64
	p.labels = append(p.labels, []byte{0})
	p.emit(0x22, p.local(f64))
	p.expression(f64, depth-1)
	p.emit(0xa0 + byte(p.pick(4)))
	p.labels = p.labels[:len(p.labels)-1]
	p.emit(0x20, counter, 0x41, 1, 0x6b, 0x22, counter, 0x0d, 0, 0x0b)
	p.loops--
}

func (p *program) leaf(t byte) {
	switch p.pick(3) {
	case 0:
		p.constant(t)
	case 1:
		p.emit(0x20, p.local(t))
	case 2:
		p.emit(0x23, map[byte]byte{i32: 0, f32: 1, f64: 2, v128: 3}[t])
	}
}
