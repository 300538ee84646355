package setup

import (
	"fmt"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/power"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// powerTable is the [power] table: when jobs and training wait.
type powerTable struct {
	BatteryFloor      float64         `toml:"battery_floor"`
	BatteryResume     float64         `toml:"battery_resume"`
	MaxTemperature    float64         `toml:"max_temperature"`
	ResumeTemperature float64         `toml:"resume_temperature"`
	Duty              *float64        `toml:"duty"`
	Period            config.Duration `toml:"period"`
	OnBattery         string          `toml:"on_battery"`
	Battery           string          `toml:"battery"`
	Temperature       string          `toml:"temperature"`
	Root              string          `toml:"root"`
}

// sysfsWord names the kernel as the source of a value.
const sysfsWord = "sysfs"

// parse gives nil for a table that is not there.
func (t *powerTable) parse(p parser, s Setup) *power.Rules {
	if t == nil {
		return nil
	}
	at := place{p, "power"}
	r := power.Rules{BatteryFloor: t.BatteryFloor, BatteryResume: t.BatteryResume, MaxTemperature: t.MaxTemperature, ResumeTemperature: t.ResumeTemperature,
		Period: time.Duration(t.Period), Root: t.Root, MainsOnly: oneOf(at, "on_battery", t.OnBattery, []string{"work", "wait"}, []bool{false, true}),
		Battery: channelOf(at, "battery", t.Battery, s), Temperature: channelOf(at, "temperature", t.Temperature, s)}
	if t.Duty != nil {
		r.Duty = *t.Duty
		at.check(r.Duty != 0, "duty", "is 0", "choose a share above 0, as 0.25")
	}
	at.check(r.Battery == (power.Channel{}) || r.Battery != r.Temperature, "temperature", "is the channel of the battery", "name another")
	if err := r.Validate(); err != nil {
		for line := range strings.Lines(err.Error()) {
			field, problem, _ := strings.Cut(strings.TrimSpace(line), " ")
			problem, remedy, _ := strings.Cut(problem, ": ")
			at.check(false, field, problem, remedy)
		}
	}
	return &r
}

// channelOf reads "sysfs" or "<stream>.<channel>"; streams may have dots themselves, and
// channels too.
func channelOf(at place, field, text string, s Setup) power.Channel {
	if text == "" || text == sysfsWord {
		return power.Channel{}
	}
	var names []string
	for _, src := range s.Sources {
		for _, stream := range src.Streams {
			if name, is := strings.CutPrefix(text, stream+"."); is && name != "" {
				return power.Channel{Stream: stream, Name: name}
			}
			names = append(names, stream)
		}
	}
	at.check(false, field, fmt.Sprintf("%.80q is no channel of a source", text), `write "sysfs", or a source and its channel, as "autopilot.battery_status.battery_remaining"; sources are: `+strings.Join(names, ", "))
	return power.Channel{}
}
