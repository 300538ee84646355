package broker

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"
)

// open starts an outbox and gives the far end of its connection.
func open(t *testing.T, limit int) (o *outbox, far net.Conn, ended chan struct{}) {
	t.Helper()
	near, far := net.Pipe()
	o, ended = newOutbox(near, limit), make(chan struct{})
	go func() { defer close(ended); o.run() }()
	t.Cleanup(func() { far.Close(); o.Close(); <-ended })
	return o, far, ended
}

func TestOutboxKeepsBytesAndOrder(t *testing.T) {
	o, far, _ := open(t, 1<<20)
	var want []byte
	for i := range 500 {
		b := make([]byte, rand.N(3000))
		for j := range b {
			b[j] = byte(i + j)
		}
		want = append(want, b...)
	}
	got := make(chan []byte, 1)
	go func() {
		b, err := io.ReadAll(far)
		if err != nil {
			t.Error(err)
		}
		got <- b
	}()
	for rest := want; len(rest) > 0; {
		n := min(len(rest), 1+rand.N(3000))
		piece := bytes.Clone(rest[:n])
		if _, err := o.Write(piece); errors.Is(err, errSlow) {
			t.Fatal("cut off below the limit")
		} else if err != nil {
			t.Fatal(err)
		}
		clear(piece) // the caller may use it again
		rest = rest[n:]
	}
	o.Close() // what was written still goes out
	if b := <-got; !bytes.Equal(b, want) {
		t.Errorf("%d bytes arrive, want %d, or they differ", len(b), len(want))
	}
}

func TestOutboxCutsOffWhoDoesNotRead(t *testing.T) {
	o, far, ended := open(t, 1000)
	if _, err := o.Write(make([]byte, 600)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for range 3 { // the first may have left the queue
		if _, err := o.Write(make([]byte, 600)); err != nil {
			if !errors.Is(err, errSlow) {
				t.Errorf("error %v, want errSlow", err)
			}
			break
		}
	}
	if _, err := o.Write([]byte("x")); !errors.Is(err, errSlow) {
		t.Errorf("later write: error %v, want errSlow", err)
	}
	if _, err := o.Read(make([]byte, 1)); err == nil {
		t.Error("it is still read from")
	}
	<-ended
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("closed after %v", took)
	}
	if _, err := io.Copy(io.Discard, far); err != nil {
		t.Errorf("far end: %v", err)
	}
}

func TestOutboxEndsWhenThePeerGoes(t *testing.T) {
	o, far, ended := open(t, 1000)
	far.Close()
	if _, err := o.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	<-ended
	if _, err := o.Write([]byte("x")); err == nil {
		t.Error("written to a peer that has gone")
	}
}
