package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/daemon"
	"github.com/tadpole-edge/tadpole/edge/pipeline"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/wasm-jobs/sdk"
)

// Modules that do harm: what stands after their common beginning is _start's code.
const moduleHead = "\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x07\x0a\x01\x06_start\x00\x00"

var (
	trapModule = []byte(moduleHead + "\x0a\x05\x01\x03\x00\x00\x0b")                 // unreachable
	loopModule = []byte(moduleHead + "\x0a\x09\x01\x07\x00\x03\x40\x0c\x00\x0b\x0b") // loop br 0 end
)

const sensorJobs = `
[buffer]
commit_age = "100ms"
[[source]]
name = "room"
kind = "csv"
path = "room.csv"
time = "date"
values = ["Temperature", "Light", "CO2"]
[[job]]
name = "lamp"
module = "builtin:threshold"
input = ["room"]
channels = ["state", "light"]
config = "channel=Light above=400 below=350 for=2m"
[[job]]
name = "hourly"
module = "builtin:aggregate"
input = ["room"]
channels = ["temperature", "co2", "minutes"]
window = {size = "1h"}
config = "mean(Temperature) max(CO2) count(Light)"
[[job]]
name = "air"
module = "mean.wasm"
input = ["room"]
channels = ["co2"]
config = "CO2"
[[job]]
name = "tables"
module = "builtin:prepare"
input = ["room"]
channels = ["rows"]
window = {size = "24h"}
[[job]]
name = "traps"
module = "trap.wasm"
input = ["room"]
channels = ["x"]
[[job]]
name = "loops"
module = "loop.wasm"
input = ["room"]
channels = ["x"]
window = {size = "6h"}
deadline = "300ms"
[[job]]
name = "strange"
module = "strange.wasm"
input = ["room"]
channels = ["co2"]
config = "CO2"
[[sink]]
name = "out"
kind = "file"
path = "out.jsonl"
input = ["lamp", "hourly", "air", "traps", "loops", "strange"]
`

// A device replays what a room's sensors recorded through built-in and signed jobs, each in
// a runner process. What comes out is what the test works out of the same rows; a job that
// traps, one that loops for ever and one that nobody has signed change nothing of it.
func TestJobsOverRecordedRoom(t *testing.T) {
	t.Parallel()
	heading, rows := shared(t, "occupancy/datatest.txt.gz")
	w := newWorld(t, 1)
	dir := w.edgeDir(0)
	file := func(name string) string { return filepath.Join(dir, name) }
	w.writeCSV(file("room.csv"), heading, rows)
	w.write(file("edge.toml"), []byte(sensorJobs))
	key := filepath.Join(w.dir, "signer.key")
	w.write(file("policy.toml"), []byte(w.tadpole("job", "keygen", key)))
	for name, module := range map[string][]byte{"mean.wasm": sdk.Mean, "trap.wasm": trapModule, "loop.wasm": loopModule} {
		w.write(file(name), module)
		w.tadpole("job", "sign", "--key", key, file(name))
	}
	w.write(file("strange.wasm"), sdk.Mean)

	var readings []reading.Reading
	for _, row := range rows {
		at, err := time.Parse(time.DateTime, row[index(heading, "date")])
		if err != nil {
			t.Fatal(err)
		}
		r := reading.Reading{Source: "room", Time: at.UnixNano()}
		for _, column := range []string{"Temperature", "Light", "CO2"} {
			v, err := strconv.ParseFloat(row[index(heading, column)], 64)
			if err != nil {
				t.Fatal(err)
			}
			r.Values = append(r.Values, v)
		}
		readings = append(readings, r)
	}
	want := map[string][]string{"lamp": lampStates(readings), "hourly": hourly(t, readings), "air": runningMeans(readings)}
	if len(want["lamp"]) < 4 || len(want["hourly"]) < 30 {
		t.Fatalf("the recording has %d states and %d hours: too few to tell anything", len(want["lamp"]), len(want["hourly"]))
	}

	w.begin(1)
	got := map[string][]string{}
	w.poll("the jobs to have done all", func() bool {
		got = results(t, file("out.jsonl"))
		done := true
		for name, lines := range want {
			done = done && len(got[name]) >= len(lines)
		}
		return done
	})
	for name, lines := range want {
		if !slices.Equal(got[name], lines) {
			t.Errorf("%s made %d readings, want %d; the first that differ: %s", name, len(got[name]), len(lines), firstDifference(got[name], lines))
		}
	}
	if n := len(got["traps"]) + len(got["loops"]) + len(got["strange"]); n > 0 {
		t.Errorf("%d readings of jobs that cannot have made any", n)
	}
	for name, fault := range map[string]string{"traps": "trap", "loops": "too long", "strange": "strange.wasm is not signed"} {
		w.poll("the fault of "+name, func() bool {
			s, err := daemon.ReadStatus(t.Context(), dir)
			if err != nil {
				return false
			}
			at := slices.IndexFunc(s.Pipeline.Parts, func(p pipeline.Part) bool { return p.Name == name })
			return at >= 0 && strings.Contains(s.Pipeline.Parts[at].Fault, fault)
		})
	}
	tables := filepath.Join(dir, pipeline.OutputsDir, "tables")
	w.poll("the first day's table", func() bool {
		content, err := os.ReadFile(filepath.Join(tables, "2015-02-03T00:00:00Z-readings.csv"))
		return err == nil && strings.HasPrefix(string(content), "time,source,Temperature,Light,CO2\n1422886740000000000,room,23.7,585.2,749.2\n")
	})
	out, err := exec.Command(w.edge, "doctor", "--dir", dir).Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for _, line := range []string{"mean.wasm, 4 kB, signed by ed25519:", "strange.wasm is not signed: there is no", "threshold, which came with the binary"} {
		if !strings.Contains(string(out), line) {
			t.Errorf("the doctor does not say %q:\n%s", line, out)
		}
	}
}

// results are the lines of a sink by source, each as its time and values.
func results(t *testing.T, path string) map[string][]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	by := map[string][]string{}
	for line := range strings.Lines(string(content)) {
		var r struct {
			Source string
			Time   time.Time
			Values json.RawMessage
		}
		if json.Unmarshal([]byte(line), &r) == nil { // the last may be half written
			by[r.Source] = append(by[r.Source], fmt.Sprintf("%d %s", r.Time.UnixNano(), r.Values))
		}
	}
	return by
}

func made(at int64, names []string, values ...float64) string {
	var fields []string
	for i, v := range values {
		fields = append(fields, fmt.Sprintf("%q:%s", names[i], number(v)))
	}
	return fmt.Sprintf("%d {%s}", at, strings.Join(fields, ","))
}

// lampStates is when the light was above 400 or below 350 for two minutes.
func lampStates(readings []reading.Reading) (lines []string) {
	state, next, since := -1., -1., int64(0)
	for _, r := range readings {
		now, light := state, r.Values[1]
		if light > 400 {
			now = 1
		} else if light < 350 {
			now = 0
		}
		if now != next {
			next, since = now, r.Time
		}
		if now != state && r.Time-since >= int64(2*time.Minute) {
			state = now
			lines = append(lines, made(r.Time, []string{"state", "light"}, state, light))
		}
	}
	return lines
}

// hourly aggregates whole hours.
func hourly(t *testing.T, readings []reading.Reading) (lines []string) {
	m, err := window.New(window.Config{Size: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range readings {
		for _, hour := range m.Add(r) {
			sum, most := 0., math.Inf(-1)
			for _, r := range hour.Readings {
				sum += r.Values[0]
				most = max(most, r.Values[2])
			}
			n := float64(len(hour.Readings))
			lines = append(lines, made(hour.Readings[len(hour.Readings)-1].Time, []string{"temperature", "co2", "minutes"}, sum/n, most, n))
		}
	}
	return lines
}

// runningMeans are what the example of all SDKs makes.
func runningMeans(readings []reading.Reading) (lines []string) {
	for i, r := range readings {
		last, sum := readings[max(0, i-7):i+1], 0.
		for _, r := range last {
			sum += r.Values[2]
		}
		lines = append(lines, made(r.Time, []string{"co2"}, sum/float64(len(last))))
	}
	return lines
}

func firstDifference(got, want []string) string {
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			return fmt.Sprintf("%d: %q, want %q", i, got[min(i, len(got)):min(i+1, len(got))], want[i])
		}
	}
	return "none"
}
