package fuel_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tadpole-edge/tadpole/edge/fuel"
	"github.com/tadpole-edge/tadpole/wasm-jobs/train"
)

// BenchmarkTraining compares the kernel with and without a meter. The two take
// turns; ratio is of the fastest turn of each, median-ratio that of the turns side by
// side, and on a busy machine they differ by a few per cent. The design wants at
// most 1.1.
func BenchmarkTraining(b *testing.B) {
	inputs := trainingInputs(b, 600, plainTraining())
	compare(b, func(metered bool) func() time.Duration {
		k := newTraining(b, newEngine(b, false, metered))
		return func() time.Duration {
			_, took, err := k.run(b, inputs, plenty)
			if err != nil {
				b.Fatal(err)
			}
			return took
		}
	})
}

// BenchmarkFib compares calls: fib(27) by its definition, 832 040 calls. The design
// wants at most 1.4.
func BenchmarkFib(b *testing.B) { benchmarkFunction(b, "fib", 27) }

// BenchmarkLoop compares the shortest of loops.
func BenchmarkLoop(b *testing.B) { benchmarkFunction(b, "loop", 3_000_000) }

func benchmarkFunction(b *testing.B, name string, argument uint64) {
	compare(b, func(metered bool) func() time.Duration {
		m, err := newEngine(b, false, metered).instantiate(b.Context(), guest(b, name), "", plenty)
		if err != nil {
			b.Fatal(err)
		}
		f := m.ExportedFunction(name)
		return func() time.Duration {
			refuel(m, plenty)
			begin := cpuTime()
			if _, err := f.Call(b.Context(), argument); err != nil {
				b.Fatal(err)
			}
			return cpuTime() - begin
		}
	})
}

func compare(b *testing.B, open func(metered bool) func() time.Duration) {
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	plain, metered := open(false), open(true)
	var a, c []time.Duration
	for b.Loop() {
		a, c = append(a, plain()), append(c, metered())
	}
	b.ReportMetric(float64(slices.Min(a).Microseconds()), "µs/plain")
	ratios := make([]float64, len(a))
	for i := range a {
		ratios[i] = float64(c[i]) / float64(a[i])
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "median-ratio")
	b.ReportMetric(float64(slices.Min(c).Microseconds())/float64(slices.Min(a).Microseconds()), "ratio")
}

// BenchmarkMeter measures the rewriting itself.
func BenchmarkMeter(b *testing.B) {
	b.SetBytes(int64(len(train.Module)))
	for b.Loop() {
		if _, err := fuel.Meter(train.Module, fuel.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// cpuTime is what the calling thread has computed so far. On a busy machine it
// says more than the time on the wall.
func cpuTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic("BUG: " + err.Error()) // a clock that every Linux has
	}
	return time.Duration(t.Nano())
}
