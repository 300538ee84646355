package policy_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/policy"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// ago gives times before noon, in the order of the arguments.
func ago(durations ...time.Duration) []time.Time {
	var times []time.Time
	for _, d := range durations {
		times = append(times, noon.Add(-d))
	}
	return times
}

func TestAllow(t *testing.T) {
	p := parse(t, text)
	for name, c := range map[string]struct {
		change func(*policy.Ask)
		want   string // "" = it is allowed
	}{
		"first run":                 {func(a *policy.Ask) {}, ""},
		"no such dataset":           {func(a *policy.Ask) { a.Dataset = "x" }, `policy.toml: there is no dataset "x"; add a [[dataset]] to offer it`},
		"closed dataset":            {func(a *policy.Ask) { a.Dataset = "closed" }, `policy.toml:18: dataset "closed" is not open to federation "digits-1"; add an [[allow]]`},
		"other federation":          {func(a *policy.Ask) { a.Federation = "digits" }, `policy.toml:8: dataset "mnist" is not open to federation "digits"`},
		"star stops at a slash":     {func(a *policy.Ask) { a.Federation = "digits-a/b" }, `policy.toml:8: dataset "mnist" is not open to federation "digits-a/b"`},
		"other module":              {func(a *policy.Ask) { a.Module = other }, `policy.toml:25: dataset "mnist" is open to module ` + trusted.String() + ", not to " + other.String()},
		"any module":                {func(a *policy.Ask) { a.Dataset, a.Module = "vibration", other }, ""},
		"all the memory":            {func(a *policy.Ask) { a.Memory = 32 << 20 }, ""},
		"too much memory":           {func(a *policy.Ask) { a.Memory = 33 << 20 }, "policy.toml:4: a job may use 32 MiB of memory; this one wants 33 MiB"},
		"all the time":              {func(a *policy.Ask) { a.Deadline = time.Minute }, ""},
		"too long":                  {func(a *policy.Ask) { a.Deadline = 61 * time.Second }, "policy.toml:5: a job may run for 1m0s; this one wants 1m1s"},
		"one run today":             {func(a *policy.Ask) { a.Runs = ago(2 * time.Hour) }, ""},
		"two runs today":            {func(a *policy.Ask) { a.Runs = ago(170*time.Minute, 2*time.Hour) }, `policy.toml:26: dataset "mnist" may be used 2 times a day; it was used 2 times since 09:10`},
		"two runs since yesterday":  {func(a *policy.Ask) { a.Runs = ago(30*time.Hour, 23*time.Hour, 2*time.Hour) }, "it was used 2 times since 2026-11-23 13:00"},
		"first is a day old":        {func(a *policy.Ask) { a.Runs = ago(24*time.Hour, 2*time.Hour) }, ""},
		"first is nearly a day old": {func(a *policy.Ask) { a.Runs = ago(24*time.Hour-1, 2*time.Hour) }, "it was used 2 times since 2026-11-23 12:00"},
		"an hour ago":               {func(a *policy.Ask) { a.Runs = ago(time.Hour) }, ""},
		"less than an hour ago":     {func(a *policy.Ask) { a.Runs = ago(time.Hour - 1) }, `policy.toml:27: dataset "mnist" may be used every 1h0m0s; it was used at 11:00`},
		"clock was set back":        {func(a *policy.Ask) { a.Runs = ago(-24*time.Hour, -25*time.Hour) }, "it was used 2 times since 2026-11-25 12:00"},
		"no rates":                  {func(a *policy.Ask) { a.Dataset, a.Runs = "vibration", ago(3, 2, 1, 0) }, ""},
		"local time in the refusal": {func(a *policy.Ask) { a.Runs, a.Now = ago(170*time.Minute, 0), a.Now.In(time.FixedZone("", 3600)) }, "since 10:10"},
	} {
		t.Run(name, func(t *testing.T) {
			ask := policy.Ask{Federation: "digits-1", Dataset: "mnist", Module: trusted, Now: noon}
			c.change(&ask)
			check(t, p.Allow(ask), c.want)
		})
	}
}

// check compares an answer of the policy with the refusal wanted, "" = none.
func check(t *testing.T, err error, want string) {
	t.Helper()
	var refusal *policy.Refusal
	switch {
	case want == "" && err != nil:
		t.Errorf("refused: %v", err)
	case want != "" && (!errors.Is(err, policy.ErrRefused) || !errors.As(err, &refusal) || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v\nwant  %s", err, want)
	}
}

func TestZeroPolicyRefuses(t *testing.T) {
	check(t, policy.Policy{}.Allow(policy.Ask{}), `there is no dataset ""`)
}

func TestFirstRuleCountsAlone(t *testing.T) {
	p := parse(t, strings.Replace(text, "[[allow]]", "[[allow]]\nfederation = \"digits-1\"\ndataset = \"mnist\"\nmodule = \"any\"\nper_day = 1\noutputs = []\n[[allow]]", 1))
	ask := policy.Ask{Federation: "digits-1", Dataset: "mnist", Module: trusted, Now: noon, Runs: ago(2 * time.Hour)}
	check(t, p.Allow(ask), "policy.toml:26: dataset \"mnist\" may be used once a day; it was used once since 10:00")
	check(t, p.AllowOutputs(ask, []policy.Output{{"update.bin", 1}}), `policy.toml:27: of a job on dataset "mnist" nothing may leave; this one left "update.bin"`)
	ask.Federation = "digits-2"
	check(t, p.Allow(ask), "")
}

func TestAllowOutputs(t *testing.T) {
	p := parse(t, text)
	for name, c := range map[string]struct {
		dataset string
		outputs []policy.Output
		want    string
	}{
		"none":        {"mnist", nil, ""},
		"the default": {"mnist", []policy.Output{{"metrics.bin", 1 << 20}, {"update.bin", 1 << 20}}, ""},
		"another":     {"mnist", []policy.Output{{"update.bin", 1}, {"data.csv", 1}}, `policy.toml:22: of a job on dataset "mnist" update.bin and metrics.bin may leave; this one left "data.csv"`},
		"too large":   {"mnist", []policy.Output{{"metrics.bin", 1 << 20}, {"update.bin", 1<<20 + 1}}, "policy.toml:6: outputs of 2 MiB may leave; this job left 2097153 bytes"},
		"overflowing": {"mnist", []policy.Output{{"metrics.bin", math.MaxUint64}, {"update.bin", 2}}, "policy.toml:6: outputs of 2 MiB may leave"},
		"listed":      {"vibration", []policy.Output{{"report.json", 1}}, ""},
		"not listed":  {"vibration", []policy.Output{{"update.bin", 1}}, "policy.toml:33: of a job on dataset \"vibration\" report.json may leave"},
		"closed":      {"closed", nil, "is not open to federation"},
	} {
		t.Run(name, func(t *testing.T) {
			// The run itself has been noted by now and must not count against itself.
			ask := policy.Ask{Federation: "digits-1", Dataset: c.dataset, Module: trusted, Now: noon, Runs: ago(2, 1, 0)}
			check(t, p.AllowOutputs(ask, c.outputs), c.want)
		})
	}
}

func ExamplePolicy_Allow() {
	p, err := policy.Parse("policy.toml", []byte(`
[[dataset]]
name = "vibration"
features = "vibration.csv"

[[allow]]
federation = "factory-*"
dataset = "vibration"
module = "any"
per_day = 1
`))
	if err != nil {
		panic(err)
	}
	ask := policy.Ask{Federation: "factory-7", Dataset: "vibration", Now: noon}
	fmt.Println(p.Allow(ask))
	ask.Runs = []time.Time{noon.Add(-time.Hour)}
	fmt.Println(p.Allow(ask))
	// Output:
	// <nil>
	// policy.toml:10: dataset "vibration" may be used once a day; it was used once since 11:00
}
