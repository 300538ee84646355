package combine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// ErrPartial marks a partial sum that cannot be one of the round's.
var ErrPartial = errors.New("malformed partial sum")

// Partial is the sum of some of a round's updates, which came to be elsewhere.
// Integers add up to the same in any order and any grouping.
type Partial struct {
	Form    Form
	Updates int
	Samples uint64  // of its updates: their total weight
	Values  []int64 // unit: samples * 2^-ScaleBits
}

// Encode writes the partial sum as wasm-jobs/fold does, all little-endian: "TPS1",
// the length of the form as a u32, the form (Form.Encode), the number of updates
// and the samples as u64, and the values as i64.
func (p Partial) Encode() []byte {
	form := p.Form.Encode()
	b := append(make([]byte, 0, 24+len(form)+8*len(p.Values)), "TPS1"...)
	b = append(binary.LittleEndian.AppendUint32(b, uint32(len(form))), form...)
	b = binary.LittleEndian.AppendUint64(b, uint64(p.Updates))
	b = binary.LittleEndian.AppendUint64(b, p.Samples)
	for _, v := range p.Values {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

// DecodePartial reads what Encode wrote, and refuses what no updates of its form
// could add up to.
func DecodePartial(b []byte) (Partial, error) {
	if len(b) < 8 || string(b[:4]) != "TPS1" {
		return Partial{}, fmt.Errorf("%w: %d bytes that are not a TPS1", ErrPartial, len(b))
	}
	size := int64(binary.LittleEndian.Uint32(b[4:]))
	b = b[8:]
	if int64(len(b)) < size+16 {
		return Partial{}, fmt.Errorf("%w: it ends within its form of %d bytes, or its counts", ErrPartial, size)
	}
	form, err := decodeForm(b[:size])
	if err != nil {
		return Partial{}, err
	}
	updates := binary.LittleEndian.Uint64(b[size:])
	p := Partial{Form: form, Samples: binary.LittleEndian.Uint64(b[size+8:])}
	b = b[size+16:]
	if n := form.values(); len(b)%8 != 0 || len(b)/8 != n {
		return Partial{}, fmt.Errorf("%w: %d bytes of values, want 8 for each of %d", ErrPartial, len(b), n)
	}
	if updates > uint64(form.MaxUpdates) {
		return Partial{}, fmt.Errorf("%w: of %d updates, at most %d", ErrPartial, updates, form.MaxUpdates)
	}
	p.Updates = int(updates)
	p.Values = make([]int64, len(b)/8)
	for i := range p.Values {
		p.Values[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return p, p.check()
}

// check holds the numbers to what so many updates can add up to, so that no merge
// of partial sums overflows.
func (p Partial) check() error {
	// MaxUpdates times MaxSamples fits 62 bits: the form is valid.
	if p.Updates < 0 || p.Samples < uint64(p.Updates) || p.Samples > uint64(p.Updates)*p.Form.MaxSamples {
		return fmt.Errorf("%w: %d samples in %d updates of up to %d", ErrPartial, p.Samples, p.Updates, p.Form.MaxSamples)
	}
	limit := int64(headroom/uint64(p.Form.MaxUpdates)) * int64(p.Updates)
	for i, v := range p.Values {
		if v > limit || v < -limit {
			return fmt.Errorf("%w: value %d is %d, %d updates reach %d at most", ErrPartial, i, v, p.Updates, limit)
		}
	}
	return nil
}

// Partial gives the sum of the updates that are in whole; none may be on its way.
func (s *Sum) Partial() Partial {
	return Partial{Form: s.form, Updates: s.updates, Samples: s.weight, Values: slices.Clone(s.values)}
}

// Merge adds a partial sum, and with it all updates that are in it. When it fails
// the sum is what it was.
func (s *Sum) Merge(p Partial) error {
	switch {
	case s.values == nil:
		return fmt.Errorf("merge partial sum into a tally, which has no values: start a sum")
	case !p.Form.equal(s.form) || len(p.Values) != len(s.values):
		return fmt.Errorf("merge partial sum: %w: it is of another form than the round's", ErrPartial)
	case p.Updates > s.form.MaxUpdates-s.updates:
		return fmt.Errorf("merge partial sum: %w: of %d updates, the sum has %d of at most %d", ErrPartial, p.Updates, s.updates, s.form.MaxUpdates)
	}
	if err := p.check(); err != nil {
		return fmt.Errorf("merge partial sum: %w", err)
	}
	for i, v := range p.Values {
		s.values[i] += v
	}
	s.updates += p.Updates
	s.weight += p.Samples
	return nil
}

func (f Form) equal(g Form) bool {
	return f.Width == g.Width && f.ScaleBits == g.ScaleBits && f.MaxSamples == g.MaxSamples && f.MaxUpdates == g.MaxUpdates && slices.Equal(f.Tensors, g.Tensors)
}
