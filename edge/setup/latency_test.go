package setup

import (
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/internal/config"
)

// Readings that are critical, or whose time would be wrong by it, do not wait for others
// unless edge.toml says so.
func TestLatency(t *testing.T) {
	for text, want := range map[string]time.Duration{
		`kind = "nmea"`: 50 * time.Millisecond,
		`kind = "nmea"` + "\n" + `latency = "0s"`:                                  0,
		`kind = "nmea"` + "\n" + `latency = "1s"`:                                  time.Second,
		`kind = "mavlink"` + "\n" + `priority = "critical"`:                        0,
		`kind = "csv"` + "\n" + `priority = "critical"` + "\n" + `latency = "1ms"`: time.Millisecond,
		`kind = "command"`:                            0,
		`kind = "command"` + "\n" + `time = "t"`:      50 * time.Millisecond,
		`kind = "command"` + "\n" + `latency = "5ms"`: 5 * time.Millisecond,
	} {
		var s sourceTable
		if _, err := config.Decode("edge.toml", []byte(text), &s); err != nil || s.latency() != want {
			t.Errorf("%s: %v, %v, want %v", text, s.latency(), err, want)
		}
	}
	for text, want := range map[string]string{
		`latency = "2s"`:   "edge.toml:5: source.0.latency: is 2s; choose at most",
		`latency = "-1ms"`: "edge.toml:5: source.0.latency: is -1ms; choose at most",
	} {
		_, err := Parse("edge.toml", []byte("[[source]]\nname = \"a\"\nkind = \"nmea\"\npath = \"x\"\n"+text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := Parse("edge.toml", []byte("[[source]]\nname = \"a\"\nkind = \"hwmon\"\nlatency = \"1ms\"")); err == nil || !strings.Contains(err.Error(), "no such field") {
		t.Errorf("a source that polls: %v", err)
	}
}
