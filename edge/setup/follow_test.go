package setup_test

import (
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/setup"
)

func TestFollow(t *testing.T) {
	const table = "[[source]]\nname = \"a\"\nkind = \"jsonl\"\npath = \"x\"\nvalues = [\"v\"]\nfollow = true\n"
	s, err := setup.Parse("e.toml", []byte(table))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sources[0].Open(); err != nil {
		t.Error(err)
	}
	want := "e.toml:8: source.0.speed: is set for a file that is followed; leave it out"
	if _, err := setup.Parse("e.toml", []byte(table+"time = \"t\"\nspeed = 1.0\n")); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("followed at a speed: %v, want %s", err, want)
	}
	if _, err := setup.Parse("e.toml", []byte(strings.Replace(table, `"jsonl"`, `"nmea"`, 1))); err == nil || !strings.Contains(err.Error(), "no such field") {
		t.Errorf("another kind: %v", err)
	}
}
