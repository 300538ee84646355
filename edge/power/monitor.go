package power

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"
)

// Config of a Monitor.
type Config struct {
	Rules    Rules
	Worked   func() time.Duration // how long jobs have worked since the start; nil = they do not
	Changed  func(State)          // there may be work, or none, or none for another reason; nil = nobody wants to know
	Interval time.Duration        // between looks; 0 = 1 s
	Logger   *slog.Logger         // nil = discard
}

// Monitor watches the device's power. Its methods are safe for concurrent use.
type Monitor struct {
	config Config // without Rules
	log    *slog.Logger
	began  time.Time

	mu       sync.Mutex
	rules    Rules
	machine  *Machine
	state    State
	observed map[Channel]float64 // since the latest look
	faults   []string            // that were said
}

// New makes a monitor of valid rules, and takes a first look at sysfs.
func New(c Config) *Monitor {
	c.Interval = cmp.Or(c.Interval, time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Worked == nil {
		c.Worked = func() time.Duration { return 0 }
	}
	m := &Monitor{config: c, log: c.Logger, began: time.Now(), rules: c.Rules, machine: NewMachine(c.Rules), observed: map[Channel]float64{}}
	m.look()
	return m
}

// Follow has other valid rules hold from now on. Whoever gives it channels asks for them
// anew.
func (m *Monitor) Follow(r Rules) {
	m.mu.Lock()
	m.rules, m.observed = r, map[Channel]float64{}
	m.machine.Follow(time.Since(m.began), r)
	m.mu.Unlock()
	m.look()
}

// Run looks until ctx ends. It tells the first state too.
func (m *Monitor) Run(ctx context.Context) error {
	ticker := time.NewTicker(m.config.Interval)
	defer ticker.Stop()
	var told *Reason
	for {
		m.look()
		if now := m.State(); told == nil || now.Wait != *told {
			told = &now.Wait
			m.tell(now)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (m *Monitor) tell(s State) {
	if s.Wait == May {
		m.log.Info("there may be work")
	} else {
		m.log.Info("no work for now", "reason", s.Wait, "detail", s.Detail)
	}
	if m.config.Changed != nil {
		m.config.Changed(s)
	}
}

// Channels names the channels that Observe wants.
func (m *Monitor) Channels() (channels []Channel) {
	rules := m.Rules()
	for _, c := range []Channel{rules.Battery, rules.Temperature} {
		if c != (Channel{}) && !slices.Contains(channels, c) {
			channels = append(channels, c)
		}
	}
	return channels
}

// Rules are those that hold.
func (m *Monitor) Rules() Rules {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rules
}

// Observe takes a value of a channel as it comes.
func (m *Monitor) Observe(c Channel, value float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.observed[c] = value
}

// State is the latest.
func (m *Monitor) State() State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state
}

// Paused says why there must be no work; "" = there may be.
func (m *Monitor) Paused() string { return m.State().Detail }

// look takes a sample and steps the machine.
func (m *Monitor) look() {
	s, faults := sample(m.Rules())
	worked := m.config.Worked()
	m.mu.Lock()
	defer m.mu.Unlock()
	faults = m.observe(&s, faults)
	m.state = m.machine.Step(time.Since(m.began), s, worked)
	m.state.Faults = faults
	for _, f := range faults {
		if !slices.Contains(m.faults, f) && len(m.faults) < maxFaults {
			m.faults = append(m.faults, f)
			m.log.Warn("power sensor", "fault", f)
		}
	}
}

// maxFaults bounds what is said of sensors: one may say another nonsense each second.
const maxFaults = 20

// sample reads what comes from sysfs.
func sample(r Rules) (s Sample, faults []string) {
	var more []string
	kernel := sysfs{cmp.Or(r.Root, "/sys")}
	s.Battery, s.Mains, faults = kernel.supply()
	if r.Temperature == (Channel{}) {
		s.Temperature, more = kernel.heat()
	}
	return s, append(faults, more...)
}

// observe puts in what channels have told. The caller holds mu.
func (m *Monitor) observe(s *Sample, faults []string) []string {
	take := func(c Channel, into *float64, unit string, sensible func(float64) bool) {
		if c == (Channel{}) {
			return
		}
		*into = math.NaN()
		if value, told := m.observed[c]; told {
			delete(m.observed, c)
			*into = value
			if !sensible(value) && !math.IsNaN(value) {
				faults = append(faults, fmt.Sprintf("%s.%s tells %v %s: ignored", c.Stream, c.Name, value, unit))
			}
		}
	}
	rules := m.rules
	if rules.Battery == rules.Temperature {
		return faults // a channel cannot be both: setup refuses it
	}
	take(rules.Battery, &s.Battery, "%", sensiblePercent)
	take(rules.Temperature, &s.Temperature, "°C", sensibleHeat)
	return faults
}
