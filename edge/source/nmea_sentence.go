package source

import (
	"bufio"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"github.com/adrianmo/go-nmea"
)

const (
	// maxSentence bounds a sentence; the standard has 82 bytes, receivers write more.
	maxSentence = 256
	knot        = 1852.0 / 3600 // in metres a second
)

// sentences finds sentences in a stream, with line ends or without.
type sentences struct {
	from    *bufio.Reader
	skipped *atomic.Uint64
	astray  bool // in bytes that are in no sentence, counted already
}

// next gives a sentence from its $ to its checksum, of at least four bytes.
func (s *sentences) next() (string, error) {
	var raw []byte
	lose := func() {
		if len(raw) > 0 {
			s.stray()
			raw = raw[:0]
		}
	}
	for {
		b, err := s.from.ReadByte()
		if err != nil {
			lose()
			return "", err
		}
		switch {
		case b == '$' || b == '!':
			lose()
			raw, s.astray = append(raw, b), false
		case b == '\r' || b == '\n' || b < ' ' || b > '~' || len(raw) == maxSentence:
			lose()
			if b != '\r' && b != '\n' {
				s.stray()
			}
		case len(raw) == 0:
			s.stray()
		default:
			if raw = append(raw, b); len(raw) > 3 && raw[len(raw)-3] == '*' {
				return string(raw), nil
			}
		}
	}
}

// stray counts a run of bytes that are in no whole sentence, once.
func (s *sentences) stray() {
	if !s.astray {
		s.skipped.Add(1)
	}
	s.astray = true
}

// instant joins a date and a time of day. Years have two digits: GPS began in 1980.
func instant(clock nmea.Time, date nmea.Date) (at time.Time, ok bool) {
	year := 2000 + date.YY
	if date.YY >= 80 {
		year -= 100
	}
	day := time.Date(year, time.Month(date.MM), date.DD, 0, 0, 0, 0, time.UTC)
	ok = clock.Valid && clock.Hour < 24 && clock.Minute < 60 && clock.Second <= 60 && date.Valid && day.Day() == date.DD // no 31 February became 3 March
	at = time.Date(year, day.Month(), date.DD, clock.Hour, clock.Minute, clock.Second, clock.Millisecond*1e6, time.UTC)
	return at, ok
}

// sentence is what one sentence says.
type sentence struct {
	*nmea.Parser
	values map[int]float64 // by channel; NaN = not said
	clock  nmea.Time
	date   nmea.Date
}

// read takes the fields of the kinds that NMEA knows. The library's own types for them
// cannot tell a field that is empty from a zero, and an empty position is in the Gulf
// of Guinea then.
func (s *sentence) read(kind string) {
	switch kind {
	case nmea.TypeRMC:
		s.clock = s.Time(0, "time")
		valid := s.EnumString(1, "validity", nmea.ValidRMC, nmea.InvalidRMC) == nmea.ValidRMC
		s.values = map[int]float64{latitude: s.position(2, "N", "S", 90), longitude: s.position(4, "E", "W", 180), speed: knot * s.number(6), course: s.number(7)}
		date := s.Date(8, "date")
		if valid {
			s.date = date
		} else { // they are old ones, or none
			s.values = map[int]float64{latitude: math.NaN()}
		}
	case nmea.TypeGGA:
		s.clock = s.Time(0, "time")
		s.values = map[int]float64{latitude: s.position(1, "N", "S", 90), longitude: s.position(3, "E", "W", 180),
			fixQuality: s.number(5), satellites: s.number(6), hdop: s.number(7), altitude: s.number(8)}
		if s.values[fixQuality] == 0 {
			for _, channel := range []int{latitude, longitude, altitude} {
				s.values[channel] = math.NaN()
			}
		}
	case nmea.TypeGSA:
		s.values = map[int]float64{fixType: s.number(1), pdop: s.number(14), hdop: s.number(15), vdop: s.number(16)}
	case nmea.TypeVTG:
		s.values = map[int]float64{course: s.number(0), speed: knot * s.number(4)}
	case nmea.TypeHDT:
		s.values = map[int]float64{heading: s.number(0)}
	}
}

// number gives a field's; an empty one is NaN.
func (s *sentence) number(i int) float64 {
	v := s.NullFloat64(i, "number")
	if !v.Valid {
		return math.NaN()
	}
	if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) {
		s.SetErr("number", s.Fields[i])
	}
	return v.Value
}

// position gives a coordinate in degrees, of two fields: (d)ddmm.mm and a hemisphere.
func (s *sentence) position(i int, positive, negative string, limit float64) float64 {
	text, hemisphere := s.String(i, "coordinate"), s.EnumString(i+1, "hemisphere", positive, negative)
	if s.Err() != nil || text == "" && hemisphere == "" {
		return math.NaN()
	}
	degrees, err := nmea.ParseGPS(text + " " + hemisphere)
	if err != nil || !(math.Abs(degrees) <= limit) {
		s.SetErr("coordinate", text)
		return math.NaN()
	}
	return degrees
}

// fieldsOf splits a sentence, "$GPHDT,274.07,T*03", and verifies its checksum.
func fieldsOf(raw string) (fields []string, kind string, ok bool) {
	body, sum := raw[1:len(raw)-3], raw[len(raw)-2:]
	if got := nmea.Checksum(body); got != sum && got != strings.ToUpper(sum) {
		return nil, "", false
	}
	fields = strings.Split(body, ",")
	_, kind, err := nmea.ParsePrefix(fields[0])
	return fields[1:], kind, err == nil
}
