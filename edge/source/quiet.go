package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// quiet is a file descriptor that the runtime's poller watches only while somebody waits
// for it: else it would wake up for all that comes, wanted or not. Closing it ends a wait.
type quiet struct {
	file *os.File // without the poller
	raw  syscall.RawConn
	read func(fd int, b []byte) (int, error) // without waiting

	mu      sync.Mutex
	watched *os.File // the same, with it; nil = nobody waits
	closed  bool
}

// newQuiet takes a descriptor over from what has opened it, and closes that.
func newQuiet(from interface {
	syscall.Conn
	io.Closer
}) (*quiet, error) {
	defer from.Close()
	raw, err := from.SyscallConn()
	if err != nil {
		return nil, err
	}
	fd := -1
	fault := raw.Control(func(original uintptr) { fd, err = unix.FcntlInt(original, unix.F_DUPFD_CLOEXEC, 0) })
	if err = errors.Join(fault, err); err != nil {
		return nil, fmt.Errorf("duplicate descriptor: %w", err)
	}
	q := &quiet{read: readStream}
	// The poller is given what is not blocking at first sight.
	err = unix.SetNonblock(fd, false)
	q.file = os.NewFile(uintptr(fd), "")
	q.raw, fault = q.file.SyscallConn()
	if err = errors.Join(err, fault, unix.SetNonblock(fd, true)); err != nil {
		q.file.Close()
		return nil, err
	}
	return q, nil
}

// readStream reads what has an end.
func readStream(fd int, b []byte) (int, error) {
	n, err := unix.Read(fd, b)
	if n == 0 && err == nil && len(b) > 0 {
		return 0, io.EOF
	}
	return max(0, n), err
}

// try implements descriptor.
func (q *quiet) try(b []byte) (n int, err error) {
	fault := q.raw.Control(func(fd uintptr) { n, err = q.again(int(fd), b) })
	if fault != nil {
		return 0, fault
	}
	return n, err
}

// again reads, whatever signals come.
func (q *quiet) again(fd int, b []byte) (n int, err error) {
	for n, err = q.read(fd, b); errors.Is(err, unix.EINTR); n, err = q.read(fd, b) {
	}
	return n, err
}

// await implements descriptor.
func (q *quiet) await(b []byte) (n int, err error) {
	raw, err := q.watch()
	if err != nil {
		return 0, err
	}
	fault := raw.Read(func(fd uintptr) bool {
		n, err = q.again(int(fd), b)
		return !errors.Is(err, unix.EAGAIN)
	})
	if fault != nil {
		return 0, fault
	}
	return n, err
}

func (q *quiet) watch() (syscall.RawConn, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return nil, os.ErrClosed
	}
	if q.watched == nil {
		fd, err := -1, error(nil)
		fault := q.raw.Control(func(original uintptr) { fd, err = unix.FcntlInt(original, unix.F_DUPFD_CLOEXEC, 0) })
		if err = errors.Join(fault, err); err != nil {
			return nil, fmt.Errorf("duplicate descriptor: %w", err)
		}
		q.watched = os.NewFile(uintptr(fd), "")
	}
	return q.watched.SyscallConn()
}

// ignore implements descriptor.
func (q *quiet) ignore() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.watched != nil {
		q.watched.Close()
		q.watched = nil
	}
}

// Write implements io.Writer. It does not wait: what cannot be sent at once is not.
func (q *quiet) Write(b []byte) (n int, err error) {
	fault := q.raw.Control(func(fd uintptr) { n, err = unix.Write(int(fd), b) })
	return max(0, n), errors.Join(fault, err)
}

// Close implements io.Closer.
func (q *quiet) Close() error {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.ignore()
	return q.file.Close()
}
