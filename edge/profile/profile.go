// Package profile measures how fast jobs run on a device.
//
// The built-in module "profile" flows in, which does a fixed amount of work of one kind a
// run and reads no clock; the time that its runs took makes a Profile. The daemon's
// commands use it.
package profile

import (
	"context"
	"fmt"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Profile is what one core does in a second, in a job: fuel is counted meanwhile.
type Profile struct {
	Engine  string  `json:"engine"`  // that runs jobs here
	Integer float64 `json:"integer"` // operations of 32 bits
	Float   float64 `json:"float"`   // operations of 64 bits
	SIMD    float64 `json:"simd"`    // operations of 32 bits, four an instruction
	Memory  float64 `json:"memory"`  // bytes read or written, over 1 MiB
}

// Runner runs a job's module.
type Runner interface {
	Run(ctx context.Context, r job.Request) (job.Result, error)
}

// A run is made longer until it takes so long that its start does not count.
const (
	enough   = 50 * time.Millisecond
	maxUnits = 1 << 16 // millions
)

// Measure runs the module for each kind of work, for about a quarter of a second in all
// where jobs are compiled.
func Measure(ctx context.Context, runner Runner, module []byte) (Profile, error) {
	p := Profile{Engine: job.Engine()}
	for _, kind := range []struct {
		work string
		rate *float64
	}{{"integer", &p.Integer}, {"float", &p.Float}, {"simd", &p.SIMD}, {"memory", &p.Memory}} {
		for units := 1; ; units *= 4 {
			amount, elapsed, err := run(ctx, runner, module, kind.work, units)
			if err != nil {
				return Profile{}, fmt.Errorf("measure %s work: %w", kind.work, err)
			}
			if elapsed >= enough || units >= maxUnits {
				*kind.rate = amount / elapsed.Seconds()
				break
			}
		}
	}
	return p, nil
}

// run gives how much was done in which time.
func run(ctx context.Context, runner Runner, module []byte, work string, units int) (amount float64, elapsed time.Duration, err error) {
	result, err := runner.Run(ctx, job.Request{Module: module, Inputs: []job.Input{
		{Name: "channels"}, {Name: "readings"}, {Name: "config", Content: fmt.Appendf(nil, "work=%s units=%d", work, units)},
	}})
	if err != nil {
		return 0, 0, err
	}
	output, _ := result.Output("readings")
	made, _, err := reading.Decode(output)
	if err == nil && len(made.Values) != 2 {
		err = fmt.Errorf("%d values, want operations and their sum", len(made.Values))
	}
	if err != nil {
		return 0, 0, fmt.Errorf("read what the module says that it did: %w", err)
	}
	return made.Values[0], max(result.Elapsed, time.Nanosecond), nil
}
