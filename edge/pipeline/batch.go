package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/window"
)

// What a batch job sees in /inputs, and leaves in /outputs: readings one behind the
// other, as package reading writes them; a line a stream, its name and its channels with
// tabs between; and what edge.toml tells it. Beside them it sees edge.toml's files, and
// what it leaves beside its readings is kept (outputs).
const (
	readingsFile = "readings"
	channelsFile = "channels"
	configFile   = "config"
)

// runs is a job that is run over some readings at a time.
type runs struct {
	*Pipeline
	setup   setup.Job
	request job.Request
	outputs *outputs
}

func (p *Pipeline) openRuns(j setup.Job) (runs, error) {
	request, err := p.request(j)
	if err != nil {
		return runs{}, err
	}
	kept, err := openOutputs(filepath.Join(p.config.Dir, OutputsDir, j.Name), j.Outputs)
	return runs{p, j, request, kept}, err
}

// batch is a job that runs once a window.
type batch struct {
	runs
	machine *window.Machine
}

func (p *Pipeline) openBatch(j setup.Job) (reader, error) {
	r, err := p.openRuns(j)
	if err != nil {
		return nil, err
	}
	m, err := window.New(*j.Window)
	if err != nil {
		return nil, err
	}
	if mark := p.buffer.Mark(j.Name); mark != 0 {
		m.Resume(mark)
	}
	return fed{p, j.Name, &batch{r, m}}, nil
}

// request is what is the same in all runs of a job.
func (p *Pipeline) request(j setup.Job) (job.Request, error) {
	m, err := p.config.Module(j)
	if err != nil {
		return job.Request{}, fmt.Errorf("job %s: %w", j.Name, err)
	}
	return job.Request{Module: m.Content, ModulePath: m.Path, ModuleHash: m.Hash,
		Limits: job.Limits{MemoryBytes: j.Memory, Deadline: j.Deadline, Fuel: j.Fuel}}, nil
}

// inputs are the files that say what a job's readings mean. Sources that were not opened
// yet are waited for.
func (p *Pipeline) inputs(ctx context.Context, j setup.Job) ([]job.Input, error) {
	var lines strings.Builder
	for _, stream := range j.Inputs {
		channels, err := p.Channels(ctx, stream)
		if err != nil {
			return nil, err
		}
		lines.WriteString(stream + "\t" + strings.Join(channels, "\t") + "\n")
	}
	inputs := []job.Input{{Name: channelsFile, Content: []byte(lines.String())}, {Name: configFile, Content: []byte(j.Config)}}
	for _, f := range j.Files {
		inputs = append(inputs, job.Input{Name: f.Name, Path: f.Path})
	}
	return inputs, nil
}

func (b *batch) take(ctx context.Context, due buffer.Due) error {
	var made []reading.Reading
	for _, r := range due.Readings {
		if !slices.Contains(b.setup.Inputs, r.Source) {
			b.machine.Skip(r.Number)
			continue
		}
		before, done := b.place(), len(made)
		for _, w := range b.machine.AddNumbered(r.Number, r.Reading) {
			var encoded []byte
			for _, r := range w.Readings {
				encoded = reading.Append(encoded, r)
			}
			readings, err := b.run(ctx, span{fmt.Sprintf("window from %d to %d", w.Start, w.End), w.End}, encoded)
			if err != nil {
				// What was run before need not be run again.
				return errors.Join(err, b.save(ctx, made[:done], before))
			}
			made = append(made, readings...)
		}
	}
	return b.save(ctx, made, b.place())
}

func (b *batch) place() buffer.Place {
	next, mark := b.machine.Needed()
	return buffer.Place{Sink: b.setup.Name, Next: next, Mark: mark}
}

func (r *runs) save(ctx context.Context, made []reading.Reading, at buffer.Place) error {
	if ctx.Err() != nil {
		return nil
	}
	_, err := r.buffer.Append(ctx, buffer.Batch{Priority: r.setup.Priority, Readings: made, Done: []buffer.Place{at}})
	return err
}

func (r *runs) idle(context.Context) error { return nil }
func (r *runs) close() error               { return nil }

// span is what a run is over.
type span struct {
	name string
	end  int64 // nanoseconds since 1970; the same in each try, and in no other run's
}

// run runs the job over readings. Those with which the job fails by its own fault are left
// out, and counted: it would fail again.
func (r *runs) run(ctx context.Context, over span, encoded []byte) ([]reading.Reading, error) {
	request := r.request
	var err error
	if request.Inputs, err = r.inputs(ctx, r.setup); err != nil {
		return nil, err
	}
	request.Inputs = append(request.Inputs, job.Input{Name: readingsFile, Content: encoded})
	result, err := r.config.Runner.Run(ctx, request)
	var made []reading.Reading
	if err == nil {
		output, _ := result.Output(readingsFile)
		if made, err = derived(output, r.setup); err == nil {
			err = r.outputs.fit(result.Outputs)
		}
	}
	switch {
	case err == nil:
		// Before its readings are saved: after a kill between, the next try writes the same
		// files again.
		if err := r.outputs.keep(over.end, result.Outputs); err != nil {
			return nil, err
		}
		r.works(jobKind, r.setup.Name, 1)
		return made, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, job.ErrRunner):
		return nil, err
	}
	wait := r.failed(jobKind, r.setup.Name, fmt.Errorf("%s: %w", over.name, err), firstWait)
	r.note(jobKind, r.setup.Name, func(part *Part) { part.Skipped++ })
	if !sleep(ctx, wait) {
		return nil, ctx.Err()
	}
	return nil, nil
}

// derived reads what a job made. Its readings carry its name, whatever it writes, and
// have its channels.
func derived(output []byte, j setup.Job) (made []reading.Reading, err error) {
	for len(output) > 0 {
		var r reading.Reading
		if r, output, err = reading.Decode(output); err != nil {
			return nil, fmt.Errorf("what job %s wrote: %w", j.Name, err)
		}
		if len(r.Values) != len(j.Channels) {
			return nil, fmt.Errorf("job %s wrote a reading of %d values, edge.toml says %d channels", j.Name, len(r.Values), len(j.Channels))
		}
		r.Source = j.Name
		made = append(made, r)
	}
	return made, nil
}
