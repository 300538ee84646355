package fuel

import (
	"bytes"
	"encoding/binary"
)

// Instructions that make NaNs canonical, of a shape.
type arithmetic struct {
	valueType   byte
	equal, pick op
	nan         []byte
}

func arithmeticOf(s shape) arithmetic {
	nan32 := binary.LittleEndian.AppendUint32(nil, 0x7fc00000)
	nan64 := binary.LittleEndian.AppendUint64(nil, 0x7ff8000000000000)
	switch s {
	case f32:
		return arithmetic{typeF32, opF32Eq, opSelect, nan32}
	case f64:
		return arithmetic{typeF64, opF64Eq, opSelect, nan64}
	case f32x4:
		return arithmetic{typeV128, opF32x4Eq, opBitselect, bytes.Repeat(nan32, 4)}
	}
	return arithmetic{typeV128, opF64x2Eq, opBitselect, bytes.Repeat(nan64, 2)}
}

// canonicalise makes the value on top canonical: x == x ? x : NaN, in each lane.
func (e *emitter) canonicalise(s shape) {
	a := arithmeticOf(s)
	scratch := e.scratchOf(a.valueType)
	e.get(opLocalTee, scratch)
	switch a.valueType {
	case typeF32:
		e.op(opF32Const)
	case typeF64:
		e.op(opF64Const)
	default:
		e.op(opV128Const)
	}
	e.out = append(e.out, a.nan...)
	e.get(opLocalGet, scratch)
	e.get(opLocalGet, scratch)
	e.op(a.equal)
	e.op(a.pick)
}

func (e *emitter) scratchOf(t byte) uint32 {
	local, found := e.scratch[t]
	if !found {
		local = e.local(t)
		e.scratch[t] = local
	}
	return local
}

// cleanUp makes locals canonical.
func (e *emitter) cleanUp(locals []cleanup) {
	for _, c := range locals {
		e.get(opLocalGet, c.local)
		e.canonicalise(c.shape)
		e.get(opLocalSet, c.local)
	}
}
