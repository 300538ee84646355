// Package dataset turns an owner's files into the one file that jobs read.
//
// A policy's dataset flows in; a safetensors file in the device's directory, its
// number of records, its SHA-256 and the commitment to it flow out. The file is made again only when
// the owner's files have changed.
package dataset

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/commitment"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

// Prepared is a dataset ready for jobs.
type Prepared struct {
	Name       string
	Records    uint64
	Hash       blob.Hash // SHA-256 of the file
	Commitment blob.Hash // to the data, see package commitment
	Path       string
}

// Prepare makes <dir>/<name>.safetensors of an owner's files.
func Prepare(dir string, d policy.Dataset) (Prepared, error) {
	labels := d.Labels
	switch {
	case d.LabelColumn != "":
		labels = d.LabelColumn
	case d.Format == policy.Safetensors && labels == "":
		labels = "y"
	}
	x, y, err := tensor.Load(d.Features, labels)
	if err != nil {
		return Prepared{}, fmt.Errorf("prepare dataset %s: %w", d.Name, err)
	}
	return write(d.Name, tensor.Dataset(x, y), func(blob.Hash) string { return filepath.Join(dir, d.Name+".safetensors") })
}

// Snapshot makes a file of what was recorded so far, named by dataset and commitment: a
// federation that has begun with one goes on with it, however much is recorded meanwhile.
func Snapshot(dir, name string, x, y tensor.Tensor) (Prepared, error) {
	return write(name, tensor.Dataset(x, y), func(commitment blob.Hash) string { return filepath.Join(dir, snapshotFile(name, commitment)) })
}

func write(name string, file tensor.File, path func(commitment blob.Hash) string) (p Prepared, err error) {
	defer func() {
		if err != nil {
			p, err = Prepared{}, fmt.Errorf("prepare dataset %s: %w", name, err)
		}
	}()
	hash := sha256.New()
	if _, err := file.WriteTo(hash); err != nil {
		return p, err
	}
	p = Prepared{Name: name, Records: uint64(file.Tensors[0].Shape[0]), Hash: blob.Hash(hash.Sum(nil))}
	if p.Records == 0 {
		return p, errors.New("it has no records")
	}
	if p.Commitment, err = commitment.Of(file); err != nil {
		return p, err
	}
	p.Path = path(p.Commitment)
	if same(p.Path, p.Hash) {
		return p, nil
	}
	return p, replace(p.Path, file)
}

// same spares the flash a write of what is there already.
func same(path string, want blob.Hash) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	return err == nil && blob.Hash(hash.Sum(nil)) == want
}

// replace leaves either the old file or the new one, whenever the power fails.
func replace(path string, content tensor.File) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".dataset-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = content.WriteTo(f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
