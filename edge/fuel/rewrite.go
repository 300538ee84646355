package fuel

import "fmt"

// rewrite gives the metered binary.
func (m *module) rewrite(o Options) ([]byte, error) {
	types := &typeList{known: map[string]uint32{}, next: uint32(len(m.types))}
	for i, t := range m.types {
		if _, found := types.known[string(t.results)]; len(t.params) == 0 && !found {
			types.known[string(t.results)] = uint32(i)
		}
	}
	if m.resume.exported {
		if err := m.resume.check(m); err != nil {
			return nil, err
		}
	}
	var code []byte
	for _, s := range m.sections {
		if s.id == sectionCode {
			var err error
			if code, err = m.code(s.body, types); err != nil {
				return nil, err
			}
		}
	}
	out := append([]byte(nil), m.binary[:8]...)
	next := byte(sectionType)
	// upTo writes the sections before one that the module does not have.
	upTo := func(id byte) error {
		for ; next <= sectionExport && rank(next) < rank(id); next++ {
			body, err := m.extend(next, nil, types, o)
			if err != nil {
				return err
			}
			out = appendSection(out, next, body)
		}
		return nil
	}
	for _, s := range m.sections {
		body := m.binary[s.body.at:s.body.end]
		if s.id == sectionCustom {
			if !misplaced(s.body) {
				out = appendSection(out, s.id, body)
			}
			continue
		}
		if err := upTo(s.id); err != nil {
			return nil, err
		}
		switch {
		case s.id == sectionStart:
			continue
		case s.id == sectionCode:
			body = code
		case s.id == next:
			var err error
			if body, err = m.extend(s.id, &s.body, types, o); err != nil {
				return nil, err
			}
			next++
		}
		out = appendSection(out, s.id, body)
	}
	err := upTo(sectionStart)
	return out, err
}

// extend gives the new content of a section; nil = it has none so far, and stays
// away if its content does.
func (m *module) extend(id byte, old *reader, types *typeList, o Options) ([]byte, error) {
	if old == nil {
		old = &reader{module: []byte{0}, end: 1, where: sectionName(id)}
	}
	r := *old
	n := r.u32()
	var added []byte
	count := uint32(0)
	switch id {
	case sectionType:
		added, count = types.added, types.next-uint32(len(m.types))
	case sectionTable:
		return rewriteTables(r, n, o)
	case sectionMemory:
		return rewriteMemories(r, n, o)
	case sectionGlobal:
		added = append(added, typeI64, 1, byte(opI64Const), 0, byte(opEnd))
		added = append(added, typeI64, 1, byte(opI64Const))
		added = append(appendS64(added, MaxDepth), byte(opEnd))
		count = 2
	case sectionExport:
		if err := m.checkExports(r, n); err != nil {
			return nil, err
		}
		export := func(name string, kind byte, index uint32) {
			added = append(appendU32(added, uint32(len(name))), name...)
			added = appendU32(append(added, kind), index)
			count++
		}
		export(Global, 3, m.globals)
		export(Depth, 3, m.globals+1)
		if m.started {
			export(Start, 0, m.start)
		}
		if m.resume.exported {
			for i, global := range m.resume.globals {
				export(ResumeGlobal(i), 3, global)
			}
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	if uint64(n)+uint64(count) == 0 {
		return nil, nil
	}
	rest := r.module[r.at:r.end]
	return append(append(appendU32(nil, n+count), rest...), added...), nil
}

// checkExports refuses exports of the names and globals that Meter adds.
func (m *module) checkExports(r reader, n uint32) error {
	for ; n > 0 && r.err == nil; n-- {
		name := string(r.skip(r.u32()))
		if reserved(name) {
			r.fail(ErrUnsupported, "the export %s is reserved; rename it", name)
		}
		if kind, index := r.byte(), r.u32(); kind == 3 && index >= m.globals {
			r.fail(ErrMalformed, "there is no global %d", index)
		}
	}
	return r.err
}

func rewriteMemories(r reader, n uint32, o Options) ([]byte, error) {
	out := appendU32(nil, n)
	for ; n > 0 && r.err == nil; n-- {
		out = capped(&r, out, o.MaxPages, maxPages, "pages of memory")
	}
	return present(out), r.err
}

func rewriteTables(r reader, n uint32, o Options) ([]byte, error) {
	out := appendU32(nil, n)
	for ; n > 0 && r.err == nil; n-- {
		kind := r.byte()
		checkType(&r, kind)
		out = capped(&r, append(out, kind), o.MaxElements, 1<<32-1, "elements of a table")
	}
	if r.more() {
		r.fail(ErrMalformed, "bytes behind the last entry")
	}
	return present(out), r.err
}

// present gives nil for an empty list.
func present(list []byte) []byte {
	if len(list) == 1 && list[0] == 0 {
		return nil
	}
	return list
}

// capped rewrites limits so that nothing grows beyond most; all is as much as
// there can be without.
func capped(r *reader, out []byte, most, all uint32, what string) []byte {
	l := readLimits(r)
	if l.min > most {
		r.fail(ErrUnsupported, "it starts with %d %s, at most %d", l.min, what, most)
	}
	if l.bounded && l.max > all {
		r.fail(ErrMalformed, "%d %s, at most %d", l.max, what, all)
	}
	if !l.bounded && most == all {
		return appendU32(append(out, 0), l.min)
	}
	return appendU32(appendU32(append(out, 1), l.min), min(l.max, most))
}

// code gives the metered code section.
func (m *module) code(r reader, types *typeList) ([]byte, error) {
	n := r.u32()
	if r.err == nil && int(n) != len(m.functions)-m.imported {
		r.fail(ErrMalformed, "%d bodies for %d functions", n, len(m.functions)-m.imported)
	}
	out := appendU32(nil, n)
	for i := range n {
		index := uint32(m.imported) + i
		part := r.part(r.u32(), fmt.Sprintf("code section, function %d", index))
		if r.err != nil {
			break
		}
		f, err := m.readFunction(index, part)
		if err != nil {
			return nil, err
		}
		if err := f.scan(); err != nil {
			return nil, err
		}
		if m.resume.exported {
			if err := m.resume.checkBody(f); err != nil {
				return nil, err
			}
		}
		body, err := f.emit(types.of)
		if err != nil {
			return nil, err
		}
		out = append(appendU32(out, uint32(len(body))), body...)
	}
	if r.err == nil && r.more() {
		r.fail(ErrMalformed, "bytes behind the last function")
	}
	return out, r.err
}

// typeList finds and adds block types.
type typeList struct {
	known map[string]uint32 // types without parameters, by their results
	added []byte
	next  uint32
}

// of gives the block type of a block with those results.
func (l *typeList) of(results []byte) []byte {
	switch len(results) {
	case 0:
		return []byte{0x40}
	case 1:
		return results
	}
	index, found := l.known[string(results)]
	if !found {
		index = l.next
		l.next++
		l.known[string(results)] = index
		l.added = append(appendU32(append(l.added, 0x60, 0), uint32(len(results))), results...)
	}
	return appendS64(nil, int64(index))
}

// appendSection writes a section; nil = none.
func appendSection(out []byte, id byte, body []byte) []byte {
	if body == nil {
		return out
	}
	return append(appendU32(append(out, id), uint32(len(body))), body...)
}
