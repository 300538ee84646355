package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"math"

	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Records of a canary: as many as the bytes allow.
const (
	maxCanaryRecords = 256
	maxCanaryBytes   = 1 << 20
)

// Canary makes data that a model can be trained on, of nothing but a seed: the
// same bytes wherever they are made, and unlike anybody's data. Features lie
// within [-1, 1) once training has scaled them; so do targets.
func Canary(a Architecture, t Training, seed [32]byte) []byte {
	features := 1
	for _, n := range a.Input {
		features *= n
	}
	records := max(1, min(maxCanaryRecords, maxCanaryBytes/4/features))
	s := stream{seed: seed}
	x := make([]float32, records*features)
	for i := range x {
		if x[i] = s.unit() - t.Shift; t.Scale != 0 {
			x[i] /= t.Scale
		}
	}
	f := tensor.File{Tensors: []tensor.Tensor{tensor.FromFloats("x", append([]int{records}, a.Input...), x)}}
	if a.Loss == CrossEntropy {
		y := make([]byte, 4*records)
		for i := range records {
			binary.LittleEndian.PutUint32(y[4*i:], s.word()%uint32(a.Outputs()))
		}
		f.Tensors = append(f.Tensors, tensor.Tensor{Name: "y", DType: tensor.I32, Shape: []int{records}, Data: y})
	} else {
		y := make([]float32, records*a.Outputs())
		for i := range y {
			y[i] = s.unit()
		}
		f.Tensors = append(f.Tensors, tensor.FromFloats("y", []int{records, a.Outputs()}, y))
	}
	return f.Encode()
}

// stream is SHA-256 in counter mode.
type stream struct {
	seed    [32]byte
	counter uint64
	block   [32]byte
	left    int // words of the block not yet given
}

func (s *stream) word() uint32 {
	if s.left == 0 {
		s.block = sha256.Sum256(binary.BigEndian.AppendUint64(s.seed[:], s.counter))
		s.counter, s.left = s.counter+1, 8
	}
	s.left--
	return binary.BigEndian.Uint32(s.block[4*s.left:])
}

// unit is a number within [-1, 1), of 24 bits.
func (s *stream) unit() float32 { return float32(math.Ldexp(float64(s.word()>>8), -23)) - 1 }
