package mqtt

import (
	"fmt"
	"net"
)

// limited is a connection that refuses packets above a limit before they are
// read: paho allocates whatever length a packet announces, up to 256 MB.
//
// It follows the fixed headers (MQTT 3.1.1, 2.2): a byte of type and flags, then
// the remaining length in one to four bytes of seven bits, lowest first.
type limited struct {
	net.Conn
	limit int

	inLength bool // the type was read, the length is not complete
	length   int
	shift    uint
	body     int // bytes that are left of the packet
}

// Read implements net.Conn.
func (l *limited) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if bad := l.follow(b[:n]); bad != nil {
		l.Close()
		return 0, bad
	}
	return n, err
}

func (l *limited) follow(b []byte) error {
	for len(b) > 0 {
		switch {
		case l.body > 0:
			skip := min(l.body, len(b))
			l.body -= skip
			b = b[skip:]
			continue
		case !l.inLength:
			l.inLength, l.length, l.shift = true, 0, 0
		default:
			l.length |= int(b[0]&0x7f) << l.shift
			l.shift += 7
			if l.length > l.limit || l.shift > 28 {
				return fmt.Errorf("broker sends a packet above %d bytes: %w", l.limit, ErrTooLarge)
			}
			if b[0]&0x80 == 0 {
				l.inLength, l.body = false, l.length
			}
		}
		b = b[1:]
	}
	return nil
}
