package round

import "github.com/tadpole-edge/tadpole/internal/key"

// Event is something that happened; exactly one of the events below.
type Event interface{ event() }

// The events.
type (
	// Tick says which devices could be selected now, of how many enrolled.
	Tick struct {
		Eligible []key.Address
		Fleet    int
	}
	// Received says that a device's update is whole, good, on disk and folded.
	Received struct{ Device key.Address }
	// Declined says that a device or its policy refused the task.
	Declined struct {
		Device key.Address
		Reason string
	}
	// Spoiled says that a device's update was bad.
	Spoiled struct {
		Device key.Address
		Reason string
	}
	// Committed says that the next model is on disk.
	Committed struct{ Finished string } // not empty: the federation is done, and why
	// Pause stops after what is under way; Resume goes on.
	Pause  struct{}
	Resume struct{}
	// Stop ends the federation for good.
	Stop struct{ Reason string }
)

func (Tick) event()      {}
func (Received) event()  {}
func (Declined) event()  {}
func (Spoiled) event()   {}
func (Committed) event() {}
func (Pause) event()     {}
func (Resume) event()    {}
func (Stop) event()      {}

// Action is something for the parent to do; exactly one of the actions below.
type Action interface{ action() }

// The actions.
type (
	// Ask a device to train.
	Ask struct{ Device key.Address }
	// Accept an update: give its device a receipt.
	Accept struct{ Device key.Address }
	// Dismiss a device whose update is not wanted any more, or was bad.
	Dismiss struct {
		Device key.Address
		Reason string
	}
	// Close the round: optimise, evaluate, commit, and answer with Committed.
	Close struct{}
	// Finish: the federation has ended.
	Finish struct{ Reason string }
)

func (Ask) action()     {}
func (Accept) action()  {}
func (Dismiss) action() {}
func (Close) action()   {}
func (Finish) action()  {}
