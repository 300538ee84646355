package twin

import (
	"fmt"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Generation is what a device is set up by: the operator's own file, and what the fleet
// desires beside it.
type Generation struct {
	Local  string       `cbor:"1,keyasint"` // text of the file
	Found  bool         `cbor:"2,keyasint"` // there is one
	Remote wire.Desired `cbor:"3,keyasint"` // version 0 = nothing
}

// TableHash is a table and what it said.
type TableHash struct {
	Table string    `cbor:"1,keyasint"` // as "job alarm"
	Hash  blob.Hash `cbor:"2,keyasint"`
}

// Base is what both sides said when they last agreed, by which it is known who has
// changed what since.
type Base struct {
	Local  []TableHash `cbor:"1,keyasint"`
	Remote []TableHash `cbor:"2,keyasint"`
}

// State is all that a twin remembers.
type State struct {
	Next      wire.Desired    `cbor:"1,keyasint"` // the newest that was heard
	Outcome   string          `cbor:"2,keyasint"` // of it, as package wire has them; "" = nothing was heard
	Reason    string          `cbor:"3,keyasint"`
	Running   Generation      `cbor:"4,keyasint"` // with another remote version than Good it is on trial
	Good      Generation      `cbor:"5,keyasint"` // the last that has proven itself
	Boots     uint32          `cbor:"6,keyasint"` // of the device within the trial
	Edits     uint64          `cbor:"7,keyasint"` // of the operator's file, that were taken
	Fault     string          `cbor:"8,keyasint"` // why the newest edit is not in use
	Conflicts []wire.Conflict `cbor:"9,keyasint"` // of Running
	Base      Base            `cbor:"10,keyasint"`
}

// Trial tells whether what runs has yet to prove itself.
func (s State) Trial() bool { return s.Running.Remote.Version != s.Good.Remote.Version }

// Event is what may happen to a twin.
type Event interface{ event() }

// The events.
type (
	// Booted is the start of the device.
	Booted struct{}
	// Heard brings a desired setup from the server.
	Heard struct{ Desired wire.Desired }
	// Fetched says that all modules of a version are on the device.
	Fetched struct{ Version uint64 }
	// Judged is what came of checking a version together with the operator's file.
	Judged struct {
		Version   uint64
		Fault     string // "" = it may run
		Conflicts []wire.Conflict
	}
	// Ticked tells how a trial goes.
	Ticked struct {
		Elapsed time.Duration // since it, or the device, was started
		Held    time.Duration // for which the server has answered without a gap
		Fault   string        // of a part that the version brought; "" = all work
		Base    Base          // of what runs
	}
	// Failed says that the pipeline has ended by itself.
	Failed struct{ Fault string }
	// Edited says that the operator's file is another.
	Edited struct {
		Local     string
		Found     bool
		Fault     string // together with what runs; "" = it may run
		GoodFault string // together with the last good setup
		Conflicts []wire.Conflict
	}
)

func (Booted) event()  {}
func (Heard) event()   {}
func (Fetched) event() {}
func (Judged) event()  {}
func (Ticked) event()  {}
func (Failed) event()  {}
func (Edited) event()  {}

// Action is what is to be done once a state is kept. All may be done twice.
type Action uint8

// The actions.
const (
	Fetch  Action = iota // the modules of Next
	Judge                // Next, together with Running's local file
	Run                  // Running
	Sweep                // modules that neither Next, if it may still run, nor Running nor Good name
	Report               // to the server
)

// maxBoots within a trial are too many: the version brings the device down.
const maxBoots = 3

// longestHold is for how long the server must answer until a version is good.
const longestHold = 30 * time.Second

// trial is the whole time that a version has, and for how much of it at its end the
// server must have answered.
func trial(d wire.Desired) (whole, hold time.Duration) {
	ms := d.Trial
	if ms == 0 || ms > uint64(24*time.Hour/time.Millisecond) {
		ms = wire.DefaultTrial
	}
	whole = time.Duration(ms) * time.Millisecond
	return whole, min(longestHold, whole/4)
}

// Machine is a twin's state machine. It knows neither clock nor disk: whoever steps it
// keeps the state in one transaction, and does then what the actions say.
type Machine struct{ state State }

// Restore takes a machine up where its state says it stood.
func Restore(s State) *Machine { return &Machine{s} }

// State gives all that is to be kept.
func (m *Machine) State() State { return m.state }

// Pending is what may not have been done when the device was switched off.
func (m *Machine) Pending() []Action {
	actions := []Action{Sweep}
	switch m.state.Outcome {
	case wire.TwinFetching:
		actions = append(actions, Fetch)
	case wire.TwinChecking:
		actions = append(actions, Judge)
	}
	return actions
}

// Step changes the state.
func (m *Machine) Step(e Event) []Action {
	s := &m.state
	switch e := e.(type) {
	case Booted:
		if !s.Trial() {
			return nil
		}
		if s.Boots++; s.Boots >= maxBoots {
			return m.rollBack(fmt.Sprintf("the device started %d times within the trial", s.Boots))
		}
	case Heard:
		if e.Desired.Version <= s.Next.Version {
			return []Action{Report}
		}
		s.Next, s.Outcome, s.Reason = e.Desired, wire.TwinFetching, ""
		if err := e.Desired.Validate(); err != nil {
			s.Outcome, s.Reason = wire.TwinRefused, bounded(err.Error())
			return []Action{Sweep, Report}
		}
		return []Action{Sweep, Fetch, Report}
	case Fetched:
		if e.Version == s.Next.Version && s.Outcome == wire.TwinFetching {
			s.Outcome = wire.TwinChecking
			return []Action{Judge}
		}
	case Judged:
		return m.judged(e)
	case Ticked:
		return m.ticked(e)
	case Failed:
		if s.Trial() {
			return m.rollBack("the pipeline failed: " + e.Fault)
		}
	case Edited:
		return m.edited(e)
	}
	return nil
}

func (m *Machine) judged(e Judged) []Action {
	s := &m.state
	switch {
	case e.Version != s.Next.Version || s.Outcome != wire.TwinChecking:
		return nil
	case e.Fault != "":
		s.Outcome, s.Reason = wire.TwinRefused, bounded(e.Fault)
		return []Action{Sweep, Report}
	}
	s.Running.Remote, s.Boots = s.Next, 0
	s.Outcome, s.Conflicts = wire.TwinTrial, e.Conflicts
	return []Action{Run, Report}
}

func (m *Machine) ticked(e Ticked) []Action {
	s := &m.state
	if !s.Trial() {
		return nil
	}
	whole, hold := trial(s.Running.Remote)
	switch {
	case e.Held >= hold && e.Fault == "":
		s.Good, s.Base, s.Boots = s.Running, e.Base, 0
		if s.Next.Version == s.Running.Remote.Version {
			s.Outcome, s.Reason = wire.TwinApplied, ""
		}
		return []Action{Sweep, Report}
	case e.Elapsed < whole:
		return nil
	case e.Fault != "":
		return m.rollBack(e.Fault)
	}
	return m.rollBack(fmt.Sprintf("the server was not reached for %v within %v", hold, whole))
}

// rollBack ends a trial.
func (m *Machine) rollBack(reason string) []Action {
	s := &m.state
	if s.Next.Version == s.Running.Remote.Version {
		s.Outcome, s.Reason = wire.TwinRolledBack, bounded(reason)
	}
	s.Running, s.Boots, s.Conflicts = s.Good, 0, nil
	return []Action{Run, Sweep, Report}
}

func (m *Machine) edited(e Edited) []Action {
	s := &m.state
	if e.Fault != "" {
		s.Fault = bounded(e.Fault)
		return []Action{Report}
	}
	s.Fault = ""
	if e.Local == s.Running.Local && e.Found == s.Running.Found {
		return []Action{Report}
	}
	onTrial := s.Trial()
	s.Running.Local, s.Running.Found, s.Conflicts = e.Local, e.Found, e.Conflicts
	s.Edits++
	if !onTrial {
		s.Good = s.Running
	} else if e.GoodFault == "" {
		s.Good.Local, s.Good.Found = e.Local, e.Found
	}
	return []Action{Run, Report}
}

// bounded keeps what is told within its bounds, and such that CBOR takes it.
func bounded(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), wire.MaxReason)], "")
}
