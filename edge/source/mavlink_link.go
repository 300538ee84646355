package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
)

// openLink opens what pymavlink writes as udpin:host:port (listen), udpout:host:port,
// tcp:host:port, or the path of a serial line. Datagrams tells whether each Read gives
// one whole. Closing it ends a Read that waits.
func openLink(ctx context.Context, address string, baud uint32) (link io.ReadWriteCloser, datagrams bool, err error) {
	kind, where, network := strings.Cut(address, ":")
	switch {
	case network && kind == "udpin":
		conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", where)
		if err != nil {
			return nil, false, err
		}
		return &listener{PacketConn: conn}, true, nil
	case network && kind == "udpout":
		link, err = new(net.Dialer).DialContext(ctx, "udp", where)
		return link, true, err
	case network && kind == "tcp":
		link, err = new(net.Dialer).DialContext(ctx, "tcp", where)
		return link, false, err
	}
	if baud == 0 {
		baud = 57_600 // of telemetry radios and of ArduPilot's ports
	}
	link, err = openLine(address, baud, os.O_RDWR)
	return link, false, err
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

// listener hears anybody, and answers whom it has accepted last.
type listener struct {
	net.PacketConn
	last net.Addr                 // the sender of what was read
	peer atomic.Pointer[net.Addr] // nil = nobody yet
}

// Read implements io.Reader.
func (l *listener) Read(b []byte) (n int, err error) {
	n, l.last, err = l.ReadFrom(b)
	return n, err
}

// accept says that what was read last is from whom it should be.
func (l *listener) accept() {
	last := l.last
	l.peer.Store(&last)
}

var errNobody = errors.New("nobody has sent anything yet")

// Write implements io.Writer.
func (l *listener) Write(b []byte) (int, error) {
	peer := l.peer.Load()
	if peer == nil {
		return 0, errNobody
	}
	return l.WriteTo(b, *peer)
}
