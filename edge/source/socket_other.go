//go:build !linux

package source

import "time"

// Devices run Linux, elsewhere this is for developers.

func stampArrivals(int) error { return nil }
func arrival([]byte) int64    { return time.Now().UnixNano() }
