package source

import (
	"context"
	"io"
	"time"
)

// OpenLine is openLine, for tests.
var OpenLine = openLine

// Rested is a rested, for tests.
func Rested(ctx context.Context, from io.Reader, latency time.Duration, datagrams func() bool) io.Reader {
	r := &rested{ctx: ctx, from: from, latency: latency, room: roomSerial, waiting: datagrams}
	if datagrams != nil {
		r.room = roomDatagram
	}
	return r
}

// RestOf is restOf, for tests.
var RestOf = restOf

// Right is right, for tests.
var Right = right
