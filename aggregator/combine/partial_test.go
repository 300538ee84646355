package combine_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
)

// However the updates are dealt to shards, and whatever order the shards come in,
// the sum is that of all of them.
func TestAnySplitGivesTheSameBits(t *testing.T) {
	for _, width := range []int{1, 2, 4} {
		f := form
		f.Width = width
		r := rand.New(rand.NewPCG(8, uint64(width)))
		whole := newSum(t, f)
		var files [][]byte
		for k := range 40 {
			files = append(files, update(f, uint32(k+1), r))
			fold(t, whole, files[k], uint64(k+1), 64)
		}
		for range 20 {
			parts := make([]*combine.Sum, 1+r.IntN(12))
			for i := range parts {
				parts[i] = newSum(t, f)
			}
			for _, k := range r.Perm(len(files)) {
				fold(t, parts[r.IntN(len(parts))], files[k], uint64(k+1), 8*(1+r.IntN(40)))
			}
			merged := newSum(t, f)
			for _, i := range r.Perm(len(parts)) {
				p, err := combine.DecodePartial(parts[i].Partial().Encode())
				if err != nil {
					t.Fatal(err)
				}
				if err := merged.Merge(p); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := merged.Partial(), whole.Partial(); !bytes.Equal(got.Encode(), want.Encode()) {
				t.Fatalf("width %d: %d shards give another sum", width, len(parts))
			}
			if !slices.Equal(mean(t, merged, f), mean(t, whole, f)) {
				t.Fatalf("width %d: %d shards give another mean", width, len(parts))
			}
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	other := form
	other.ScaleBits--
	good := newSum(t, form)
	fold(t, good, update(form, 5, rand.New(rand.NewPCG(9, 9))), 5, 64)
	for name, change := range map[string]func(p *combine.Partial){
		"another form":     func(p *combine.Partial) { p.Form = other },
		"values missing":   func(p *combine.Partial) { p.Values = p.Values[1:] },
		"too many updates": func(p *combine.Partial) { p.Updates, p.Samples = form.MaxUpdates, 1000 },
		"negative":         func(p *combine.Partial) { p.Updates = -1 },
		"no weight":        func(p *combine.Partial) { p.Samples = 0 },
		"too much weight":  func(p *combine.Partial) { p.Samples = form.MaxSamples + 1 },
		"too large":        func(p *combine.Partial) { p.Values[7] = math.MaxInt64/2/int64(form.MaxUpdates) + 1 },
		"smallest of all":  func(p *combine.Partial) { p.Values[7] = math.MinInt64 },
		"wraps around":     func(p *combine.Partial) { p.Values[7] = math.MaxInt64 },
	} {
		t.Run(name, func(t *testing.T) {
			s, p := newSum(t, form), good.Partial()
			if err := s.Merge(p); err != nil {
				t.Fatal(err)
			}
			change(&p)
			if err := s.Merge(p); !errors.Is(err, combine.ErrPartial) {
				t.Errorf("error %v, want ErrPartial", err)
			}
			if !bytes.Equal(s.Partial().Encode(), good.Partial().Encode()) {
				t.Error("the sum has changed")
			}
		})
	}
}

// A tally refuses what a sum refuses, and counts what it counts.
func TestTally(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 10))
	tally, err := combine.NewTally(form)
	if err != nil {
		t.Fatal(err)
	}
	file := update(form, 7, r)
	u := fold(t, tally, file, 7, 64)
	fold(t, tally, update(form, 9, r), 9, 64)
	if tally.Updates() != 2 || tally.Samples() != 16 {
		t.Errorf("%d updates of %d samples, want 2 of 16", tally.Updates(), tally.Samples())
	}
	if err := u.Undo(bytes.NewReader(file)); err != nil || tally.Updates() != 1 || tally.Samples() != 9 {
		t.Errorf("after one was taken out: %d updates of %d samples, %v", tally.Updates(), tally.Samples(), err)
	}
	bad, err := tally.Begin(7)
	if err != nil {
		t.Fatal(err)
	}
	if err := bad.Fold(append(update(form, 7, r), make([]byte, 8)...)); !errors.Is(err, combine.ErrUpdate) {
		t.Errorf("an update that is too long: %v", err)
	}
	if err := tally.Mean(make([]float64, 313)); err == nil {
		t.Error("a tally has a mean")
	}
	if err := tally.Merge(newSum(t, form).Partial()); err == nil {
		t.Error("a tally was merged into")
	}
}

func FuzzDecodePartial(f *testing.F) {
	s := newSum(f, form)
	fold(f, s, update(form, 7, rand.New(rand.NewPCG(11, 11))), 7, 64)
	f.Add(s.Partial().Encode())
	f.Add([]byte("TPS1\x18\x00\x00\x00TPF1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := combine.DecodePartial(b)
		if err != nil {
			if !errors.Is(err, combine.ErrPartial) {
				t.Errorf("error %v, want ErrPartial", err)
			}
			return
		}
		if !bytes.Equal(p.Encode(), b) {
			t.Error("what was decoded is not what is encoded")
		}
		sum, err := combine.NewSum(p.Form)
		if err != nil {
			t.Fatal(err)
		}
		if err := sum.Merge(p); err != nil {
			t.Errorf("it was decoded and cannot be merged: %v", err)
		}
	})
}
