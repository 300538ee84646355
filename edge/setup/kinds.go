package setup

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/source"
	"github.com/tadpole-edge/tadpole/internal/config"
)

func command(t place, s sourceTable) func() (source.Source, error) {
	t.check(len(s.Command) > 0, "command", "is missing", `write the program and its arguments, as ["rtl_433", "-F", "json"]`)
	t.check(len(s.Values) > 0, "values", "is missing", "name the fields that are channels")
	return source.Command{Name: s.Name, Command: s.Command, Format: oneOf(t, "format", s.Format, []string{"jsonl", "csv"}, []source.Format{source.JSONLines, source.CSV}),
		Time: s.Time, Unit: t.unit(s.Unit), Values: s.Values, Latency: s.latency()}.Open
}

func mqtt(t place, s sourceTable) func() (source.Source, error) {
	t.check(s.URL != "", "url", "is missing", `write the broker's, as "tcp://127.0.0.1:1883"`)
	t.check(s.Topic != "", "topic", "is missing", `write a topic or a filter, as "shed/+/climate"`)
	t.check(len(s.Values) > 0, "values", "is missing", "name the fields that are channels")
	return source.MQTT{Name: s.Name, URL: s.URL, Topic: s.Topic, Username: s.Username, Password: s.Password, Time: s.Time, Unit: t.unit(s.Unit), Values: s.Values}.Open
}

func nmea(t place, s sourceTable) func() (source.Source, error) {
	t.check(s.Path != "", "path", "is missing", `write the serial line's, as "/dev/ttyAMA0"`)
	return source.NMEA{Name: s.Name, Path: t.beside(s.Path), Baud: s.Baud, Latency: s.latency()}.Open
}

// registerTable is one of a Modbus source's registers.
type registerTable struct {
	Channel      string  `toml:"channel"`
	Unit         uint8   `toml:"unit"`
	Table        string  `toml:"table"`
	Address      uint16  `toml:"address"`
	Type         string  `toml:"type"`
	LowWordFirst bool    `toml:"low_word_first"`
	Scale        float64 `toml:"scale"`
	Offset       float64 `toml:"offset"`
}

func modbus(t place, s sourceTable) func() (source.Source, error) {
	t.check(s.URL != "", "url", "is missing", `write "tcp://host:502" or "rtu:///dev/ttyUSB0"`)
	t.check(len(s.Registers) > 0, "registers", "is missing", `write [{channel = "power", address = 0, type = "f32"}]`)
	m := source.Modbus{Name: s.Name, URL: s.URL, Baud: uint(s.Baud), StopBits: s.StopBits, Unit: s.Slave, Timeout: time.Duration(s.Timeout), Interval: time.Duration(s.Interval),
		Parity: oneOf(t, "parity", s.Parity, []string{"none", "even", "odd"}, []source.Parity{source.NoParity, source.EvenParity, source.OddParity})}
	for i, r := range s.Registers {
		field := fmt.Sprintf("registers.%d.", i)
		t.check(r.Channel != "", field+"channel", "is missing", "name the channel")
		m.Registers = append(m.Registers, source.Register{Channel: r.Channel, Unit: r.Unit, Address: r.Address, LowWordFirst: r.LowWordFirst, Scale: r.Scale, Offset: r.Offset,
			Table: oneOf(t, field+"table", r.Table, []string{"holding", "input", "coil", "discrete"}, []source.RegisterTable{source.Holding, source.Input, source.Coil, source.Discrete}),
			Type:  oneOf(t, field+"type", r.Type, []string{"u16", "i16", "u32", "i32", "f32"}, []source.RegisterType{source.U16, source.I16, source.U32, source.I32, source.F32})})
	}
	return m.Open
}

// mavlink is a link of which each message is a stream of its own.
func (s sourceTable) mavlink(t place) (streams []string, open func() (source.Bundle, error)) {
	t.check(s.Link != "", "link", "is missing", `write "udpin:127.0.0.1:14550", "tcp:host:5760" or a serial line's path`)
	t.check(len(s.Messages) > 0, "messages", "is missing", "choose some of "+strings.Join(source.MAVLinkMessages(), ", "))
	for _, m := range s.Messages {
		t.check(slices.Contains(source.MAVLinkMessages(), m), "messages", fmt.Sprintf("%.40q is not known", m), "choose some of "+strings.Join(source.MAVLinkMessages(), ", "))
		streams = append(streams, s.Name+"."+strings.ToLower(m))
	}
	link := source.MAVLink{Name: s.Name, Link: s.Link, Baud: s.Baud, Messages: s.Messages, System: s.System, Component: s.Component, Heartbeat: s.Heartbeat, Latency: s.latency()}
	path := t.beside(s.KeyFile)
	return streams, func() (source.Bundle, error) {
		if path != "" {
			key, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("open source %s: read signing key: %w", link.Name, err)
			}
			link.Key = key
		}
		return link.Open()
	}
}

// faultTable is damage to a rotor of a simulated drone.
type faultTable struct {
	Rotor    int             `toml:"rotor"`
	Severity float64         `toml:"severity"`
	After    config.Duration `toml:"after"`
}

func drone(_ place, s sourceTable) func() (source.Source, error) {
	return source.Drone{Name: s.Name, Seed: s.Seed, Rate: s.Rate, Speed: s.Speed, Latency: s.latency(),
		Fault: source.RotorFault{Rotor: s.Fault.Rotor, Severity: s.Fault.Severity, After: time.Duration(s.Fault.After)}}.Open
}
