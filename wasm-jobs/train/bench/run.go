package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/tetratelabs/wazero"
)

// The runs take turns, and each figure is of its fastest run, because machines
// that run benchmarks are rarely quiet.
const (
	turns              = 15
	samples            = 600
	samplesInterpreted = 20
)

func run() ([]Result, error) {
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	ctx := context.Background()
	directory, err := os.MkdirTemp("", "kernel-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	folder := func(name string) string {
		path := filepath.Join(directory, name)
		if e := os.Mkdir(path, 0o700); e != nil && err == nil {
			err = e
		}
		return path
	}
	large, small, outputs := folder("large"), folder("small"), folder("outputs")
	if err != nil {
		return nil, err
	}
	long, err := newWorkload(large, samples)
	if err != nil {
		return nil, err
	}
	short, err := newWorkload(small, samplesInterpreted)
	if err != nil {
		return nil, err
	}
	native, err := buildNative(ctx, directory, runtime.GOARCH)
	if err != nil {
		return nil, err
	}
	compiled, err := newGuest(ctx, wazero.NewRuntimeConfig(), outputs)
	if err != nil {
		return nil, err
	}
	defer compiled.runtime.Close(ctx)
	interpreted, err := newGuest(ctx, wazero.NewRuntimeConfigInterpreter(), outputs)
	if err != nil {
		return nil, err
	}
	defer interpreted.runtime.Close(ctx)

	best := map[string]float64{}
	note := func(name string, w workload, took time.Duration, err error) error {
		best[name] = max(best[name], w.operations/float64(took.Nanoseconds()))
		return err
	}
	for turn := range turns {
		took, err := timeNative(ctx, native, long)
		if err := note("native", long, took, err); err != nil {
			return nil, err
		}
		took, err = compiled.time(ctx, long)
		if err := note("compiled", long, took, err); err != nil {
			return nil, err
		}
		if turn%5 == 0 {
			took, err = interpreted.time(ctx, short)
			if err := note("interpreted", short, took, err); err != nil {
				return nil, err
			}
		}
	}
	return []Result{
		{"kernel, native 128-bit SIMD", best["native"], "GFLOP/s", 0, "higher"},
		{"kernel, wazero compiler", best["compiled"], "GFLOP/s", 0, "higher"},
		{"kernel, wazero interpreter", best["interpreted"], "GFLOP/s", 0, "higher"},
		{"kernel, wazero compiler to native", best["compiled"] / best["native"], "ratio", 0.45, "higher"},
	}, nil
}
