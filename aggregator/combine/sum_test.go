package combine_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
)

var form = combine.Form{Tensors: []int{5, 1, 300, 7}, Width: 2, ScaleBits: 24, MaxSamples: 1 << 16, MaxUpdates: 64}

// update writes an update file of the given form with random values.
func update(f combine.Form, samples uint32, r *rand.Rand) []byte {
	values := 0
	for _, n := range f.Tensors {
		values += n
	}
	b := []byte{'T', 'P', 'U', '1', byte(f.Width), 0}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(f.Tensors)))
	b = binary.LittleEndian.AppendUint64(b, uint64(values))
	b = binary.LittleEndian.AppendUint32(b, samples)
	b = binary.LittleEndian.AppendUint32(b, 0)
	for range f.Tensors {
		b = append(b, byte(f.ScaleBits-r.IntN(10)))
	}
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	for range values * f.Width {
		b = append(b, byte(r.Uint32()))
	}
	return b
}

func newSum(t testing.TB, f combine.Form) *combine.Sum {
	t.Helper()
	s, err := combine.NewSum(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mean(t testing.TB, s *combine.Sum, f combine.Form) []float64 {
	t.Helper()
	n := 0
	for _, v := range f.Tensors {
		n += v
	}
	delta := make([]float64, n)
	if err := s.Mean(delta); err != nil {
		t.Fatal(err)
	}
	return delta
}

// fold takes in a file in pieces of the given size.
func fold(t testing.TB, s *combine.Sum, file []byte, samples uint64, piece int) *combine.Update {
	t.Helper()
	u, err := s.Begin(samples)
	if err != nil {
		t.Fatal(err)
	}
	for p := range slices.Chunk(file, piece) {
		if err := u.Fold(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := u.Finish(); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestMeanIsTheWeightedMean(t *testing.T) {
	for _, width := range []int{1, 2, 4} {
		f := form
		f.Width = width
		r := rand.New(rand.NewPCG(1, uint64(width)))
		s := newSum(t, f)
		var want []float64
		total := 0.0
		for k := range 5 {
			samples := uint32(100 + 37*k)
			file := update(f, samples, r)
			fold(t, s, file, uint64(samples), 64)
			header, err := combine.ParseHeader(file, len(f.Tensors))
			if err != nil {
				t.Fatal(err)
			}
			at, tensor, left := 32, 0, f.Tensors[0]
			for i := 0; at < len(file); i, at = i+1, at+width {
				for left == 0 {
					tensor++
					left = f.Tensors[tensor]
				}
				left--
				raw := make([]byte, 8)
				copy(raw, file[at:at+width])
				shift := 64 - 8*width
				v := int64(binary.LittleEndian.Uint64(raw)) << shift >> shift
				if k == 0 {
					want = append(want, 0)
				}
				want[i] += float64(samples) * math.Ldexp(float64(v), -int(header.Exponents[tensor]))
			}
			total += float64(samples)
		}
		for i, got := range mean(t, s, f) {
			if math.Abs(got-want[i]/total) > 1e-9*math.Abs(got) {
				t.Fatalf("width %d: mean[%d] = %v, want %v", width, i, got, want[i]/total)
			}
		}
	}
}

func TestOrderAndPiecesDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var files [][]byte
	for k := range 20 {
		files = append(files, update(form, uint32(k+1), r))
	}
	var want []float64
	for try := range 10 {
		s := newSum(t, form)
		for _, k := range r.Perm(len(files)) {
			fold(t, s, files[k], uint64(k+1), 8*(1+r.IntN(40)))
		}
		got := mean(t, s, form)
		if try == 0 {
			want = got
		} else if !slices.Equal(got, want) {
			t.Fatal("another order gives another mean")
		}
	}
}

func TestUndoLeavesNoTrace(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	kept, dropped := update(form, 10, r), update(form, 999, r)
	want := newSum(t, form)
	fold(t, want, kept, 10, 64)
	for cut := 0; cut <= len(dropped); cut += 8 {
		s := newSum(t, form)
		u, err := s.Begin(999)
		if err != nil {
			t.Fatal(err)
		}
		for p := range slices.Chunk(dropped[:cut], 40) {
			if err := u.Fold(p); err != nil {
				t.Fatal(err)
			}
		}
		fold(t, s, kept, 10, 64)
		if cut == len(dropped) {
			if err := u.Finish(); err != nil {
				t.Fatal(err)
			}
		}
		if err := u.Undo(bytes.NewReader(dropped)); err != nil {
			t.Fatal(err)
		}
		if got := mean(t, s, form); !slices.Equal(got, mean(t, want, form)) || s.Updates() != 1 || s.Samples() != 10 {
			t.Fatalf("cut at %d: %d updates of %d samples remain, or their mean changed", cut, s.Updates(), s.Samples())
		}
	}
}

func TestBadUpdatesNeverReachTheSum(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	wide := form
	wide.Width = 4
	for name, c := range map[string]struct {
		form   combine.Form
		change func(b []byte) []byte
		err    error
	}{
		"magic":          {form, func(b []byte) []byte { b[0] = 'X'; return b }, combine.ErrUpdate},
		"width":          {form, func(b []byte) []byte { b[4] = 4; return b }, combine.ErrUpdate},
		"width 3":        {form, func(b []byte) []byte { b[4] = 3; return b }, combine.ErrUpdate},
		"tensors":        {form, func(b []byte) []byte { b[6]++; return b }, combine.ErrUpdate},
		"values":         {form, func(b []byte) []byte { b[8]++; return b }, combine.ErrUpdate},
		"other weight":   {form, func(b []byte) []byte { b[16]++; return b }, combine.ErrUpdate},
		"padding":        {form, func(b []byte) []byte { b[31] = 1; return b }, combine.ErrUpdate},
		"finer than sum": {form, func(b []byte) []byte { b[24] = 25; return b }, combine.ErrRange},
		"coarse":         {form, func(b []byte) []byte { b[24] = 0x80; return b }, combine.ErrRange},
		"huge value":     {wide, func(b []byte) []byte { b[24] = 0xe0; return b }, combine.ErrRange},
		"short":          {form, func(b []byte) []byte { return b[:len(b)-8] }, combine.ErrUpdate},
		"long":           {form, func(b []byte) []byte { return append(b, make([]byte, 8)...) }, combine.ErrUpdate},
		"header only":    {form, func(b []byte) []byte { return b[:16] }, combine.ErrUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSum(t, c.form)
			good := update(c.form, 5, r)
			fold(t, s, good, 5, 64)
			want := mean(t, s, c.form)
			bad := c.change(update(c.form, 50, r))
			u, err := s.Begin(50)
			for p := range slices.Chunk(bad, 16) {
				if err == nil {
					err = u.Fold(p)
				}
			}
			if err == nil {
				err = u.Finish()
			}
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if err := u.Undo(bytes.NewReader(bad)); err != nil {
				t.Fatal(err)
			}
			if got := mean(t, s, c.form); !slices.Equal(got, want) {
				t.Error("the mean has changed")
			}
		})
	}
}

func TestWeightIsBounded(t *testing.T) {
	for _, samples := range []uint64{0, form.MaxSamples + 1, math.MaxUint64} {
		if _, err := newSum(t, form).Begin(samples); !errors.Is(err, combine.ErrRange) {
			t.Errorf("%d samples: error %v, want ErrRange", samples, err)
		}
	}
}

func TestFormRefusesOverflow(t *testing.T) {
	for name, change := range map[string]func(*combine.Form){
		"too many updates": func(f *combine.Form) { f.MaxUpdates = 1 << 40 },
		"too much weight":  func(f *combine.Form) { f.MaxSamples = 1 << 50 },
		"no tensors":       func(f *combine.Form) { f.Tensors = nil },
		"width":            func(f *combine.Form) { f.Width = 3 },
		"scale":            func(f *combine.Form) { f.ScaleBits = 41 },
	} {
		f := form
		change(&f)
		if _, err := combine.NewSum(f); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// The largest values allowed, from as many updates as allowed, must not wrap.
func TestExtremesDoNotWrap(t *testing.T) {
	f := combine.Form{Tensors: []int{3}, Width: 4, ScaleBits: 24, MaxSamples: 1 << 16, MaxUpdates: 4}
	limit := int64(math.MaxInt64/2) / 4 / (1 << 16) >> 24
	file := update(f, 1<<16, rand.New(rand.NewPCG(5, 5)))
	file[24] = 0
	for i := range 3 {
		binary.LittleEndian.PutUint32(file[32+4*i:], uint32(int32(-limit)))
	}
	s := newSum(t, f)
	for range 4 {
		fold(t, s, file, 1<<16, 64)
	}
	if got := mean(t, s, f)[0]; got != float64(-limit) {
		t.Errorf("mean of four times %d = %v", -limit, got)
	}
	binary.LittleEndian.PutUint32(file[32:], uint32(int32(-limit-1)))
	u, _ := s.Begin(1 << 16)
	if err := u.Fold(file); !errors.Is(err, combine.ErrRange) {
		t.Errorf("one more: error %v, want ErrRange", err)
	}
}

func FuzzFold(f *testing.F) {
	r := rand.New(rand.NewPCG(6, 6))
	f.Add(update(form, 7, r), uint64(7), 64)
	f.Add([]byte("TPU1"), uint64(1), 8)
	f.Fuzz(func(t *testing.T, file []byte, samples uint64, piece int) {
		s := newSum(t, form)
		u, err := s.Begin(samples)
		if err != nil {
			return
		}
		for p := range slices.Chunk(file, 8+(piece&0xff)*8) {
			if err = u.Fold(p); err != nil {
				break
			}
		}
		if err == nil {
			err = u.Finish()
		}
		if (err == nil) != (s.Updates() == 1) {
			t.Errorf("error %v and %d updates", err, s.Updates())
		}
		if err := u.Undo(bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		good := update(form, 7, rand.New(rand.NewPCG(6, 6)))
		fold(t, s, good, 7, 64)
		clean := newSum(t, form)
		fold(t, clean, good, 7, 64)
		if !slices.Equal(mean(t, s, form), mean(t, clean, form)) {
			t.Error("a trace of the undone update remains")
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, width := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("int%d", 8*width), func(b *testing.B) {
			f := combine.Form{Tensors: []int{156_800, 200, 40_000, 200, 2000, 10}, Width: width, ScaleBits: 24, MaxSamples: 1 << 16, MaxUpdates: 1 << 12}
			file := update(f, 600, rand.New(rand.NewPCG(7, 7)))
			s := newSum(b, f)
			b.SetBytes(4 * 199_210) // in float32 terms
			for b.Loop() {
				u, _ := s.Begin(600)
				for p := range slices.Chunk(file, 64<<10) {
					if err := u.Fold(p); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func ExampleSum() {
	f := combine.Form{Tensors: []int{2}, Width: 2, ScaleBits: 8, MaxSamples: 100, MaxUpdates: 10}
	s, _ := combine.NewSum(f)
	u, _ := s.Begin(50)
	header := []byte{'T', 'P', 'U', '1', 2, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0}
	fmt.Println(u.Fold(header), u.Fold([]byte{0, 1, 128, 255}), u.Finish())
	delta := make([]float64, 2)
	fmt.Println(s.Mean(delta), delta)
	// Output:
	// <nil> <nil> <nil>
	// <nil> [1 -0.5]
}
