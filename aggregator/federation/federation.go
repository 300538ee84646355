// Package federation is what an ML team asks for: federation.toml, with every
// mistake in it located.
//
// The file's text flows in; a Federation flows out, whose methods give each part
// of the aggregator its own terms: the model's architecture, the devices'
// training parameters, the rounds' rules, the server's optimiser, and the form of
// updates.
package federation

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/aggregator/optimise"
	"github.com/tadpole-edge/tadpole/aggregator/round"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/plan"
)

// Federation is a training to be done over a fleet.
type Federation struct {
	Name       string     `toml:"name" cbor:"1,keyasint"`
	Seed       uint64     `toml:"seed" cbor:"2,keyasint"` // decides the first model, selection, shuffling and rounding
	Model      Model      `toml:"model" cbor:"3,keyasint"`
	Data       Data       `toml:"data" cbor:"4,keyasint"`
	Training   Training   `toml:"training" cbor:"5,keyasint"`
	Strategy   Strategy   `toml:"strategy" cbor:"6,keyasint"`
	Cohort     Cohort     `toml:"cohort" cbor:"7,keyasint"`
	Stop       Stop       `toml:"stop" cbor:"8,keyasint"`
	Evaluation Evaluation `toml:"evaluation" cbor:"9,keyasint"`
	Update     Update     `toml:"update" cbor:"10,keyasint"`
	Fees       Fees       `toml:"fees" cbor:"11,keyasint"`
	Folding    Folding    `toml:"folding" cbor:"12,keyasint,omitzero"`
}

// Model is a preset, or an architecture of one's own.
type Model struct {
	Preset string       `toml:"preset" cbor:"1,keyasint,omitempty"`
	Input  []int        `toml:"input" cbor:"2,keyasint,omitempty"`
	Layers []plan.Layer `toml:"layers" cbor:"3,keyasint,omitempty"`
	Loss   string       `toml:"loss" cbor:"4,keyasint,omitempty"`
}

// Data is what the devices train on, by the name that their owners gave it.
type Data struct {
	Dataset string  `toml:"dataset" cbor:"1,keyasint"`
	Scale   float64 `toml:"scale" cbor:"2,keyasint"` // features become x * scale + shift
	Shift   float64 `toml:"shift" cbor:"3,keyasint"`
}

// Training is the devices' part.
type Training struct {
	Epochs       int     `toml:"epochs" cbor:"1,keyasint"`
	Batch        int     `toml:"batch" cbor:"2,keyasint"` // 0 = all of a device's samples
	LearningRate float64 `toml:"learning_rate" cbor:"3,keyasint"`
	Momentum     float64 `toml:"momentum" cbor:"4,keyasint"`
	WeightDecay  float64 `toml:"weight_decay" cbor:"5,keyasint"`
	ClipNorm     float64 `toml:"clip_norm" cbor:"6,keyasint"`       // of a batch's gradient; 0 = none
	MaxSamples   uint64  `toml:"max_samples" cbor:"7,keyasint"`     // largest weight that a device may have
	Memory       uint64  `toml:"memory_mib" cbor:"8,keyasint"`      // MiB that the job may use on a device
	Heavy        string  `toml:"heavy" cbor:"9,keyasint,omitempty"` // who trains where a device is too small: wire.HeavyAuto or HeavyAlways; "" = nobody
}

// Strategy is the server's part. Parameters that the name does not use must be
// left out.
type Strategy struct {
	Name       string  `toml:"name" cbor:"1,keyasint"`
	ServerRate float64 `toml:"server_rate" cbor:"2,keyasint"`
	Momentum   float64 `toml:"momentum" cbor:"3,keyasint"`
	Beta1      float64 `toml:"beta1" cbor:"4,keyasint"`
	Beta2      float64 `toml:"beta2" cbor:"5,keyasint"`
	Tau        float64 `toml:"tau" cbor:"6,keyasint"`
	Proximal   float64 `toml:"proximal" cbor:"7,keyasint"` // FedProx's mu
}

// Cohort is who takes part in a round.
type Cohort struct {
	Size          int             `toml:"size" cbor:"1,keyasint"`
	Minimum       int             `toml:"minimum" cbor:"2,keyasint"` // 0 = Size
	OverSelection float64         `toml:"over_selection" cbor:"3,keyasint"`
	Deadline      config.Duration `toml:"deadline" cbor:"4,keyasint"`
	Patience      config.Duration `toml:"patience" cbor:"5,keyasint"`
}

// Stop says when the federation is done: at the first that comes.
type Stop struct {
	Rounds   uint32  `toml:"rounds" cbor:"1,keyasint"`          // 0 = no limit
	Accuracy float64 `toml:"target_accuracy" cbor:"2,keyasint"` // 0 = none
}

// Evaluation is the central test of each new model, on files of the server's:
// idx, .npy, .csv or safetensors, gzip or not.
type Evaluation struct {
	Features string `toml:"features" cbor:"1,keyasint"` // "" = no central evaluation
	Labels   string `toml:"labels" cbor:"2,keyasint"`   // a file, or a .csv's column
	Every    int    `toml:"every" cbor:"3,keyasint"`    // rounds
}

// Update is the form of client updates.
type Update struct {
	Bits      int `toml:"bits" cbor:"1,keyasint"`       // 8, 16 or 32 a parameter
	ScaleBits int `toml:"scale_bits" cbor:"2,keyasint"` // the finest unit is 2^-scale_bits
}

// Folding is where the updates are summed up. The sum is the same everywhere.
type Folding struct {
	Shards   int             `toml:"shards" cbor:"1,keyasint,omitzero"`   // jobs on the server's cluster; 0 = on the server, as updates come in
	Replicas int             `toml:"replicas" cbor:"2,keyasint,omitzero"` // nodes that run each job, and must agree; 0 = 1
	Deadline config.Duration `toml:"deadline" cbor:"3,keyasint,omitzero"` // for the cluster; then the server does it; 0 = 10 min
}

// Within is how long the cluster may take.
func (f Folding) Within() time.Duration {
	return cmp.Or(time.Duration(f.Deadline), 10*time.Minute)
}

// defaults are what a federation.toml need not say.
func defaults() Federation {
	return Federation{
		Data:       Data{Scale: 1},
		Training:   Training{Epochs: 1, Batch: 10, LearningRate: 0.1, MaxSamples: 1 << 20, Memory: 256},
		Strategy:   Strategy{Name: optimise.FedAvg},
		Cohort:     Cohort{OverSelection: 1.3, Deadline: config.Duration(10 * time.Minute), Patience: config.Duration(30 * time.Second)},
		Evaluation: Evaluation{Every: 1},
		Update:     Update{Bits: 16, ScaleBits: 24},
		Fees:       Fees{Budget: 1_000_000_000, CheckRate: 0.05, Collateral: 2, Mediators: 3, CheckFee: 1_000_000, ChallengeWindow: config.Duration(time.Hour)},
	}
}

// Architecture is the model's.
func (f Federation) Architecture() (plan.Architecture, error) {
	if f.Model.Preset != "" {
		return plan.Preset(f.Model.Preset)
	}
	a := plan.Architecture{Input: f.Model.Input, Layers: f.Model.Layers, Loss: f.Model.Loss}
	return a, a.Validate()
}

// DeviceTraining is what one device does in one round. Its seed is drawn from
// the federation's, so that no two devices or rounds shuffle or round alike.
func (f Federation) DeviceTraining(n uint32, device key.Address) plan.Training {
	h := sha256.New()
	h.Write([]byte("tadpole/seed/v1\x00"))
	h.Write(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, f.Seed), n))
	h.Write(device[:])
	return plan.Training{
		Epochs: f.Training.Epochs, Batch: f.Training.Batch, LearningRate: float32(f.Training.LearningRate), Momentum: float32(f.Training.Momentum),
		WeightDecay: float32(f.Training.WeightDecay), Proximal: float32(f.Strategy.Proximal), ClipNorm: float32(f.Training.ClipNorm),
		Seed: binary.BigEndian.Uint64(h.Sum(nil)), Bits: f.Update.Bits, ScaleBits: f.Update.ScaleBits,
		Scale: float32(f.Data.Scale), Shift: float32(f.Data.Shift),
	}
}

// Rules are the rounds' terms.
func (f Federation) Rules() round.Rules {
	return round.Rules{Cohort: f.Cohort.Size, OverSelection: f.Cohort.OverSelection, MinCohort: f.Cohort.Minimum,
		Deadline: time.Duration(f.Cohort.Deadline), Patience: time.Duration(f.Cohort.Patience), Rounds: f.Stop.Rounds, Seed: f.Seed}
}

// Optimiser is the server's strategy.
func (f Federation) Optimiser() optimise.Strategy {
	return optimise.Strategy{Name: f.Strategy.Name, Rate: f.Strategy.ServerRate, Momentum: f.Strategy.Momentum,
		Beta1: f.Strategy.Beta1, Beta2: f.Strategy.Beta2, Tau: f.Strategy.Tau}
}

// Form is what every update must look like.
func (f Federation) Form(a plan.Architecture) combine.Form {
	form := combine.Form{Width: f.Update.Bits / 8, ScaleBits: f.Update.ScaleBits, MaxSamples: f.Training.MaxSamples, MaxUpdates: f.Cohort.Size}
	for _, s := range a.Tensors() {
		form.Tensors = append(form.Tensors, s.Elements())
	}
	return form
}

// ID names the federation in leaves.
func (f Federation) ID() blob.Hash { return blob.Sum([]byte(f.Name)) }
