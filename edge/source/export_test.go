package source

import (
	"context"
	"io"
	"time"
)

// OpenLine is openLine, for tests.
var OpenLine = openLine

// Descriptor is a descriptor of a test's.
type Descriptor struct {
	Try, Await func([]byte) (int, error)
	Ignore     func()
}

func (d Descriptor) try(b []byte) (int, error)   { return d.Try(b) }
func (d Descriptor) await(b []byte) (int, error) { return d.Await(b) }
func (d Descriptor) ignore()                     { d.Ignore() }

// Rested is a rested of a serial line or of a socket, for tests.
func Rested(ctx context.Context, d Descriptor, latency time.Duration, datagrams bool) io.Reader {
	r := &rested{ctx: ctx, link: d, latency: latency, room: roomSerial}
	if datagrams {
		r.room, r.each = roomDatagram, eachDatagram
	}
	return r
}

// RestOf is restOf, for tests.
var RestOf = restOf

// Right is right, for tests.
var Right = right
