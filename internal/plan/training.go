package plan

import (
	"fmt"
	"math"
)

// Training is how a device trains in one task.
type Training struct {
	Epochs       int     `cbor:"1,keyasint"` // over the device's data
	Batch        int     `cbor:"2,keyasint"` // samples a step; 0 = all of the device's
	LearningRate float32 `cbor:"3,keyasint"`
	Momentum     float32 `cbor:"4,keyasint"`
	WeightDecay  float32 `cbor:"5,keyasint"`
	Proximal     float32 `cbor:"6,keyasint"`  // FedProx's mu
	ClipNorm     float32 `cbor:"7,keyasint"`  // largest norm of a batch's gradient; 0 = none
	Seed         uint64  `cbor:"8,keyasint"`  // of shuffling and rounding
	Bits         int     `cbor:"9,keyasint"`  // width of the update's values: 8, 16 or 32
	ScaleBits    int     `cbor:"10,keyasint"` // finest unit of the update: 2^-ScaleBits
	Scale        float32 `cbor:"11,keyasint"` // of the features: x * Scale + Shift
	Shift        float32 `cbor:"12,keyasint"`
}

// Validate names the first parameter that is wrong, and what would be right.
func (t Training) Validate() error {
	wrong := func(field string, got any, want string) error {
		return fmt.Errorf("%w: %s is %v: want %s", ErrTraining, field, got, want)
	}
	for _, f := range []struct {
		name     string
		value    float32
		min, max float32
	}{
		{"learning_rate", t.LearningRate, 0, math.MaxFloat32}, {"momentum", t.Momentum, 0, 1}, {"weight_decay", t.WeightDecay, 0, math.MaxFloat32},
		{"proximal", t.Proximal, 0, math.MaxFloat32}, {"clip_norm", t.ClipNorm, 0, math.MaxFloat32},
		{"scale", t.Scale, -math.MaxFloat32, math.MaxFloat32}, {"shift", t.Shift, -math.MaxFloat32, math.MaxFloat32},
	} {
		if !(f.value >= f.min && f.value <= f.max) {
			return wrong(f.name, f.value, fmt.Sprintf("a number from %v to %v", f.min, f.max))
		}
	}
	switch {
	case t.Epochs < 1 || t.Epochs > 1000:
		return wrong("epochs", t.Epochs, "1 to 1000")
	case t.Batch < 0 || t.Batch > maxDimension:
		return wrong("batch", t.Batch, fmt.Sprintf("0 (all) to %d", maxDimension))
	case t.LearningRate == 0:
		return wrong("learning_rate", t.LearningRate, "a number above 0")
	case t.Bits != 8 && t.Bits != 16 && t.Bits != 32:
		return wrong("bits", t.Bits, "8, 16 or 32")
	case t.ScaleBits < 0 || t.ScaleBits > 40:
		return wrong("scale_bits", t.ScaleBits, "0 to 40")
	}
	return nil
}
