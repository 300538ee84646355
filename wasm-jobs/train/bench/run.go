package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/tetratelabs/wazero"
)

// effort says how long to measure. The engines take turns, and a figure is of
// the fastest turn, because machines that run benchmarks are rarely quiet.
type effort struct {
	turns              int
	samples            int // of the task for compiled code
	samplesInterpreted int // of the task for the interpreter, which has every fifth turn
}

// run measures in a directory that is empty and stays so for the caller to
// remove.
func run(ctx context.Context, directory string, e effort) (results []Result, err error) {
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	in := func(name string) string { return filepath.Join(directory, name) }
	for _, name := range []string{"long", "short", "outputs"} {
		if err := os.Mkdir(in(name), 0o700); err != nil {
			return nil, err
		}
	}
	long, err := newWorkload(in("long"), e.samples)
	if err != nil {
		return nil, err
	}
	short, err := newWorkload(in("short"), e.samplesInterpreted)
	if err != nil {
		return nil, err
	}
	native, err := buildNative(ctx, directory, runtime.GOARCH)
	if err != nil {
		return nil, err
	}
	compiled, err := newGuest(ctx, wazero.NewRuntimeConfigCompiler(), in("outputs"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, compiled.runtime.Close(ctx)) }()
	interpreted, err := newGuest(ctx, wazero.NewRuntimeConfigInterpreter(), in("outputs"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, interpreted.runtime.Close(ctx)) }()

	var speeds struct{ native, compiled, interpreted float64 }
	faster := func(speed *float64, w workload, took time.Duration, err error) error {
		*speed = max(*speed, w.operations/float64(took.Nanoseconds()))
		return err
	}
	for turn := range e.turns {
		took, err := timeNative(ctx, native, long)
		if err := faster(&speeds.native, long, took, err); err != nil {
			return nil, err
		}
		took, err = compiled.time(ctx, long)
		if err := faster(&speeds.compiled, long, took, err); err != nil {
			return nil, err
		}
		if turn%5 != 0 {
			continue
		}
		took, err = interpreted.time(ctx, short)
		if err := faster(&speeds.interpreted, short, took, err); err != nil {
			return nil, err
		}
	}
	return []Result{
		{"kernel, native 128-bit SIMD", speeds.native, "GFLOP/s", 0, "higher"},
		{"kernel, wazero compiler", speeds.compiled, "GFLOP/s", 0, "higher"},
		{"kernel, wazero interpreter", speeds.interpreted, "GFLOP/s", 0, "higher"},
		{"kernel, wazero compiler to native", speeds.compiled / speeds.native, "ratio", 0.45, "higher"},
	}, nil
}
