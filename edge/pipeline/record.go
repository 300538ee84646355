package pipeline

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/tadpole-edge/tadpole/edge/buffer"
	"github.com/tadpole-edge/tadpole/edge/feature"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/recording"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/edge/window"
)

// Rows are written together, as many as this or after so long: the readings that they are
// made of stay in the buffer until then.
const (
	rowsAtOnce = 256
	rowsAge    = time.Minute
)

// recorder is a dataset that fills itself.
type recorder struct {
	*Pipeline
	setup   setup.Dataset
	rows    *recording.Recording
	vector  *feature.Vector
	machine *window.Machine // nil = each reading is a record
	pending []float32
	since   time.Time // of the first that is pending
	place   recording.Place
	moved   bool            // windows were given of which there is no row: the place must be on disk all the same
	copied  recording.Place // when the latest snapshot was made
	copyAt  time.Time
}

func (p *Pipeline) openRecorder(ctx context.Context, d setup.Dataset) (reader, error) {
	channels, err := p.Channels(ctx, d.Source)
	if err != nil {
		return nil, err
	}
	features, center, scale := d.Features, d.Center, d.Scale
	if d.Label != nil {
		// The label is the last column, as it is.
		features = append(features[:len(features):len(features)], *d.Label)
		if center != nil {
			center = append(center[:len(center):len(center)], 0)
		}
		if scale != nil {
			scale = append(scale[:len(scale):len(scale)], 1)
		}
	}
	r := &recorder{Pipeline: p, setup: d}
	if r.vector, err = feature.New(features, channels, center, scale); err != nil {
		return nil, err
	}
	if r.rows, err = recording.Open(filepath.Join(p.config.Dir, RecordingsDir, d.Name), recording.Options{Width: len(features), Tag: d.Tag(), Bytes: d.Bytes}); err != nil {
		return nil, err
	}
	if aside := r.rows.Aside(); aside != "" {
		p.log.Warn("the dataset is declared otherwise than what was recorded: it begins anew", "name", d.Name, "set_aside", aside)
	}
	r.place = r.rows.Place()
	if d.Window != nil {
		if r.machine, err = window.New(*d.Window); err != nil {
			return nil, err
		}
		if r.place != (recording.Place{}) {
			r.machine.Resume(r.place.Mark)
		}
	}
	p.note(datasetKind, d.Name, func(part *Part) { part.Count = r.rows.Rows() })
	return fed{p, d.Name, r}, r.snapshot(time.Now())
}

func (r *recorder) take(ctx context.Context, due buffer.Due) error {
	if due.Era != r.place.Era && r.place.Era != 0 {
		// The buffer was begun anew: its numbers say nothing of the old ones.
		if err := r.write(); err != nil {
			return err
		}
		r.place = recording.Place{Era: due.Era, Mark: r.place.Mark}
	}
	r.place.Era = due.Era
	bad := uint64(0)
	for _, n := range due.Readings {
		if n.Number < r.place.Next {
			continue // its row is there
		}
		if n.Source != r.setup.Source {
			if r.machine != nil {
				r.machine.Skip(n.Number)
			}
			continue
		}
		if r.machine == nil {
			bad += r.add([]reading.Reading{n.Reading})
			continue
		}
		for _, w := range r.machine.AddNumbered(n.Number, n.Reading) {
			if w.Cut {
				bad++ // it is not whole
				continue
			}
			bad += r.add(w.Readings)
		}
	}
	next, mark := max(r.place.Next, behind(due.Readings)), int64(0)
	if r.machine != nil {
		var needed uint64
		needed, mark = r.machine.Needed()
		next = max(r.place.Next, needed)
	}
	r.place.Next, r.place.Mark = next, mark
	r.moved = r.moved || bad > 0 && r.machine != nil
	r.note(datasetKind, r.setup.Name, func(part *Part) { part.Skipped += bad })
	if len(r.pending) == 0 && !r.moved {
		return r.acknowledge() // none of it was the dataset's
	}
	if len(r.pending)/r.width() >= rowsAtOnce || time.Since(r.since) >= rowsAge {
		return r.write()
	}
	return nil
}

func (r *recorder) width() int {
	n := len(r.setup.Features)
	if r.setup.Label != nil {
		n++
	}
	return n
}

// add makes a row of readings; it counts as bad where a value is missing.
func (r *recorder) add(readings []reading.Reading) (bad uint64) {
	before := len(r.pending)
	row, ok := r.vector.Of(readings, r.pending)
	if !ok {
		r.pending = row[:before]
		return 1
	}
	if before == 0 {
		r.since = time.Now()
	}
	r.pending = row
	return 0
}

// write brings the rows that are pending to disk, and then lets the buffer forget what
// they were made of.
func (r *recorder) write() error {
	if len(r.pending) == 0 && !r.moved {
		return nil
	}
	if err := r.rows.Append(r.pending, r.place); err != nil {
		return err
	}
	r.pending, r.moved = r.pending[:0], false
	r.works(datasetKind, r.setup.Name, 0)
	r.note(datasetKind, r.setup.Name, func(part *Part) { part.Count = r.rows.Rows() })
	return r.acknowledge()
}

func (r *recorder) acknowledge() error {
	if r.place.Next > 0 {
		if err := r.buffer.Ack(r.setup.Name, r.place.Next-1); err != nil {
			return err
		}
	}
	return r.snapshot(time.Now())
}

func (r *recorder) idle(context.Context) error {
	if len(r.pending) > 0 {
		return r.write()
	}
	return r.snapshot(time.Now())
}

// close writes what is pending, so that a restart need not make it again.
func (r *recorder) close() error { return errors.Join(r.write(), r.rows.Close()) }
