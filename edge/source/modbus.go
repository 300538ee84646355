package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/simonvetter/modbus"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Modbus is one or several units on a Modbus line, as power meters and PLCs are. Its
// requests read and never write. Protocol: Modbus Application Protocol 1.1b3, and
// Modbus over Serial Line 1.02 for RTU.
type Modbus struct {
	Name      string
	URL       string // tcp://host:port, or rtu:///dev/ttyUSB0
	Baud      uint   // RTU only; 0 = 19200
	Parity    Parity // RTU only
	StopBits  uint   // RTU only; 0 = 2 without parity, otherwise 1
	Unit      uint8  // 1 to 247; 0 = 1
	Registers []Register
	Timeout   time.Duration // of a request; 0 = 1 s
	Interval  time.Duration // 0 = 1 s
}

// Parity is a serial line's.
type Parity uint8

// Parities.
const (
	NoParity Parity = iota
	EvenParity
	OddParity
)

// Register is a channel: what a unit has at an address, times Scale, plus Offset.
type Register struct {
	Channel      string
	Unit         uint8 // 0 = the source's
	Table        RegisterTable
	Address      uint16       // as it is sent, from 0: what manuals call 40001 is 0
	Type         RegisterType // of holding and input registers
	LowWordFirst bool         // in the types of two registers; the standard has the high word first
	Scale        float64      // 0 = 1
	Offset       float64
}

// RegisterTable is one of the four that a unit has.
type RegisterTable uint8

// Tables of a unit.
const (
	Holding RegisterTable = iota
	Input
	Coil     // 0 or 1
	Discrete // 0 or 1
)

// RegisterType is what registers hold, each 16 bits, high byte first.
type RegisterType uint8

// Types of registers.
const (
	U16 RegisterType = iota
	I16
	U32
	I32
	F32
)

// bus is an open Modbus.
type bus struct {
	Modbus
	skipped atomic.Uint64
}

// Open checks what it is told. Run connects.
func (m Modbus) Open() (Source, error) {
	err := (reading.Reading{Source: m.Name, Values: make([]float64, min(len(m.Registers), reading.MaxValues+1))}).Validate()
	scheme, address, found := strings.Cut(m.URL, "://")
	switch {
	case err != nil:
	case !found || scheme != "tcp" && scheme != "rtu" || address == "":
		err = fmt.Errorf("URL %q, want tcp://host:port or rtu:///dev/…", m.URL)
	case len(m.Registers) == 0:
		err = errors.New("no registers: name those that are channels")
	case m.Parity > OddParity || m.StopBits > 2 || m.Timeout < 0 || m.Interval < 0:
		err = fmt.Errorf("parity %d, %d stop bits, timeout %v, interval %v: there are none such", m.Parity, m.StopBits, m.Timeout, m.Interval)
	}
	for _, r := range m.Registers {
		if r.Channel == "" || r.Table > Discrete || r.Type > F32 || r.Address == math.MaxUint16 && r.size() == 2 || max(r.Unit, m.Unit) > 247 {
			err = errors.Join(err, fmt.Errorf("register %+v: there is none such", r))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", m.Name, err)
	}
	if m.Timeout == 0 {
		m.Timeout = time.Second
	}
	if m.Interval == 0 {
		m.Interval = time.Second
	}
	if m.Unit == 0 {
		m.Unit = 1
	}
	return &bus{Modbus: m}, nil
}

// Channels names the registers.
func (b *bus) Channels() (names []string) {
	for _, r := range b.Registers {
		names = append(names, r.Channel)
	}
	return names
}

// Skipped counts the values that could not be read.
func (b *bus) Skipped() uint64 { return b.skipped.Load() }

// Run connects, and reads all registers at once and then at each interval, one request
// a register. One that a unit refuses, and all of a unit that does not answer, are NaN.
// Run ends with an error when the connection breaks and when none can be read any more.
// When ctx ends while it waits for a unit or, by TCP, to connect, it returns after
// Timeout, or after the 5 s that the library gives a connect.
func (b *bus) Run(ctx context.Context, emit func(reading.Reading) error) error {
	client, err := modbus.NewClient(&modbus.ClientConfiguration{
		URL: b.URL, Speed: b.Baud, Parity: uint(b.Parity), StopBits: b.StopBits, Timeout: b.Timeout,
		Logger: log.New(io.Discard, "", 0), // it would write to standard output
	})
	if err == nil {
		err = client.Open()
	}
	if err != nil {
		return fmt.Errorf("read source %s: connect to %s: %w", b.Name, b.URL, err)
	}
	defer client.Close()
	tick := time.NewTicker(b.Interval)
	defer tick.Stop()
	for {
		r, err := b.poll(ctx, client)
		if err != nil {
			return err
		}
		if err := emit(r); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// poll reads all registers once.
func (b *bus) poll(ctx context.Context, client *modbus.ModbusClient) (reading.Reading, error) {
	r := reading.Reading{Source: b.Name, Time: time.Now().UnixNano()}
	silent := map[uint8]bool{} // units
	var fault error            // the first
	none := true
	for _, register := range b.Registers {
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		unit := register.Unit
		if unit == 0 {
			unit = b.Unit
		}
		value, err := math.NaN(), error(modbus.ErrRequestTimedOut)
		if !silent[unit] {
			value, err = register.read(client, unit)
		}
		silent[unit] = errors.Is(err, modbus.ErrRequestTimedOut)
		if err != nil {
			b.skipped.Add(1)
			err = fmt.Errorf("read source %s: %s: unit %d, register %d: %w", b.Name, b.URL, unit, register.Address, err)
			if broken(err) {
				return r, err
			}
			if fault == nil {
				fault = err
			}
			value = math.NaN()
		}
		none = none && err != nil
		r.Values = append(r.Values, value)
	}
	if none {
		return r, fmt.Errorf("%w; nor can any other be read", fault)
	}
	return r, nil
}

// broken tells whether the connection is: what comes next would be read wrongly, if at
// all. On a serial line the library waits for silence and begins anew.
func broken(err error) bool {
	var network *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network)
}

// size gives the number of registers.
func (r Register) size() uint16 {
	if r.Table <= Input && r.Type >= U32 {
		return 2
	}
	return 1
}

// read asks a unit for the register's value.
func (r Register) read(client *modbus.ModbusClient, unit uint8) (float64, error) {
	if err := client.SetUnitId(unit); err != nil {
		return 0, err
	}
	scale := r.Scale
	if scale == 0 {
		scale = 1
	}
	if r.Table >= Coil {
		ask := client.ReadCoil
		if r.Table == Discrete {
			ask = client.ReadDiscreteInput
		}
		on, err := ask(r.Address)
		if on {
			return scale + r.Offset, err
		}
		return r.Offset, err
	}
	table := modbus.HOLDING_REGISTER
	if r.Table == Input {
		table = modbus.INPUT_REGISTER
	}
	words, err := client.ReadRegisters(r.Address, r.size(), table)
	if err != nil {
		return 0, err
	}
	return r.Type.value(words, r.LowWordFirst)*scale + r.Offset, nil
}

// value gives what registers hold.
func (t RegisterType) value(words []uint16, lowFirst bool) float64 {
	if len(words) == 1 {
		if t == I16 {
			return float64(int16(words[0]))
		}
		return float64(words[0])
	}
	if lowFirst {
		words[0], words[1] = words[1], words[0]
	}
	both := uint32(words[0])<<16 | uint32(words[1])
	switch t {
	case I32:
		return float64(int32(both))
	case F32:
		return float64(math.Float32frombits(both))
	}
	return float64(both)
}
