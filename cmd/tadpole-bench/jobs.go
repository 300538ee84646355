package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/source"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/wasm-jobs/builtin"
	"github.com/tadpole-edge/tadpole/wasm-jobs/sdk"
)

// imuChannels is what a job is told of imu's readings.
const imuChannels = "imu\tax\tay\taz\tgx\tgy\tgz\tmx\tmy\tmz\n"

// atOnce is how many readings a pipeline gives a streaming job at a time, if so many wait.
const atOnce = 512

func jobInputs(config string) []job.Input {
	return []job.Input{{Name: "channels", Content: []byte(imuChannels)}, {Name: "config", Content: []byte(config)}}
}

// streamRate measures readings through a streaming job: encoded here, decoded and answered
// in its runner. The two take turns, so it is what one core does.
func streamRate(ctx context.Context, _ settings) ([]Result, error) {
	pool := job.NewPool(job.PoolConfig{})
	s, err := pool.Stream(ctx, job.Request{Module: sdk.Mean, Inputs: jobInputs("gx")})
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	const count = 200 * atOnce
	best := 0.0
	for range 5 {
		readings := imu(0, count)
		var input []byte
		made := 0
		begin := time.Now()
		for some := range slices.Chunk(readings, atOnce) {
			input = input[:0]
			for _, r := range some {
				input = reading.Append(input, r)
			}
			output, err := s.Send(ctx, input)
			for err == nil && len(output) > 0 {
				_, output, err = reading.Decode(output)
				made++
			}
			if err != nil {
				return nil, errors.Join(err, s.Close(), pool.Close())
			}
		}
		best = max(best, count/time.Since(begin).Seconds())
		if made != count {
			return nil, errors.Join(fmt.Errorf("%d readings came of %d", made, count), s.Close(), pool.Close())
		}
	}
	return []Result{{"readings of 9 channels through a streaming job in C, one core", best, "a second", 100_000, "higher"}}, errors.Join(s.Close(), pool.Close())
}

// batchStart measures a warm run of a built-in job over a window of 100 readings.
func batchStart(ctx context.Context, _ settings) ([]Result, error) {
	pool := job.NewPool(job.PoolConfig{})
	module := builtin.Modules()["aggregate"]
	var window []byte
	for _, r := range imu(0, 100) {
		window = reading.Append(window, r)
	}
	request := job.Request{Module: module, ModuleHash: blob.Sum(module), Inputs: append(jobInputs("mean(gx) std(gx) max(ax)"), job.Input{Name: "readings", Content: window})}
	best := time.Hour
	for range 20 {
		const jobs = 100
		begin := time.Now()
		for range jobs {
			if _, err := pool.Run(ctx, request); err != nil {
				return nil, errors.Join(err, pool.Close())
			}
		}
		best = min(best, time.Since(begin)/jobs)
	}
	return []Result{{"warm batch job, three aggregates of 100 readings", float64(best.Microseconds()) / 1000, "ms", 0.3, "lower"}}, pool.Close()
}

// replay is a source that gives readings as fast as they are taken, and ends.
type replay []reading.Reading

func (r replay) Channels() []string {
	return []string{"ax", "ay", "az", "gx", "gy", "gz", "mx", "my", "mz"}
}
func (r replay) Skipped() uint64 { return 0 }
func (r replay) Run(_ context.Context, emit func(reading.Reading) error) error {
	for _, one := range r {
		if err := emit(one); err != nil {
			return err
		}
	}
	return nil
}

// The default commit age, five seconds, would be all that a short run measures.
const pipelineSetup = `
[buffer]
commit_age = "100ms"
[[source]]
name = "imu"
kind = "csv"
path = "imu.csv"
values = ["gx"]
[[job]]
name = "mean"
module = "builtin:mean"
input = ["imu"]
channels = ["gx"]
config = "gx"
[[sink]]
name = "out"
kind = "file"
path = "out.jsonl"
input = ["mean"]
`

type benchStreamer struct{ *job.Pool }

func (s benchStreamer) Stream(ctx context.Context, r job.Request) (pipeline.Stream, error) {
	return s.Pool.Stream(ctx, r)
}

// pipelineRate measures readings from a source into the buffer on disk, through a streaming
// job, back into the buffer and into a file.
func pipelineRate(ctx context.Context, s settings) ([]Result, error) {
	const count = 500_000
	best := 0.0
	for run := range 3 {
		rate, err := runPipeline(ctx, filepath.Join(s.dir, fmt.Sprint("pipeline-", run)), replay(imu(0, count)))
		if err != nil {
			return nil, err
		}
		best = max(best, rate)
	}
	return []Result{{"readings through the whole pipeline: buffer on disk, streaming job, buffer, file", best, "a second", 100_000, "higher"}}, nil
}

func runPipeline(ctx context.Context, dir string, readings replay) (rate float64, err error) {
	text, err := setup.Parse(filepath.Join(dir, setup.File), []byte(pipelineSetup))
	if err != nil {
		return 0, err
	}
	text.Sources[0].Open = func() (source.Source, error) { return readings, nil }
	pool := job.NewPool(job.PoolConfig{})
	p := pipeline.New(pipeline.Config{Setup: text, Dir: dir, Runner: pool, Streamer: benchStreamer{pool}, Module: func(setup.Job) (pipeline.Module, error) {
		return pipeline.Module{Hash: blob.Sum(sdk.Mean), Content: sdk.Mean}, nil
	}})
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	ended := make(chan error, 1)
	begin := time.Now()
	go func() { ended <- p.Run(ctx) }()
	for done := uint64(0); done < uint64(len(readings)) && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		for _, part := range p.Status().Parts {
			if part.Name == "out" {
				done = part.Count
			}
		}
	}
	rate, err = float64(len(readings))/time.Since(begin).Seconds(), ctx.Err()
	cancel()
	return rate, errors.Join(err, <-ended, pool.Close())
}
