package source

import (
	"encoding/binary"
	"time"

	"golang.org/x/sys/unix"
)

// stampArrivals has the kernel say when each datagram came: one can wait to be read.
func stampArrivals(fd int) error {
	return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
}

// arrival is what it said, in nanoseconds since 1970, or now.
func arrival(control []byte) int64 {
	if len(control) == 0 { // which the parser does not expect
		return time.Now().UnixNano()
	}
	h, stamp, _, err := unix.ParseOneSocketControlMessage(control)
	if err == nil && h.Level == unix.SOL_SOCKET && h.Type == unix.SCM_TIMESTAMPNS {
		switch len(stamp) { // a struct timespec
		case 16:
			return int64(binary.NativeEndian.Uint64(stamp)*1e9 + binary.NativeEndian.Uint64(stamp[8:]))
		case 8:
			return int64(binary.NativeEndian.Uint32(stamp))*1e9 + int64(binary.NativeEndian.Uint32(stamp[4:]))
		}
	}
	return time.Now().UnixNano()
}
