package plan

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// MetadataKey is where a model file keeps its architecture.
const MetadataKey = "architecture"

// Init makes a first model: weights uniform in +-sqrt(6 / fan in) (He et al.
// 2015), biases zero. The seed alone decides every bit, on every CPU.
func Init(a Architecture, seed uint64) tensor.File {
	var chacha [32]byte
	copy(chacha[:], "tadpole/init")
	binary.LittleEndian.PutUint64(chacha[24:], seed)
	r := rand.New(rand.NewChaCha8(chacha))
	f := tensor.File{Metadata: map[string]string{MetadataKey: a.JSON(), "format": "pt"}}
	for _, s := range a.Tensors() {
		values := make([]float32, s.Elements())
		if len(s.Shape) > 1 {
			fanIn := s.Elements() / s.Shape[len(s.Shape)-1]
			limit := math.Sqrt(6 / float64(fanIn))
			for i := range values {
				values[i] = float32(limit * (2*r.Float64() - 1))
			}
		}
		f.Tensors = append(f.Tensors, tensor.FromFloats(s.Name, s.Shape, values))
	}
	return f
}
