package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/config"
)

func TestTables(t *testing.T) {
	text := "# top\nspeed = 1\n[buffer]\nquota = 2\n\n[[job]] # first\nname = \"a\"\nconfig = \"\"\"\n[[no]]\n# \"\"\"\ninput = [\n  \"x\",\n]\n[job.window]\nsize = \"1s\"\n[[job.more]]\nk = 1\n[[job.more]]\nk = 2\n[[job]]\nname = \"b\""
	tables, err := config.Tables("f.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, table := range tables {
		fmt.Fprintf(&got, "%s %s %d:", table.Kind, table.Name, table.Head.Line)
		for _, k := range table.Keys {
			fmt.Fprintf(&got, " %s@%d,%d", k.Name, k.Line, strings.Count(k.Text, "\n"))
		}
		got.WriteString("\n")
	}
	want := "  0: speed@2,1\nbuffer  3: quota@4,2\njob a 6: name@7,1 config@8,3 input@11,3 window@14,2 more@16,2 more@18,2\njob b 20: name@21,1\n"
	if got.String() != want {
		t.Errorf("tables\n%swant\n%s", &got, want)
	}
	if _, err := config.Tables("f.toml", []byte("[a]\nb = \n")); !errors.Is(err, config.ErrMistake) || !strings.HasPrefix(err.Error(), "f.toml:2: ") {
		t.Errorf("error %v, want a mistake on line 2", err)
	}
}

func FuzzTables(f *testing.F) {
	f.Add("[buffer]\nquota = 2\n[[job]]\nname = \"a\"\n[job.window]\nsize = \"1s\"\n")
	f.Add("a.b = 1\n[c.d]\ne = '''\n'''")
	f.Fuzz(func(t *testing.T, text string) {
		tables, err := config.Tables("f.toml", []byte(text))
		if err != nil {
			return
		}
		// No line is lost or there twice, but those before the first key.
		var whole strings.Builder
		for _, table := range tables {
			whole.WriteString(table.Head.Text)
			for _, k := range table.Keys {
				whole.WriteString(k.Text)
			}
		}
		if n := strings.Count(text, "\n") + 1; strings.Count(whole.String(), "\n") > n {
			t.Errorf("%q became %q", text, whole.String())
		}
	})
}
