package fuel

import (
	"fmt"
)

// reader takes a binary apart (core specification 2.0, 5.2). Its first fault stays,
// and all that it gives afterwards is zero.
type reader struct {
	module []byte
	at     int // next byte
	end    int
	where  string // for faults: a section or a function
	err    error
}

func (r *reader) fail(kind error, format string, a ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s, offset %#x: %s", kind, r.where, r.at, fmt.Sprintf(format, a...))
	}
	r.at = r.end
}

func (r *reader) more() bool { return r.at < r.end }

func (r *reader) byte() byte {
	if r.at >= r.end {
		r.fail(ErrMalformed, "truncated")
		return 0
	}
	r.at++
	return r.module[r.at-1]
}

func (r *reader) skip(n uint32) []byte {
	if uint64(n) > uint64(r.end-r.at) {
		r.fail(ErrMalformed, "truncated")
		return nil
	}
	r.at += int(n)
	return r.module[r.at-int(n) : r.at]
}

// u32 reads an unsigned LEB128 of at most 32 bits.
func (r *reader) u32() uint32 {
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			if v > 1<<32-1 {
				break
			}
			return uint32(v)
		}
	}
	r.fail(ErrMalformed, "a number has more than 32 bits")
	return 0
}

// s64 reads a signed LEB128 of at most that many bits.
func (r *reader) s64(bits int) int64 {
	var v int64
	for shift := 0; shift < bits; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b < 0x80 {
			if shift+7 < 64 && b&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.fail(ErrMalformed, "a number has more than %d bits", bits)
	return 0
}

// part gives a reader over the next n bytes, and steps over them.
func (r *reader) part(n uint32, where string) reader {
	start := r.at
	r.skip(n)
	return reader{module: r.module, at: start, end: r.at, where: where, err: r.err}
}

// appendU32 and appendS64 are the inverse of u32 and s64.
func appendU32(b []byte, v uint32) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

func appendS64(b []byte, v int64) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}
