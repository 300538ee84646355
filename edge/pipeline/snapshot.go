package pipeline

import (
	"path/filepath"
	"time"

	"github.com/tadpole-edge/tadpole/edge/dataset"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// snapshot makes the copy that federations train on, once there are rows and then when it
// is due and there are more. It holds all rows in memory for a moment.
func (r *recorder) snapshot(now time.Time) error {
	place := r.rows.Place()
	if r.config.Recorded == nil || r.rows.Rows() == 0 || place == r.copied || !r.copyAt.IsZero() && now.Sub(r.copyAt) < r.setup.Refresh {
		return nil
	}
	if r.config.Paused(r.setup.Name) != "" {
		return nil
	}
	width, features := r.width(), len(r.setup.Features)
	x := make([]float32, 0, int(r.rows.Rows())*features)
	var y []float32
	err := r.rows.Each(func(rows []float32) error {
		for ; len(rows) > 0; rows = rows[width:] {
			x = append(x, rows[:features]...)
			y = append(y, rows[features:width]...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	n := len(x) / features
	p, err := dataset.Snapshot(filepath.Join(r.config.Dir, SnapshotsDir), r.setup.Name, tensor.FromFloats("x", []int{n, features}, x), tensor.FromFloats("y", []int{len(y)}, y))
	if err != nil {
		return err
	}
	r.copied, r.copyAt = place, now
	r.config.Recorded(p)
	return nil
}
