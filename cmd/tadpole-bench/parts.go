package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/combine"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// kernel runs the kernel's own benchmark.
func kernel(ctx context.Context, _ settings) ([]Result, error) {
	c := exec.CommandContext(ctx, "go", "run", "./wasm-jobs/train/bench")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, err
	}
	var results []Result
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var r Result
		if err := decoder.Decode(&r); err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// foldForm is the 2NN's, at the default width.
var foldForm = combine.Form{Tensors: []int{156_800, 200, 40_000, 200, 2000, 10}, Width: 2, ScaleBits: 24, MaxSamples: 1 << 16, MaxUpdates: 1 << 12}

const foldParameters = 199_210

// fold measures sums of 10, 100 and 1 000 updates in processes of their own, for
// their memory.
func fold(ctx context.Context, _ settings) ([]Result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var results []Result
	for _, updates := range []int{10, 100, 1000} {
		out, err := exec.CommandContext(ctx, self, "fold", strconv.Itoa(updates)).Output()
		if err != nil {
			return nil, err
		}
		var rate, rss float64
		if _, err := fmt.Sscan(string(out), &rate, &rss); err != nil {
			return nil, fmt.Errorf("read %q: %w", out, err)
		}
		name := fmt.Sprintf("fold of %d updates", updates)
		results = append(results, Result{name, rate, "GB/s a core, as float32", 6, "higher"}, Result{name + ", memory above the empty process", rss, "MB", 0, "lower"})
	}
	return results, nil
}

// foldChild folds so many updates chunk by chunk, several times over, and prints
// the fastest rate in GB/s and the growth of its peak memory in MB.
func foldChild(args []string) error {
	updates, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	file := []byte{'T', 'P', 'U', '1', byte(foldForm.Width), 0}
	file = binary.LittleEndian.AppendUint16(file, uint16(len(foldForm.Tensors)))
	file = binary.LittleEndian.AppendUint64(file, foldParameters)
	file = binary.LittleEndian.AppendUint32(file, 600)
	file = append(file, 0, 0, 0, 0, 18, 18, 18, 18, 18, 18, 0, 0)
	r := rand.New(rand.NewPCG(1, 1))
	for range foldParameters * foldForm.Width {
		file = append(file, byte(r.Uint32()))
	}
	before := peak("self")
	best := 0.0
	for range 5 {
		sum, err := combine.NewSum(foldForm)
		if err != nil {
			return err
		}
		begin := time.Now()
		for range updates {
			u, err := sum.Begin(600)
			if err != nil {
				return err
			}
			for chunk := range slices.Chunk(file, blob.DefaultChunkSize) {
				if err := u.Fold(chunk); err != nil {
					return err
				}
			}
			if err := u.Finish(); err != nil {
				return err
			}
		}
		best = max(best, float64(updates)*4*foldParameters/time.Since(begin).Seconds()/1e9)
	}
	fmt.Println(best, float64(peak("self")-before)/1e6)
	return nil
}

// peak and resident read a process's memory in bytes; 0 if it is gone.
func peak(pid string) int64     { return memoryOf(pid, "VmHWM:") }
func resident(pid string) int64 { return memoryOf(pid, "VmRSS:") }

func memoryOf(pid, field string) int64 {
	content, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(content)) {
		if value, found := strings.CutPrefix(line, field); found {
			kib, _ := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// nothing is the smallest module: an empty _start.
var nothing = []byte("\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x07\x0a\x01\x06_start\x00\x00\x0a\x04\x01\x02\x00\x0b")

// jobStart measures a job that does nothing in a warm runner process.
func jobStart(ctx context.Context, _ settings) ([]Result, error) {
	pool := job.NewPool(job.PoolConfig{})
	request := job.Request{Module: nothing, ModuleHash: blob.Sum(nothing)}
	best := time.Hour
	for range 20 {
		begin := time.Now()
		const jobs = 200
		for range jobs {
			if _, err := pool.Run(ctx, request); err != nil {
				return nil, errors.Join(err, pool.Close())
			}
		}
		best = min(best, time.Since(begin)/jobs)
	}
	return []Result{{"warm job, start to end", float64(best.Microseconds()) / 1000, "ms", 0.3, "lower"},
		{"short jobs, one runner", 1 / best.Seconds(), "a second", 1000, "higher"}}, pool.Close()
}

// firmware builds the device for an architecture as it is released.
func firmware(ctx context.Context, dir, arch string) (path string, err error) {
	path = filepath.Join(dir, "edge-"+arch)
	if out, err := exec.CommandContext(ctx, "make", "firmware", "ARCH="+arch, "FIRMWARE="+path).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build for %s: %w: %s", arch, err, out)
	}
	return path, nil
}

// binarySize measures the device's binary.
func binarySize(ctx context.Context, s settings) ([]Result, error) {
	path, err := firmware(ctx, s.dir, "arm64")
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return []Result{{"edge binary, linux/arm64, stripped", float64(info.Size()) / 1e6, "MB", 12, "lower"}}, nil
}
