package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/commitment"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// snapshotFile names a snapshot: no dataset's name has an @ and 64 hex digits at its end.
func snapshotFile(name string, commitment blob.Hash) string {
	return name + "@" + commitment.String() + ".safetensors"
}

// Snapshots finds the snapshots of a dataset that are in a directory, the newest first. A
// file that is not what its name says is left out, and its error is among those returned.
func Snapshots(dir, name string) (found []Prepared, faults []error) {
	paths, err := filepath.Glob(filepath.Join(dir, name+"@*.safetensors"))
	if err != nil {
		return nil, []error{fmt.Errorf("find snapshots of %s: %w", name, err)}
	}
	made := map[string]int64{}
	for _, path := range paths {
		p, at, err := readSnapshot(path, name)
		if err != nil {
			faults = append(faults, fmt.Errorf("snapshot %s: %w", path, err))
			continue
		}
		made[path] = at
		found = append(found, p)
	}
	sort.Slice(found, func(i, j int) bool { return made[found[i].Path] > made[found[j].Path] })
	return found, faults
}

func readSnapshot(path, name string) (p Prepared, made int64, err error) {
	text := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), name+"@"), ".safetensors")
	want, err := blob.ParseHash(text)
	if err != nil {
		return p, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return p, 0, err
	}
	content, release, err := Map(path)
	if err != nil {
		return p, 0, err
	}
	defer func() { err = errors.Join(err, release()) }()
	file, err := tensor.Decode(content)
	if err != nil {
		return p, 0, err
	}
	p = Prepared{Name: name, Hash: blob.Sum(content), Path: path}
	if p.Commitment, err = commitment.Of(file); err != nil {
		return p, 0, err
	}
	if p.Commitment != want {
		return p, 0, errors.New("its content is not what its name commits to")
	}
	p.Records = uint64(file.Tensors[0].Shape[0])
	return p, info.ModTime().UnixNano(), nil
}
