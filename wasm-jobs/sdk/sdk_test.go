package sdk_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/wasm-jobs/sdk"
)

// TestMain makes the test's binary a runner too.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "runner" {
		if err := job.Serve(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// examples are the same job in every language. A language's build.sh says by its error
// what is missing.
var examples = []struct {
	language string
	build    []string // and the module's path
	needs    string   // a program that must be there
	variable string   // that may name it
}{
	{"c", []string{"c/build.sh", "c/example/mean.c"}, "clang", ""},
	{"go", []string{"go/build.sh", "go/example"}, "go", ""},
	{"rust", []string{"rust/build.sh", "rust/example/mean.rs"}, "rustc", "RUSTC"},
	{"assemblyscript", []string{"assemblyscript/build.sh", "assemblyscript/example/mean.ts"}, "asc", "ASC"},
}

// missing skips a test for want of a toolchain, but fails it where all must be there.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("CI must have it: %s", why)
	}
	t.Skip(why)
}

// build builds an example.
func build(t *testing.T, i int) []byte {
	t.Helper()
	e := examples[i]
	program := e.needs
	if named := os.Getenv(e.variable); e.variable != "" && named != "" {
		program = named
	}
	if _, err := exec.LookPath(program); err != nil {
		missing(t, e.language+": "+program+" is not installed")
	}
	path := filepath.Join(t.TempDir(), "mean.wasm")
	out, err := exec.CommandContext(t.Context(), e.build[0], append(e.build[1:len(e.build):len(e.build)], path)...).CombinedOutput()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 3 { // build.sh: not with what is here
			missing(t, e.language+": "+strings.TrimSpace(string(out)))
		}
		t.Fatalf("%s: %v: %s", e.language, err, out)
	}
	module, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return module
}

// readings are of two streams, the second of which has the channel that is asked for; some
// of its values are no float32, some were not read.
func readings(n int) (all []reading.Reading) {
	r := rand.New(rand.NewPCG(1, 1))
	for i := range n {
		switch {
		case i%7 == 0:
			all = append(all, reading.Reading{Source: "yard", Time: int64(i), Values: []float64{1}})
		case i%11 == 0:
			all = append(all, reading.Reading{Source: "room", Time: int64(i), Values: []float64{0, math.NaN()}})
		case i%13 == 0:
			all = append(all, reading.Reading{Source: "room", Time: -int64(i), Values: []float64{0}})
		default:
			v := r.NormFloat64()
			if i%2 == 0 {
				v = float64(float32(v))
			}
			all = append(all, reading.Reading{Source: "room", Time: int64(i), Values: []float64{1, v, 2}})
		}
	}
	return all
}

// means is what every example is to make.
func means(all []reading.Reading) (encoded []byte) {
	var last []float64
	for _, r := range all {
		if len(r.Values) < 2 || math.IsNaN(r.Values[1]) {
			continue
		}
		if last = append(last, r.Values[1]); len(last) > 8 {
			last = last[1:]
		}
		sum := 0.
		for _, v := range last {
			sum += v
		}
		encoded = reading.Append(encoded, reading.Reading{Source: "-", Time: r.Time, Values: []float64{sum / float64(len(last))}})
	}
	return encoded
}

func encode(all []reading.Reading) (encoded []byte) {
	for _, r := range all {
		encoded = reading.Append(encoded, r)
	}
	return encoded
}

func request(module []byte, config string) job.Request {
	return job.Request{Module: module, Limits: job.Limits{MemoryBytes: 16 << 20}, Inputs: []job.Input{
		{Name: "channels", Content: []byte("yard\ttemperature\nroom\ttemperature\tlight\tCO2\n")}, {Name: "config", Content: []byte(config)},
	}}
}

// All languages' examples make the same of the same readings, to the last bit: as a batch,
// and streaming, however many come at once.
func TestAllLanguagesMakeTheSame(t *testing.T) {
	for i, e := range examples {
		t.Run(e.language, func(t *testing.T) {
			module := build(t, i)
			t.Logf("%d bytes", len(module))
			pool := job.NewPool(job.PoolConfig{})
			t.Cleanup(func() { pool.Close() })
			all := readings(10_000)
			want := means(all)
			batch := request(module, "light")
			batch.Inputs = append(batch.Inputs, job.Input{Name: "readings", Content: encode(all)})
			result, err := pool.Run(t.Context(), batch)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := result.Output("readings"); !bytes.Equal(got, want) {
				t.Errorf("batch: %d bytes that are not the %d wanted", len(got), len(want))
			}
			s, err := pool.Stream(t.Context(), request(module, "room/light"))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var got []byte
			for at, size := 0, 1; at < len(all); at, size = at+size, size*2 {
				output, err := s.Send(t.Context(), encode(all[at:min(len(all), at+size)]))
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, output...)
				if soFar := means(all[:min(len(all), at+size)]); !bytes.Equal(got, soFar) {
					t.Fatalf("after %d readings %d bytes that are not the %d wanted", at+size, len(got), len(soFar))
				}
			}
			_, err = pool.Run(t.Context(), request(module, "heat"))
			if err == nil || !strings.Contains(err.Error(), "heat") {
				t.Errorf("without its channel: %v", err)
			}
		})
	}
}

// The module in the repository is what its source builds, byte for byte.
func TestRebuild(t *testing.T) {
	version, err := exec.CommandContext(t.Context(), "clang", "--version").Output()
	if err != nil || !strings.Contains(string(version), "version 14.") {
		missing(t, "another clang than 14 gives other bytes")
	}
	if module := build(t, 0); !bytes.Equal(module, sdk.Mean) {
		t.Errorf("build.sh gives %d bytes that are not the %d of mean.wasm: run it and commit the result", len(module), len(sdk.Mean))
	}
}
