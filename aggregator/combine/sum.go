// Package combine adds up client updates, exactly and as their chunks arrive
// (design, decision 4).
//
// Bytes of update files flow in, in order within each file and interleaved at
// will between files; the weighted mean of their deltas flows out. Sums are
// int64 fixed point: integer addition is associative, so the result does not
// depend on the order of arrival, and it has an inverse, so an update that
// turns out bad half-way is taken out again to the last bit. Memory is one
// int64 a parameter however many updates there are.
package combine

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
)

// Errors that callers branch on.
var (
	ErrUpdate = errors.New("malformed update")
	ErrRange  = errors.New("update value out of range")
)

// Form is what every update of a round must look like.
type Form struct {
	Tensors    []int  // values in each tensor of the model, in order
	Width      int    // bytes a value: 1, 2 or 4
	ScaleBits  int    // the sum's unit is 2^-ScaleBits; no exponent may be larger
	MaxSamples uint64 // the largest weight of one update
	MaxUpdates int    // the largest number of updates in one sum
}

// headroom is the largest magnitude that a sum may reach.
const headroom = math.MaxInt64 / 2

// Validate tells whether sums of this form can be kept from overflowing.
func (f Form) Validate() error {
	if f.Width != 1 && f.Width != 2 && f.Width != 4 {
		return fmt.Errorf("update width of %d bytes: want 1, 2 or 4", f.Width)
	}
	if f.ScaleBits < 0 || f.ScaleBits > 40 {
		return fmt.Errorf("scale of %d bits: want 0 to 40", f.ScaleBits)
	}
	if len(f.Tensors) == 0 || len(f.Tensors) > math.MaxUint16 {
		return fmt.Errorf("model of %d tensors: want 1 to %d", len(f.Tensors), math.MaxUint16)
	}
	// Deltas up to 2^6 in magnitude must fit, or honest updates could be refused.
	need := bits.Len64(f.MaxSamples) + bits.Len(uint(f.MaxUpdates)) + f.ScaleBits + 6
	if f.MaxSamples < 1 || f.MaxUpdates < 1 || need > 62 {
		return fmt.Errorf("%d updates of up to %d samples at 2^-%d do not fit 62 bits: lower one of them", f.MaxUpdates, f.MaxSamples, f.ScaleBits)
	}
	return nil
}

// values is the number of parameters.
func (f Form) values() (n int) {
	for _, t := range f.Tensors {
		n += t
	}
	return n
}

// FileSize is the exact size in bytes of every update file of this form.
func (f Form) FileSize() int64 {
	return int64(headerSize(len(f.Tensors))) + int64(f.values())*int64(f.Width)
}

// Sum is the weighted sum of a round's updates so far. It is not safe for
// concurrent use.
type Sum struct {
	form    Form
	size    int     // parameters
	values  []int64 // unit: samples * 2^-ScaleBits; nil = a tally
	weight  uint64  // samples of the updates that are in whole
	updates int
}

// NewSum starts a sum at zero.
func NewSum(f Form) (*Sum, error) {
	if err := f.Validate(); err != nil {
		return nil, fmt.Errorf("start sum: %w", err)
	}
	n := f.values()
	return &Sum{form: f, size: n, values: make([]int64, n)}, nil
}

// NewTally starts a sum that checks and counts updates as any does, and adds none
// of their values: they will be added elsewhere. It has no mean.
func NewTally(f Form) (*Sum, error) {
	if err := f.Validate(); err != nil {
		return nil, fmt.Errorf("start tally: %w", err)
	}
	return &Sum{form: f, size: f.values()}, nil
}

// Updates is the number of updates that are in the sum in whole.
func (s *Sum) Updates() int { return s.updates }

// Samples is the total weight of the updates that are in the sum in whole.
func (s *Sum) Samples() uint64 { return s.weight }

// Mean writes the mean delta, weighted by samples, into delta: one value a
// parameter. It fails while the sum has no update.
func (s *Sum) Mean(delta []float64) error {
	if s.weight == 0 {
		return fmt.Errorf("mean of no updates")
	}
	if s.values == nil {
		return fmt.Errorf("mean of a tally, which has no values: merge partial sums of its updates")
	}
	if len(delta) != s.size {
		return fmt.Errorf("mean into %d values, the model has %d", len(delta), s.size)
	}
	divisor := math.Ldexp(float64(s.weight), s.form.ScaleBits)
	for i, v := range s.values {
		delta[i] = float64(v) / divisor
	}
	return nil
}

// Update is one client update on its way into a sum.
type Update struct {
	sum     *Sum
	samples uint64
	head    []byte // the header's bytes until it is whole
	header  *Header
	tensor  int   // in which the next value lies
	at      int   // that value's place in sum.values
	left    int   // values left in that tensor
	folded  int64 // bytes taken in
	done    bool
}

// Begin starts to take in an update whose sender claimed this many samples.
func (s *Sum) Begin(samples uint64) (*Update, error) {
	if samples < 1 || samples > s.form.MaxSamples {
		return nil, fmt.Errorf("%w: weight of %d samples, want 1 to %d", ErrRange, samples, s.form.MaxSamples)
	}
	return &Update{sum: s, samples: samples}, nil
}

// Folded is the number of bytes of the file that were taken in.
func (u *Update) Folded() int64 { return u.folded }

// Fold takes in the next bytes of the file. Pieces may be of any length that is
// a multiple of 8 (the last one may not be). When it fails, nothing of this
// piece is in the sum, and Undo takes out the earlier ones.
func (u *Update) Fold(piece []byte) error {
	rest := piece
	if u.header == nil {
		need := headerSize(len(u.sum.form.Tensors)) - len(u.head)
		take := min(need, len(rest))
		u.head = append(u.head, rest[:take]...)
		rest = rest[take:]
		if take < need {
			u.folded += int64(len(piece))
			return nil
		}
		if err := u.open(); err != nil {
			return err
		}
	}
	if err := u.add(rest, 1); err != nil {
		return err
	}
	u.folded += int64(len(piece))
	return nil
}

// open checks the header against the round's form and the sender's claim.
func (u *Update) open() error {
	form := u.sum.form
	h, err := ParseHeader(u.head, len(form.Tensors))
	switch {
	case err != nil:
		return err
	case h.Width != form.Width:
		return fmt.Errorf("%w: %d bytes a value, the round asks for %d", ErrUpdate, h.Width, form.Width)
	case h.Values != uint64(u.sum.size):
		return fmt.Errorf("%w: %d values, the model has %d", ErrUpdate, h.Values, u.sum.size)
	case uint64(h.Samples) != u.samples:
		return fmt.Errorf("%w: its file says %d samples, its offer %d", ErrUpdate, h.Samples, u.samples)
	}
	for t, e := range h.Exponents {
		if int(e) > form.ScaleBits || form.ScaleBits-int(e) > 62 {
			return fmt.Errorf("%w: exponent %d of tensor %d, want %d to %d", ErrRange, e, t, form.ScaleBits-62, form.ScaleBits)
		}
	}
	u.header = &h
	u.rewind()
	return nil
}

func (u *Update) rewind() {
	u.tensor, u.at, u.left = 0, 0, u.sum.form.Tensors[0]
}

// add adds (sign 1) or subtracts (-1) the values in b. All are checked before
// the first is added.
func (u *Update) add(b []byte, sign int64) error {
	if len(b)%u.header.Width != 0 {
		return fmt.Errorf("%w: a piece ends within a value", ErrUpdate)
	}
	if len(b)/u.header.Width > u.sum.size-u.at {
		return fmt.Errorf("%w: it goes on after its last value", ErrUpdate)
	}
	if sign > 0 {
		err := u.spans(b, func(values []byte, tensor, at int) error { return u.check(values, tensor) })
		if err != nil {
			return err
		}
	}
	at := u.at
	u.spans(b, func(values []byte, tensor, start int) error {
		at = start + len(values)/u.header.Width
		if u.sum.values != nil {
			addScaled(u.sum.values[start:at], values, u.header.Width, sign*u.factor(tensor))
		}
		return nil
	})
	for u.at < at {
		step := min(u.left, at-u.at)
		u.at, u.left = u.at+step, u.left-step
		for u.left == 0 && u.tensor+1 < len(u.sum.form.Tensors) {
			u.tensor++
			u.left = u.sum.form.Tensors[u.tensor]
		}
	}
	return nil
}

// spans cuts the values in b, which begin at the update's present place, at the
// borders between tensors.
func (u *Update) spans(b []byte, visit func(values []byte, tensor, at int) error) error {
	tensor, at, left := u.tensor, u.at, u.left
	for len(b) > 0 {
		for left == 0 {
			tensor++
			left = u.sum.form.Tensors[tensor]
		}
		n := min(left, len(b)/u.header.Width)
		if err := visit(b[:n*u.header.Width], tensor, at); err != nil {
			return err
		}
		b, at, left = b[n*u.header.Width:], at+n, left-n
	}
	return nil
}

// factor turns a value of the tensor into the sum's unit, times the weight. It
// may overflow; check refuses every value for which the product would.
func (u *Update) factor(tensor int) int64 {
	return int64(u.samples << (u.sum.form.ScaleBits - int(u.header.Exponents[tensor])))
}

// limit is the largest magnitude that a value of the tensor may have so that
// MaxUpdates of them stay within the headroom.
func (u *Update) limit(tensor int) uint64 {
	share := uint64(headroom) / uint64(u.sum.form.MaxUpdates) / u.samples
	return share >> (u.sum.form.ScaleBits - int(u.header.Exponents[tensor]))
}

func (u *Update) check(values []byte, tensor int) error {
	limit := u.limit(tensor)
	// Usually no value of this width can exceed the limit, and none is read.
	if limit >= 1<<(8*u.header.Width-1) {
		return nil
	}
	for i := 0; i < len(values); i += u.header.Width {
		v := valueAt(values[i:], u.header.Width)
		if magnitude := uint64(max(v, -v)); magnitude > limit {
			return fmt.Errorf("%w: a value of tensor %d is %d at 2^%d, at most %d", ErrRange, tensor, v, -int(u.header.Exponents[tensor]), limit)
		}
	}
	return nil
}

// Finish counts the update in. It must have been taken in to its last byte.
func (u *Update) Finish() error {
	if u.header == nil || u.at != u.sum.size {
		return fmt.Errorf("%w: it ends after %d bytes, want %d", ErrUpdate, u.folded, u.sum.form.FileSize())
	}
	if u.sum.updates == u.sum.form.MaxUpdates {
		return fmt.Errorf("finish update: the sum has %d updates, its maximum", u.sum.updates)
	}
	if !u.done {
		u.done = true
		u.sum.updates++
		u.sum.weight += u.samples
	}
	return nil
}

// Undo takes the update out of the sum again. It reads the file from its start,
// as far as it was taken in.
func (u *Update) Undo(file io.Reader) error {
	if u.done {
		u.done = false
		u.sum.updates--
		u.sum.weight -= u.samples
	}
	if u.header == nil {
		return nil
	}
	left := u.at * u.header.Width
	if _, err := io.CopyN(io.Discard, file, int64(len(u.head))); err != nil {
		return fmt.Errorf("undo update: %w", err)
	}
	u.rewind()
	buffer := make([]byte, 64<<10)
	for left > 0 {
		piece := buffer[:min(left, len(buffer))]
		if _, err := io.ReadFull(file, piece); err != nil {
			return fmt.Errorf("undo update: %w", err)
		}
		if err := u.add(piece, -1); err != nil {
			return fmt.Errorf("undo update: %w", err)
		}
		left -= len(piece)
	}
	u.header, u.head, u.folded = nil, nil, 0
	return nil
}
