// Package tadpole is what a job over sensors' readings needs in Go, built for wasip1 by the
// standard toolchain. The readings of a window, or as they come, flow out of Next, and what
// the job makes of them flows into Emit. It imports nothing but the standard library.
//
//	job, err := tadpole.Open()
//	light, err := job.Column("light")
//	for job.Next() {
//		job.Emit(job.Time(), 2*job.Value(light))
//	}
//	err = job.Close()
//
// The same job runs once, over a window, where edge.toml gives it one, and streaming where
// it does not.
package tadpole

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
)

// Stream is one of the job's inputs.
type Stream struct {
	Name     string
	Channels []string
}

// Column is a channel of a stream.
type Column struct{ stream, value int }

// Job is the outside of a job: what edge.toml tells it, its readings, and what it makes.
type Job struct {
	Config  string   // as it stands in edge.toml
	Streams []Stream // in edge.toml's order
	Batch   bool     // whether the job runs once, over a window

	in     *bufio.Reader
	out    *bufio.Writer
	files  []*os.File
	stream int // of the reading; len(Streams) = of none
	time   int64
	values []float64
	part   [maxReading]byte
	err    error
}

// Open reads what there is beside the readings.
func Open() (*Job, error) {
	config, err := os.ReadFile("/inputs/config")
	if err != nil {
		return nil, fmt.Errorf("open job: %w", err)
	}
	lines, err := os.ReadFile("/inputs/channels")
	if err != nil {
		return nil, fmt.Errorf("open job: %w", err)
	}
	j := &Job{Config: string(config)}
	for line := range strings.Lines(string(lines)) {
		names := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		j.Streams = append(j.Streams, Stream{names[0], names[1:]})
	}
	readings, err := os.Open("/inputs/readings")
	if errors.Is(err, fs.ErrNotExist) {
		j.out = bufio.NewWriterSize(os.Stdout, 1<<16)
		j.in = bufio.NewReaderSize(answering{j.out}, 1<<16)
		return j, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open job: %w", err)
	}
	made, err := os.Create("/outputs/readings")
	if err != nil {
		return nil, fmt.Errorf("open job: %w", err)
	}
	j.Batch, j.files = true, []*os.File{readings, made}
	j.in, j.out = bufio.NewReaderSize(readings, 1<<16), bufio.NewWriterSize(made, 1<<16)
	return j, nil
}

// answering is standard input that sends what was made of all before it waits for more.
type answering struct{ out *bufio.Writer }

func (a answering) Read(b []byte) (int, error) {
	if err := a.out.Flush(); err != nil {
		return 0, err
	}
	return os.Stdin.Read(b)
}

// Column finds a channel by "name", in the first stream that has it, or by "stream/name".
func (j *Job) Column(name string) (Column, error) {
	for i, s := range j.Streams {
		if k := slices.Index(s.Channels, name); k >= 0 {
			return Column{i, k}, nil
		}
	}
	for i, s := range j.Streams {
		if rest, found := strings.CutPrefix(name, s.Name+"/"); found {
			if k := slices.Index(s.Channels, rest); k >= 0 {
				return Column{i, k}, nil
			}
		}
	}
	return Column{}, fmt.Errorf("the job's input has no channel %q", name)
}

// Next goes to the next reading of any stream. A streaming job waits for it, and has sent
// what it emitted before it does. It is false at the end, or after an error, which Close
// tells.
func (j *Job) Next() bool {
	if j.err != nil {
		return false
	}
	j.err = j.read()
	return j.err == nil
}

const maxReading = 1 + 255 + 8 + 1 + 32 + 8*255

var errMalformed = errors.New("malformed reading")

// read takes a reading off the input. io.EOF is an end where a reading might begin.
func (j *Job) read() error {
	version, err := j.in.ReadByte()
	if err != nil {
		return err
	}
	if version != 1 {
		return fmt.Errorf("%w: version %d, want 1", errMalformed, version)
	}
	part := j.part[:0]
	take := func(n int) []byte {
		at := len(part)
		part = part[:at+n]
		if _, err := io.ReadFull(j.in, part[at:]); err != nil {
			j.err = fmt.Errorf("%w: it is cut off: %w", errMalformed, err)
			return make([]byte, n)
		}
		return part[at:]
	}
	name := string(take(int(take(1)[0])))
	j.stream = slices.IndexFunc(j.Streams, func(s Stream) bool { return s.Name == name })
	j.time = int64(binary.BigEndian.Uint64(take(8)))
	count := int(take(1)[0])
	wide := take((count + 7) / 8)
	j.values = j.values[:0]
	for i := range count {
		if wide[i/8]>>(i%8)&1 != 0 {
			j.values = append(j.values, math.Float64frombits(binary.BigEndian.Uint64(take(8))))
		} else {
			j.values = append(j.values, float64(math.Float32frombits(binary.BigEndian.Uint32(take(4)))))
		}
	}
	return j.err
}

// Time of the reading, in nanoseconds since 1970.
func (j *Job) Time() int64 { return j.time }

// Value of the reading in a column; NaN if it was not read, or the reading is another
// stream's.
func (j *Job) Value(c Column) float64 {
	if c.stream != j.stream || c.value >= len(j.values) {
		return math.NaN()
	}
	return j.values[c.value]
}

// Emit writes a reading of as many values as edge.toml says that the job has channels, at
// most 255. An error is told by Close.
func (j *Job) Emit(time int64, values ...float64) {
	b := append(make([]byte, 0, 64), 1, 1, '-') // the host writes the job's name
	b = binary.BigEndian.AppendUint64(b, uint64(time))
	b = append(b, byte(len(values)))
	wide := len(b)
	b = append(b, make([]byte, (len(values)+7)/8)...)
	for i, v := range values {
		switch narrow := float32(v); {
		case v != v:
			b = binary.BigEndian.AppendUint32(b, 0x7fc00000)
		case float64(narrow) == v:
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(narrow))
		default:
			b[wide+i/8] |= 1 << (i % 8)
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	if _, err := j.out.Write(b); err != nil && (j.err == nil || j.err == io.EOF) {
		j.err = err
	}
}

// Close writes what was emitted, and tells what went wrong since Open.
func (j *Job) Close() error {
	err := j.err
	if err == io.EOF {
		err = nil
	}
	err = errors.Join(err, j.out.Flush())
	for _, f := range j.files {
		err = errors.Join(err, f.Close())
	}
	return err
}
