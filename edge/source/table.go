package source

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/tadpole-edge/tadpole/edge/reading"
)

// Table is lines of text, each a reading: a file that is replayed, or standard input,
// into which a command is piped that knows the sensor.
type Table struct {
	Name     string
	Path     string    // of the file; "" = Input
	Input    io.Reader // nil = standard input
	Format   Format
	Time     string        // the column or field with the event time; "" = when the line was read
	Unit     Unit          // of the time
	Values   []string      // the columns or fields that are channels; all numbers or empty
	Speed    float64       // of the replay: 1 = as it was recorded, 2 = twice as fast; 0 = as fast as it goes
	MaxPause time.Duration // in the replay, however long nothing was recorded; 0 = 1 minute
	Follow   bool          // the file grows, and is replaced by another of its name: Run does not end
	Latency  time.Duration // how late the replay may be, so that several readings come at once
}

// Format is how a line says its values.
type Format uint8

// Formats.
const (
	CSV       Format = iota // comma-separated; the first line names the columns
	JSONLines               // an object a line
)

// Unit is how a time is written.
type Unit uint8

// Units.
const (
	DateTime Unit = iota // RFC 3339, or 2006-01-02 15:04:05 in UTC
	Seconds              // since some beginning
	Milliseconds
	Microseconds
	Nanoseconds
)

// maxLine bounds a line in bytes.
const maxLine = 64 << 10

var (
	errMalformed = errors.New("malformed line")
	errUnended   = errors.New("the last line has no end")
)

// table is an open Table.
type table struct {
	Table
	skipped  atomic.Uint64
	from     int64 // where to begin
	position int64 // behind the line that was read last
	tag      int64 // of it, in a file that is followed
}

// decoder gives the texts of a line's time and values; ok is false for a line that has
// none by right, as a heading.
type decoder interface {
	decode(line []byte) (time string, values []string, ok bool, err error)
}

// Open checks what it is told. Files are opened by Run, so that one may be made later.
func (t Table) Open() (Source, error) {
	err := (reading.Reading{Source: t.Name, Values: make([]float64, min(len(t.Values), reading.MaxValues+1))}).Validate()
	switch {
	case err != nil:
	case len(t.Values) == 0:
		err = errors.New("no values: name the columns that are channels")
	case t.Format > JSONLines || t.Unit > Nanoseconds:
		err = fmt.Errorf("format %d, unit %d: there are none such", t.Format, t.Unit)
	case t.Speed < 0 || math.IsNaN(t.Speed) || t.MaxPause < 0 || t.Latency < 0:
		err = errors.New("speed, pause and latency must not be below 0")
	case t.Follow && (t.Path == "" || t.Speed > 0):
		err = errors.New("what is followed is a file, and comes as it grows: it has no speed")
	case t.Speed > 0 && t.Time == "":
		err = errors.New("a speed needs a time: name its column")
	}
	if err != nil {
		return nil, fmt.Errorf("open source %s: %w", t.Name, err)
	}
	if t.MaxPause == 0 {
		t.MaxPause = time.Minute
	}
	return &table{Table: t}, nil
}

// Resume and Position count bytes of the file. One that is shorter than that is another
// one by now, and is read from its beginning. One that is followed is known by the line
// before, and found though it was renamed, but not if it was compressed.
func (t *table) Resume(position int64) { t.from = position }

// Position is 0 for what cannot be read again.
func (t *table) Position() int64 {
	if t.Path == "" {
		return 0
	}
	return t.tag<<offsetBits | t.position
}

// Channels names the columns.
func (t *table) Channels() []string { return t.Values }

// Skipped counts the lines that could not be read.
func (t *table) Skipped() uint64 { return t.skipped.Load() }

// Run reads to the end, or follows the file. While it waits for a line of its input, ctx
// does not end it: close the input then.
func (t *table) Run(ctx context.Context, emit func(reading.Reading) error) error {
	input, skip := t.Input, int64(0)
	if t.Follow {
		return t.follow(ctx, emit)
	} else if t.Path != "" {
		f, err := os.Open(t.Path)
		if err != nil {
			return fmt.Errorf("read source %s: %w", t.Name, err)
		}
		defer f.Close()
		input = f
		if info, err := f.Stat(); err == nil && info.Size() >= t.from&maxOffset {
			skip = t.from & maxOffset
		}
	} else if input == nil {
		input = os.Stdin
	}
	return t.lines(ctx, input, skip, emit)
}

// lines reads input to its end, but for what is to be skipped.
func (t *table) lines(ctx context.Context, input io.Reader, skip int64, emit func(reading.Reading) error) error {
	var d decoder = &csvDecoder{table: &t.Table}
	if t.Format == JSONLines {
		d = jsonDecoder{&t.Table}
	}
	pace := pace{speed: t.Speed, longest: t.MaxPause, latency: t.Latency}
	lines := bufio.NewReaderSize(input, maxLine)
	t.position = 0
	for ctx.Err() == nil {
		if skip > 0 && (t.Format == JSONLines || t.position > 0) { // behind the heading
			if _, err := lines.Discard(int(max(0, skip-t.position))); err != nil {
				return fmt.Errorf("read source %s: %w", t.Name, err)
			}
			t.position, skip = max(skip, t.position), 0
		}
		line, size, err := readLine(lines)
		t.position += int64(size)
		switch {
		case errors.Is(err, errUnended) && t.Follow: // it was being written when the file was replaced
			t.position -= int64(size)
			return errUnended
		case errors.Is(err, errUnended):
			err = nil
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err != nil && !errors.Is(err, errMalformed):
			return fmt.Errorf("read source %s: %w", t.Name, err)
		}
		if t.Follow && skip == 0 {
			t.tag = tagOf(line)
		}
		var r reading.Reading
		ok := false
		if err == nil {
			r, ok, err = t.reading(d, line)
		}
		if errors.Is(err, errColumns) {
			return fmt.Errorf("read source %s: %w", t.Name, err)
		} else if err != nil {
			t.skipped.Add(1)
		}
		if !ok {
			continue
		}
		if err := pace.wait(ctx, r.Time); err != nil {
			return err
		}
		if err := emit(r); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// readLine gives a line without its end, and its size with it; errUnended comes with one
// that has none. One that is too long is malformed, and gone.
func readLine(from *bufio.Reader) (line []byte, size int, err error) {
	line, err = from.ReadSlice('\n')
	size = len(line)
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			var more []byte
			more, err = from.ReadSlice('\n')
			size += len(more)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, size, err
		}
		return nil, size, errMalformed
	}
	if errors.Is(err, io.EOF) && len(line) > 0 {
		err = errUnended
	}
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line, size, err
}

// reading makes a line's.
func (t *table) reading(d decoder, line []byte) (r reading.Reading, ok bool, err error) {
	when, values, ok, err := d.decode(line)
	if err != nil || !ok {
		return r, false, err
	}
	r = reading.Reading{Source: t.Name, Time: time.Now().UnixNano(), Values: make([]float64, len(values))}
	if t.Time != "" {
		if r.Time, err = t.Unit.parse(when); err != nil {
			return r, false, err
		}
	}
	for i, text := range values {
		r.Values[i] = math.NaN()
		if text == "" {
			continue
		}
		if r.Values[i], err = strconv.ParseFloat(text, 64); err != nil {
			return r, false, fmt.Errorf("%w: %s is %.40q", errMalformed, t.Values[i], text)
		}
	}
	return r, true, nil
}

// parse gives nanoseconds.
func (u Unit) parse(text string) (int64, error) {
	if u == DateTime {
		for _, layout := range []string{time.RFC3339, time.DateTime} {
			// What UnixNano cannot say wraps round.
			if at, err := time.Parse(layout, text); err == nil && at.Year() > 1678 && at.Year() < 2262 {
				return at.UnixNano(), nil
			}
		}
		return 0, fmt.Errorf("%w: time %.40q", errMalformed, text)
	}
	scale := map[Unit]int64{Seconds: 1e9, Milliseconds: 1e6, Microseconds: 1e3, Nanoseconds: 1}[u]
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil && whole <= math.MaxInt64/scale && whole >= math.MinInt64/scale {
		return whole * scale, nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if value *= float64(scale); err != nil || !(math.Abs(value) < 1<<63) {
		return 0, fmt.Errorf("%w: time %.40q", errMalformed, text)
	}
	return int64(value), nil
}
