package twin_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/twin"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const own = `[buffer]
quota_mib = 8
[[source]]
name = "room" # the operator's
kind = "csv"
path = "room.csv"
values = ["light"]
[[sink]]
name = "log"
kind = "file"
path = "/log"
input = ["room"]
`

func merge(t *testing.T, local, remote string, last twin.Base, deployments ...wire.Deployment) (twin.Merged, error) {
	t.Helper()
	return twin.Merge("/dev/edge.toml", twin.Generation{Local: local, Found: true, Remote: wire.Desired{Version: 1, Config: remote, Deployments: deployments}}, "/dev/modules", last)
}

func TestMerge(t *testing.T) {
	module := blob.Manifest{Hash: blob.Sum([]byte("m"))}
	for name, c := range map[string]struct {
		local, remote string
		deployments   []wire.Deployment
		want          []string // lines
		conflicts     []wire.Conflict
	}{
		"nothing from afar": {local: own, want: strings.Split(strings.TrimSpace(own), "\n")},
		"beside":            {own, "[[sink]]\nname = \"b\"\n", nil, append(strings.Split(strings.TrimSpace(own), "\n"), "[[sink]]", `name = "b"`), nil},
		"into a table": {"[[job]]\nname = \"j\"\nfuel = 1\n[job.window]\nsize = \"1s\"\n", "[[job]]\nname = \"j\"\nfuel = 2\nlive = true\nwindow = {size = \"2s\"}\n", nil,
			[]string{"[[job]]", `name = "j"`, "fuel = 1", "live = true", "[job.window]", `size = "1s"`}, []wire.Conflict{{Table: "job j", Keys: []string{"fuel", "window"}}}},
		"inner from afar": {"[[job]]\nname = \"j\"\n[[job]]\nname = \"k\"\n", "[[job]]\nname = \"j\"\n[job.window]\nsize = \"2s\"\n", nil,
			[]string{"[[job]]", `name = "j"`, "[job.window]", `size = "2s"`, "[[job]]", `name = "k"`}, nil},
		"power": {"[power]\nduty = 0.5\n[[job]]\nname = \"j\"\n", "[[job]]\nname = \"k\"\n[power]\nbattery_floor = 20\nduty = 1.0\n", nil,
			[]string{"[power]", "duty = 0.5", "battery_floor = 20", "[[job]]", `name = "j"`, "[[job]]", `name = "k"`}, []wire.Conflict{{Table: "power", Keys: []string{"duty"}}}},
		"power from afar alone":  {"", "[power]\nbattery_floor = 20\n", nil, []string{"[power]", "battery_floor = 20"}, nil},
		"the same on both sides": {"[[job]]\nname = \"j\"\nfuel = 1\n", "[[job]]\nname = \"j\"\nfuel = 1\n", nil, []string{"[[job]]", `name = "j"`, "fuel = 1"}, nil},
		"deployed": {"", "", []wire.Deployment{{Name: "f", Text: "[[job]]\nmodule = \"x\"\ninput = [\"room\"]\n[[sink]]\nname = \"s\"\n", Module: module}},
			[]string{"[[job]]", `name = "f"`, `module = "/dev/modules/` + module.Hash.String() + `.wasm"`, `input = ["room"]`, "[[sink]]", `name = "s"`}, nil},
		"deployed and overruled": {"[[job]]\nname = \"f\"\ninput = [\"b\"]\n", "", []wire.Deployment{{Name: "f", Text: "[[job]]\ninput = [\"room\"]\n", Module: module}},
			[]string{"[[job]]", `name = "f"`, `input = ["b"]`, `module = "/dev/modules/` + module.Hash.String() + `.wasm"`}, []wire.Conflict{{Table: "job f", Keys: []string{"input"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := merge(t, c.local, c.remote, twin.Base{}, c.deployments...)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Split(strings.TrimSpace(m.Text), "\n"); !reflect.DeepEqual(got, c.want) {
				t.Errorf("merged to\n%s\nwant\n%s", m.Text, strings.Join(c.want, "\n"))
			}
			if !reflect.DeepEqual(m.Conflicts, c.conflicts) {
				t.Errorf("conflicts %+v, want %+v", m.Conflicts, c.conflicts)
			}
		})
	}
}

// Edits of both sides since they last agreed are both there; where they meet it is told
// whether one side or both have moved.
func TestThreeWays(t *testing.T) {
	table := func(fuel string) string {
		return "[[job]]\nname = \"j\"\n# a remark\nfuel = " + fuel + "\n"
	}
	agreed, err := merge(t, table("1"), table("1"), twin.Base{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		local, remote string
		conflicts     []wire.Conflict
		want          string
	}{
		"neither":       {table("1"), table("1"), nil, "fuel = 1\n"},
		"only afar":     {table("1"), table("2"), []wire.Conflict{{Table: "job j", Keys: []string{"fuel"}}}, "fuel = 1\n"},
		"only here":     {table("3"), table("1"), []wire.Conflict{{Table: "job j", Keys: []string{"fuel"}}}, "fuel = 3\n"},
		"both":          {table("3"), table("2"), []wire.Conflict{{Table: "job j", Keys: []string{"fuel"}, Both: true}}, "fuel = 3\n"},
		"other keys":    {table("1") + "live = true\n", table("1") + "priority = \"low\"\n", nil, "priority = \"low\"\n"},
		"only a remark": {strings.Replace(table("1"), "remark", "word", 1), table("2"), []wire.Conflict{{Table: "job j", Keys: []string{"fuel"}}}, "word"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := merge(t, c.local, c.remote, agreed.Base)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(m.Conflicts, c.conflicts) || !strings.Contains(m.Text, c.want) {
				t.Errorf("merged to\n%s, conflicts %+v; want %q in it, and %+v", m.Text, m.Conflicts, c.want, c.conflicts)
			}
		})
	}
}

func TestMergeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		remote      string
		deployments []wire.Deployment
		want        string
	}{
		"the buffer":  {"\n[buffer]\nquota_mib = 1\n", nil, "config:2: buffer: is not to be set from the server; write tables of these kinds only: source, job, dataset, sink, power"},
		"no TOML":     {"[[job]]\nname = \n", nil, "config:2: "},
		"loose keys":  {"a = 1\n", nil, "config:1: "},
		"a program":   {"[[source]]\nname = \"room\"\n\"comm\\u0061nd\" = [\"sh\"]\n", nil, "config:3: source.command: is not to be set from the server"},
		"two jobs":    {"", []wire.Deployment{{Name: "f", Text: "[[job]]\n[[job]]\n"}}, "deployment f:1: job: 2 [[job]] tables"},
		"no job":      {"", []wire.Deployment{{Name: "f"}}, "deployment f:1: job: 0 [[job]] tables"},
		"more tables": {"", []wire.Deployment{{Name: "f", Text: "[[job]]\n[[source]]\n"}}, "deployment f:2: source: is not"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := merge(t, own, c.remote, twin.Base{}, c.deployments...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

// Whatever the two sides are, what is wrong with them is told as mistakes.
func FuzzMerge(f *testing.F) {
	f.Add(own, "[[source]]\nname = \"room\"\nspeed = 2.0\n[source.fault]\nat = 1\n", "[[job]]\ninput = [\"room\"]\n")
	f.Add("[[job]]\nname=\"f\"\nwindow.size=\"1s\"", "", "[[job]]\n[job.window]\nsize=\"2s\"\n")
	f.Fuzz(func(t *testing.T, local, remote, job string) {
		d := wire.Desired{Config: remote, Deployments: []wire.Deployment{{Name: "f", Text: job}}}
		m, err := twin.Merge("edge.toml", twin.Generation{Local: local, Remote: d}, "modules", twin.Base{})
		if err == nil {
			_, err = setup.Parse("edge.toml", []byte(m.Text))
		}
		if err != nil && !errors.Is(err, config.ErrMistake) {
			t.Errorf("error of another kind: %v", err)
		}
	})
}

// A state that the disk has changed is refused, or stepped without a panic.
func FuzzState(f *testing.F) {
	kept, err := wire.Marshal(applied(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(kept)
	f.Fuzz(func(t *testing.T, kept []byte) {
		var s twin.State
		if wire.Unmarshal(kept, &s) != nil {
			return
		}
		m := twin.Restore(s)
		for _, e := range []twin.Event{twin.Booted{}, twin.Heard{Desired: version(s.Next.Version + 1)}, held, late, twin.Failed{Fault: "x"}} {
			m.Step(e)
		}
		m.Pending()
	})
}
