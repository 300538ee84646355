//go:build !linux

package daemon

import "runtime/debug"

// giveBack returns what the device does not use just now to the system.
func giveBack() { debug.FreeOSMemory() }
