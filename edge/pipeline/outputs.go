package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/edge/job"
)

// outputs are the files that a job has left beside its readings, as
//
//	<directory>/<window's end or run's time, RFC 3339 in UTC>-<name>
//
// A run's files flow in and are there whole or not at all. Those that were written first
// are deleted for more than the quota; what the windows' times say does not count, since a
// sensor's clock may once have been years ahead.
type outputs struct {
	dir   string
	quota int64
	files []outputFile // in the order of writing
	bytes int64
}

// maxOutputName is as long as a file's name may be with the time before it.
const maxOutputName = 200

type outputFile struct {
	name string
	size int64
}

// openOutputs finds what is there. Files that are named otherwise are left alone.
func openOutputs(dir string, quota int64) (*outputs, error) {
	o := &outputs{dir: dir, quota: quota}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read a job's files: %w", err)
	}
	var found []fs.FileInfo
	for _, e := range entries {
		stamp, _, _ := strings.Cut(e.Name(), "Z-")
		_, wrong := time.Parse(time.RFC3339Nano, stamp+"Z")
		if info, err := e.Info(); wrong == nil && err == nil && info.Mode().IsRegular() {
			found = append(found, info)
		}
	}
	sort.Slice(found, func(i, j int) bool {
		a, b := found[i], found[j]
		return cmp.Or(a.ModTime().Compare(b.ModTime()), strings.Compare(a.Name(), b.Name())) < 0
	})
	for _, info := range found {
		o.add(outputFile{info.Name(), info.Size()})
	}
	return o, nil
}

func (o *outputs) add(f outputFile) {
	o.files = append(o.files, f)
	o.bytes += f.size
}

// fit tells whether a window's files are within the quota, and their names what a disk
// takes.
func (o *outputs) fit(left []job.Output) error {
	sum := int64(0)
	for _, f := range left {
		if f.Name != readingsFile {
			sum += int64(len(f.Bytes))
		}
		if len(f.Name) > maxOutputName {
			return fmt.Errorf("it left a file with a name of %d bytes, and at most %d are kept", len(f.Name), maxOutputName)
		}
	}
	if sum > o.quota {
		return fmt.Errorf("it left %d bytes in files, and edge.toml keeps %d of this job: raise its outputs_mib, or run it over less", sum, o.quota)
	}
	return nil
}

// stamp is what the files of a run have before their names.
func stamp(end int64) string { return time.Unix(0, end).UTC().Format(time.RFC3339Nano) + "-" }

// has tells whether there are files of a run that ends at the given time.
func (o *outputs) has(end int64) bool {
	return slices.ContainsFunc(o.files, func(f outputFile) bool { return strings.HasPrefix(f.name, stamp(end)) })
}

// keep writes what fits of a run that ends at the given time. The same run's files from
// before are replaced.
func (o *outputs) keep(end int64, left []job.Output) error {
	for _, f := range left {
		if f.Name == readingsFile {
			continue
		}
		name := stamp(end) + f.Name
		if i := slices.IndexFunc(o.files, func(old outputFile) bool { return old.name == name }); i >= 0 {
			o.bytes -= o.files[i].size
			o.files = slices.Delete(o.files, i, i+1)
		}
		if err := o.write(name, f.Bytes); err != nil {
			return fmt.Errorf("keep a job's file: %w", err)
		}
		o.add(outputFile{name, int64(len(f.Bytes))})
	}
	for o.bytes > o.quota {
		oldest := o.files[0]
		if err := os.Remove(filepath.Join(o.dir, oldest.name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("make room for a job's files: %w", err)
		}
		o.bytes -= oldest.size
		o.files = o.files[1:]
	}
	return nil
}

// write puts a file there in one step, under a name that openOutputs does not take for a
// file until it is whole.
func (o *outputs) write(name string, content []byte) error {
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return err
	}
	half := filepath.Join(o.dir, "writing")
	f, err := os.Create(half)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(half, filepath.Join(o.dir, name)); err != nil {
		return err
	}
	// The name too is on disk before the window's readings are.
	dir, err := os.Open(o.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
