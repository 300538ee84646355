package power

import (
	"fmt"
	"math"
	"time"
)

// Reason is why there must be no work, in a word.
type Reason string

// The reasons; of several that hold the first counts.
const (
	May     Reason = "" // there may be work
	Battery Reason = "battery"
	Heat    Reason = "heat"
	Supply  Reason = "mains"
	Unknown Reason = "unknown" // no sensor has spoken yet
	Duty    Reason = "duty"
)

// State is whether there may be work.
type State struct {
	Wait        Reason   `json:"wait"`
	Detail      string   `json:"detail"`                // of the reason, for people
	Battery     *float64 `json:"battery,omitempty"`     // percent; nil = unknown
	Temperature *float64 `json:"temperature,omitempty"` // degrees Celsius; nil = unknown
	Supply      string   `json:"supply"`                // "mains", "battery" or "unknown"
	Worked      float64  `json:"worked"`                // share of the time since the start that jobs worked
	Faults      []string `json:"faults,omitempty"`      // what sensors said that makes no sense, or that they cannot be read
}

// Machine decides. It is not safe for concurrent use.
type Machine struct {
	rules Rules
	began bool
	start time.Duration
	since time.Duration // the rules are these

	battery, heat gauge
	low, hot      bool          // latched until the value to resume at
	unplugged     bool          // latched until it has been on mains for steady
	onBattery     time.Duration // when it was last on battery

	last, worked time.Duration // of the latest step
	first        time.Duration // what had been worked at the start
	credit       time.Duration // of work
	spent        bool          // the credit was used up, and is not full again
}

// gauge is a value, and when it was read.
type gauge struct {
	value float64
	at    time.Duration
	known bool // it was read once
}

// NewMachine makes one of valid rules.
func NewMachine(r Rules) *Machine { return &Machine{rules: r.WithDefaults()} }

// Follow has other valid rules hold from a time on. What is known stays: a battery that was
// too low waits for what they say that it must come to. Another duty begins as at the start.
func (m *Machine) Follow(now time.Duration, r Rules) {
	before := m.rules
	m.rules, m.since = r.WithDefaults(), now
	m.hot = m.hot && r.MaxTemperature != 0
	if m.rules.Duty != before.Duty || m.rules.Period != before.Period {
		m.credit, m.spent = m.full(), false
	}
}

// Step takes what is known at a time, which never runs back, and how long jobs have
// worked until then.
func (m *Machine) Step(now time.Duration, s Sample, worked time.Duration) State {
	s = s.sensible()
	if !m.began {
		m.began, m.start, m.since, m.last, m.first, m.worked = true, now, now, now, worked, worked
		m.credit = m.full()
	}
	m.battery.read(now, s.Battery)
	m.heat.read(now, s.Temperature)
	m.low = latch(m.low, now, m.battery, m.rules.BatteryFloor > 0 && m.battery.value < m.rules.BatteryFloor, m.battery.value >= m.rules.BatteryResume)
	m.hot = latch(m.hot, now, m.heat, m.rules.MaxTemperature != 0 && m.heat.value > m.rules.MaxTemperature, m.heat.value <= m.rules.ResumeTemperature)
	if s.Mains == OnBattery {
		m.unplugged, m.onBattery = true, now
	} else if now-m.onBattery >= steady {
		m.unplugged = false
	}
	m.spend(now, worked)

	state := State{Battery: m.battery.fresh(now), Temperature: m.heat.fresh(now), Supply: s.Mains.String()}
	if now > m.start {
		state.Worked = float64(worked-m.first) / float64(now-m.start)
	}
	wait := func(why Reason, detail string, values ...any) State {
		state.Wait, state.Detail = why, fmt.Sprintf(detail, values...)
		return state
	}
	switch {
	case m.low:
		return wait(Battery, "the battery is at %.0f %%: it waits for %.0f %%", m.battery.value, m.rules.BatteryResume)
	case m.hot:
		return wait(Heat, "it is at %.0f °C: it waits for %.0f °C", m.heat.value, m.rules.ResumeTemperature)
	case m.rules.MainsOnly && m.unplugged:
		return wait(Supply, "it is on battery: it waits for mains")
	case now-m.since < Patience && (m.rules.BatteryFloor > 0 && !m.battery.known || m.rules.MaxTemperature != 0 && !m.heat.known):
		return wait(Unknown, "no sensor has told battery or temperature yet")
	case m.spent:
		return wait(Duty, "its %.0f %% of the time are used up", 100*m.rules.Duty)
	}
	return state
}

func (g *gauge) read(now time.Duration, value float64) {
	if !math.IsNaN(value) {
		g.value, g.at, g.known = value, now, true
	}
}

// fresh gives the value if it still holds.
func (g gauge) fresh(now time.Duration) *float64 {
	if !g.known || now-g.at > Fresh {
		return nil
	}
	return &g.value
}

// latch tells whether a bad value stops the work.
func latch(stopped bool, now time.Duration, g gauge, bad, good bool) bool {
	switch {
	case !g.known:
		return false
	case stopped:
		return !good && now-g.at <= GiveUp
	}
	return bad && now-g.at <= Fresh
}

// full is how much credit there can be. It fills at the rate of the duty and, at work,
// empties at the rest of 1: so a device that always has work works for Duty*Period, and
// then rests until Period is over.
func (m *Machine) full() time.Duration {
	return time.Duration(float64(m.rules.Period) * m.rules.Duty * (1 - m.rules.Duty))
}

// spend keeps account of the duty cycle.
func (m *Machine) spend(now, worked time.Duration) {
	past, work := now-m.last, worked-m.worked
	m.last, m.worked = now, worked
	if m.rules.Duty >= 1 {
		return
	}
	m.credit += time.Duration(m.rules.Duty*float64(past)) - work
	if m.credit <= 0 {
		m.spent = true
	}
	// What is over when it is full again is not saved up, but a debt is kept: a step may
	// come late, and more than one job work.
	if full := m.full(); m.credit >= full {
		m.credit, m.spent = full, false
	}
}
