package doctor

import (
	"fmt"
	"strings"

	"github.com/tadpole-edge/tadpole/edge/power"
	"github.com/tadpole-edge/tadpole/edge/setup"
)

// supply looks at what [power] asks for and what the kernel tells.
func supply(s setup.Setup) Finding {
	var rules power.Rules
	if s.Power != nil {
		rules = *s.Power
	}
	state := power.New(power.Config{Rules: rules}).State()
	value := func(v *float64, unit string) string {
		if v == nil {
			return "unknown"
		}
		return fmt.Sprintf("%.0f %s", *v, unit)
	}
	f := Finding{Good, "power", fmt.Sprintf("battery %s, temperature %s, supply %s", value(state.Battery, "%"), value(state.Temperature, "°C"), state.Supply), ""}
	switch {
	case s.Power == nil && state.Battery != nil:
		f.Grade, f.Remedy = Warn, "it has a battery, and nothing says when to spare it: add a [power] table with a battery_floor to edge.toml"
	case s.Power == nil:
	case rules.BatteryFloor > 0 && rules.Battery == (power.Channel{}) && state.Battery == nil:
		f.Grade, f.Remedy = Warn, "the kernel tells of no battery, so battery_floor does nothing: name a channel with battery = \"SOURCE.CHANNEL\""
	case rules.MaxTemperature != 0 && rules.Temperature == (power.Channel{}) && state.Temperature == nil:
		f.Grade, f.Remedy = Warn, "the kernel tells of no temperature, so max_temperature does nothing: name a channel with temperature = \"SOURCE.CHANNEL\""
	case rules.MainsOnly && state.Supply == "unknown":
		f.Grade, f.Remedy = Warn, "the kernel does not tell mains from battery, so on_battery does nothing"
	case len(state.Faults) > 0:
		f.Grade, f.Remedy = Warn, "these values are ignored: "+strings.Join(state.Faults, "; ")
	case state.Wait == power.Battery || state.Wait == power.Heat || state.Wait == power.Supply:
		f.Found += "; no work for now: " + state.Detail
	}
	return f
}
