// Package power decides whether the device may work: whether its battery, its heat and
// its duty cycle leave room for jobs and training.
//
//	sysfs, MAVLink -> Sample -> Machine -> State -> jobs wait or go on
//
// Samples of battery (percent), temperature (degrees Celsius) and mains flow into a
// Machine, with the time and how long jobs have worked; a State flows out that says
// whether there may be work and, if not, why. The machine is pure. A Monitor feeds it:
// from sysfs, or from what the pipeline reads, as of an autopilot. Who stops the work is
// the parent's business.
//
// # What is not known
//
// A value that makes no sense (no number, 0 % of a battery that is full, -273 °C) is said
// once and ignored. A sensor that has been silent for Fresh is unknown, and the unknown
// never blocks for ever: a device whose sensor has died would be lost to its fleet for
// good, while one that works on an empty battery is switched off by its own hardware. So
//   - at the start the machine waits for a first value for at most Patience;
//   - what stopped for a value that was too low or too hot stays stopped for at most
//     GiveUp after the last value, and then goes on;
//   - what was going on goes on.
package power

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// How long a value holds, and what is unknown blocks; and for how long a device must have
// been on mains before it counts, for plugs are loose.
const (
	Fresh    = 2 * time.Minute
	Patience = time.Minute
	GiveUp   = 30 * time.Minute
	steady   = 10 * time.Second
)

// Rules are the [power] table of edge.toml. The zero value lets everything work at any
// time.
type Rules struct {
	BatteryFloor      float64       // percent below which nothing works; 0 = no such rule
	BatteryResume     float64       // percent from which it works again; 0 = 10 above the floor
	MaxTemperature    float64       // degrees Celsius above which nothing works; 0 = no such rule
	ResumeTemperature float64       // degrees Celsius below which it works again; 0 = 5 below the maximum
	Duty              float64       // share of the time that jobs may work; 0 = all
	Period            time.Duration // over which the share is spread: it works for Duty*Period, then rests; 0 = 10 min
	MainsOnly         bool          // nothing works on battery
	Battery           Channel       // where its percent come from; zero = sysfs
	Temperature       Channel       // zero = sysfs: the hottest of all thermal zones and hwmon chips
	Root              string        // of sysfs; "" = /sys
}

// Channel is a channel of a stream that the pipeline reads.
type Channel struct{ Stream, Name string }

// Defaults of Rules.
const (
	defaultPeriod = 10 * time.Minute
	batteryMargin = 10
	heatMargin    = 5
)

// WithDefaults fills in what was left open.
func (r Rules) WithDefaults() Rules {
	if r.BatteryFloor > 0 && r.BatteryResume == 0 {
		r.BatteryResume = min(100, r.BatteryFloor+batteryMargin)
	}
	if r.MaxTemperature != 0 && r.ResumeTemperature == 0 {
		r.ResumeTemperature = r.MaxTemperature - heatMargin
	}
	if r.Duty == 0 {
		r.Duty = 1
	}
	if r.Period == 0 {
		r.Period = defaultPeriod
	}
	return r
}

// Validate tells all that is wrong.
func (r Rules) Validate() error {
	given := r
	r = r.WithDefaults()
	var faults []error
	for _, c := range []struct {
		ok    bool
		field string
		value any
		want  string
	}{
		{r.BatteryFloor >= 0 && r.BatteryFloor < 100, "battery_floor", r.BatteryFloor, "1 to 99 percent"},
		{r.BatteryFloor == 0 || r.BatteryResume >= r.BatteryFloor && r.BatteryResume <= 100, "battery_resume", r.BatteryResume, "battery_floor to 100 percent"},
		{r.BatteryFloor != 0 || given.BatteryResume == 0, "battery_resume", r.BatteryResume, "a battery_floor too"},
		{r.MaxTemperature == 0 || sensibleHeat(r.MaxTemperature), "max_temperature", r.MaxTemperature, "degrees Celsius"},
		{r.MaxTemperature != 0 || given.ResumeTemperature == 0, "resume_temperature", r.ResumeTemperature, "a max_temperature too"},
		{r.MaxTemperature == 0 || r.ResumeTemperature <= r.MaxTemperature, "resume_temperature", r.ResumeTemperature, "one not above max_temperature"},
		{r.Duty > 0 && r.Duty <= 1, "duty", r.Duty, "a share above 0 and not above 1"},
		{r.Period >= time.Second && r.Period <= 24*time.Hour, "period", r.Period, "1s to 24h"},
	} {
		if !c.ok {
			faults = append(faults, fmt.Errorf("%s is %v: choose %s", c.field, c.value, c.want))
		}
	}
	return errors.Join(faults...)
}

// Sample is what is known at one instant. A NaN is a value that was not read just then.
type Sample struct {
	Battery     float64 // percent
	Temperature float64 // degrees Celsius
	Mains       Mains
}

// Mains tells whether the device is supplied from outside.
type Mains uint8

// What is known of it.
const (
	UnknownMains Mains = iota
	OnMains
	OnBattery
)

func (m Mains) String() string { return [...]string{"unknown", "mains", "battery"}[m] }

// sensiblePercent and sensibleHeat are what a working sensor may say.
func sensiblePercent(v float64) bool { return v >= 0 && v <= 100 }
func sensibleHeat(v float64) bool    { return v > -60 && v < 150 }

// sensible makes NaNs of values that a working sensor does not say.
func (s Sample) sensible() Sample {
	if !sensiblePercent(s.Battery) {
		s.Battery = math.NaN()
	}
	if !sensibleHeat(s.Temperature) {
		s.Temperature = math.NaN()
	}
	return s
}
