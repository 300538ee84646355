package edge

import (
	"os"
	"path/filepath"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
	"github.com/tadpole-edge/tadpole/internal/blob"
)

// Checkpoint is where training keeps what it has come to, so that it goes on from there
// after a power cut or a long pause, to the same update and the same fuel. Only a Runner
// that is a job.Pool keeps any.
type Checkpoint struct {
	Dir   string        // made if it is not there; private: the files hold the owner's data; "" = keep none
	Every time.Duration // of training; 0 = 5 minutes
}

// of is a task's.
func (c Checkpoint) of(task blob.Hash) job.Checkpoint {
	if c.Dir == "" {
		return job.Checkpoint{}
	}
	return job.Checkpoint{Path: filepath.Join(c.Dir, task.String()), Every: c.Every}
}

// open makes the directory, and removes what lies there of tasks that are not to be
// trained any more.
func (c Checkpoint) open(wanted func(name string) bool) error {
	if c.Dir == "" {
		return nil
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if wanted(f.Name()) {
			continue
		}
		if err := os.Remove(filepath.Join(c.Dir, f.Name())); err != nil {
			return err
		}
	}
	return nil
}

// remove removes a task's. There mostly is none, and what stays open removes.
func (c Checkpoint) remove(task blob.Hash) {
	if c.Dir != "" {
		os.Remove(c.of(task).Path)
	}
}
