// Package round is the state machine of one federated round after the other: who
// is asked, whose update counts, when a round closes (Bonawitz et al. 2019,
// section 2: selection, configuration, reporting).
//
// Events flow in, with the time they happened; actions flow out. It has no clock,
// no I/O and no goroutine: the parent keeps State and the members on disk before
// it carries an action out, and after a crash carries on from there, so each
// action may happen twice and must do no harm then.
package round

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tadpole-edge/tadpole/internal/key"
)

// Rules are a federation's terms for its rounds.
type Rules struct {
	Cohort        int           // updates that make a round
	OverSelection float64       // devices asked per update needed, at least 1
	MinCohort     int           // updates that make a round at its deadline; 0 = Cohort
	Deadline      time.Duration // for training and upload
	Patience      time.Duration // how long to wait for more devices than MinCohort to come online
	Rounds        uint32        // after which the federation ends; 0 = never
	Seed          uint64        // of the selection
}

func (r Rules) minimum() int {
	if r.MinCohort == 0 {
		return r.Cohort
	}
	return r.MinCohort
}

// asked is the number of devices to ask, of a fleet with so many.
func (r Rules) asked(fleet int) int {
	return min(int(math.Ceil(float64(r.Cohort)*r.OverSelection-1e-9)), max(fleet, r.Cohort))
}

// Phase is where a round stands.
type Phase uint8

// The phases of the design's chain: select; train, collect and fold, which
// overlap; optimise and commit; and the end.
const (
	Select Phase = iota
	Train
	Commit
	Ended
)

func (p Phase) String() string {
	return [...]string{"select", "train", "commit", "ended"}[p]
}

// State is what the machine remembers besides the members.
type State struct {
	Round    uint32 `cbor:"1,keyasint"` // the first is 1
	Phase    Phase  `cbor:"2,keyasint"`
	Since    int64  `cbor:"3,keyasint"` // Unix ms at which the phase began
	Deadline int64  `cbor:"4,keyasint"` // Unix ms, in Train
	Paused   bool   `cbor:"5,keyasint"`
	Reason   string `cbor:"6,keyasint,omitempty"` // why it ended
	Late     uint32 `cbor:"7,keyasint"`           // updates that came too late for this round
}

// Machine is the state and the members of the present round. It is not safe for
// concurrent use.
type Machine struct {
	rules   Rules
	state   State
	members map[key.Address]*Member
	changed map[key.Address]bool
}

// New starts before the first round.
func New(rules Rules, now time.Time) *Machine {
	return Restore(rules, State{Round: 1, Since: now.UnixMilli()}, nil)
}

// Restore goes on from what was kept.
func Restore(rules Rules, state State, members []Member) *Machine {
	m := &Machine{rules: rules, state: state, members: map[key.Address]*Member{}, changed: map[key.Address]bool{}}
	for _, member := range members {
		m.members[member.Device] = &member
	}
	return m
}

// State is to be kept after every Step.
func (m *Machine) State() State { return m.state }

// Changed gives the members to be kept after a Step, once.
func (m *Machine) Changed() []Member {
	var changed []Member
	for device := range m.changed {
		if member, found := m.members[device]; found {
			changed = append(changed, *member)
		}
	}
	clear(m.changed)
	sortMembers(changed)
	return changed
}

// Members lists the present round's, sorted by address.
func (m *Machine) Members() []Member {
	members := make([]Member, 0, len(m.members))
	for _, member := range m.members {
		members = append(members, *member)
	}
	sortMembers(members)
	return members
}

func sortMembers(members []Member) {
	slices.SortFunc(members, func(a, b Member) int { return slices.Compare(a.Device[:], b.Device[:]) })
}

// Member gives one device's standing in the present round.
func (m *Machine) Member(device key.Address) (Member, bool) {
	member, found := m.members[device]
	if !found {
		return Member{}, false
	}
	return *member, true
}

// Count gives the number of members of a standing.
func (m *Machine) Count(s Standing) (n int) {
	for _, member := range m.members {
		if member.Standing == s {
			n++
		}
	}
	return n
}

// Pending gives the actions that a crash may have swallowed: what the present
// phase still waits for.
func (m *Machine) Pending() []Action {
	switch m.state.Phase {
	case Train:
		var actions []Action
		for _, member := range m.Members() {
			if member.Standing == Asked {
				actions = append(actions, Ask{member.Device})
			}
		}
		return actions
	case Commit:
		return []Action{Close{}}
	case Ended:
		return []Action{Finish{m.state.Reason}}
	}
	return nil
}

// Step takes one event in.
func (m *Machine) Step(now time.Time, event Event) []Action {
	if stop, is := event.(Stop); is && m.state.Phase != Ended {
		return m.end(now, stop.Reason)
	}
	switch event.(type) {
	case Pause:
		m.state.Paused = true
		return nil
	case Resume:
		m.state.Paused = false
		return nil
	}
	switch m.state.Phase {
	case Select:
		if tick, is := event.(Tick); is {
			return m.selectCohort(now, tick)
		}
	case Train:
		return m.train(now, event)
	case Commit:
		if committed, is := event.(Committed); is {
			return m.committed(now, committed)
		}
	}
	// A report after its round closed.
	if received, is := event.(Received); is {
		m.state.Late++
		return []Action{Dismiss{received.Device, fmt.Sprintf("round %d is over", m.state.Round)}}
	}
	return nil
}

func (m *Machine) enter(phase Phase, now time.Time) {
	m.state.Phase, m.state.Since = phase, now.UnixMilli()
}

// selectCohort waits for enough devices and asks them. With fewer than it would
// ask for, it waits for Patience first.
func (m *Machine) selectCohort(now time.Time, tick Tick) []Action {
	if m.state.Paused {
		return nil
	}
	want := m.rules.asked(tick.Fleet)
	waited := now.UnixMilli()-m.state.Since >= m.rules.Patience.Milliseconds()
	if n := len(tick.Eligible); n < want && (!waited || n < m.rules.minimum()) {
		return nil
	}
	m.enter(Train, now)
	m.state.Deadline = now.Add(m.rules.Deadline).UnixMilli()
	return m.ask(Choose(m.rules.Seed, m.state.Round, tick.Eligible, want))
}

func (m *Machine) ask(devices []key.Address) []Action {
	var actions []Action
	for _, device := range devices {
		m.members[device] = &Member{Device: device}
		m.changed[device] = true
		actions = append(actions, Ask{device})
	}
	return actions
}

func (m *Machine) train(now time.Time, event Event) []Action {
	switch e := event.(type) {
	case Received:
		return m.received(now, e.Device)
	case Declined:
		m.set(e.Device, Asked, Refused, e.Reason)
		if member, found := m.members[e.Device]; found && member.Standing == Refused {
			return []Action{Dismiss{e.Device, "its refusal is noted"}}
		}
	case Spoiled:
		if m.set(e.Device, Asked, Rejected, e.Reason) {
			return []Action{Dismiss(e)}
		}
	case Tick:
		if now.UnixMilli() >= m.state.Deadline {
			return m.deadline(now, e)
		}
		return m.replace(e)
	}
	return nil
}

func (m *Machine) received(now time.Time, device key.Address) []Action {
	member, found := m.members[device]
	switch {
	case found && member.Standing == Accepted:
		return []Action{Accept{device}} // its receipt was lost
	case !found || member.Standing != Asked:
		m.state.Late++
		return []Action{Dismiss{device, fmt.Sprintf("round %d does not wait for it", m.state.Round)}}
	}
	m.set(device, Asked, Accepted, "")
	actions := []Action{Accept{device}}
	if m.Count(Accepted) == m.rules.Cohort {
		actions = append(actions, m.close(now)...)
	}
	return actions
}

// set moves a member on, if it stands where it should.
func (m *Machine) set(device key.Address, from, to Standing, reason string) bool {
	member, found := m.members[device]
	if !found || member.Standing != from {
		return false
	}
	member.Standing, member.Reason = to, reason
	m.changed[device] = true
	return true
}

// replace asks others for those who refused or failed.
func (m *Machine) replace(tick Tick) []Action {
	alive := m.Count(Asked) + m.Count(Accepted)
	if m.state.Paused || alive >= m.rules.Cohort {
		return nil
	}
	var fresh []key.Address
	for _, device := range tick.Eligible {
		if _, found := m.members[device]; !found {
			fresh = append(fresh, device)
		}
	}
	return m.ask(Choose(m.rules.Seed, m.state.Round, fresh, m.rules.Cohort-alive))
}

// deadline closes the round, or gives it as much time again: accepted updates
// have receipts, so they are never thrown away.
func (m *Machine) deadline(now time.Time, tick Tick) []Action {
	if accepted := m.Count(Accepted); accepted > 0 && accepted >= m.rules.minimum() {
		return m.close(now)
	}
	m.state.Deadline = now.Add(m.rules.Deadline).UnixMilli()
	// Whoever is silent keeps its place; others are asked beside it, and those
	// that refused or failed may try again where nobody else is left.
	want := m.rules.Cohort - m.Count(Accepted)
	var fresh, again []key.Address
	for _, device := range tick.Eligible {
		member, found := m.members[device]
		switch {
		case !found:
			fresh = append(fresh, device)
		case member.Standing == Asked:
			again = append(again, device)
		}
	}
	actions := m.ask(Choose(m.rules.Seed, m.state.Round, fresh, want))
	for _, device := range again {
		actions = append(actions, Ask{device})
	}
	return actions
}

func (m *Machine) close(now time.Time) []Action {
	var actions []Action
	for _, member := range m.Members() {
		if m.set(member.Device, Asked, Surplus, "the round was full") {
			actions = append(actions, Dismiss{member.Device, "the round was full"})
		}
	}
	m.enter(Commit, now)
	return append(actions, Close{})
}

func (m *Machine) committed(now time.Time, c Committed) []Action {
	if c.Finished == "" && m.rules.Rounds != 0 && m.state.Round >= m.rules.Rounds {
		c.Finished = fmt.Sprintf("all %d rounds are done", m.rules.Rounds)
	}
	if c.Finished != "" {
		return m.end(now, c.Finished)
	}
	m.enter(Select, now)
	m.state.Round++
	m.state.Late = 0
	clear(m.members)
	clear(m.changed)
	return nil
}

func (m *Machine) end(now time.Time, reason string) []Action {
	var actions []Action
	for _, member := range m.Members() {
		if m.set(member.Device, Asked, Surplus, reason) {
			actions = append(actions, Dismiss{member.Device, reason})
		}
	}
	m.enter(Ended, now)
	m.state.Reason = reason
	return append(actions, Finish{reason})
}
