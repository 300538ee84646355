package virtual

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Partition splits labelled samples over n devices as McMahan et al. 2017,
// section 3, do. IID: shuffled, an equal part each. By label: sorted by label,
// cut into shardsEach * n shards, of which each device gets shardsEach at random
// (2 in the paper). Samples that do not divide evenly are left out. The seed
// decides.
func Partition(x, y tensor.Tensor, n, shardsEach int, seed uint64) ([]tensor.File, error) {
	samples := x.Shape[0]
	parts := n * max(1, shardsEach)
	if n < 1 || samples < parts {
		return nil, fmt.Errorf("partition %d samples over %d devices in %d parts: want at least one sample a part", samples, n, parts)
	}
	var chacha [32]byte
	copy(chacha[:], "tadpole/partition")
	binary.LittleEndian.PutUint64(chacha[24:], seed)
	r := rand.New(rand.NewChaCha8(chacha))
	order := r.Perm(samples)
	if shardsEach > 0 {
		width := y.DType.Size()
		label := func(i int) int { return int(y.Data[i*width]) }
		if y.DType != tensor.U8 {
			return nil, fmt.Errorf("partition by label: labels are %s, want U8", y.DType)
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(label(a), label(b)) })
	}
	shards := r.Perm(parts)
	size := samples / parts
	files := make([]tensor.File, n)
	for d := range files {
		var chosen []int
		for _, s := range shards[d*parts/n : (d+1)*parts/n] {
			chosen = append(chosen, order[s*size:(s+1)*size]...)
		}
		files[d] = tensor.Dataset(pick(x, chosen), pick(y, chosen))
	}
	return files, nil
}

// pick copies some samples out.
func pick(t tensor.Tensor, samples []int) tensor.Tensor {
	width := len(t.Data) / t.Shape[0]
	out := tensor.Tensor{Name: t.Name, DType: t.DType, Shape: append([]int{len(samples)}, t.Shape[1:]...), Data: make([]byte, 0, len(samples)*width)}
	for _, i := range samples {
		out.Data = append(out.Data, t.Data[i*width:(i+1)*width]...)
	}
	return out
}
