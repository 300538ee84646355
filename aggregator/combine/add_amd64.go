package combine

import (
	"math"

	"golang.org/x/sys/cpu"
)

//go:noescape
func addInt8AVX2(sum *int64, values *byte, groups int, factor int64)

//go:noescape
func addInt16AVX2(sum *int64, values *byte, groups int, factor int64)

//go:noescape
func addInt32AVX2(sum *int64, values *byte, groups int, factor int64)

// addFast adds as many of the first values as vectors can take, with the same
// result as addGeneric, and gives their number.
func addFast(sum []int64, b []byte, width int, factor int64) int {
	groups := len(sum) / 16
	if groups == 0 || !cpu.X86.HasAVX2 || factor != int64(int32(factor)) || factor == math.MinInt32 {
		return 0
	}
	switch width {
	case 1:
		addInt8AVX2(&sum[0], &b[0], groups, factor)
	case 2:
		addInt16AVX2(&sum[0], &b[0], groups, factor)
	default:
		addInt32AVX2(&sum[0], &b[0], groups, factor)
	}
	return 16 * groups
}
