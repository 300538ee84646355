package twin

import (
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// A mistake is told by the file, line, table and key that somebody wrote: nobody sees the
// numbers of the merged text.
func TestMistakesArePlaced(t *testing.T) {
	const own = "# ours\n\n[[source]]\nname = \"room\"\nkind = \"hwmon\"\n[[sink]]\nname = \"log\"\nkind = \"file\"\npath = \"x\"\ninput = [\"room\"]\n"
	for name, c := range map[string]struct{ remote, want string }{
		"beside":               {"[[source]]\nname = \"hall\"\nkind = \"hwmn\"\n", `config:3: source.hall.kind: "hwmn" is not known`},
		"into a table":         {"[[source]]\nname = \"room\"\ninterval = \"-1s\"\n", "config:3: source.room.interval: is -1s"},
		"a key missing":        {"\n[[sink]]\nname = \"cloud\"\nkind = \"file\"\ninput = [\"room\"]\n", "config:2: sink.cloud.path: is missing"},
		"without a name":       {"[[sink]]\nkind = \"file\"\npath = \"y\"\ninput = [\"room\"]\n", "config:1: sink.name: is missing"},
		"another's name":       {"[[sink]]\nname = \"room\"\nkind = \"file\"\npath = \"y\"\ninput = [\"room\"]\n", `config:2: sink.room.name: "room" is the name of another [[source]] too; choose another`},
		"one that we overrule": {"[[sink]]\nname = \"log\"\npath = 1\nfoo = 1\n", "config:4: sink.log.foo: unknown field"},
		"another's key":        {"[[source]]\nname = \"room\"\nbaud = 1\n", "config:3: source.room.baud: a source of kind hwmon has no such field"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Merge("edge.toml", Generation{Local: own, Found: true, Remote: wire.Desired{Version: 1, Config: c.remote}}, "modules", Base{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = setup.Parse("edge.toml", []byte(m.Text))
			if err = m.place(err); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}
