package twin_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/twin"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

func version(n uint64) wire.Desired {
	return wire.Desired{Version: n, Config: fmt.Sprintf("# %d", n), Trial: 4000}
}

func generation(n uint64) twin.Generation {
	if n == 0 {
		return twin.Generation{Local: "local", Found: true}
	}
	return twin.Generation{Local: "local", Found: true, Remote: version(n)}
}

// applied is a twin at rest that runs a version.
func applied(n uint64) twin.State {
	return twin.State{Next: generation(n).Remote, Outcome: wire.TwinApplied, Running: generation(n), Good: generation(n), Edits: 1}
}

var (
	held    = twin.Ticked{Elapsed: 2 * time.Second, Held: time.Second}
	waiting = twin.Ticked{Elapsed: 3900 * time.Millisecond, Held: 900 * time.Millisecond}
	late    = twin.Ticked{Elapsed: 4 * time.Second}
	broken  = twin.Ticked{Elapsed: 2 * time.Second, Held: 2 * time.Second, Fault: "job x: no"}
)

func TestMachine(t *testing.T) {
	for name, c := range map[string]struct {
		events  []twin.Event
		running uint64 // version
		good    uint64
		outcome string
		reason  string
	}{
		"applied":         {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, waiting, held}, 2, 2, wire.TwinApplied, ""},
		"fetching":        {[]twin.Event{twin.Heard{version(2)}, held}, 1, 1, wire.TwinFetching, ""},
		"on trial":        {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, waiting}, 2, 1, wire.TwinTrial, ""},
		"refused":         {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2, Fault: "config:3: no"}, held}, 1, 1, wire.TwinRefused, "config:3: no"},
		"impossible":      {[]twin.Event{twin.Heard{wire.Desired{Version: 2, Deployments: make([]wire.Deployment, 1)}}, twin.Fetched{2}}, 1, 1, wire.TwinRefused, "manifest"},
		"server lost":     {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, waiting, late}, 1, 1, wire.TwinRolledBack, "the server was not reached for 1s within 4s"},
		"a part fails":    {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, broken, twin.Ticked{Elapsed: 4 * time.Second, Held: 3 * time.Second, Fault: "job x: no"}}, 1, 1, wire.TwinRolledBack, "job x: no"},
		"a part recovers": {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, broken, held}, 2, 2, wire.TwinApplied, ""},
		"pipeline fails":  {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, twin.Failed{"disk"}}, 1, 1, wire.TwinRolledBack, "disk"},
		"boot loop":       {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, twin.Booted{}, twin.Booted{}, twin.Booted{}, held}, 1, 1, wire.TwinRolledBack, "started 3 times"},
		"two boots":       {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, twin.Booted{}, twin.Booted{}, held}, 2, 2, wire.TwinApplied, ""},
		"not again":       {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, late, twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}}, 1, 1, wire.TwinRolledBack, "reached"},
		"older":           {[]twin.Event{twin.Heard{version(1)}, twin.Heard{wire.Desired{}}, twin.Fetched{1}, twin.Judged{Version: 1, Fault: "x"}}, 1, 1, wire.TwinApplied, ""},
		"overtaken":       {[]twin.Event{twin.Heard{version(2)}, twin.Heard{version(3)}, twin.Fetched{2}, twin.Judged{Version: 2}, twin.Fetched{3}, twin.Judged{Version: 3}, held}, 3, 3, wire.TwinApplied, ""},
		"overtaken trial": {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, twin.Heard{version(3)}, twin.Fetched{3}, twin.Judged{Version: 3}, late}, 1, 1, wire.TwinRolledBack, "reached"},
		"next refused":    {[]twin.Event{twin.Heard{version(2)}, twin.Fetched{2}, twin.Judged{Version: 2}, twin.Heard{version(3)}, twin.Fetched{3}, twin.Judged{Version: 3, Fault: "no"}, held}, 2, 2, wire.TwinRefused, "no"},
		"fails untried":   {[]twin.Event{twin.Failed{"disk"}, late, twin.Booted{}, twin.Booted{}, twin.Booted{}, twin.Booted{}}, 1, 1, wire.TwinApplied, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := twin.Restore(applied(1))
			for _, e := range c.events {
				m.Step(e)
			}
			s := m.State()
			if s.Running.Remote.Version != c.running || s.Good.Remote.Version != c.good || s.Outcome != c.outcome || !strings.Contains(s.Reason, c.reason) {
				t.Errorf("version %d runs, %d is good, %s: %q; want %d, %d, %s: %q", s.Running.Remote.Version, s.Good.Remote.Version, s.Outcome, s.Reason, c.running, c.good, c.outcome, c.reason)
			}
		})
	}
}

// drive does what the actions say, as a keeper would, until nothing is left to do.
func drive(m *twin.Machine, actions []twin.Action, fault string, runs *[]twin.Generation) {
	for len(actions) > 0 {
		a := actions[0]
		actions = actions[1:]
		switch a {
		case twin.Fetch:
			actions = append(actions, m.Step(twin.Fetched{Version: m.State().Next.Version})...)
		case twin.Judge:
			actions = append(actions, m.Step(twin.Judged{Version: m.State().Next.Version, Fault: fault})...)
		case twin.Run:
			*runs = append(*runs, m.State().Running)
		}
	}
}

// A device that is switched off after any transition, before or after its actions, ends
// where an undisturbed one does, and runs nothing but the old or the new setup.
func TestKilledAfterEveryTransition(t *testing.T) {
	for name, c := range map[string]struct {
		fault string
		tick  twin.Ticked
		want  uint64
		as    string
	}{
		"applied":     {"", held, 2, wire.TwinApplied},
		"refused":     {"config:1: no", held, 1, wire.TwinRefused},
		"rolled back": {"", late, 1, wire.TwinRolledBack},
	} {
		t.Run(name, func(t *testing.T) {
			steps := []func(*twin.Machine) []twin.Action{
				func(m *twin.Machine) []twin.Action { return m.Step(twin.Heard{Desired: version(2)}) },
				func(m *twin.Machine) []twin.Action { return m.Step(twin.Fetched{Version: 2}) },
				func(m *twin.Machine) []twin.Action { return m.Step(twin.Judged{Version: 2, Fault: c.fault}) },
				func(m *twin.Machine) []twin.Action { return m.Step(c.tick) },
			}
			for killed := range len(steps) + 1 {
				m := twin.Restore(applied(1))
				for _, step := range steps[:killed] {
					step(m)
				}
				// The power goes: what is kept is the state, as bytes.
				kept, err := wire.Marshal(m.State())
				if err != nil {
					t.Fatal(err)
				}
				var s twin.State
				if err := wire.Unmarshal(kept, &s); err != nil {
					t.Fatal(err)
				}
				m = twin.Restore(s)
				var runs []twin.Generation
				m.Step(twin.Booted{})
				runs = append(runs, m.State().Running)
				drive(m, m.Pending(), c.fault, &runs)
				drive(m, m.Step(twin.Heard{Desired: version(2)}), c.fault, &runs) // the server says it again
				drive(m, m.Step(c.tick), c.fault, &runs)
				s = m.State()
				if s.Running.Remote.Version != c.want || s.Good.Remote.Version != c.want || s.Outcome != c.as || s.Boots != 0 {
					t.Errorf("killed after step %d: version %d runs, %d is good, %s, %d boots; want %d, %s", killed, s.Running.Remote.Version, s.Good.Remote.Version, s.Outcome, s.Boots, c.want, c.as)
				}
				for _, g := range runs {
					if !reflect.DeepEqual(g, generation(1)) && !reflect.DeepEqual(g, generation(2)) {
						t.Errorf("killed after step %d: a mixture ran: %+v", killed, g)
					}
				}
			}
		})
	}
}

func TestEdits(t *testing.T) {
	edit := twin.Edited{Local: "new", Found: true}
	trial := []twin.Event{twin.Heard{Desired: version(2)}, twin.Fetched{Version: 2}, twin.Judged{Version: 2}}
	for name, c := range map[string]struct {
		events              []twin.Event
		running, good, told string
		edits               uint64
	}{
		"at rest":                 {[]twin.Event{edit}, "new", "new", "", 2},
		"with mistakes":           {[]twin.Event{twin.Edited{Local: "bad", Found: true, Fault: "edge.toml:1: no"}}, "local", "local", "edge.toml:1: no", 1},
		"mended":                  {[]twin.Event{twin.Edited{Local: "bad", Found: true, Fault: "no"}, edit}, "new", "new", "", 2},
		"taken back":              {[]twin.Event{twin.Edited{Local: "bad", Found: true, Fault: "no"}, twin.Edited{Local: "local", Found: true}}, "local", "local", "", 1},
		"in a trial":              {append(trial, edit, late), "new", "new", "", 2},
		"only for what is tried":  {append(trial, twin.Edited{Local: "new", Found: true, GoodFault: "no"}, late), "local", "local", "", 2},
		"for what is tried, kept": {append(trial, twin.Edited{Local: "new", Found: true, GoodFault: "no"}, held), "new", "new", "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			m := twin.Restore(applied(1))
			for _, e := range c.events {
				m.Step(e)
			}
			if s := m.State(); s.Running.Local != c.running || s.Good.Local != c.good || s.Fault != c.told || s.Edits != c.edits {
				t.Errorf("%q runs, %q is good, fault %q, %d edits; want %q, %q, %q, %d", s.Running.Local, s.Good.Local, s.Fault, s.Edits, c.running, c.good, c.told, c.edits)
			}
		})
	}
}
