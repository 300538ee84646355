// Package pipeline runs what an edge.toml sets up:
//
//	source -> buffer -> window or clock -> job -> buffer -> sink
//	                                  \-> dataset, attestation
//
// A Setup flows in. Readings flow from its sources into the buffer on disk, and from
// there, in one order, to each job, dataset and sink, which are the buffer's readers.
// What a job makes of them goes back into the buffer as readings under the job's name,
// in one transaction with how far the job has come; a dataset's rows are on disk together
// with theirs. So after a kill at any instant each reader goes on where it was: a window
// is processed once, a run by the clock has readings that no other has, and a row is
// recorded once.
//
// What fails is tried again, ever more rarely, and told by Status; it holds up nothing
// but itself.
package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/dataset"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/internal/attestation"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Runner runs a job's module, in a process of its own.
type Runner interface {
	Run(ctx context.Context, r job.Request) (job.Result, error)
}

// Streamer starts streaming jobs, each in a warm process of its own.
type Streamer interface {
	Stream(ctx context.Context, r job.Request) (Stream, error)
}

// Stream is a streaming job that runs.
type Stream interface {
	// Send gives it bytes on its standard input, and what it wrote until it asked for
	// more. After an error the stream is over.
	Send(ctx context.Context, input []byte) (output []byte, err error)
	Close() error
}

// Module is a job's module as it may run here.
type Module struct {
	Hash    blob.Hash
	Path    string // of its file; "" = it is in Content
	Content []byte
}

// Config of a Pipeline. Dir, Runner, Streamer and Module are needed where there are jobs.
type Config struct {
	Setup    setup.Setup
	Dir      string // of the buffer and the recordings
	Runner   Runner
	Streamer Streamer
	Module   func(setup.Job) (Module, error) // finds a job's module, or tells why it must not run
	Recorded func(dataset.Prepared)          // a dataset's copy for federations was made; nil = nobody wants it
	Now      func() time.Time                // for jobs that run by the clock; nil = the wall clock
	Paused   func(job string) string         // why jobs and snapshots must wait, as for a battery that is low; "" or nil = they need not
	// Attest signs what a quantity was over a window and keeps it, once however often it is
	// asked; fresh is false if it had been. nil = there are no quantities.
	Attest func(ctx context.Context, s attestation.Statement) (fresh bool, err error)
	Logger *slog.Logger // nil = discard
}

// Names within the directory.
const (
	BufferFile    = "readings.db"
	RecordingsDir = "recordings"
	SnapshotsDir  = "data"
	OutputsDir    = "outputs" // a directory a job in it
)

// Pipeline is a setup whose buffer is open.
type Pipeline struct {
	config Config
	log    *slog.Logger
	taps   taps
	buffer *buffer.Buffer
	opened chan struct{} // closed when buffer is set

	mu       sync.Mutex
	channels map[string][]string // of each stream, once it is known
	known    chan struct{}       // closed and replaced whenever channels grow
	parts    map[string]*Part
	fault    error // why the buffer cannot be opened
}

// New prepares a setup; Run runs it.
func New(c Config) *Pipeline {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Paused == nil {
		c.Paused = func(string) string { return "" }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	p := &Pipeline{config: c, log: c.Logger, opened: make(chan struct{}), channels: map[string][]string{}, known: make(chan struct{}), parts: map[string]*Part{}}
	for _, j := range c.Setup.Jobs {
		p.channels[j.Name] = j.Channels
	}
	return p
}

// Run runs all parts until ctx ends, and closes the buffer. Sources begin at once, while
// the buffer is opened, which reads its file. While the disk does not let it be opened, it
// is tried again, and Status says so.
func (p *Pipeline) Run(ctx context.Context) error {
	var parts sync.WaitGroup
	defer parts.Wait()
	for _, s := range p.config.Setup.Sources {
		parts.Go(func() { p.feed(ctx, s) })
	}
	for tries := 0; ; tries++ {
		err := p.open()
		if err == nil {
			break
		}
		p.mu.Lock()
		p.fault = err
		p.mu.Unlock()
		wait := min(maxWait, firstWait<<min(tries, 20))
		p.log.Error("nothing can be kept", "error", err, "again in", wait)
		if !sleep(ctx, wait) {
			return nil
		}
	}
	for _, j := range p.config.Setup.Jobs {
		switch {
		case j.Live:
			parts.Go(func() { p.live(ctx, j) })
		case j.Stream:
			parts.Go(func() {
				p.consume(ctx, jobKind, j.Name, func(ctx context.Context) (reader, error) { return p.openStream(ctx, j) })
			})
		default:
			open := p.openBatch
			if j.Schedule != nil {
				open = p.openScheduled
			}
			parts.Go(func() {
				p.consume(ctx, jobKind, j.Name, func(context.Context) (reader, error) { return open(j) })
			})
		}
	}
	for _, d := range p.config.Setup.Datasets {
		parts.Go(func() {
			p.consume(ctx, datasetKind, d.Name, func(ctx context.Context) (reader, error) { return p.openRecorder(ctx, d) })
		})
	}
	for _, q := range p.config.Setup.Quantities {
		parts.Go(func() {
			p.consume(ctx, quantityKind, q.Name, func(ctx context.Context) (reader, error) { return p.openAttester(ctx, q) })
		})
	}
	for _, s := range p.config.Setup.Sinks {
		parts.Go(func() {
			p.consume(ctx, sinkKind, s.Name, func(ctx context.Context) (reader, error) { return p.openSink(ctx, s) })
		})
	}
	<-ctx.Done()
	parts.Wait()
	return p.buffer.Close()
}

func (p *Pipeline) open() (err error) {
	if err := os.MkdirAll(p.config.Dir, 0o700); err != nil {
		return fmt.Errorf("start pipeline: %w", err)
	}
	o := p.config.Setup.Buffer
	for _, j := range p.config.Setup.Jobs {
		if !j.Live {
			o.Sinks = append(o.Sinks, j.Name)
		}
	}
	for _, d := range p.config.Setup.Datasets {
		o.Sinks = append(o.Sinks, d.Name)
	}
	for _, q := range p.config.Setup.Quantities {
		o.Sinks = append(o.Sinks, q.Name)
	}
	for _, s := range p.config.Setup.Sinks {
		o.Sinks = append(o.Sinks, s.Name)
	}
	if p.buffer, err = buffer.Open(filepath.Join(p.config.Dir, BufferFile), o); err != nil {
		return fmt.Errorf("start pipeline: %w", err)
	}
	if s, err := p.buffer.Status(); err == nil && s.Recovered != "" {
		p.log.Error("the buffer of readings was damaged: a new one was begun", "set_aside", s.Recovered)
	}
	close(p.opened)
	return nil
}

// announce says what a stream's channels are.
func (p *Pipeline) announce(stream string, channels []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.channels[stream] = channels
	close(p.known)
	p.known = make(chan struct{})
}

// Channels waits until a stream's are known, which for a source is when it was opened.
func (p *Pipeline) Channels(ctx context.Context, stream string) ([]string, error) {
	for {
		p.mu.Lock()
		channels, known := p.channels[stream]
		changed := p.known
		p.mu.Unlock()
		if known {
			return channels, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// sleep waits, and tells whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
