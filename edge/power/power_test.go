package power_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tadpole-edge/tadpole/edge/power"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var none = math.NaN()

// at is a sample at a time.
type at struct {
	time time.Duration
	power.Sample
	want power.Reason
}

func TestMachine(t *testing.T) {
	percent := func(when time.Duration, v float64, want power.Reason) at {
		return at{when, power.Sample{Battery: v, Temperature: none}, want}
	}
	heat := func(when time.Duration, v float64, want power.Reason) at {
		return at{when, power.Sample{Battery: none, Temperature: v}, want}
	}
	battery := power.Rules{BatteryFloor: 20, BatteryResume: 40}
	hot := power.Rules{MaxTemperature: 70, ResumeTemperature: 60}
	const s, m = time.Second, time.Minute
	for name, c := range map[string]struct {
		rules power.Rules
		steps []at
	}{
		"no rules":                     {power.Rules{}, []at{percent(0, 1, ""), heat(s, 99, "")}},
		"the floor itself is enough":   {battery, []at{percent(0, 20, ""), percent(s, 19.9, "battery")}},
		"waits for the resume":         {battery, []at{percent(0, 10, "battery"), percent(s, 39, "battery"), percent(2*s, 40, ""), percent(3*s, 21, ""), percent(4*s, 19, "battery")}},
		"resume by default":            {power.Rules{BatteryFloor: 95}, []at{percent(0, 90, "battery"), percent(s, 99, "battery"), percent(2*s, 100, "")}},
		"heat":                         {hot, []at{heat(0, 70, ""), heat(s, 70.1, "heat"), heat(2*s, 61, "heat"), heat(3*s, 60, ""), heat(4*s, 69, "")}},
		"heat by default":              {power.Rules{MaxTemperature: 70}, []at{heat(0, 71, "heat"), heat(s, 66, "heat"), heat(2*s, 65, "")}},
		"mains only":                   {power.Rules{MainsOnly: true}, []at{{0, power.Sample{Mains: power.OnBattery}, "mains"}, {s, power.Sample{Mains: power.OnMains}, "mains"}, {9 * s, power.Sample{Mains: power.OnMains}, "mains"}, {10 * s, power.Sample{Mains: power.OnMains}, ""}, {11 * s, power.Sample{Mains: power.OnBattery}, "mains"}, {21 * s, power.Sample{}, ""}}},
		"nonsense is no value":         {battery, []at{percent(0, 50, ""), percent(s, -1, ""), percent(2*s, 101, ""), percent(3*s, math.Inf(-1), "")}},
		"nonsense heat is no value":    {hot, []at{heat(0, 50, ""), heat(s, 1000, ""), heat(2*s, -273, "")}},
		"waits for a first value":      {battery, []at{percent(0, none, "unknown"), percent(59*s, none, "unknown"), percent(m, none, "")}},
		"a first value ends the wait":  {battery, []at{percent(0, none, "unknown"), percent(s, 80, "")}},
		"silent at work goes on":       {battery, []at{percent(0, 80, ""), percent(24*60*m, none, "")}},
		"silent while low gives up":    {battery, []at{percent(0, 10, "battery"), percent(30*m, none, "battery"), percent(31*m, none, "")}},
		"speaks again and is low":      {battery, []at{percent(0, 10, "battery"), percent(31*m, none, ""), percent(32*m, 15, "battery")}},
		"low and hot is low":           {power.Rules{BatteryFloor: 20, MaxTemperature: 70}, []at{{0, power.Sample{Battery: 10, Temperature: 80}, "battery"}, {s, power.Sample{Battery: 90, Temperature: 80}, "heat"}}},
		"one of two sensors is silent": {power.Rules{BatteryFloor: 20, MaxTemperature: 70}, []at{percent(0, 90, "unknown"), percent(m, 90, "")}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.rules.Validate(); err != nil {
				t.Fatal(err)
			}
			machine := power.NewMachine(c.rules)
			for i, step := range c.steps {
				if got := machine.Step(step.time, step.Sample, 0); got.Wait != step.want || (got.Wait == "") != (got.Detail == "") {
					t.Errorf("step %d: %+v, want %q", i, got, step.want)
				}
			}
		})
	}
}

// By random samples: below the floor there is never work, and once it stopped there is
// none below the value to resume at.
func TestMachineNeverWorksBelowTheFloor(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for run := range 200 {
		rules := power.Rules{BatteryFloor: 1 + 60*r.Float64(), MaxTemperature: 40 + 40*r.Float64(), Duty: 0.1 + 0.9*r.Float64()}
		rules.BatteryResume = rules.BatteryFloor + (100-rules.BatteryFloor)*r.Float64()
		if r.IntN(2) == 0 {
			rules = rules.WithDefaults()
		}
		if err := rules.Validate(); err != nil {
			t.Fatal(err)
		}
		full := rules.WithDefaults()
		machine := power.NewMachine(rules)
		var now, worked time.Duration
		latest, low := none, false
		level, heat := 100*r.Float64(), 80*r.Float64()
		for range 2000 {
			now += time.Duration(r.IntN(20)) * time.Second
			level = min(100, max(0, level+10*r.NormFloat64()))
			heat = min(100, max(0, heat+10*r.NormFloat64()))
			s := power.Sample{Battery: level, Temperature: heat}
			switch r.IntN(10) {
			case 0:
				s.Battery = none
			case 1:
				s.Battery = 1000
			default:
				latest = level
				low = level < full.BatteryFloor || low && level < full.BatteryResume
			}
			state := machine.Step(now, s, worked)
			if state.Wait == power.May {
				worked += time.Second
				if low || latest < full.BatteryFloor {
					t.Fatalf("run %d: works at %v %%, floor %v, resume %v", run, latest, full.BatteryFloor, full.BatteryResume)
				}
				if heat > full.MaxTemperature {
					t.Fatalf("run %d: works at %v °C, at most %v", run, heat, full.MaxTemperature)
				}
			}
		}
	}
}

// In simulated time: the share of work over hours is the duty's, to 1 %, if there is
// always work, and a period is what it says.
func TestDutyCycle(t *testing.T) {
	for _, duty := range []float64{0.05, 0.25, 0.5, 0.9, 1} {
		for _, period := range []time.Duration{time.Minute, 10 * time.Minute} {
			t.Run(fmt.Sprint(duty, period), func(t *testing.T) {
				machine := power.NewMachine(power.Rules{Duty: duty, Period: period})
				const step, long = time.Second, 12 * time.Hour
				var worked time.Duration
				turns, works := 0, true
				var last power.State
				for now := time.Duration(0); now < long; now += step {
					last = machine.Step(now, power.Sample{Battery: none, Temperature: none}, worked)
					may := last.Wait == power.May
					if may {
						worked += step
					}
					if may && !works {
						turns++
					}
					works = may
				}
				share := float64(worked) / float64(long)
				if math.Abs(share-duty) > 0.01 || math.Abs(last.Worked-duty) > 0.01 {
					t.Errorf("worked %.4f of the time (told %.4f), want %v", share, last.Worked, duty)
				}
				want := int(long / period)
				if duty == 1 {
					want = 0
				}
				if math.Abs(float64(turns-want)) > 0.1*float64(want) {
					t.Errorf("rested %d times in %v, want %d", turns, long, want)
				}
			})
		}
	}
}

// A device that seldom has work need not wait for it.
func TestDutyCycleIsNotUsedUpByRest(t *testing.T) {
	machine := power.NewMachine(power.Rules{Duty: 0.25})
	var worked time.Duration
	for now := time.Duration(0); now < 12*time.Hour; now += time.Second {
		state := machine.Step(now, power.Sample{}, worked)
		if state.Wait != power.May {
			t.Fatalf("waits at %v: %s", now, state.Detail)
		}
		if now%(20*time.Minute) < 2*time.Minute {
			worked += time.Second
		}
	}
}

// Other rules hold at once, and what was known before counts under them.
func TestMachineFollowsOtherRules(t *testing.T) {
	const s, m = time.Second, time.Minute
	type step struct {
		at     time.Duration
		rules  *power.Rules // that hold from then on; nil = the same
		sample power.Sample
		worked time.Duration
		want   power.Reason
	}
	follow := func(at time.Duration, r power.Rules, battery, heat float64, want power.Reason) step {
		return step{at, &r, power.Sample{Battery: battery, Temperature: heat}, 0, want}
	}
	stay := func(at time.Duration, battery, heat float64, want power.Reason) step {
		return step{at, nil, power.Sample{Battery: battery, Temperature: heat}, 0, want}
	}
	for name, steps := range map[string][]step{
		"a lower floor lets it work":       {follow(0, power.Rules{BatteryFloor: 50}, 45, none, "battery"), follow(s, power.Rules{BatteryFloor: 20}, 45, none, "")},
		"a lower resume is waited for":     {follow(0, power.Rules{BatteryFloor: 50, BatteryResume: 90}, 45, none, "battery"), follow(s, power.Rules{BatteryFloor: 50, BatteryResume: 60}, 55, none, "battery"), stay(2*s, 60, none, "")},
		"a higher floor stops it":          {follow(0, power.Rules{BatteryFloor: 20}, 45, none, ""), follow(s, power.Rules{BatteryFloor: 50}, none, none, "battery")},
		"no floor any more":                {follow(0, power.Rules{BatteryFloor: 50}, 45, none, "battery"), follow(s, power.Rules{}, 45, none, "")},
		"no maximum any more":              {follow(0, power.Rules{MaxTemperature: 50}, none, 60, "heat"), follow(s, power.Rules{}, none, 60, "")},
		"another rule keeps a hot one hot": {follow(0, power.Rules{MaxTemperature: 50, ResumeTemperature: 40}, 80, 60, "heat"), follow(s, power.Rules{MaxTemperature: 50, ResumeTemperature: 40, BatteryFloor: 20}, 80, 45, "heat")},
		"a new sensor is waited for":       {follow(0, power.Rules{}, none, none, ""), follow(10*m, power.Rules{BatteryFloor: 20}, none, none, "unknown"), stay(11*m, none, none, "")},
		"mains only, and not":              {{0, &power.Rules{MainsOnly: true}, power.Sample{Mains: power.OnBattery}, 0, "mains"}, {s, &power.Rules{}, power.Sample{Mains: power.OnBattery}, 0, ""}},
		"work without a duty is no debt": {{0, &power.Rules{}, power.Sample{}, 0, ""}, {2 * m, nil, power.Sample{}, 2 * m, ""}, {2 * m, &power.Rules{Duty: 0.5, Period: 4 * m}, power.Sample{}, 2 * m, ""},
			{3*m + 59*s, nil, power.Sample{}, 3*m + 59*s, ""}, {4 * m, nil, power.Sample{}, 4 * m, "duty"}, {4*m + s, &power.Rules{}, power.Sample{}, 4 * m, ""}},
		"another rule pays no debt": {{0, &power.Rules{Duty: 0.5, Period: 4 * m}, power.Sample{}, 0, ""}, {3 * m, nil, power.Sample{}, 3 * m, "duty"}, {3*m + s, &power.Rules{Duty: 0.5, Period: 4 * m, BatteryFloor: 1}, power.Sample{Battery: 50}, 3 * m, "duty"}},
	} {
		t.Run(name, func(t *testing.T) {
			machine := power.NewMachine(*steps[0].rules)
			for i, step := range steps {
				if step.rules != nil && i > 0 {
					machine.Follow(step.at, *step.rules)
				}
				if got := machine.Step(step.at, step.sample, step.worked); got.Wait != step.want {
					t.Errorf("step %d: %+v, want %q", i, got, step.want)
				}
			}
		})
	}
}

func TestRulesMistakes(t *testing.T) {
	for want, rules := range map[string]power.Rules{
		"battery_floor is 100":                                   {BatteryFloor: 100},
		"battery_floor is NaN":                                   {BatteryFloor: none},
		"battery_resume is 10":                                   {BatteryFloor: 20, BatteryResume: 10},
		"battery_resume is 10: choose a battery_floor too":       {BatteryResume: 10},
		"max_temperature is 1000":                                {MaxTemperature: 1000},
		"resume_temperature is 80":                               {MaxTemperature: 70, ResumeTemperature: 80},
		"resume_temperature is 80: choose a max_temperature too": {ResumeTemperature: 80},
		"duty is 1.5":                                            {Duty: 1.5},
		"duty is NaN":                                            {Duty: none},
		"period is 1ms":                                          {Period: time.Millisecond},
		"duty is -1: choose a share abo":                         {Duty: -1},
	} {
		if err := rules.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", rules, err, want)
		}
	}
}

// tree writes files of a sysfs below a new directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, "class", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestSysfs(t *testing.T) {
	laptop := map[string]string{
		"power_supply/AC/type": "Mains", "power_supply/AC/online": "0",
		"power_supply/BAT0/type": "Battery", "power_supply/BAT0/status": "Discharging", "power_supply/BAT0/capacity": "63", "power_supply/BAT0/present": "1",
		"power_supply/hidpp_battery_0/type": "Battery", "power_supply/hidpp_battery_0/scope": "Device", "power_supply/hidpp_battery_0/capacity": "5", "power_supply/hidpp_battery_0/status": "Discharging",
		"thermal/thermal_zone0/temp": "47000", "thermal/thermal_zone0/type": "acpitz", "thermal/thermal_zone1/temp": "-273200",
		"hwmon/hwmon2/name": "coretemp", "hwmon/hwmon2/temp1_input": "58500", "hwmon/hwmon2/temp2_input": "1000000", "hwmon/hwmon2/fan1_input": "90000000",
	}
	for name, c := range map[string]struct {
		files   map[string]string
		battery float64
		heat    float64
		supply  string
		faults  []string
	}{
		"nothing":                           {nil, none, none, "unknown", nil},
		"laptop on battery":                 {laptop, 63, 58.5, "battery", []string{`thermal/thermal_zone1/temp tells "-273200"`, `hwmon/hwmon2/temp2_input tells "1000000"`}},
		"raspberry pi":                      {map[string]string{"thermal/thermal_zone0/temp": "51540", "thermal/thermal_zone0/type": "cpu-thermal"}, none, 51.54, "unknown", nil},
		"usb charger":                       {map[string]string{"power_supply/axp20x-usb/type": "USB", "power_supply/axp20x-usb/online": "1", "power_supply/axp20x-battery/type": "Battery", "power_supply/axp20x-battery/status": "Charging", "power_supply/axp20x-battery/capacity": "7"}, 7, none, "mains", nil},
		"battery without a charger's entry": {map[string]string{"power_supply/bq27/type": "Battery", "power_supply/bq27/status": "Discharging", "power_supply/bq27/capacity": "40"}, 40, none, "battery", nil},
		"full at 0 %":                       {map[string]string{"power_supply/b/type": "Battery", "power_supply/b/status": "Full", "power_supply/b/capacity": "0"}, none, none, "mains", []string{`b tells a capacity of "0", status "Full"`}},
		"no number":                         {map[string]string{"power_supply/b/type": "Battery", "power_supply/b/status": "Unknown", "power_supply/b/capacity": "nan"}, none, none, "unknown", []string{`b tells a capacity of "nan"`}},
		"no capacity":                       {map[string]string{"power_supply/b/type": "Battery"}, none, none, "unknown", []string{"b does not tell its capacity"}},
		"two batteries":                     {map[string]string{"power_supply/a/type": "Battery", "power_supply/a/capacity": "10", "power_supply/b/type": "Battery", "power_supply/b/capacity": "60"}, 35, none, "unknown", nil},
		"battery taken out":                 {map[string]string{"power_supply/a/type": "Battery", "power_supply/a/capacity": "0", "power_supply/a/present": "0"}, none, none, "unknown", nil},
		"wireless and USB off":              {map[string]string{"power_supply/w/type": "Wireless", "power_supply/w/online": "1", "power_supply/u/type": "USB", "power_supply/u/online": "0"}, none, none, "mains", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := power.New(power.Config{Rules: power.Rules{Root: tree(t, c.files)}}).State()
			if !same(s.Battery, c.battery) || !same(s.Temperature, c.heat) || s.Supply != c.supply || len(s.Faults) != len(c.faults) {
				t.Errorf("got %s, want %v %%, %v °C, %s, %q", text(s), c.battery, c.heat, c.supply, c.faults)
			}
			for i, want := range c.faults {
				if i < len(s.Faults) && !strings.Contains(s.Faults[i], want) {
					t.Errorf("fault %q, want %q in it", s.Faults[i], want)
				}
			}
		})
	}
}

func same(got *float64, want float64) bool {
	if got == nil {
		return math.IsNaN(want)
	}
	return *got == want
}

func text(s power.State) string {
	told := func(v *float64) any {
		if v == nil {
			return "unknown"
		}
		return *v
	}
	return fmt.Sprintf("%v %%, %v °C, %s, %q", told(s.Battery), told(s.Temperature), s.Supply, s.Faults)
}

// The sysfs of the machine that runs this gives values or none, and nothing odd.
func TestThisMachine(t *testing.T) {
	s := power.New(power.Config{}).State()
	t.Log(text(s))
	if s.Wait != power.May {
		t.Errorf("without rules it waits: %s", s.Detail)
	}
}

func TestMonitorFollowsSysfsAndChannels(t *testing.T) {
	root := tree(t, map[string]string{"power_supply/BAT0/type": "Battery", "power_supply/BAT0/status": "Discharging", "power_supply/BAT0/capacity": "80"})
	capacity := filepath.Join(root, "class/power_supply/BAT0/capacity")
	core := power.Channel{Stream: "autopilot.battery_status", Name: "temperature"}
	changes := make(chan power.State, 10)
	m := power.New(power.Config{Rules: power.Rules{BatteryFloor: 20, MaxTemperature: 60, Temperature: core, Root: root}, Interval: time.Millisecond, Changed: func(s power.State) { changes <- s }})
	if got := m.Channels(); len(got) != 1 || got[0] != core {
		t.Errorf("channels %v", got)
	}
	done := make(chan error)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { done <- m.Run(ctx) }()
	want := func(why power.Reason) {
		t.Helper()
		select {
		case s := <-changes:
			if s.Wait != why || m.Paused() != s.Detail {
				t.Errorf("got %q (%s), want %q", s.Wait, s.Detail, why)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("no change, want %q", why)
		}
	}
	want(power.Unknown)
	m.Observe(core, 40)
	want(power.May)
	if err := os.WriteFile(capacity, []byte("19\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(power.Battery)
	m.Observe(core, 1000)
	for len(m.State().Faults) == 0 {
		m.Observe(core, 1000)
	}
	m.Observe(core, 61)
	if err := os.WriteFile(capacity, []byte("30\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(power.Heat)
	m.Follow(power.Rules{BatteryFloor: 40, Root: root})
	want(power.Battery)
	if got := m.Channels(); len(got) != 0 {
		t.Errorf("channels %v, though the rules name none any more", got)
	}
	m.Follow(power.Rules{Root: root})
	want(power.May)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
