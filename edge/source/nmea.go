package source

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync/atomic"
	"time"

	"github.com/adrianmo/go-nmea"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// NMEA is a talker of NMEA 0183, as a GNSS receiver or a compass: RMC, GGA, GSA, VTG and
// HDT of any talker; other sentences are passed over.
//
// What the sentences of one instant say is one reading, which is given when the next
// instant's begins. Its time is that of RMC, where that has a valid fix and date, and
// otherwise when its first sentence was read, which is up to Latency after it came. A channel of which none of them says
// anything, or which the receiver marks as invalid, is NaN. The channels are
//
//	latitude, longitude  degrees, north and east positive (RMC, GGA)
//	altitude             metres above mean sea level (GGA)
//	speed                metres a second over ground (RMC, VTG)
//	course               degrees from true north over ground (RMC, VTG)
//	heading              degrees from true north (HDT)
//	satellites           used (GGA)
//	hdop, vdop, pdop     dilution of precision (GSA; hdop also GGA)
//	fix_quality          0 none, 1 GPS, 2 differential, 4 RTK, 5 RTK float, 6 estimated (GGA)
//	fix_type             1 none, 2 two dimensions, 3 three (GSA)
//
// Fields are as in https://gpsd.gitlab.io/gpsd/NMEA.html.
type NMEA struct {
	Name  string
	Path  string    // of a serial line, or of a file or pipe; "" = Input
	Baud  uint32    // of a serial line; 0 = 9600; NMEA 0183 itself says 4800
	Input io.Reader // nil = standard input

	Latency time.Duration // how late readings may be, so that several sentences are read at once
}

const (
	latitude = iota
	longitude
	altitude
	speed
	course
	heading
	satellites
	hdop
	vdop
	pdop
	fixQuality
	fixType
)

var nmeaChannels = []string{"latitude", "longitude", "altitude", "speed", "course", "heading", "satellites", "hdop", "vdop", "pdop", "fix_quality", "fix_type"}

// Open checks what it is told. Run opens the line.
func (n NMEA) Open() (Source, error) {
	err := reading.Reading{Source: n.Name}.Validate()
	if n.Latency < 0 {
		err = errors.Join(err, fmt.Errorf("latency %v, want at least 0", n.Latency))
	}
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", n.Name, err)
	}
	return &talker{NMEA: n}, nil
}

// talker is an open NMEA.
type talker struct {
	NMEA
	skipped atomic.Uint64

	now      reading.Reading // the instant whose sentences arrive; without values there is none
	received time.Time       // its first sentence
	clock    nmea.Time       // what its sentences say
	date     nmea.Date
	seen     map[string]bool // its sentences, by their kind
}

// Channels names what NMEA documents.
func (t *talker) Channels() []string { return nmeaChannels }

// Skipped counts sentences that are cut off, too long, have a wrong checksum or are
// malformed, and runs of bytes that are in none.
func (t *talker) Skipped() uint64 { return t.skipped.Load() }

// Run reads to the end of a file. A serial line has none: when it is pulled out, Run
// ends with an error. While it waits for Input, ctx does not end it: close Input then.
func (t *talker) Run(ctx context.Context, emit func(reading.Reading) error) error {
	input, serial := t.Input, false
	if t.Path != "" {
		l, err := openLine(t.Path, t.Baud, os.O_RDONLY)
		if err != nil {
			return fmt.Errorf("read source %s: %w", t.Name, err)
		}
		q, err := newQuiet(l)
		if err != nil {
			return fmt.Errorf("read source %s: %w", t.Name, err)
		}
		defer q.Close()
		defer context.AfterFunc(ctx, func() { q.Close() })()
		serial = l.serial
		input = &rested{ctx: ctx, link: q, latency: restOf(cmp.Or(t.Baud, defaultBaud), t.Latency), room: roomSerial}
	} else if input == nil {
		input = os.Stdin
	}
	t.now, t.seen = reading.Reading{}, map[string]bool{}
	s := sentences{from: bufio.NewReader(input), skipped: &t.skipped}
	for ctx.Err() == nil {
		raw, err := s.next()
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			if fault := t.give(emit); fault != nil {
				return fault
			}
			if errors.Is(err, io.EOF) && !serial {
				return nil
			} else if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%s has hung up: %w", t.Path, io.ErrUnexpectedEOF)
			}
			return fmt.Errorf("read source %s: %w", t.Name, err)
		}
		if err := t.take(raw, emit); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// take adds what a sentence says to its instant. It returns emit's error.
func (t *talker) take(raw string, emit func(reading.Reading) error) error {
	fields, kind, ok := fieldsOf(raw)
	if !ok {
		t.skipped.Add(1)
		return nil
	}
	said := sentence{Parser: nmea.NewParser(nmea.BaseSentence{Type: kind, Fields: fields})}
	said.read(kind)
	if said.Err() != nil {
		t.skipped.Add(1)
		return nil
	}
	if len(said.values) == 0 {
		return nil
	}
	// Constellations have a GSA each; another sentence comes once an instant. That one
	// has a time of its own tells it from the last, whatever is said again.
	again := t.seen[kind] && kind != nmea.TypeGSA
	if said.clock.Valid && t.clock.Valid {
		again = said.clock != t.clock
	}
	if again {
		if err := t.give(emit); err != nil {
			return err
		}
	}
	if t.now.Values == nil {
		t.received = time.Now()
		t.now = reading.Reading{Source: t.Name, Values: make([]float64, len(nmeaChannels))}
		for i := range t.now.Values {
			t.now.Values[i] = math.NaN()
		}
	}
	t.seen[kind] = true
	for channel, value := range said.values {
		if value == value {
			t.now.Values[channel] = value
		}
	}
	if said.clock.Valid {
		t.clock = said.clock
	}
	if said.date.Valid {
		t.date = said.date
	}
	return nil
}

// give emits the instant, if there is one.
func (t *talker) give(emit func(reading.Reading) error) error {
	r := t.now
	if r.Values == nil {
		return nil
	}
	r.Time = t.received.UnixNano()
	if at, ok := instant(t.clock, t.date); ok {
		r.Time = at.UnixNano()
	}
	t.now, t.clock, t.date = reading.Reading{}, nmea.Time{}, nmea.Date{}
	clear(t.seen)
	return emit(r)
}
