package source

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// line is an open serial line, or a file or pipe in its stead. Closing it ends a Read
// that waits.
type line struct {
	*os.File
	serial bool
}

// defaultBaud is a serial line's where nothing is said.
const defaultBaud = 9600

// openLine opens a path. If it is a serial line it becomes raw, with 8 data bits, no
// parity and 1 stop bit at baud (0 = 9600), and what waits unread in it is discarded;
// flow control is off. Flag is os.O_RDONLY or os.O_RDWR.
func openLine(path string, baud uint32, flag int) (*line, error) {
	// Without O_NONBLOCK open waits for a modem's carrier, and Close for Read.
	f, err := os.OpenFile(path, flag|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	l := &line{File: f, serial: true}
	conn, err := f.SyscallConn() // Fd would make it block
	if err == nil {
		var fault error
		err = conn.Control(func(fd uintptr) { fault = makeRaw(int(fd), baud) })
		err = errors.Join(err, fault)
	}
	if errors.Is(err, unix.ENOTTY) {
		l.serial = false
	} else if err != nil {
		f.Close()
		return nil, fmt.Errorf("set %s to %d baud: %w", path, baud, err)
	}
	return l, nil
}
