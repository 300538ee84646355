package virtual_test

import (
	"slices"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/virtual"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

func samples(n int) (x, y tensor.Tensor) {
	x = tensor.Tensor{Name: "x", DType: tensor.U8, Shape: []int{n, 1}}
	y = tensor.Tensor{Name: "y", DType: tensor.U8, Shape: []int{n}}
	for i := range n {
		x.Data = append(x.Data, byte(i))
		y.Data = append(y.Data, byte(i%10))
	}
	return x, y
}

func TestPartitionGivesEachSampleOnce(t *testing.T) {
	x, y := samples(200)
	for _, shardsEach := range []int{0, 1, 2} {
		files, err := virtual.Partition(x, y, 10, shardsEach, 1)
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for _, f := range files {
			labels := map[byte]bool{}
			for i, v := range f.Tensors[0].Data {
				if f.Tensors[1].Data[i] != v%10 {
					t.Fatalf("sample %d has label %d", v, f.Tensors[1].Data[i])
				}
				labels[f.Tensors[1].Data[i]] = true
			}
			if n := len(f.Tensors[0].Data); n != 20 || shardsEach > 0 && len(labels) > shardsEach {
				t.Errorf("%d shards each: a device has %d samples of %d labels", shardsEach, n, len(labels))
			}
			all = append(all, f.Tensors[0].Data...)
		}
		slices.Sort(all)
		if !slices.Equal(all, x.Data) {
			t.Errorf("%d shards each: samples are lost or doubled", shardsEach)
		}
	}
}

func TestPartitionIsFixedByItsSeed(t *testing.T) {
	x, y := samples(100)
	a, _ := virtual.Partition(x, y, 5, 2, 1)
	b, _ := virtual.Partition(x, y, 5, 2, 1)
	c, _ := virtual.Partition(x, y, 5, 2, 2)
	same := func(p, q []tensor.File) bool {
		return slices.EqualFunc(p, q, func(f, g tensor.File) bool { return string(f.Encode()) == string(g.Encode()) })
	}
	if !same(a, b) || same(a, c) {
		t.Errorf("same seed same parts %v, other seed same parts %v", same(a, b), same(a, c))
	}
	if _, err := virtual.Partition(x, y, 101, 0, 1); err == nil {
		t.Error("101 devices for 100 samples: accepted")
	}
}
