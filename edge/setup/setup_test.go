package setup_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/window"
	"github.com/tadpole-edge/tadpole/internal/config"
)

const whole = `
[buffer]
quota_mib = 128
max_age = "720h"

[[source]]
name = "room"
kind = "csv"
path = "room.csv"
time = "date"
values = ["light", "occupied"]
speed = 60.0
priority = "low"

[[job]]
name = "alarm"
module = "alarm.wasm"
input = ["room"]
channels = ["level"]
live = true
priority = "critical"

[[job]]
name = "hourly"
module = "builtin:aggregate"
input = ["room", "alarm"]
channels = ["mean"]
window = {size = "1h", lateness = "1m"}
deadline = "1m"
files = {model = "model.safetensors", table = "/srv/table"}
outputs_mib = 8

[[dataset]]
name = "occupancy"
source = "room"
features = ["light", "std(light)"]
label = "occupied"
window = {size = "1m"}

[[sink]]
name = "log"
kind = "file"
path = "/var/log/readings.jsonl"
input = ["room", "hourly"]
`

func TestWholeSetup(t *testing.T) {
	s, err := setup.Parse("/etc/tadpole/edge.toml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	if s.Buffer.Bytes != 128<<20 || s.Buffer.MaxAge != 720*time.Hour {
		t.Errorf("buffer %+v", s.Buffer)
	}
	if src := s.Sources[0]; src.Priority != buffer.Low || !src.Wait || src.Open == nil {
		t.Errorf("source %+v", src)
	}
	if j := s.Jobs[0]; !j.Stream || !j.Live || j.Module != "/etc/tadpole/alarm.wasm" || j.Priority != buffer.Critical || j.Deadline != 10*time.Second {
		t.Errorf("job %+v", j)
	}
	if j := s.Jobs[1]; j.Stream || j.Builtin != "aggregate" || *j.Window != (window.Config{Size: time.Hour, Lateness: time.Minute}) || j.Deadline != time.Minute ||
		!slices.Equal(j.Files, []setup.JobFile{{Name: "model", Path: "/etc/tadpole/model.safetensors"}, {Name: "table", Path: "/srv/table"}}) || j.Outputs != 8<<20 {
		t.Errorf("job %+v", j)
	}
	if d := s.Datasets[0]; len(d.Features) != 2 || d.Label.Channel != "occupied" || d.Refresh != time.Hour || d.Bytes != 16<<20 {
		t.Errorf("dataset %+v", d)
	}
	other := s.Datasets[0]
	other.Features = other.Features[:1]
	if s.Datasets[0].Tag() == other.Tag() {
		t.Error("other features have the same tag")
	}
}

// Each mistake is told with its line, its field and what would be right.
func TestMistakes(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no such field":        {"[[source]]\nname = \"a\"\nkind = \"csv\"\npaht = \"x\"", `e.toml:4: source.paht: unknown field; did you mean "path"?`},
		"no kind":              {"[[source]]\nname = \"a\"\n", `e.toml:1: source.0.kind: "" is not known; choose one of command, csv, `},
		"another's field":      {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\npath = \"x\"\n", "e.toml:4: source.0.path: a source of kind hwmon has no such field; it has chip, root, interval"},
		"name with a space":    {"[[source]]\nname = \"a b\"\nkind = \"hwmon\"\n", `e.toml:2: source.0.name: "a b" is no name`},
		"name twice":           {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[sink]]\nname = \"a\"\nkind = \"file\"\npath = \"x\"\ninput = [\"a\"]\n", `e.toml:5: sink.0.name: "a" is the name of another [[source]] too`},
		"nothing to read":      {"[[sink]]\nname = \"s\"\nkind = \"file\"\npath = \"x\"\ninput = [\"b\"]\n[[source]]\nname = \"a\"\nkind = \"hwmon\"\n", `e.toml:5: sink.0.input: "b" is no source and no job; there are: a`},
		"no such priority":     {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\npriority = \"urgent\"\n", `e.toml:4: source.0.priority: "urgent" is not known; choose one of normal, low, high, critical`},
		"two kinds of cut":     {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[dataset]]\nname = \"d\"\nsource = \"a\"\nfeatures = [\"x\"]\nwindow = {size = \"1s\", gap = \"1s\"}\n", "e.toml:8: dataset.0.window: "},
		"no statistic":         {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[dataset]]\nname = \"d\"\nsource = \"a\"\nfeatures = [\"mode(x)\"]\n", "e.toml:7: dataset.0.features: invalid feature"},
		"live with a window":   {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nlive = true\nwindow = {size = \"1s\"}\n", "e.toml:9: job.0.live: a job with a window, every or at gets what is on disk"},
		"a taken name":         {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nfiles = {config = \"x\"}\n", `e.toml:9: job.0.files: "config" is no name for a file of a job`},
		"a path as a name":     {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nfiles = {\"../x\" = \"x\"}\n", `e.toml:9: job.0.files: "../x" is no name for a file of a job`},
		"a stream's files":     {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\noutputs_mib = 1\n", "e.toml:9: job.0.outputs_mib: a job that is fed as readings come leaves no files"},
		"a circle":             {"[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"k\"]\nchannels = [\"y\"]\n[[job]]\nname = \"k\"\nmodule = \"j.wasm\"\ninput = [\"j\"]\nchannels = [\"y\"]\n", "e.toml:4: job.0.input: leads back to the job itself"},
		"a window and a clock": {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nevery = \"1h\"\nwindow = {size = \"1m\"}\n", "e.toml:10: job.0.window: a job with every or at runs by the clock; leave one of them out"},
		"two clocks":           {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nevery = \"1h\"\nat = \"03:30\"\n", "e.toml:10: job.0.at: is beside every; leave one of them out"},
		"every uneven":         {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nevery = \"7m\"\n", `e.toml:9: job.0.every: is 7m0s; choose a minute or more that divides a day, as "15m" or "6h", or whole days, as "48h"`},
		"every half a minute":  {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nevery = \"30s\"\n", `e.toml:9: job.0.every: is 30s; choose a minute or more`},
		"every day and a bit":  {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nevery = \"25h\"\n", `e.toml:9: job.0.every: is 25h0m0s; choose`},
		"every backwards":      {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nevery = \"-1h\"\n", `e.toml:9: job.0.every: is -1h0m0s; choose`},
		"no time of day":       {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nat = \"24:30\"\n", `e.toml:9: job.0.at: is "24:30"; write hours and minutes of UTC, as "03:30"`},
		"live by the clock":    {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\nlive = true\nevery = \"1h\"\n", "e.toml:9: job.0.live: a job with a window, every or at"},
		"no broker":            {"[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[sink]]\nname = \"s\"\nkind = \"mqtt\"\ntopic = \"x/#\"\ninput = [\"a\"]\n", "e.toml:4: sink.0.url: is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := setup.Parse("e.toml", []byte(c.text))
			if !errors.Is(err, config.ErrMistake) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := setup.Parse("edge.toml", []byte(text))
		if err != nil && !errors.Is(err, config.ErrMistake) {
			t.Fatalf("error of another kind: %v", err)
		}
		for _, src := range s.Sources {
			if src.Open == nil {
				t.Fatalf("source %s cannot be opened", src.Name)
			}
		}
	})
}

func TestTemplateIsValidAndSetsUpNothing(t *testing.T) {
	s, err := setup.Parse("edge.toml", []byte(setup.Template))
	if err != nil || len(s.Sources)+len(s.Jobs)+len(s.Datasets)+len(s.Sinks) > 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	// What it shows in comments must be valid too.
	var shown []string
	for line := range strings.SplitSeq(setup.Template, "\n") {
		bare := strings.TrimPrefix(line, "# ")
		if key, _, is := strings.Cut(bare, " = "); is && !strings.Contains(key, " ") || strings.HasPrefix(bare, "[") {
			line = bare
		}
		shown = append(shown, line)
	}
	s, err = setup.Parse("edge.toml", []byte(strings.Join(shown, "\n")))
	if err != nil || len(s.Sources) != 5 || len(s.Jobs) != 3 || len(s.Datasets) != 1 || len(s.Sinks) != 1 {
		t.Errorf("what it shows: %+v, %v", s, err)
	}
}
