package source_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tadpole-edge/tadpole/edge/source"
)

// pty gives both ends of a pseudo-terminal: the one that plays the sensor, and the path
// of the other, which is a serial line to whoever opens it.
func pty(t testing.TB) (sensor *os.File, path string) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	sensor = os.NewFile(uintptr(fd), "/dev/ptmx")
	t.Cleanup(func() { sensor.Close() })
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return sensor, fmt.Sprintf("/dev/pts/%d", n)
}

// Every byte passes both ways as it is, which only a raw line does.
func TestSerialLine(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for baud, want := range map[uint32]uint32{0: 9600, 57_600: 57_600, 921_600: 921_600, 123_456: 123_456} {
		sensor, path := pty(t)
		line, err := source.OpenLine(path, baud, os.O_RDWR)
		if err != nil {
			t.Fatal(err)
		}
		for _, way := range [][2]io.ReadWriter{{sensor, line}, {line, sensor}} {
			got := make([]byte, len(every))
			if _, err := way[0].Write(every); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(way[1], got); err != nil || !bytes.Equal(got, every) {
				t.Errorf("at %d baud: got %x, %v", baud, got, err)
			}
		}
		settings, err := unix.IoctlGetTermios(int(line.Fd()), unix.TCGETS2)
		if err != nil || settings.Ispeed != want || settings.Ospeed != want {
			t.Errorf("rates %d and %d, %v, want %d", settings.Ispeed, settings.Ospeed, err, want)
		}
		line.Close()
	}
}

func TestSerialLineEnds(t *testing.T) {
	sensor, path := pty(t)
	line, err := source.OpenLine(path, 0, os.O_RDONLY)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	defer context.AfterFunc(ctx, func() { line.Close() })()
	if _, err := line.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a read that was closed: %v", err)
	}
	s, err := source.NMEA{Name: "gps", Path: path}.Open()
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, func() { sensor.Close() })
	if err := s.Run(t.Context(), nil); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a read after the sensor was pulled out: %v", err)
	}
}

func TestFileInsteadOfLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("a"), 0o400); err != nil {
		t.Fatal(err)
	}
	line, err := source.OpenLine(path, 9600, os.O_RDONLY)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if text, err := io.ReadAll(line); err != nil || string(text) != "a" {
		t.Errorf("read %q, %v", text, err)
	}
	if _, err := source.OpenLine(path+"s", 9600, os.O_RDONLY); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// nullModem gives the paths of two serial lines, each the other's other end.
func nullModem(t testing.TB) (a, b string) {
	t.Helper()
	one, a := pty(t)
	two, b := pty(t)
	// While nobody has a terminal open, reading from its other end fails: keep it open.
	for _, path := range []string{a, b} {
		line, err := source.OpenLine(path, 0, os.O_RDWR)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { line.Close() })
	}
	var wires sync.WaitGroup
	for _, way := range [][2]*os.File{{one, two}, {two, one}} {
		wires.Go(func() { _, _ = io.Copy(way[0], way[1]) }) // until the other end is closed
	}
	t.Cleanup(func() {
		one.Close()
		two.Close()
		wires.Wait()
	})
	return a, b
}
