// Package source has one file for each kind of sensor that a device can read.
//
// A configured sensor flows into a Source and readings flow out of its Run, one at a
// time, to whoever it was given: the buffer, a window, a job. What the receiver makes
// of them, and when a source that has ended is tried again, is its starter's business.
// To add a kind, add a file with a type that is a Source.
package source

import (
	"context"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Resumer is a Source that can be read again from a position on, as a file.
type Resumer interface {
	Source

	// Resume has Run begin behind what was read when Position gave that.
	Resume(position int64)

	// Position is behind what was given to emit last. It is called by emit itself.
	Position() int64
}

// Source is one sensor, or one message of one.
type Source interface {
	// Channels names the values of its readings, in their order.
	Channels() []string

	// Run gives readings to emit until ctx ends, the sensor does, or emit returns an
	// error, which Run then returns. It returns nil where the sensor has no more. A
	// receiver that is slow to return holds it up. What cannot be read is skipped and
	// counted by Skipped; Run must not be called while it runs.
	Run(ctx context.Context, emit func(reading.Reading) error) error

	// Skipped counts what could not be read since the source was made. It may be
	// called while Run runs.
	Skipped() uint64
}

// Bundle is several sources that share one connection, as the messages of a MAVLink
// link do. One Run gives the readings of all, each under the name of its source.
type Bundle interface {
	// Channels names the values of the readings, in their order, by source.
	Channels() map[string][]string

	Run(ctx context.Context, emit func(reading.Reading) error) error // as a Source's
	Skipped() uint64                                                 // of all
}
