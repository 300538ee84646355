package broker

import (
	"errors"
	"log/slog"
	"net"
	"testing"
)

// shaky is a listener that fails now and then, as one does without free file
// descriptors.
type shaky struct {
	net.Listener
	failures int
}

func (s *shaky) Accept() (net.Conn, error) {
	if s.failures > 0 {
		s.failures--
		return nil, errors.New("too many open files")
	}
	return s.Listener.Accept()
}

func TestDoorSurvivesAcceptErrors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := newDoor(&shaky{l, 2}, 1000, slog.New(slog.DiscardHandler))
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := d.Accept(); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	d.wait() // the accepted connection is closed too
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is still open")
	}
	if _, err := d.Accept(); err == nil {
		t.Error("a closed door accepts")
	}
	if err := d.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}
