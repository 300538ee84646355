// Package reading says what a reading of a sensor is, and how it is written down.
//
// A Reading flows into Append and bytes flow out; bytes flow into Decode, and the
// Reading and what follows it flow out. Sources make readings; buffer, windows,
// jobs and sinks pass them on. Which channel a value belongs to is the source's
// declaration, not said again in every reading.
//
// # Encoding
//
//	version      1 byte, 1
//	source       1 byte of length, that many bytes
//	time         8 bytes, nanoseconds since 1970, two's complement, big endian
//	values       1 byte of their number; then one bit a value, the first in the
//	             lowest bit of the first byte, unused bits 0: 0 = four bytes, 1 = eight;
//	             then the values as IEEE 754, big endian
//
// A value takes four bytes if a float32 holds it exactly, and every NaN is
// 7fc00000. So each reading has one encoding, and Decode takes no other: equal
// readings have equal hashes.
package reading

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Limits of a reading.
const (
	MaxSource = 64  // bytes of a source's name
	MaxValues = 255 // channels
	MaxSize   = 3 + MaxSource + 8 + (MaxValues+7)/8 + 8*MaxValues
)

const (
	version  = 1
	quietNaN = 0x7fc00000
)

// Reading is what a source read at one instant.
type Reading struct {
	Source string    // name of the source: ASCII without spaces
	Time   int64     // when it was so, by the source's clock: nanoseconds since 1970
	Values []float64 // one a channel, in the order that the source declares; NaN = none
}

// ErrMalformed says that bytes are no reading.
var ErrMalformed = errors.New("malformed reading")

// Validate tells whether r can be written down.
func (r Reading) Validate() error {
	if !named(r.Source) {
		return fmt.Errorf("source %.80q: want 1 to %d characters of ASCII without spaces", r.Source, MaxSource)
	}
	if len(r.Values) > MaxValues {
		return fmt.Errorf("source %s: %d values, want at most %d: split it into several sources", r.Source, len(r.Values), MaxValues)
	}
	return nil
}

func named[T string | []byte](name T) bool {
	for i := range len(name) {
		if name[i] <= ' ' || name[i] > '~' {
			return false
		}
	}
	return len(name) > 0 && len(name) <= MaxSource
}

// Append writes a valid reading behind what to holds.
func Append(to []byte, r Reading) []byte {
	to = append(to, version, byte(len(r.Source)))
	to = append(to, r.Source...)
	to = binary.BigEndian.AppendUint64(to, uint64(r.Time))
	to = append(to, byte(len(r.Values)))
	wide := len(to)
	for range (len(r.Values) + 7) / 8 {
		to = append(to, 0)
	}
	for i, value := range r.Values {
		if narrow, exact := narrowed(value); exact {
			to = binary.BigEndian.AppendUint32(to, narrow)
		} else {
			to[wide+i/8] |= 1 << (i % 8)
			to = binary.BigEndian.AppendUint64(to, math.Float64bits(value))
		}
	}
	return to
}

// narrowed gives a value's four bytes, if they hold it.
func narrowed(value float64) (narrow uint32, exact bool) {
	if value != value {
		return quietNaN, true
	}
	n := float32(value)
	return math.Float32bits(n), float64(n) == value
}

// Decode reads the reading at the beginning of b. It copies what it keeps.
func Decode(b []byte) (r Reading, rest []byte, err error) {
	if len(b) < 2 || b[0] != version {
		return r, nil, fmt.Errorf("%w: begins with %x, want version %d", ErrMalformed, b[:min(2, len(b))], version)
	}
	size := int(b[1])
	if b = b[2:]; len(b) < size+9 || !named(b[:size]) {
		return r, nil, fmt.Errorf("%w: name of %d bytes and time in %d bytes", ErrMalformed, size, len(b))
	}
	r.Source = string(b[:size])
	r.Time = int64(binary.BigEndian.Uint64(b[size:]))
	count := int(b[size+8])
	wide := b[size+9:]
	if len(wide) < (count+7)/8 {
		return Reading{}, nil, fmt.Errorf("%w: %d values in %d bytes", ErrMalformed, count, len(wide))
	}
	b = wide[(count+7)/8:]
	if count%8 != 0 && wide[count/8]>>(count%8) != 0 {
		return Reading{}, nil, fmt.Errorf("%w: width of a value that is not there", ErrMalformed)
	}
	if count > 0 {
		r.Values = make([]float64, count)
	}
	for i := range r.Values {
		if r.Values[i], b, err = decodeValue(b, wide[i/8]>>(i%8)&1 != 0); err != nil {
			return Reading{}, nil, fmt.Errorf("%w: value %d of %d %w", ErrMalformed, i, count, err)
		}
	}
	return r, b, nil
}

func decodeValue(b []byte, wide bool) (value float64, rest []byte, err error) {
	size := 4
	if wide {
		size = 8
	}
	if len(b) < size {
		return 0, nil, errors.New("is cut off")
	}
	if wide {
		value = math.Float64frombits(binary.BigEndian.Uint64(b))
		if _, exact := narrowed(value); exact {
			return 0, nil, errors.New("takes eight bytes, want four")
		}
		return value, b[8:], nil
	}
	bits := binary.BigEndian.Uint32(b)
	value = float64(math.Float32frombits(bits))
	if value != value && bits != quietNaN {
		return 0, nil, errors.New("is a NaN with a payload")
	}
	return value, b[4:], nil
}
