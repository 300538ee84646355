package setup

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/source"
	"github.com/tadpole-edge/tadpole/internal/config"
)

// Source is one [[source]] table.
type Source struct {
	Name     string
	Kind     string
	Priority buffer.Priority
	Wait     bool // for sinks to make room: it can be held up without losing anything
	Restart  time.Duration
	Streams  []string                      // names that its readings carry: its own, or of each message
	Open     func() (source.Source, error) // nil = Bundle is not
	Bundle   func() (source.Bundle, error)
}

type sourceTable struct {
	Name     string          `toml:"name"`
	Kind     string          `toml:"kind"`
	Priority string          `toml:"priority"`
	Restart  config.Duration `toml:"restart"`

	Path     string          `toml:"path"`
	Command  []string        `toml:"command"`
	Format   string          `toml:"format"`
	Time     string          `toml:"time"`
	Unit     string          `toml:"time_unit"`
	Values   []string        `toml:"values"`
	Speed    float64         `toml:"speed"`
	Follow   bool            `toml:"follow"`
	Chip     string          `toml:"chip"`
	Device   string          `toml:"device"`
	Root     string          `toml:"root"`
	Interval config.Duration `toml:"interval"`

	Latency *config.Duration `toml:"latency"`

	URL       string          `toml:"url"`
	Topic     string          `toml:"topic"`
	Username  string          `toml:"username"`
	Password  string          `toml:"password"`
	Link      string          `toml:"link"`
	Baud      uint32          `toml:"baud"`
	Messages  []string        `toml:"messages"`
	System    uint8           `toml:"system"`
	Component uint8           `toml:"component"`
	KeyFile   string          `toml:"key_file"`
	Heartbeat bool            `toml:"heartbeat"`
	Parity    string          `toml:"parity"`
	StopBits  uint            `toml:"stop_bits"`
	Slave     uint8           `toml:"unit"`
	Timeout   config.Duration `toml:"timeout"`
	Registers []registerTable `toml:"registers"`
	Seed      uint64          `toml:"seed"`
	Rate      float64         `toml:"rate"`
	Fault     faultTable      `toml:"fault"`
}

// general are the fields that every kind has.
var general = []string{"name", "kind", "priority", "restart"}

// kind is a kind of source: the fields that it has besides, and what opens it.
type kind struct {
	fields []string
	wait   bool
	open   func(place, sourceTable) func() (source.Source, error)
}

var kinds = map[string]kind{
	"command": {[]string{"command", "format", "time", "time_unit", "values", "latency"}, false, command},
	"mqtt":    {[]string{"url", "topic", "username", "password", "time", "time_unit", "values"}, false, mqtt},
	"nmea":    {[]string{"path", "baud", "latency"}, false, nmea},
	"modbus":  {[]string{"url", "baud", "parity", "stop_bits", "unit", "registers", "timeout", "interval"}, false, modbus},
	"drone":   {[]string{"seed", "rate", "speed", "fault", "latency"}, false, drone},
	"mavlink": {[]string{"link", "baud", "messages", "system", "component", "key_file", "heartbeat", "latency"}, false, nil},
	"csv":     {[]string{"path", "time", "time_unit", "values", "speed", "follow", "latency"}, true, table(source.CSV)},
	"jsonl":   {[]string{"path", "time", "time_unit", "values", "speed", "follow", "latency"}, true, table(source.JSONLines)},
	"hwmon": {[]string{"chip", "root", "interval"}, false, func(_ place, s sourceTable) func() (source.Source, error) {
		return source.Hwmon{Name: s.Name, Chip: s.Chip, Root: s.Root, Interval: time.Duration(s.Interval)}.Open
	}},
	"iio": {[]string{"device", "root", "interval"}, false, func(_ place, s sourceTable) func() (source.Source, error) {
		return source.IIO{Name: s.Name, Device: s.Device, Root: s.Root, Interval: time.Duration(s.Interval)}.Open
	}},
}

func table(format source.Format) func(place, sourceTable) func() (source.Source, error) {
	return func(t place, s sourceTable) func() (source.Source, error) {
		t.check(s.Path != "", "path", "is missing", "write the path of the file")
		t.check(len(s.Values) > 0, "values", "is missing", "name the columns that are channels")
		t.check(!s.Follow || s.Speed == 0, "speed", "is set for a file that is followed", "leave it out: lines are read as they come")
		return source.Table{Name: s.Name, Path: t.beside(s.Path), Format: format, Time: s.Time, Unit: t.unit(s.Unit), Values: s.Values, Speed: s.Speed, Follow: s.Follow, Latency: s.latency()}.Open
	}
}

func (t place) unit(word string) source.Unit {
	return oneOf(t, "time_unit", word, []string{"datetime", "s", "ms", "us", "ns"},
		[]source.Unit{source.DateTime, source.Seconds, source.Milliseconds, source.Microseconds, source.Nanoseconds})
}

func (s sourceTable) parse(t place) Source {
	k, known := kinds[s.Kind]
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	t.check(known, "kind", fmt.Sprintf("%.40q is not known", s.Kind), "choose one of "+strings.Join(names, ", "))
	t.check(s.Restart >= 0, "restart", fmt.Sprintf("is %v", time.Duration(s.Restart)), `choose a positive time, or leave it out for "1s"`)
	t.check(s.Interval >= 0, "interval", fmt.Sprintf("is %v", time.Duration(s.Interval)), `choose a positive time, or leave it out for "1s"`)
	t.check(s.latency() >= 0 && s.latency() <= time.Second, "latency", fmt.Sprintf("is %v", s.latency()), `choose at most "1s", "0s" to have each reading as it comes, or leave it out for "50ms"`)
	parsed := Source{Name: s.Name, Kind: s.Kind, Priority: t.priority(s.Priority), Wait: k.wait, Restart: time.Duration(s.Restart), Streams: []string{s.Name}}
	switch {
	case !known:
		return parsed
	case k.open != nil:
		parsed.Open = k.open(t, s)
	default:
		parsed.Streams, parsed.Bundle = s.mavlink(t)
	}
	t.foreign(s, k.fields)
	return parsed
}

// usualLatency costs a device at 100 readings a second a fifth of the waking up, and is
// less than readings wait on their way to the disk.
const usualLatency = 50 * time.Millisecond

// latency is how late readings may be so that several come at once. Where nothing is said,
// critical ones are not, nor are those whose time would be wrong by it.
func (s sourceTable) latency() time.Duration {
	switch {
	case s.Latency != nil:
		return time.Duration(*s.Latency)
	case s.Priority == "critical" || s.Kind == "command" && s.Time == "":
		return 0
	}
	return usualLatency
}

// foreign finds fields that are set and are another kind's.
func (t place) foreign(s sourceTable, own []string) {
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("toml")
		if !v.Field(i).IsZero() && !slices.Contains(general, name) && !slices.Contains(own, name) {
			t.check(false, name, "a source of kind "+s.Kind+" has no such field", "it has "+strings.Join(own, ", "))
		}
	}
}
