package builtin_test

import (
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/wasm-jobs/builtin"
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

// task is what a module is given.
type task struct {
	module   string
	config   string
	channels string // "" = a stream "s" with a channel "x"
	files    map[string][]byte
	readings []reading.Reading
}

func (k task) request() job.Request {
	if k.channels == "" {
		k.channels = "s\tx\n"
	}
	r := job.Request{Module: builtin.Modules()[k.module], Inputs: []job.Input{{Name: "channels", Content: []byte(k.channels)}, {Name: "config", Content: []byte(k.config)}}}
	for name, content := range k.files {
		r.Inputs = append(r.Inputs, job.Input{Name: name, Content: content})
	}
	return r
}

func encode(readings []reading.Reading) (encoded []byte) {
	for _, r := range readings {
		encoded = reading.Append(encoded, r)
	}
	return encoded
}

func decode(t testing.TB, encoded []byte) (readings []reading.Reading) {
	t.Helper()
	for len(encoded) > 0 {
		var r reading.Reading
		var err error
		if r, encoded, err = reading.Decode(encoded); err != nil {
			t.Fatal(err)
		}
		readings = append(readings, r)
	}
	return readings
}

// batch runs a module over a window.
func batch(t testing.TB, k task) (job.Result, error) {
	t.Helper()
	engine, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	request := k.request()
	request.Inputs = append(request.Inputs, job.Input{Name: "readings", Content: encode(k.readings)})
	return engine.Run(t.Context(), request)
}

// made runs a module over a window and gives the readings that it made.
func made(t testing.TB, k task) []reading.Reading {
	t.Helper()
	result, err := batch(t, k)
	if err != nil {
		t.Fatal(err)
	}
	output, _ := result.Output("readings")
	return decode(t, output)
}

// streamed gives a module readings as they come, so many at a time.
func streamed(t testing.TB, k task, atOnce int) (out []reading.Reading) {
	t.Helper()
	pool := job.NewPool(job.PoolConfig{})
	t.Cleanup(func() { pool.Close() })
	s, err := pool.Stream(t.Context(), k.request())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for some := range slices.Chunk(k.readings, atOnce) {
		output, err := s.Send(t.Context(), encode(some))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, decode(t, output)...)
	}
	return out
}

// at are readings of one value each, of a stream "s", a second apart.
func at(values ...float64) (readings []reading.Reading) {
	for i, v := range values {
		readings = append(readings, reading.Reading{Source: "s", Time: int64(i) * 1e9, Values: []float64{v}})
	}
	return readings
}

func equal(a, b []reading.Reading) bool {
	return slices.EqualFunc(a, b, func(a, b reading.Reading) bool {
		return a.Time == b.Time && slices.EqualFunc(a.Values, b.Values, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) })
	})
}

// Each mistake in edge.toml ends the module with the code that says which kind it is, and
// a line with the word that is wrong.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		module, config string
		code           uint32
		say            string
	}{
		{"threshold", "", 14, "channel=NAME"},
		{"threshold", "channel=y above=1", 11, "y"},
		{"threshold", "channel=x above=high", 14, "high"},
		{"threshold", "channel=x above=1 for=5", 14, "5"},
		{"threshold", "channel=x above=1 below=2", 14, "below="},
		{"threshold", "channel=x below=2", 14, "above="},
		{"threshold", "channel=x over=2", 14, "over=2"},
		{"aggregate", "mode(x)", 14, "mode(x)"},
		{"aggregate", "frequency(x)", 14, "frequency(x)"},
		{"aggregate", "mean(y)", 11, "y"},
		{"features", "band(x,1)", 14, "band(x,1)"},
		{"features", "band(x,1,b)", 14, "b"},
		{"anomaly", "x center=1,2", 14, "center="},
		{"anomaly", "x", 10, ""},
		{"profile", "work=sleep", 14, "sleep"},
		{"profile", "units=0", 14, "units="},
	} {
		_, err := batch(t, task{module: c.module, config: c.config, readings: at(1)})
		var exit *job.ExitError
		if !errors.As(err, &exit) || exit.Code != c.code || !strings.Contains(exit.Stderr, c.say) {
			t.Errorf("%s with %q: %v, want code %d and %q", c.module, c.config, err, c.code, c.say)
		}
	}
}

// Readings that are cut off, or of another version, are no readings.
func TestMalformedReadings(t *testing.T) {
	engine, err := job.NewInProcess(job.InProcessConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	good := encode(at(1, 2))
	for name, input := range map[string][]byte{"cut off": good[:len(good)-1], "another version": append([]byte{2}, good[1:]...)} {
		request := task{module: "aggregate", config: "x"}.request()
		request.Inputs = append(request.Inputs, job.Input{Name: "readings", Content: input})
		_, err := engine.Run(t.Context(), request)
		var exit *job.ExitError
		if !errors.As(err, &exit) || exit.Code != 12 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
