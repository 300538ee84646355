package source_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/source"
)

// freePort gives an address that nothing listens on at this moment.
func freePort(t testing.TB) (address, port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	address = l.Addr().String()
	_, port, _ = net.SplitHostPort(address)
	return address, port
}

// meter is what testdata/modbus.py plays, and what it has there.
var meter = []struct {
	register source.Register
	want     float64
}{
	{source.Register{Channel: "u16"}, 54_321},
	{source.Register{Channel: "i16", Address: 1, Type: source.I16, Scale: 0.1, Offset: 20}, -103.4},
	{source.Register{Channel: "u32", Address: 2, Type: source.U32}, 4_000_000_001},
	{source.Register{Channel: "i32", Address: 4, Type: source.I32}, -2_000_000_003},
	{source.Register{Channel: "f32", Address: 6, Type: source.F32}, 230.53125},
	{source.Register{Channel: "low first", Address: 8, Type: source.F32, LowWordFirst: true}, -12.625},
	{source.Register{Channel: "last", Address: 65_535}, 99},
	{source.Register{Channel: "input", Table: source.Input, Address: 7, Type: source.I16}, -40},
	{source.Register{Channel: "coil", Table: source.Coil, Address: 3}, 1},
	{source.Register{Channel: "discrete", Table: source.Discrete, Address: 1, Scale: -1}, -1},
	{source.Register{Channel: "off", Table: source.Discrete, Address: 0}, 0},
	{source.Register{Channel: "another unit", Unit: 247, Type: source.F32}, 49.984375},
	{source.Register{Channel: "refused", Address: 1000}, math.NaN()},
	{source.Register{Channel: "no such unit", Unit: 9}, math.NaN()},
	{source.Register{Channel: "nor this", Unit: 9}, math.NaN()},
}

func checkMeter(t *testing.T, m source.Modbus) {
	t.Helper()
	for _, r := range meter {
		m.Registers = append(m.Registers, r.register)
	}
	s, err := m.Open()
	if err != nil {
		t.Fatal(err)
	}
	readings := first(t, s, 2)
	if len(readings) != 2 || s.Skipped() != 6 {
		t.Fatalf("%d readings, %d skipped", len(readings), s.Skipped())
	}
	for i, r := range meter {
		if got := readings[1].Values[i]; s.Channels()[i] != r.register.Channel || math.Abs(got-r.want) > 1e-9*math.Abs(r.want) || math.IsNaN(got) != math.IsNaN(r.want) {
			t.Errorf("%s: %v, want %v", s.Channels()[i], got, r.want)
		}
	}
}

func TestModbusTCP(t *testing.T) {
	program := python(t, "pymodbus")
	address, port := freePort(t)
	m := source.Modbus{Name: "meter", URL: "tcp://" + address, Timeout: 200 * time.Millisecond, Interval: time.Millisecond}
	kill := peer(t, program, "testdata/modbus.py", "tcp", port)
	checkMeter(t, m)
	m.Registers = []source.Register{{Channel: "u16"}, {Channel: "none", Unit: 9}}
	s, err := m.Open()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = s.Run(t.Context(), func(reading.Reading) error {
		if n++; n == 2 {
			kill()
		}
		return nil
	})
	if err == nil || n != 2 || !strings.Contains(err.Error(), m.URL) {
		t.Errorf("after %d readings, a unit that was switched off: %v", n, err)
	}
	if err := s.Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "connect to "+m.URL) {
		t.Errorf("a unit that is switched off: %v", err)
	}
	peer(t, program, "testdata/modbus.py", "tcp", port)
	if readings := first(t, s, 1); len(readings) != 1 || readings[0].Values[0] != 54_321 {
		t.Errorf("a unit that was switched on again: %v", readings)
	}
}

func TestModbusRTU(t *testing.T) {
	program := python(t, "pymodbus, serial")
	// A pseudo-terminal has no parity: pyserial refuses to set one, the library does not.
	for _, c := range []struct {
		baud   uint
		parity source.Parity
		as     [2]string
	}{{0, source.NoParity, [2]string{"19200", "N"}}, {115_200, source.EvenParity, [2]string{"115200", "N"}}} {
		unit, path := nullModem(t)
		peer(t, program, "testdata/modbus.py", "rtu", unit, c.as[0], c.as[1])
		checkMeter(t, source.Modbus{Name: "meter", URL: "rtu://" + path, Baud: c.baud, Parity: c.parity, Timeout: 500 * time.Millisecond, Interval: time.Millisecond})
	}
	_, path := nullModem(t) // nobody is there
	s, err := source.Modbus{Name: "meter", URL: "rtu://" + path, Timeout: 50 * time.Millisecond, Registers: []source.Register{{Channel: "a"}, {Channel: "b", Unit: 2}}}.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), path) || s.Skipped() != 2 {
		t.Errorf("a line without units: %v, %d skipped", err, s.Skipped())
	}
}

func TestModbusIsChecked(t *testing.T) {
	fine := source.Modbus{Name: "meter", URL: "tcp://127.0.0.1:1", Registers: []source.Register{{Channel: "a"}}}
	if _, err := fine.Open(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(m *source.Modbus){
		"name":    func(m *source.Modbus) { m.Name = "" },
		"URL":     func(m *source.Modbus) { m.URL = "127.0.0.1:502" },
		"scheme":  func(m *source.Modbus) { m.URL = "udp://127.0.0.1:502" },
		"nothing": func(m *source.Modbus) { m.Registers = nil },
		"parity":  func(m *source.Modbus) { m.Parity = 3 },
		"unit":    func(m *source.Modbus) { m.Unit = 248 },
		"no name": func(m *source.Modbus) { m.Registers = []source.Register{{}} },
		"type":    func(m *source.Modbus) { m.Registers = []source.Register{{Channel: "a", Type: 9}} },
		"table":   func(m *source.Modbus) { m.Registers = []source.Register{{Channel: "a", Table: 9}} },
		"beyond": func(m *source.Modbus) {
			m.Registers = []source.Register{{Channel: "a", Type: source.F32, Address: 65_535}}
		},
		"too many":  func(m *source.Modbus) { m.Registers = make([]source.Register, 256) },
		"backwards": func(m *source.Modbus) { m.Interval = -1 },
	} {
		m := fine
		change(&m)
		if _, err := m.Open(); err == nil {
			t.Errorf("%s: %+v was opened", name, m)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	unit := answering(t, nil)
	fine.URL = "tcp://" + unit
	s, err := fine.Open()
	if err == nil {
		err = s.Run(ctx, nil)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

// answering is a unit whose answer to everything, on a connection, is one and the same.
func answering(t testing.TB, answer []byte) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			request := make([]byte, 12)
			if _, err := io.ReadFull(c, request); err == nil {
				if len(answer) > 1 { // to this very request
					answer[0], answer[1] = request[0], request[1]
				}
				_, _ = c.Write(answer) // a client that has gone needs none
			}
			c.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return l.Addr().String()
}

func FuzzModbus(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 5, 1, 3, 2, 1, 2}, uint8(0))
	f.Add([]byte{0, 0, 0, 0, 0, 7, 1, 4, 4, 0x43, 0x66, 0x88, 0}, uint8(1))
	f.Add([]byte{0, 0, 0, 0, 0, 4, 1, 1, 1, 1}, uint8(2))
	f.Add([]byte{0, 0, 0, 0, 0, 3, 1, 0x83, 2}, uint8(0))
	f.Add([]byte{0, 0, 0, 0, 0xff, 0xff, 1, 3}, uint8(0))
	f.Add([]byte{0, 0, 0, 1, 0, 5, 1, 3, 2, 1, 2, 0, 0, 0, 0, 0, 0, 1}, uint8(3))
	f.Fuzz(func(t *testing.T, answer []byte, table uint8) {
		address := answering(t, answer)
		s, err := source.Modbus{Name: "meter", URL: "tcp://" + address, Timeout: 100 * time.Millisecond,
			Registers: []source.Register{{Channel: "a", Table: source.RegisterTable(table % 4), Type: source.F32}}}.Open()
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = s.Run(t.Context(), func(r reading.Reading) error { n++; return errors.Join(r.Validate(), errEnough) })
		if err == nil || n+int(s.Skipped()) != 1 {
			t.Errorf("%d readings, %d skipped, %v", n, s.Skipped(), err)
		}
	})
}
