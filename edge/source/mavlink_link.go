package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// link is an open one. Closing it ends a Read that waits.
type link struct {
	io.ReadWriteCloser
	socket *socket // nil = it has no datagrams
	room   int     // for what comes in a rest
	baud   uint32  // 0 = it is no serial line
}

// rested reads it with rests.
func (l *link) rested(ctx context.Context, latency time.Duration) *rested {
	r := &rested{ctx: ctx, from: l, latency: latency, room: l.room}
	if l.socket != nil {
		r.waiting = l.socket.waiting
	}
	if l.baud > 0 {
		r.latency = restOf(l.baud, latency)
	}
	return r
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
		return &link{ReadWriteCloser: conn, room: roomStream}, err
	}
	if baud == 0 {
		baud = 57_600 // of telemetry radios and of ArduPilot's ports
	}
	l, err := openLine(address, baud, os.O_RDWR)
	return &link{ReadWriteCloser: l, room: roomSerial, baud: baud}, err
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

// socket is one of datagrams, of which each Read gives one whole. One that listens hears
// anybody, and answers whom it has accepted last.
type socket struct {
	*net.UDPConn
	raw     syscall.RawConn
	listens bool
	came    int64                          // when what was read last did, by the kernel's clock
	last    netip.AddrPort                 // the sender of it
	peer    atomic.Pointer[netip.AddrPort] // nil = nobody yet
	control [64]byte                       // what the kernel says of a datagram
}

func openSocket(udp *net.UDPConn, listens bool) (*link, error) {
	_ = udp.SetReadBuffer(roomDatagram * 4) // what of it the kernel allows
	raw, err := udp.SyscallConn()
	if err == nil {
		err = errors.Join(raw.Control(func(fd uintptr) { err = stampArrivals(int(fd)) }), err)
	}
	if err != nil {
		udp.Close()
		return nil, fmt.Errorf("have the kernel tell when datagrams come: %w", err)
	}
	s := &socket{UDPConn: udp, raw: raw, listens: listens}
	return &link{ReadWriteCloser: s, socket: s, room: roomDatagram}, nil
}

// Read implements io.Reader.
func (s *socket) Read(b []byte) (n int, err error) {
	n, control, _, from, err := s.ReadMsgUDPAddrPort(b, s.control[:])
	if err != nil {
		return 0, err
	}
	s.last, s.came = from, arrival(s.control[:control])
	return n, nil
}

// waiting tells whether there is another datagram.
func (s *socket) waiting() (another bool) {
	err := s.raw.Control(func(fd uintptr) { another = readable(int(fd)) })
	return err == nil && another
}

// accept says that what was read last is from whom it should be.
func (s *socket) accept() {
	if peer := s.peer.Load(); s.listens && (peer == nil || *peer != s.last) {
		last := s.last
		s.peer.Store(&last)
	}
}

var errNobody = errors.New("nobody has sent anything yet")

// Write implements io.Writer.
func (s *socket) Write(b []byte) (int, error) {
	if !s.listens {
		return s.UDPConn.Write(b)
	}
	peer := s.peer.Load()
	if peer == nil {
		return 0, errNobody
	}
	return s.WriteToUDPAddrPort(b, *peer)
}
