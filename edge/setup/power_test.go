package setup_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/power"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/internal/config"
)

func TestPower(t *testing.T) {
	const autopilot = "[[source]]\nname = \"autopilot\"\nkind = \"mavlink\"\nlink = \"udpin:127.0.0.1:14550\"\nmessages = [\"BATTERY_STATUS\"]\n"
	for name, c := range map[string]struct {
		text string
		want power.Rules
	}{
		"all of it": {autopilot + `[power]
battery_floor = 25
battery_resume = 40.5
max_temperature = 75
resume_temperature = 65
duty = 0.25
period = "20m"
on_battery = "wait"
battery = "autopilot.battery_status.battery_remaining"
temperature = "sysfs"
root = "/tmp/sys"
`, power.Rules{BatteryFloor: 25, BatteryResume: 40.5, MaxTemperature: 75, ResumeTemperature: 65, Duty: 0.25, Period: 20 * time.Minute, MainsOnly: true,
			Battery: power.Channel{Stream: "autopilot.battery_status", Name: "battery_remaining"}, Root: "/tmp/sys"}},
		"nothing of it": {"[power]\n", power.Rules{}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := setup.Parse("e.toml", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if s.Power == nil || *s.Power != c.want {
				t.Errorf("got %+v, want %+v", s.Power, c.want)
			}
		})
	}
	if s, err := setup.Parse("e.toml", nil); err != nil || s.Power != nil {
		t.Errorf("without a table: %+v, error %v", s.Power, err)
	}
}

func TestPowerMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"battery_floor = 120": "e.toml:2: power.battery_floor: is 120; choose 1 to 99 percent",
		"duty = 0":            "e.toml:2: power.duty: is 0; choose a share",
		"duty = 2":            "e.toml:2: power.duty: is 2; choose",
		"max_temperature = 70\nresume_temperature = 75": "e.toml:3: power.resume_temperature: is 75; choose one not above",
		`on_battery = "sleep"`:                          `e.toml:2: power.on_battery: "sleep" is not known; choose one of work, wait`,
		`battery = "autopilot.charge"`:                  `e.toml:2: power.battery: "autopilot.charge" is no channel of a source`,
		`floor = 1`:                                     "e.toml:2: power.floor: unknown field",
	} {
		_, err := setup.Parse("e.toml", []byte("[power]\n"+text+"\n"))
		if !errors.Is(err, config.ErrMistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", text, err, want)
		}
	}
}
