// Package fuel rewrites a WebAssembly module so that it counts its own work, stops
// when a limit is reached, and gives the same bits on every host (design,
// decisions 2 and 3).
//
// A core module's binary flows into Meter, and a module flows out that computes
// the same, and besides: takes fuel from a global before it works, traps when
// there is not enough, bounds the depth of its calls, and never shows a NaN whose
// bits a CPU chose. The text of the output depends on the input and the Options
// alone, and the fuel that a run takes on the module and what it reads. The
// package knows no engine: whoever runs the module sets and reads the globals.
//
// # Fuel
//
// The fuel left is an i64 global that the module exports as [Global]; it is 0 at
// first, so nothing runs for nothing. A run of straight-line code is charged as a
// whole before its first instruction, so no instruction runs unpaid. The code
// behind a block, an if or a loop is charged with the code before it wherever
// every way through leads there, so a forward branch that stays inside costs no
// second charge. What a trap cuts off was paid for. When a charge leaves less than nothing, the global is
// below zero for good and the module traps by unreachable; an ordinary trap leaves
// it at zero or above.
//
// What the classes of instructions cost is in the comment of the type class.
//
// # NaN
//
// The bits of a NaN that arithmetic makes are the one thing that core WebAssembly
// leaves to the CPU (core specification 2.0, 4.3.3). The metered module behaves as
// the one run, of those that the specification allows, where each of them is the
// positive canonical NaN. Doing so at every operation would more than halve the speed
// of a training kernel. Instead a value from arithmetic is let be while nothing can
// tell its bits: further arithmetic, comparisons and conversions take any NaN for
// any other, and locals and select only hand it on. It is made canonical where its
// bits come to light: in memory, in globals, in arguments and results of calls and
// blocks, in copysign, abs, neg and reinterpretation, and in v128 operations that
// are not on its own lanes. So a kernel that sums up in locals and stores once pays
// for one canonicalisation at the store. Values that are loaded, passed or constant
// are exact, and keep even a NaN's payload, as the specification demands. See
// nan.go for how the two are told apart.
//
// # Checkpoints
//
// A module may be built so that a run of it can go on elsewhere from where it was, and
// take the same fuel as one that nobody interrupted: see [Resume].
//
// # What else could differ between hosts
//
//   - Stack exhaustion. wazero's interpreter ends at 2000 frames, its compiler when
//     a stack of 50 MB is full. Functions that call others therefore count an i64
//     global down ([Depth]), by more the larger their frame may be, and the module
//     traps when it is below zero, well before either engine would.
//   - memory.grow and table.grow fail when the host says so. Options cap what the
//     module may declare; within that a host must grow or give up on the run, not
//     let the guest see a failure that elsewhere does not happen.
//   - The start function would run while the module is instantiated, before its
//     fuel can be set. It is exported as [Start] instead, for the host to call.
//   - Imports: what host functions give is the host's matter. They are charged as
//     calls.
package fuel

import (
	"errors"
	"fmt"
)

// Exports that Meter adds. A module that already has one of these names is refused.
const (
	Global = "tadpole.fuel"  // mutable i64: fuel left, below zero = it ran out
	Depth  = "tadpole.depth" // mutable i64: depth of calls left, below zero = they went too deep
	Start  = "tadpole.start" // the module's start function, if it has one
)

// Version changes with whatever changes the output or the fuel of any module.
const Version = 2

// MaxDepth is the value of Depth before a call into the module. A trap leaves it
// wherever it was, so whoever goes on after one sets it again.
const MaxDepth = 1800

// Errors that callers branch on.
var (
	ErrMalformed   = errors.New("malformed module")
	ErrUnsupported = errors.New("unsupported module")
)

// Options bound what a module may ask of its host. A zero field means its default.
type Options struct {
	MaxPages    uint32 // of 64 KiB, of the memory; 0 = 65536, all that a module can address
	MaxElements uint32 // of each table; 0 = 1 Mi
}

// Defaults and bounds.
const (
	maxPages    = 1 << 16
	maxElements = 1 << 20
	maxLocals   = 50_000 // of a function, as in every browser
)

// Meter gives the metered form of a module of core 2.0. It does not validate the
// module: it refuses what would escape the meter, and leaves the rest, whose
// faults the output has too, to the engine.
func Meter(module []byte, o Options) ([]byte, error) { return meter(module, o, false) }

// meter is Meter; everywhere = all arithmetic is made canonical on the spot, which
// is what Meter's output is tested against.
func meter(module []byte, o Options, everywhere bool) ([]byte, error) {
	if o.MaxPages == 0 || o.MaxPages > maxPages {
		o.MaxPages = maxPages
	}
	if o.MaxElements == 0 {
		o.MaxElements = maxElements
	}
	m, err := parse(module)
	if err != nil {
		return nil, fmt.Errorf("meter module: %w", err)
	}
	m.everywhere = everywhere
	out, err := m.rewrite(o)
	if err != nil {
		return nil, fmt.Errorf("meter module: %w", err)
	}
	return out, nil
}
