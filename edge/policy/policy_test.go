package policy_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
)

var (
	trusted = blob.Sum([]byte("the trusted module"))
	other   = blob.Sum([]byte("another module"))
)

// text has the lines that the tests below name.
var text = `owner = "0x00000000000000000000000000000000000000aa"

[limits]
memory_mib = 32
deadline = "1m"
output_mib = 2

[[dataset]]
name = "mnist"
features = "train-images-idx3-ubyte.gz"
labels = "/srv/train-labels-idx1-ubyte.gz"

[[dataset]]
name = "vibration"
features = "vibration.csv"
labels = "fault"

[[dataset]]
name = "closed"
features = "closed.safetensors"

[[allow]]
federation = "digits-*"
dataset = "mnist"
module = "` + trusted.String() + `"
per_day = 2
min_interval = "1h"

[[allow]]
federation = "*"
dataset = "vibration"
module = "any"
outputs = ["report.json"]
`

func parse(t testing.TB, text string) policy.Policy {
	t.Helper()
	p, err := policy.Parse("/etc/tadpole/policy.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParse(t *testing.T) {
	p := parse(t, text)
	if got, want := p.Owner.String(), "0x00000000000000000000000000000000000000aa"; !strings.EqualFold(got, want) {
		t.Errorf("owner %s, want %s", got, want)
	}
	if want := (policy.Limits{MemoryBytes: 32 << 20, OutputBytes: 2 << 20, Deadline: time.Minute}); p.Limits != want {
		t.Errorf("limits %+v, want %+v", p.Limits, want)
	}
	for _, want := range []policy.Dataset{
		{"mnist", "/etc/tadpole/train-images-idx3-ubyte.gz", "/srv/train-labels-idx1-ubyte.gz", "", false, policy.IDX, 8},
		{"vibration", "/etc/tadpole/vibration.csv", "", "fault", false, policy.CSV, 13},
		{"closed", "/etc/tadpole/closed.safetensors", "", "", false, policy.Safetensors, 18},
	} {
		if got, found := p.Dataset(want.Name); !found || got != want {
			t.Errorf("dataset %q: %+v, %v, want %+v", want.Name, got, found, want)
		}
	}
	if got, found := p.Dataset("none"); found {
		t.Errorf("dataset none: %+v, want none", got)
	}
	if got, want := p.Rules[0].Outputs, policy.DefaultOutputs(); !reflect.DeepEqual(got, want) {
		t.Errorf("outputs %q of a rule that does not say, want %q", got, want)
	}
}

func TestFuel(t *testing.T) {
	if p := parse(t, "[limits]\nfuel = 1_000_000\n"); p.Limits.Fuel != 1e6 || p.Limits.Deadline != policy.DefaultDeadline {
		t.Errorf("limits %+v, want fuel 1000000 and the defaults", p.Limits)
	}
}

func TestMistakesNameTheLine(t *testing.T) {
	const data = "[[dataset]]\nname = \"a\"\nfeatures = \"a.csv\"\n"
	allow := func(lines string) string { return data + "[[allow]]\n" + lines }
	for name, c := range map[string]struct{ text, want string }{
		"owner":            {"owner = \"0x12\"", `policy.toml:1: owner: "0x12" is no address; write 0x and 40 hex digits`},
		"unknown field":    {"[limits]\nmemory = 1", `policy.toml:2: limits.memory: unknown field; did you mean "memory_mib"?`},
		"memory":           {"[limits]\nmemory_mib = 5000", "policy.toml:2: limits.memory_mib: is 5000; choose 1 to 4096"},
		"negative output":  {"[limits]\noutput_mib = -1", "policy.toml:2: limits.output_mib: is -1; choose 1 to 4096"},
		"deadline":         {"[limits]\ndeadline = \"-1s\"", "policy.toml:2: limits.deadline: is -1s; choose"},
		"fuel":             {"[limits]\nfuel = -1", "policy.toml:2: limits.fuel: is -1; choose"},
		"nameless":         {"[[dataset]]\nfeatures = \"a.csv\"", "policy.toml:1: dataset.0.name: is missing"},
		"long name":        {"[[dataset]]\nname = \"" + strings.Repeat("a", 65) + "\"\nfeatures = \"a.csv\"", "policy.toml:2: dataset.0.name: has 65 bytes"},
		"no features":      {"[[dataset]]\nname = \"a\"", "policy.toml:1: dataset.0.features: is missing"},
		"unknown suffix":   {"[[dataset]]\nname = \"a\"\nfeatures = \"a.dat\"", `policy.toml:3: dataset.0.features: the format of "a.dat" cannot be told by its name; add format = `},
		"unknown format":   {"[[dataset]]\nname = \"a\"\nfeatures = \"a.dat\"\nformat = \"xls\"", `policy.toml:4: dataset.0.format: "xls" is not known`},
		"idx, no labels":   {"[[dataset]]\nname = \"a\"\nfeatures = \"a.idx\"", "policy.toml:1: dataset.0.labels: is missing"},
		"same name":        {data + data, `policy.toml:5: dataset.1.name: "a" is the name of the one on line 1 too`},
		"no federation":    {allow("dataset = \"a\"\nmodule = \"any\""), `policy.toml:4: allow.0.federation: is missing; name the federation, or write "*"`},
		"bad pattern":      {allow("federation = \"[\"\ndataset = \"a\"\nmodule = \"any\""), `policy.toml:5: allow.0.federation: "[" is no pattern`},
		"no dataset":       {allow("federation = \"*\"\nmodule = \"any\""), "policy.toml:4: allow.0.dataset: is missing"},
		"unknown dataset":  {allow("federation = \"*\"\ndataset = \"b\"\nmodule = \"any\""), `policy.toml:6: allow.0.dataset: there is no dataset "b"`},
		"no module":        {allow("federation = \"*\"\ndataset = \"a\""), `policy.toml:4: allow.0.module: is missing; write the module's SHA-256, or "any"`},
		"bad module":       {allow("federation = \"*\"\ndataset = \"a\"\nmodule = \"abc\""), `policy.toml:7: allow.0.module: "abc" is no SHA-256`},
		"negative per day": {allow("federation = \"*\"\ndataset = \"a\"\nmodule = \"any\"\nper_day = -1"), "policy.toml:8: allow.0.per_day: is -1"},
		"negative pause":   {allow("federation = \"*\"\ndataset = \"a\"\nmodule = \"any\"\nmin_interval = \"-1s\""), "policy.toml:8: allow.0.min_interval: is -1s; choose a time up to"},
		"long pause":       {allow("federation = \"*\"\ndataset = \"a\"\nmodule = \"any\"\nmin_interval = \"169h\""), "policy.toml:8: allow.0.min_interval: is 169h0m0s"},
		"output's path":    {allow("federation = \"*\"\ndataset = \"a\"\nmodule = \"any\"\noutputs = [\"../a\"]"), `policy.toml:8: allow.0.outputs.0: "../a" is no file's name`},
		"never reached": {allow("federation = \"*\"\ndataset = \"a\"\nmodule = \"any\"\n[[allow]]\nfederation = \"x\"\ndataset = \"a\"\nmodule = \"any\""),
			"policy.toml:8: allow.1: is never reached: the one on line 4 matches first"},
		"syntax": {"[limits", "policy.toml:1: "},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := policy.Parse("policy.toml", []byte(c.text))
			if !errors.Is(err, config.ErrMistake) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
			if !reflect.ValueOf(p).IsZero() {
				t.Errorf("policy %+v beside an error, want none", p)
			}
		})
	}
}

func TestTemplateIsValidAndOpensNothing(t *testing.T) {
	p := parse(t, policy.Template)
	if want := (policy.Limits{MemoryBytes: policy.DefaultMemoryBytes, OutputBytes: policy.DefaultOutputBytes, Deadline: policy.DefaultDeadline}); p.Limits != want {
		t.Errorf("the template's limits are %+v, it says they are the defaults %+v", p.Limits, want)
	}
	if len(p.Rules)+len(p.Datasets) > 0 {
		t.Errorf("the template opens %+v", p.Rules)
	}
	// What it shows in comments must be valid too: remarks are what has no "=" or "[".
	var shown []string
	for line := range strings.SplitSeq(policy.Template, "\n") {
		bare := strings.TrimPrefix(line, "# ")
		if key, _, is := strings.Cut(bare, " = "); is && !strings.Contains(key, " ") || strings.HasPrefix(bare, "[") {
			line = bare
		}
		shown = append(shown, line)
	}
	p = parse(t, strings.Join(shown, "\n"))
	if len(p.Rules) != 1 || len(p.Datasets) != 2 {
		t.Errorf("the template shows %d rules and %d datasets, want one and two", len(p.Rules), len(p.Datasets))
	}
	ask := policy.Ask{Federation: "factory-1", Dataset: "vibration", Module: other, Now: time.Now()}
	if err := p.Allow(ask); err != nil {
		t.Errorf("the template's example: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(text)
	f.Add(policy.Template)
	f.Add("[[allow]]\nfederation = \"[a\"\ndataset = \"\"\n[[allow]]")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := policy.Parse("policy.toml", []byte(text))
		if err != nil {
			if !errors.Is(err, config.ErrMistake) {
				t.Errorf("error %v is no mistake", err)
			}
			return
		}
		lines := strings.Count(text, "\n") + 1
		for _, r := range p.Rules {
			if r.Line < 1 || r.Line > lines {
				t.Errorf("rule on line %d of %d", r.Line, lines)
			}
			if _, found := p.Dataset(r.Dataset); !found {
				t.Errorf("rule about dataset %q, which there is not", r.Dataset)
			}
		}
	})
}

func ExampleParse() {
	_, err := policy.Parse("policy.toml", []byte("[[allow]]\nfederation = \"digits\"\ndataset = \"mnist\""))
	fmt.Println(err)
	// Output:
	// policy.toml:1: allow.0.module: is missing; write the module's SHA-256, or "any"
	// policy.toml:3: allow.0.dataset: there is no dataset "mnist"; add a [[dataset]] of that name to this file
}
