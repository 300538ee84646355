package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
)

// sink brings readings to where they are wanted. Before it is told that they are there
// the buffer keeps them; so over a restart some may come twice, under the same number.
type sink struct {
	*Pipeline
	setup setup.Sink
	to    outlet
}

// outlet is one kind of sink.
type outlet interface {
	// deliver returns when the lines are where they belong, for good.
	deliver(ctx context.Context, lines []line) error
	close() error
}

// line is a reading as sinks write it.
type line struct {
	era, number uint64
	source      string
	text        []byte // JSON, with a newline
}

func (p *Pipeline) openSink(ctx context.Context, s setup.Sink) (reader, error) {
	var to outlet
	var err error
	switch s.Kind {
	case "file":
		to, err = openFile(s.Path)
	case "command":
		to, err = startCommand(s.Command)
	case "mqtt":
		to, err = dial(ctx, s)
	default:
		err = fmt.Errorf("sinks of kind %q are not known", s.Kind)
	}
	if err != nil {
		return nil, fmt.Errorf("open sink %s: %w", s.Name, err)
	}
	return fed{p, s.Name, &sink{p, s, to}}, nil
}

func (s *sink) take(ctx context.Context, due buffer.Due) error {
	var lines []line
	for _, r := range of(due.Readings, s.setup.Inputs) {
		channels, err := s.Channels(ctx, r.Source)
		if err != nil {
			return err
		}
		lines = append(lines, line{due.Era, r.Number, r.Source, JSON(nil, r.Reading, channels, strconv.FormatUint(due.Era, 16), r.Number)})
	}
	if len(lines) > 0 {
		if err := s.to.deliver(ctx, lines); err != nil {
			return fmt.Errorf("deliver to %s: %w", s.setup.Name, err)
		}
		s.works(sinkKind, s.setup.Name, uint64(len(lines)))
	}
	return s.buffer.Ack(s.setup.Name, behind(due.Readings)-1)
}

func (s *sink) idle(context.Context) error { return nil }
func (s *sink) close() error               { return s.to.close() }

// JSON writes a reading as a line. A value that was not read is null. Era and number, if
// there is an era, tell a reading that comes twice.
func JSON(to []byte, r reading.Reading, channels []string, era string, number uint64) []byte {
	to = append(to, '{')
	if era != "" {
		to = strconv.AppendUint(append(append(append(to, `"era":"`...), era...), `","number":`...), number, 10)
		to = append(to, ',')
	}
	to = append(strconv.AppendQuote(append(to, `"source":`...), r.Source), `,"time":"`...)
	to = append(time.Unix(0, r.Time).UTC().AppendFormat(to, time.RFC3339Nano), `","values":{`...)
	for i, v := range r.Values {
		if i > 0 {
			to = append(to, ',')
		}
		name := strconv.Itoa(i)
		if i < len(channels) {
			name = channels[i]
		}
		quoted, _ := json.Marshal(name) // a string always can be
		to = append(append(to, quoted...), ':')
		if math.IsNaN(v) || math.IsInf(v, 0) {
			to = append(to, "null"...)
		} else {
			to = strconv.AppendFloat(to, v, 'g', -1, 64)
		}
	}
	return append(to, "}}\n"...)
}

// file is a sink that appends to a file. What its last line says is there is not written
// again, so each reading is there once.
type file struct {
	f     *os.File
	era   uint64
	next  uint64
	known bool
}

func openFile(path string) (_ *file, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	out := &file{f: f}
	if err := out.recover(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return out, nil
}

// longestLine bounds a line: 255 channels with long names.
const longestLine = 64 << 10

// recover cuts off half a line and reads the last whole one.
func (o *file) recover() error {
	end, err := o.f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	tail := make([]byte, min(end, 2*longestLine))
	if _, err := o.f.ReadAt(tail, end-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	whole := bytes.LastIndexByte(tail, '\n') + 1
	end -= int64(len(tail) - whole)
	if err := o.f.Truncate(end); err != nil {
		return err
	}
	if _, err := o.f.Seek(end, io.SeekStart); err != nil || whole == 0 {
		return err
	}
	last := tail[bytes.LastIndexByte(tail[:whole-1], '\n')+1 : whole]
	var said struct {
		Era    string `json:"era"`
		Number uint64 `json:"number"`
	}
	if err := json.Unmarshal(last, &said); err != nil {
		return fmt.Errorf("%s ends with a line that is no reading: name another file: %w", o.f.Name(), err)
	}
	if o.era, err = strconv.ParseUint(said.Era, 16, 64); err != nil {
		return fmt.Errorf("%s ends with a line that has no era: name another file: %w", o.f.Name(), err)
	}
	o.next, o.known = said.Number+1, true
	return nil
}

func (o *file) deliver(_ context.Context, lines []line) error {
	var text []byte
	for _, l := range lines {
		if o.known && l.era == o.era && l.number < o.next {
			continue // it is there
		}
		text = append(text, l.text...)
		o.era, o.next, o.known = l.era, l.number+1, true
	}
	_, err := o.f.Write(text)
	return errors.Join(err, o.f.Sync())
}

func (o *file) close() error { return o.f.Close() }

// command is a sink that is a program: it gets lines on its standard input.
type command struct {
	process *exec.Cmd
	input   io.WriteCloser
	said    *tail
}

func startCommand(argv []string) (*command, error) {
	c := &command{process: exec.Command(argv[0], argv[1:]...), said: &tail{}}
	c.process.Stderr = c.said
	var err error
	if c.input, err = c.process.StdinPipe(); err != nil {
		return nil, err
	}
	return c, c.process.Start()
}

func (c *command) deliver(ctx context.Context, lines []line) error {
	stop := context.AfterFunc(ctx, func() { c.input.Close() }) // it may take its time
	defer stop()
	var text []byte
	for _, l := range lines {
		text = append(text, l.text...)
	}
	if _, err := c.input.Write(text); err != nil {
		return fmt.Errorf("%w (it said: %q)", err, c.said.text())
	}
	return nil
}

// farewell is how long a program has to end once its input has.
const farewell = 5 * time.Second

func (c *command) close() error {
	c.input.Close()
	kill := time.AfterFunc(farewell, func() { _ = c.process.Process.Kill() })
	defer kill.Stop()
	return c.process.Wait()
}
