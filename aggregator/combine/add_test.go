package combine

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The vectors must do what the plain loop does, at every length and factor.
func TestVectorsAgreeWithTheLoop(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, width := range []int{1, 2, 4} {
		for _, factor := range []int64{1, -1, 600, -38_400, math.MaxInt32, math.MinInt32, math.MinInt32 + 1, 1 << 40} {
			for n := range 70 {
				b := make([]byte, n*width)
				for i := range b {
					b[i] = byte(r.Uint32())
				}
				got := make([]int64, n)
				for i := range got {
					got[i] = int64(r.Uint64())
				}
				want := slices.Clone(got)
				addScaled(got, b, width, factor)
				for i := range want {
					want[i] += valueAt(b[i*width:], width) * factor
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%d values of %d bytes times %d: %v, want %v", n, width, factor, got, want)
				}
			}
		}
	}
}
