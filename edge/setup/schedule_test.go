package setup_test

import (
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/setup"
)

func schedule(t *testing.T, keys string) setup.Schedule {
	t.Helper()
	s, err := setup.Parse("e.toml", []byte("[[source]]\nname = \"a\"\nkind = \"hwmon\"\n[[job]]\nname = \"j\"\nmodule = \"j.wasm\"\ninput = [\"a\"]\nchannels = [\"y\"]\noutputs_mib = 1\n"+keys))
	if err != nil {
		t.Fatal(err)
	}
	if j := s.Jobs[0]; j.Schedule == nil || j.Stream || j.Window != nil {
		t.Fatalf("job %+v", j)
	}
	return *s.Jobs[0].Schedule
}

// Slots are where a clock on the wall, in UTC, shows them.
func TestSlots(t *testing.T) {
	f := func(keys, at, slot, next string) {
		t.Helper()
		now, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			t.Fatal(err)
		}
		s, n := schedule(t, keys).Slot(now)
		if s.Format(time.RFC3339) != slot || n.Format(time.RFC3339) != next {
			t.Errorf("%s at %s: slot %s, next %s, want %s and %s", keys, at, s.Format(time.RFC3339), n.Format(time.RFC3339), slot, next)
		}
	}
	f(`every = "15m"`, "2026-11-27T14:44:59.999Z", "2026-11-27T14:30:00Z", "2026-11-27T14:45:00Z")
	f(`every = "15m"`, "2026-11-27T14:45:00Z", "2026-11-27T14:45:00Z", "2026-11-27T15:00:00Z")
	f(`every = "15m"`, "2026-11-27T20:29:00+05:45", "2026-11-27T14:30:00Z", "2026-11-27T14:45:00Z")
	f(`every = "48h"`, "1970-01-02T12:00:00Z", "1970-01-01T00:00:00Z", "1970-01-03T00:00:00Z")
	f(`every = "1h"`, "1969-12-31T23:30:00Z", "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z")
	f(`at = "03:30"`, "2026-11-27T03:29:59Z", "2026-11-26T03:30:00Z", "2026-11-27T03:30:00Z")
	f(`at = "03:30"`, "2026-11-27T03:30:00Z", "2026-11-27T03:30:00Z", "2026-11-28T03:30:00Z")
	f(`at = "00:00"`, "2026-11-27T03:30:00Z", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z")
	f(`every = "90s"`, "2026-11-27T00:02:00Z", "2026-11-27T00:01:30Z", "2026-11-27T00:03:00Z")
}

// Every time that is taken comes at the same times of each day.
func TestEveryDividesADay(t *testing.T) {
	for n := 1; n <= 1440; n++ {
		if (24*time.Hour)%time.Duration(n) != 0 {
			continue
		}
		every := 24 * time.Hour / time.Duration(n)
		s := schedule(t, `every = "`+every.String()+`"`)
		midnight := time.Date(2027, 3, 28, 0, 0, 0, 0, time.UTC)
		if slot, _ := s.Slot(midnight); !slot.Equal(midnight) {
			t.Errorf("every %v: the slot at midnight is %v", every, slot)
		}
	}
}
