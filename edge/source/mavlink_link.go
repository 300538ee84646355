package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// link is an open one. Closing it ends a Read that waits.
type link struct {
	*quiet
	socket *socket // nil = it has no datagrams
	room   int     // for what comes in a rest
	baud   uint32  // 0 = it is no serial line
}

// openLink opens what pymavlink writes as udpin:host:port (listen), udpout:host:port,
// tcp:host:port, or the path of a serial line.
func openLink(ctx context.Context, address string, baud uint32) (*link, error) {
	kind, where, network := strings.Cut(address, ":")
	switch {
	case network && kind == "udpin":
		conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", where)
		if err != nil {
			return nil, err
		}
		return openSocket(conn.(*net.UDPConn), true)
	case network && kind == "udpout":
		conn, err := new(net.Dialer).DialContext(ctx, "udp", where)
		if err != nil {
			return nil, err
		}
		return openSocket(conn.(*net.UDPConn), false)
	case network && kind == "tcp":
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", where)
		if err != nil {
			return nil, err
		}
		q, err := newQuiet(conn.(*net.TCPConn))
		return &link{quiet: q, room: roomStream}, err
	}
	if baud == 0 {
		baud = 57_600 // of telemetry radios and of ArduPilot's ports
	}
	l, err := openLine(address, baud, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	q, err := newQuiet(l)
	return &link{quiet: q, room: roomSerial, baud: baud}, err
}

// rested reads it with rests.
func (l *link) rested(ctx context.Context, latency time.Duration) *rested {
	r := &rested{ctx: ctx, link: l, latency: latency, room: l.room}
	if l.socket != nil {
		r.each = eachDatagram
	}
	if l.baud > 0 {
		r.latency = restOf(l.baud, latency)
	}
	return r
}

// Write implements io.Writer.
func (l *link) Write(b []byte) (int, error) {
	if l.socket != nil && l.socket.listens {
		return l.socket.answer(l.raw, b)
	}
	return l.quiet.Write(b)
}

// checkLink tells whether an address is one that openLink can open.
func checkLink(address string) error {
	kind, where, network := strings.Cut(address, ":")
	if address == "" || network && kind != "udpin" && kind != "udpout" && kind != "tcp" {
		return fmt.Errorf("link %q, want udpin:host:port, udpout:host:port, tcp:host:port or a path", address)
	}
	if network {
		_, _, err := net.SplitHostPort(where)
		return err
	}
	return nil
}

// socket is one of datagrams, of which each is read whole. One that listens hears anybody,
// and answers whom it has accepted last.
type socket struct {
	listens bool
	came    int64                            // when what was read last did, by the kernel's clock
	last    syscall.Sockaddr                 // the sender of it
	peer    atomic.Pointer[syscall.Sockaddr] // nil = nobody yet
	control [64]byte                         // what the kernel says of a datagram
}

func openSocket(udp *net.UDPConn, listens bool) (*link, error) {
	_ = udp.SetReadBuffer(roomDatagram * 4) // what of it the kernel allows
	q, err := newQuiet(udp)
	if err != nil {
		return nil, err
	}
	fault := q.raw.Control(func(fd uintptr) { err = stampArrivals(int(fd)) })
	if err = errors.Join(fault, err); err != nil {
		q.Close()
		return nil, fmt.Errorf("have the kernel tell when datagrams come: %w", err)
	}
	s := &socket{listens: listens}
	q.read = s.read
	return &link{quiet: q, socket: s, room: roomDatagram}, nil
}

func (s *socket) read(fd int, b []byte) (int, error) {
	n, control, _, from, err := syscall.Recvmsg(fd, b, s.control[:], 0)
	if err != nil {
		return 0, err
	}
	s.last, s.came = from, arrival(s.control[:control])
	return n, nil
}

// accept says that what was read last is from whom it should be.
func (s *socket) accept() {
	if s.listens {
		last := s.last
		s.peer.Store(&last)
	}
}

var errNobody = errors.New("nobody has sent anything yet")

// answer sends to the peer.
func (s *socket) answer(raw syscall.RawConn, b []byte) (n int, err error) {
	peer := s.peer.Load()
	if peer == nil {
		return 0, errNobody
	}
	fault := raw.Control(func(fd uintptr) { err = syscall.Sendto(int(fd), b, 0, *peer) })
	return len(b), errors.Join(fault, err)
}
